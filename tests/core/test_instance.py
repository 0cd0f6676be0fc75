"""The folder of an installation: its owner's alone; one migrates it at a time; a later version's database is left alone."""

import os
import resource
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from groupsched.cli import main
from groupsched.core import instance, write_queue
from groupsched.core.config import load
from groupsched.core.errors import Conflict
from tests.conftest import SECRET
from tests.postgres import new_database_beside


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An instance folder that the environment names; the umask is put back."""
    monkeypatch.setenv("GROUPSCHED_INSTANCE", str(tmp_path))
    monkeypatch.setenv("GROUPSCHED_SECRET_KEY", SECRET)
    before = os.umask(0o022)
    yield tmp_path
    os.umask(before)


def refused(capsys, *words: str) -> str:
    with pytest.raises(SystemExit) as stopped:
        main(words)
    assert stopped.value.code == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1, said
    return said


def open_to_others(folder: Path) -> list[str]:
    return [str(path) for path in (folder, *folder.iterdir()) if path.stat().st_mode & 0o077]


@pytest.mark.parametrize(
    "words", [["db", "upgrade"], ["worker", "--once"], ["token", "revoke", "--name", "roster"]]
)
def test_a_database_of_a_later_version_stops_every_command(folder, capsys, words):
    with sqlite3.connect(folder / "groupsched.db") as later:
        later.execute("CREATE TABLE alembic_version (version_num TEXT)")
        later.execute("INSERT INTO alembic_version VALUES ('9999')")
    before = (folder / "groupsched.db").read_bytes()
    assert "9999, which this version of the program does not know" in refused(capsys, *words)
    assert (folder / "groupsched.db").read_bytes() == before


def test_a_database_of_an_earlier_version_says_what_to_type(folder, capsys):
    with sqlite3.connect(folder / "groupsched.db") as early:
        early.execute("CREATE TABLE alembic_version (version_num TEXT)")
        early.execute("INSERT INTO alembic_version VALUES ('0001')")
    assert "groupsched db upgrade" in refused(capsys, "worker", "--once")


def test_what_was_open_to_others_is_the_owners_alone_after_any_command(folder):
    for name in ("groupsched.db", "groupsched.db-journal", "secret_key", "demo.json", "letter.txt"):
        (folder / name).touch(mode=0o644)
    (folder / "outbox").mkdir(mode=0o755)
    folder.chmod(0o755)
    main_quietly("db", "current")
    assert open_to_others(folder) == [str(folder / "letter.txt")], "what is not ours is left as it is"


def main_quietly(*words: str) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 0


def test_a_folder_that_cannot_be_made_is_a_sentence(folder, capsys, monkeypatch):
    (folder / "file").touch()
    monkeypatch.setenv("GROUPSCHED_INSTANCE", str(folder / "file" / "instance"))
    assert "cannot be read or written" in refused(capsys, "db", "upgrade")


def test_a_full_disk_is_a_sentence_and_half_a_database_is_none(folder):
    def no_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    done = subprocess.run(
        [sys.executable, "-m", "groupsched.cli", "db", "upgrade"],
        capture_output=True, text=True, check=False, preexec_fn=no_room,
    )  # fmt: skip
    assert (done.returncode, done.stderr.count("\n")) == (1, 1), done.stderr
    main_quietly("db", "upgrade")
    main_quietly("db", "check")


def test_two_upgrades_at_once_wait_for_each_other(folder, database):
    url = database
    if database.startswith("postgresql"):
        url = new_database_beside(database, "upgrades")
    else:
        url = f"sqlite:///{folder / 'groupsched.db'}"
    env = {**os.environ, "GROUPSCHED_DATABASE_URL": url}
    command = [sys.executable, "-m", "groupsched.cli", "db", "upgrade"]
    started = [subprocess.Popen(command, env=env, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    said = [one.communicate()[1] for one in started]
    assert [one.returncode for one in started] == [0, 0], said


def test_who_uses_the_database_keeps_others_from_having_it_alone_and_the_other_way_round(folder):
    settings = load()
    with instance.alone(settings), pytest.raises(Conflict, match="being restored"):
        instance.mark_used(settings)
    instance.mark_used(settings)
    with pytest.raises(Conflict, match="Stop the server and the worker first"), instance.alone(settings):
        pass


def test_a_gate_that_cannot_be_opened_keeps_nobody_from_writing(folder):
    (folder / "groupsched.db-turn").mkdir()
    main_quietly("db", "upgrade")
    assert write_queue.WriteQueue(str(folder / "groupsched.db")).enter(0)
