"""An installation of its own, migrated and with a program, that may be backed up, put back and killed."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from flask import Flask

from groupsched.core import schema
from groupsched.core.config import Settings, load
from groupsched.core.db import db
from groupsched.upkeep.rules import BackupHeader
from groupsched.upkeep.service import RestoreResult, restore
from tests.conftest import SECRET, build
from tests.postgres import new_database_beside

Opened = Callable[[Settings], AbstractContextManager[Flask]]


@contextmanager
def opened(settings: Settings) -> Iterator[Flask]:
    """The application over the database of these settings, of which nothing stays open."""
    app = build(settings)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def yes(_header: BackupHeader) -> None:
    """Nobody is asked."""


def put_back(settings: Settings, source: Path, *, keep_links: bool = False) -> RestoreResult:
    return restore(settings, source, opened, yes, keep_links=keep_links)


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, made once, to be copied."""
    folder = tmp_path_factory.mktemp("migrated")
    with opened(load({}, instance=folder, secret_key=SECRET)):
        schema.upgrade()
    return folder / "groupsched.db"


@pytest.fixture
def files(migrated: Path, tmp_path: Path) -> Settings:
    """The settings of an installation on SQLite."""
    (tmp_path / "instance").mkdir(mode=0o700)
    shutil.copy(migrated, tmp_path / "instance")
    return load({}, instance=tmp_path / "instance", secret_key=SECRET)


@pytest.fixture
def home(database: str, files: Settings) -> Settings:
    """The settings of an installation, on each kind of database."""
    if database.startswith("sqlite"):
        return files
    url = new_database_beside(database, "vault")
    given = load({}, instance=files.instance, database_url=url, secret_key=SECRET)
    with opened(given):
        schema.upgrade()
    return given
