"""PostgreSQL: a dump by its own pg_dump, read whole by pg_restore, and a new database that takes the name of the old one."""

import os
import re
import shutil
import subprocess
from datetime import datetime
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from groupsched.core.config import Settings
from groupsched.upkeep.rules import BackupProblem
from groupsched.upkeep.service.refusal import BackupRefused, because_of_program

LONGEST_NAME = 63
_OTHERS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = :name AND pid <> pg_backend_pid() "
    "AND backend_type = 'client backend'"
)


def copy(url: str, target: Path) -> None:
    """Dump the database as it is at one moment into a new file."""
    _run(
        url,
        "pg_dump",
        "--format=custom",
        "--no-owner",
        "--no-privileges",
        f"--file={target}",
        *_where(make_url(url)),
    )


def migration_of(copied: Path) -> str:
    """Prove a dump by reading all of it, and say which migration it stands at. Raises BackupRefused for a broken one."""
    _run("", "pg_restore", "--file=/dev/null", str(copied))
    said = _run("", "pg_restore", "--data-only", "--table=alembic_version", "--file=-", str(copied))
    found = re.search(r"^COPY .*alembic_version.*\n(\w+)\n", said.decode(), re.M)
    if found is None:
        raise BackupRefused("The copy is no sound database of groupsched: it stands at no migration.")
    return found[1]


def refuse_if_used(url: str) -> None:
    """Raise BackupRefused while anybody is connected to the database, from whichever machine."""
    given = make_url(url)
    with _elsewhere(given).connect() as server:
        others = server.scalar(_OTHERS, {"name": given.database})
    if others:
        raise BackupRefused(
            f"The database is in use: {others} connected. Stop every server and worker first.",
            BackupProblem.DATABASE,
        )


def copy_beside(settings: Settings) -> Path:
    """Where the bytes of a backup are unpacked: in the instance folder."""
    path = settings.instance / "restoring.dump"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.unlink(missing_ok=True)  # of a restore that was killed
    return path


def fill(url: str, copied: Path) -> str:
    """Make a new database with these data beside the one of `url`; returns its address."""
    new = _new(make_url(url))
    try:
        with _elsewhere(make_url(url)).connect() as server:
            server.execute(text(f'DROP DATABASE IF EXISTS "{new.database}"'))
            server.execute(text(f'CREATE DATABASE "{new.database}"'))
    except DBAPIError as error:
        raise BackupRefused(
            f"No new database could be made: {str(error.orig).splitlines()[0]}. "
            "The account needs the right to do so (ALTER ROLE … CREATEDB).", BackupProblem.DATABASE
        ) from error  # fmt: skip
    _run(
        url, "pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges",
        *_where(new), str(copied),
    )  # fmt: skip
    return new.render_as_string(hide_password=False)


def forget(url: str, copied: Path) -> None:
    """Leave nothing of a new database that does not take the place of the old one."""
    copied.unlink(missing_ok=True)
    with _elsewhere(make_url(url)).connect() as server:
        server.execute(text(f'DROP DATABASE IF EXISTS "{_new(make_url(url)).database}"'))


def swap(url: str, copied: Path, now: datetime) -> str:
    """Give the new database the name of the old one, which is kept under another; returns that, empty where there was none."""
    given = make_url(url)
    aside = f"{str(given.database)[: LONGEST_NAME - 24]}_before_{now:%Y%m%d_%H%M%S}"
    try:
        # In one transaction: at every moment there is one database of this name.
        with _elsewhere(given, isolation="READ COMMITTED").begin() as server:
            there = _rename(server, str(given.database), aside)
            _rename(server, str(_new(given).database), str(given.database))
    except DBAPIError as error:
        raise BackupRefused(
            f"The new database could not take the place of the old one: {error.orig}"
        ) from error
    return aside if there else ""


def _rename(server: Connection, name: str, new: str) -> bool:
    there = server.scalar(text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": name})
    if there:
        server.execute(text(f'ALTER DATABASE "{name}" RENAME TO "{new}"'))
    return bool(there)


def _new(given: URL) -> URL:
    return given.set(database=f"{str(given.database)[: LONGEST_NAME - 10]}_restoring")


def _elsewhere(given: URL, isolation: str = "AUTOCOMMIT") -> Engine:
    """Another database of the same server: nobody can rename the one that they are connected to."""
    other = given.set(database="template1" if given.database == "postgres" else "postgres")
    return create_engine(other, isolation_level=isolation, poolclass=NullPool)  # type: ignore[arg-type]


def _where(given: URL) -> list[str]:
    """The database, as PostgreSQL's own programs take it; the password stays out of the list of processes."""
    plain = given.set(drivername="postgresql", password=None)
    return [f"--dbname={plain.render_as_string(hide_password=False)}"]


def _run(url: str, program: str, *words: str) -> bytes:
    if shutil.which(program) is None:
        raise BackupRefused(
            f"{program} is not installed on this machine: it comes with PostgreSQL's client.",
            BackupProblem.NO_PROGRAM,
        )
    password = make_url(url).password if url else None
    env = {**os.environ, "PGPASSWORD": str(password)} if password else dict(os.environ)
    try:
        return subprocess.run([program, *words], env=env, check=True, capture_output=True).stdout
    except subprocess.CalledProcessError as error:
        raise because_of_program(error) from error
