"""A backup is of one moment, proved, its owner's alone, and never half there; the worker makes one each night."""

import resource
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select, text, update

from groupsched.core import clock
from groupsched.core.config import Settings
from groupsched.core.db import db
from groupsched.feeds.models import Feed
from groupsched.feeds.service import create_feed
from groupsched.schedule.models import Occurrence
from groupsched.upkeep.models import NightlyBackup
from groupsched.upkeep.rules import AGAIN_AFTER, BackupProblem, is_due, old_ones
from groupsched.upkeep.service import BackupRefused, back_up_if_due, faults, write_backup
from tests.conftest import identity_of
from tests.factories import World
from tests.upkeep.conftest import opened, put_back

NIGHT = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)  # four in the morning in New York


def test_a_backup_under_writes_is_of_one_moment(home: Settings, tmp_path: Path) -> None:
    engine, stop = create_engine(home.database_url), threading.Event()
    add = text("INSERT INTO failed_try (who, at) VALUES (:who, '2026-11-27 09:00:00')")

    def write_pairs() -> None:
        while not stop.is_set():
            with engine.begin() as connection:
                connection.execute(add, {"who": "one"})
                connection.execute(add, {"who": "two"})

    writer = threading.Thread(target=write_pairs)
    writer.start()
    try:
        for turn in range(3):
            write_backup(home, tmp_path / f"{turn}.backup")
    finally:
        stop.set()
        writer.join()
        engine.dispose()
    put_back(home, tmp_path / "1.backup")
    restored = create_engine(home.database_url)
    with restored.connect() as connection:
        rows = connection.execute(
            text("SELECT who, count(*) FROM failed_try GROUP BY who ORDER BY who")
        ).all()
    restored.dispose()
    (_one, ones), (_two, twos) = rows
    assert ones == twos > 0


def test_a_backup_takes_its_name_whole_and_no_other_file_of_that_name(
    files: Settings, tmp_path: Path
) -> None:
    own = tmp_path / "own.txt"
    own.write_text("a list of mine")
    with pytest.raises(BackupRefused, match="is no backup"):
        write_backup(files, own)
    target = tmp_path / "day.backup"
    target.touch()
    with pytest.raises(BackupRefused):
        write_backup(files, target)
    target.unlink()
    (tmp_path / "day.backup.part.copy").write_bytes(b"what a killed one left")
    (tmp_path / "day.backup.part").write_bytes(b"what a killed one left" * 100_000)
    header = write_backup(files, target)
    first = target.read_bytes()
    assert target.stat().st_mode & 0o777 == 0o600
    most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(
        resource.RLIMIT_FSIZE, (header.size, most[1])
    )  # room for the copy, none for what is said before it
    try:
        with pytest.raises(BackupRefused) as full:
            write_backup(files, target)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, most)
    assert full.value.problem is BackupProblem.NO_ROOM
    assert target.read_bytes() == first, "an earlier backup is there until the next one stands"
    assert {path.name for path in tmp_path.iterdir()} == {"own.txt", "day.backup", "instance"}


def test_the_night_has_one_backup_on_the_clock_of_the_program_and_one_that_failed_is_tried_again() -> None:
    def due(now: datetime, began: datetime, made: datetime | None) -> bool:
        return is_due(now, 3, "America/New_York", began, made)

    struck = NIGHT - timedelta(hours=1)
    yesterday = NIGHT - timedelta(days=1)
    assert is_due(NIGHT, 3, "America/New_York", None, None)
    assert due(struck, yesterday, yesterday)
    assert not due(struck - timedelta(minutes=1), yesterday, yesterday)
    assert not due(NIGHT + timedelta(hours=22), NIGHT, NIGHT + timedelta(minutes=1))
    assert not due(NIGHT + AGAIN_AFTER, NIGHT, yesterday)
    assert due(NIGHT + AGAIN_AFTER + timedelta(seconds=1), NIGHT, yesterday)
    names = [f"groupsched-202611{day:02}-0800.backup" for day in range(8, 28)]
    assert old_ones([*names, "before-the-move.backup"], NIGHT) == names[:6]


def test_the_worker_makes_one_a_night_keeps_two_weeks_and_says_on_today_what_failed(
    home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = home.instance / "backups"
    with opened(home) as app:
        world = World()
        boss = world.admin()
        db.session.commit()

        def today(now: datetime) -> str:
            with clock.at(now):
                return app.test_client().as_(boss).get("/today").text  # type: ignore[attr-defined]

        folder.mkdir()
        (folder / "groupsched-20261101-0800.backup").touch()
        (folder / "mine.backup").touch()
        for _worker in range(2):
            back_up_if_due(NIGHT)
        assert {path.name for path in folder.iterdir()} == {"mine.backup", "groupsched-20261127-0900.backup"}
        db.session.execute(text("INSERT INTO worker_round (id, at) VALUES (1, '2026-11-28 09:00:00+00')"))
        db.session.execute(update(NightlyBackup).values(made_at=NIGHT))
        db.session.commit()
        assert "Last backup: " in today(NIGHT + timedelta(days=1))
        monkeypatch.setenv("PATH", "")
        (folder / "mine.backup").rename(home.instance / "mine.backup")
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()
        folder.touch()
        back_up_if_due(NIGHT + timedelta(days=1))
        page = today(NIGHT + timedelta(days=1))
        assert "No backup was made" in page and "The server cannot write to the folder" in page
        if not home.database_url.startswith("sqlite"):
            folder.unlink()
            back_up_if_due(NIGHT + timedelta(days=1, hours=2))
            assert "pg_dump has to be installed" in today(NIGHT + timedelta(days=1))
        assert "No backup was made" not in app.test_client().as_(world.supervisor()).get("/today").text  # type: ignore[attr-defined]


def test_the_check_finds_what_does_not_agree(home: Settings) -> None:
    with opened(home) as app:
        world = World()
        robin = world.client()
        group = world.group(led_by=world.facilitator())
        date = world.soon(group, in_minutes=60, dates=2)
        world.enrol(group, robin)
        feed, address = create_feed(identity_of(robin), robin, "Phone", "private", "mine")
        db.session.commit()
        assert app.test_client().get(f"/feeds{address.rpartition('/feeds')[2]}").status_code == 200
        assert faults() == []
        db.session.execute(update(Occurrence).where(Occurrence.id == date.id).values(taken=3))
        db.session.execute(update(Feed).values(zipped=b"no calendar", body=None))
        db.session.commit()
        assert faults() == [
            f"date {date.uid}: 3 seats are taken, 0 of them online, and 1 people hold one, 0 of them online",
            f"link {feed.uid}: what is kept for it is no calendar",
        ]
        db.session.rollback()
        assert db.session.scalar(select(Occurrence.taken).where(Occurrence.id == date.id)) == 3, (
            "it mends nothing"
        )
