"""A PostgreSQL for tests: the one GROUPSCHED_TEST_POSTGRES names, else a throw-away cluster of our own."""

import atexit
import os
import pwd
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path


class PostgresMissing(Exception):
    """There is no PostgreSQL on this machine; the sentence says how to get one."""


@cache
def postgres_address() -> str:
    """The address of an empty database, reachable by a socket only."""
    given = os.environ.get("GROUPSCHED_TEST_POSTGRES")
    return given or _start(_programs())


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
