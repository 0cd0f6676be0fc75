"""`groupsched import` from outside: exit codes, words, JSON, and a pipe that stays quiet."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from groupsched.accounts.models import Person
from groupsched.catalog.models import Group
from groupsched.cli import main
from groupsched.core.db import db
from tests.conftest import SECRET
from tests.exchange.test_rules import row
from tests.factories import World

pytestmark = pytest.mark.on_sqlite


@pytest.fixture
def feed(
    app: Flask, world: World, instance_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A feed of two good rows and a bad one; the command runs in the test's application."""
    monkeypatch.setattr("groupsched.create_app", lambda _settings: app)
    monkeypatch.setenv("GROUPSCHED_INSTANCE", str(instance_folder))
    monkeypatch.setenv("GROUPSCHED_SECRET_KEY", SECRET)
    monkeypatch.delenv("GROUPSCHED_TIMEZONE", raising=False)
    path = tmp_path / "feed.json"
    path.write_text(json.dumps([row(), row(slug="two"), row(slug="late", time="late")]), encoding="utf-8")
    return path


def run(*args: str) -> int:
    """The command's exit code."""
    options = ("--format", "meeting-guide", "--source", "north", "--fellowship", "aa")
    with pytest.raises(SystemExit) as stopped:
        main(["import", *args, *options])
    return int(stopped.value.code or 0)


def listings() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Group)) or 0


def test_an_import_says_what_was_refused_and_the_counts(
    feed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(str(feed), "--timezone", "America/New_York") == 0
    said = capsys.readouterr()
    assert "refused  late (row 3): Its time cannot be read: late." in said.out
    assert "north: 2 added, 0 changed, 0 removed, 0 unchanged, 1 refused." in said.out
    assert said.err == ""
    assert listings() == 2


def test_a_dry_run_says_row_by_row_and_writes_nothing(feed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(str(feed), "--timezone", "America/New_York", "--dry-run") == 0
    said = capsys.readouterr().out
    assert "+ added    monday  Monday evening" in said
    assert "Nothing was written." in said
    assert listings() == 0


def test_json_reports_counts_and_rows(feed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(str(feed), "--timezone", "America/New_York", "--json") == 0
    report: dict[str, Any] = json.loads(capsys.readouterr().out)
    counts = {name: report[name] for name in ("added", "changed", "removed", "unchanged", "refused")}
    assert counts == {"added": 2, "changed": 0, "removed": 0, "unchanged": 0, "refused": 1}
    assert report["rows"][-1] == {
        "action": "refused", "slug": "late", "name": "", "reason": "Its time cannot be read: late.", "number": 3,
    }  # fmt: skip


def test_a_feed_comes_from_standard_input_too(
    feed: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(feed.read_bytes())))
    assert run("-", "--timezone", "America/New_York") == 0
    assert listings() == 2


def test_rows_without_a_zone_take_the_setting_else_are_refused(
    feed: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(str(feed), "--dry-run") == 1
    assert "0 added, 0 changed, 0 removed, 0 unchanged, 3 refused" in capsys.readouterr().out
    monkeypatch.setenv("GROUPSCHED_TIMEZONE", "Europe/Berlin")
    assert run(str(feed), "--dry-run") == 0
    assert "2 added" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"[\n{oops", "line 2, column 2"),
        (b'{"a": 1}', "a list of meetings"),
        (b"[\xff]", "not UTF-8 text: byte 2"),
    ],
)
def test_a_broken_feed_is_refused_with_a_sentence(
    feed: Path, capsys: pytest.CaptureFixture[str], content: bytes, words: str
) -> None:
    feed.write_bytes(content)
    assert run(str(feed)) == 1
    said = capsys.readouterr()
    assert words in said.err
    assert said.out == ""


