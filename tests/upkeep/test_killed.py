"""A backup, a restore and an upgrade that are killed at any moment leave all that was there, and nothing half there."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from groupsched.core import schema
from groupsched.core.config import Settings
from groupsched.core.instance import database_file
from groupsched.upkeep.service import write_backup
from groupsched.upkeep.service.files import means_of, unpack
from tests.upkeep.conftest import opened, put_back
from tests.upkeep.killing import killed


def tries(settings: Settings, new: int | None = None) -> int:
    """How many rows of a table there are, after so many were put into it instead: by this the old data are told from the new."""
    engine = create_engine(settings.database_url)
    with engine.begin() as connection:
        if new is not None:
            connection.execute(text("DELETE FROM failed_try"))
            row = text("INSERT INTO failed_try (who, at) VALUES ('somebody', '2026-11-27 09:00:00')")
            for _number in range(new):
                connection.execute(row)
        found = connection.execute(text("SELECT count(*) FROM failed_try")).scalar() or 0
    engine.dispose()
    return int(found)


def empty(settings: Settings) -> None:
    file = database_file(settings.database_url)
    if file is not None:
        for left in file.parent.glob(f"{file.name}*"):
            left.unlink()
        return
    engine = create_engine(settings.database_url)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()


def is_sound(settings: Settings) -> bool:
    with opened(settings):
        return schema.integrity() == [] and schema.current_revision() == schema.head_revision()


def left_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if "restoring" in path.name or ".part" in path.name}


def backups(settings: Settings, tmp_path: Path, moments: int) -> int:
    """Kill so many backups, and look after each; returns how many were killed before their end."""
    folder, before = tmp_path / "kept", 0
    folder.mkdir()
    target = folder / "day.backup"
    for one in killed(partial(write_backup, settings, target), moments):
        before += one
        unpack(target, tmp_path / "bytes")
        means_of(settings.database_url).migration_of(tmp_path / "bytes")
        (tmp_path / "bytes").unlink()
    write_backup(settings, target)
    assert left_in(folder) == set()
    return before


def restores(settings: Settings, tmp_path: Path, moments: int) -> int:
    backup, before = tmp_path / "day.backup", 0
    tries(settings, new=3)
    write_backup(settings, backup)
    for one in killed(partial(put_back, settings, backup), moments):
        before += one
        assert tries(settings) in ((3, 5) if one else (3,))
        assert is_sound(settings)
        tries(settings, new=5)
    put_back(settings, backup)
    assert tries(settings) == 3
    assert left_in(settings.instance) == set()
    return before


def upgrades(settings: Settings, tmp_path: Path, moments: int) -> int:
    def work() -> None:
        with opened(settings):
            schema.upgrade()

    before = 0
    empty(settings)
    for one in killed(work, moments):
        before += one
        work()
        with opened(settings):
            assert schema.differences() == schema.integrity() == []
        empty(settings)
    return before


@pytest.mark.parametrize(("work", "moments"), [(backups, 5), (restores, 3), (upgrades, 3)])
def test_what_is_killed_at_any_moment_leaves_all_that_was_there(
    files: Settings, tmp_path: Path, work: Callable[[Settings, Path, int], int], moments: int
) -> None:
    assert work(files, tmp_path, moments) > 0
