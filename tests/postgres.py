"""A PostgreSQL for tests: the one GROUPSCHED_TEST_POSTGRES names, else a throw-away cluster of our own."""

import atexit
import os
import pwd
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

from sqlalchemy import create_engine, make_url, text


class PostgresMissing(Exception):
    """There is no PostgreSQL on this machine; the sentence says how to get one."""


@cache
def postgres_address() -> str:
    """The address of an empty database, reachable by a socket only."""
    given = os.environ.get("GROUPSCHED_TEST_POSTGRES")
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if given and worker:  # where several processes share the tests, each has a database of its own
        return new_database_beside(given, worker)
    return given or _start(_programs())


def new_database_beside(address: str, suffix: str) -> str:
    """The address of an empty database on the same server; one of that name that is there already goes."""
    url = make_url(address)
    name = f"{url.database}_{suffix}"
    server = create_engine(url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    server.dispose()
    return url.set(database=name).render_as_string(hide_password=False)


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: float(p.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    raise PostgresMissing("PostgreSQL is not installed: apt-get install postgresql")


def _start(programs: Path) -> str:
    folder = Path(tempfile.mkdtemp(prefix="groupsched-pg-"))
    run_as = None
    if os.geteuid() == 0:
        account = pwd.getpwnam("postgres")
        os.chown(folder, account.pw_uid, account.pw_gid)
        run_as = "postgres"
    data = folder / "data"
    _run(
        [
            programs / "initdb",
            "-D",
            data,
            "-U",
            "postgres",
            "-A",
            "trust",
            "--no-sync",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
        ],
        run_as,
        folder,
    )
    options = f"-k {folder} -c listen_addresses= -c fsync=off -c full_page_writes=off -c max_connections=120"
    _run(
        [programs / "pg_ctl", "-D", data, "-w", "-o", options, "-l", folder / "log", "start"], run_as, folder
    )
    atexit.register(_stop, programs, data, run_as, folder)
    return f"postgresql+psycopg://postgres@/postgres?host={folder}"


def _stop(programs: Path, data: Path, run_as: str | None, folder: Path) -> None:
    _run([programs / "pg_ctl", "-D", data, "-m", "immediate", "stop"], run_as, folder)
    shutil.rmtree(folder, ignore_errors=True)


def _run(command: list[object], run_as: str | None, folder: Path) -> None:
    words = [str(word) for word in command]
    subprocess.run(
        words,
        check=True,
        user=run_as,
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
    )