def test_a_file_that_is_not_there_is_refused_with_a_sentence(
    feed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(str(feed) + ".missing") == 1
    assert "cannot be read" in capsys.readouterr().err


@pytest.mark.parametrize("wrong", [["--timezone", "Mars/Base"], ["--format", "papyrus"], ["--unknown"]])
def test_wrong_usage_has_its_own_exit_code(
    feed: Path, capsys: pytest.CaptureFixture[str], wrong: list[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["import", str(feed), "--format", "meeting-guide", "--source", "north", *wrong])
    assert stopped.value.code == 2


def test_a_fellowship_without_a_table_is_said(feed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(
            [
                "import",
                str(feed),
                "--format",
                "meeting-guide",
                "--source",
                "north",
                "--fellowship",
                "xyz",
                "--dry-run",
            ]
        )
    assert "no code table for xyz" in capsys.readouterr().err


def test_where_two_programs_are_the_command_asks_which(
    feed: Path, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.another_program()
    assert run(str(feed), "--timezone", "America/New_York") == 1
    assert "Name the program with --program." in capsys.readouterr().err
    assert run(str(feed), "--timezone", "America/New_York", "--program", "nowhere") == 1
    assert "There is no program with the key nowhere." in capsys.readouterr().err
    assert run(str(feed), "--timezone", "America/New_York", "--program", "quay") == 0
    assert listings() == 2


def test_many_like_refusals_are_one_sentence(feed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [row(), *(row(slug=f"s{n}", time=f"{n} o’clock") for n in range(5)), row(slug="nameless", name="")]
    feed.write_text(json.dumps(rows), encoding="utf-8")
    assert run(str(feed), "--timezone", "America/New_York") == 0
    assert capsys.readouterr().out.splitlines() == [
        "! refused  5 rows: Its time cannot be read. The first are "
        "s0 (row 2, “0 o’clock”), s1 (row 3, “1 o’clock”), s2 (row 4, “2 o’clock”).",
        "! refused  nameless (row 7): It has no name.",
        "north: 1 added, 0 changed, 0 removed, 0 unchanged, 6 refused.",
    ]


def test_a_feed_of_which_nothing_can_be_taken_is_a_failure(
    feed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    feed.write_text(json.dumps([row(time="late")]), encoding="utf-8")
    assert run(str(feed), "--timezone", "America/New_York") == 1
    said = capsys.readouterr()
    assert "1 refused. Nothing was written." in said.out
    assert "No meeting of this feed could be taken" in said.err


@pytest.mark.parametrize("text", ["[]", json.dumps([row(slug="other")])])
def test_a_feed_that_shrank_needs_its_flag(feed: Path, capsys: pytest.CaptureFixture[str], text: str) -> None:
    assert run(str(feed), "--timezone", "America/New_York") == 0
    feed.write_text(text, encoding="utf-8")
    assert run(str(feed), "--timezone", "America/New_York") == 1
    assert "if it is meant. (--fewer)" in capsys.readouterr().err
    assert run(str(feed), "--timezone", "America/New_York", "--dry-run") == 1
    said = capsys.readouterr()
    assert "- removed  two" in said.out
    assert "(--fewer)" in said.err
    assert run(str(feed), "--timezone", "America/New_York", "--fewer") == 0
    assert "2 removed" in capsys.readouterr().out


def test_what_is_added_without_dates_is_said(feed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [row(), row(slug="shut", types=["TC"]), row(slug="odd", end_time="25:00")]
    feed.write_text(json.dumps(rows), encoding="utf-8")
    assert run(str(feed), "--timezone", "America/New_York", "--dry-run") == 0
    said = capsys.readouterr().out
    assert "+ added without dates shut  Monday evening\n" in said
    assert "+ added without dates odd  Monday evening: Its end cannot be meant: 19:00 to 25:00.\n" in said
    assert run(str(feed), "--timezone", "America/New_York") == 0
    said = capsys.readouterr().out
    assert "cannot be meant: 19:00 to 25:00." in said
    assert "3 added, 0 changed, 0 removed, 0 unchanged, 0 refused. Added without dates: 2." in said


def table(*args: str) -> int:
    """The exit code of `groupsched import-table`."""
    with pytest.raises(SystemExit) as stopped:
        main(["import-table", *args])
    return int(stopped.value.code or 0)


PEOPLE = "record_number,first_name,email\nHL-1,Robin,\nHL-2,Holly,holly@nowhere\n"


def clients() -> list[str]:
    db.session.rollback()
    found = list(db.session.scalars(select(Person.first_name).where(Person.record_number.like("HL-%"))))
    db.session.rollback()  # the command writes next
    return found


def test_a_table_says_which_rows_it_cannot_take_and_the_counts(
    feed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = feed.with_name("people.csv")
    path.write_text(PEOPLE, encoding="utf-8")
    assert table("people", str(path), "--dry-run") == 0
    said = capsys.readouterr().out
    assert "! row 3 (email “holly@nowhere”): This mail address looks cut off. Please check it." in said
    assert "people: 1 new, 0 changed, 0 same, 1 refused. Nothing was written." in said
    assert clients() == []
    assert table("people", str(path)) == 0
    assert table("people", str(path)) == 0
    assert capsys.readouterr().out.endswith("people: 0 new, 0 changed, 1 same, 1 refused.\n")
    assert clients() == ["Robin"]
    path.write_text(
        "record_number,first_name,last_name\nHL-1,Robin,Teacup\n007,Fern,\n7,Ivy,\n", encoding="utf-8"
    )
    assert table("people", str(path), "--dry-run") == 0
    said = capsys.readouterr().out
    assert "~ row 2: last_name:  -> Teacup\n? row 4: 7 looks like 007, and is somebody else.\n" in said


def test_a_table_that_cannot_be_read_is_a_sentence(feed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = feed.with_name("groups.csv")
    path.write_bytes(b"PK\x03\x04")
    assert table("groups", str(path)) == 1
    assert "This is a workbook." in capsys.readouterr().err
