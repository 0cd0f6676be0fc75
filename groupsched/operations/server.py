"""The production server: granian, with a stop that lets load balancers look away first."""

import logging
import os
import socket
import sqlite3
import time
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from groupsched.core.config import LOOPBACK, SettingError, Settings
from groupsched.core.web import DRAIN_VARIABLE
from groupsched.operations.front import Front

DRAIN_SECONDS = 2
STOP_SECONDS = 8
THREADS = 8
BACKLOG = 1024
FIRST_GIVEN = 3
"""The number of the first socket that systemd hands over."""


def parse_bind(value: str) -> tuple[str, int]:
    """The host and the port of an address to listen at. Raises SettingError.

    >>> parse_bind("127.0.0.1:5000"), parse_bind("[::1]:80")
    (('127.0.0.1', 5000), ('::1', 80))
    """
    parts = urlsplit(f"//{value}")
    with suppress(ValueError):
        if parts.hostname and parts.port:
            return parts.hostname, parts.port
    raise SettingError(f"--bind must look like 127.0.0.1:5000, not {value}.")


def check_start(settings: Settings) -> None:
    """Refuse a start that would be unsafe: cookies over plain http, SQLite on a network folder."""
    host = urlsplit(settings.base_url).hostname
    if not settings.secure and host not in LOOPBACK:
        raise SettingError("GROUPSCHED_BASE_URL must be https (plain http only on this machine, 127.0.0.1).")
    if settings.database_url.startswith("sqlite"):
        path = Path(settings.database_url.removeprefix("sqlite:///"))
        if _on_network(path):
            raise SettingError(f"{path} lies on a network folder: SQLite loses data there. Use PostgreSQL.")


def check_free(host: str, port: int) -> None:
    """Say in a sentence that somebody else listens there. Raises SettingError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise SettingError(
                f"Nothing can listen at {host}:{port} ({error.strerror}). Choose another port."
            ) from error


def given_socket() -> socket.socket | None:
    """The listening socket that systemd holds for us (its `LISTEN_FDS`); None where the server opens its own.

    Held by somebody else it outlives the server: who comes during a restart waits instead of being refused.
    """
    if os.environ.get("LISTEN_PID") != str(os.getpid()) or os.environ.get("LISTEN_FDS") != "1":
        return None
    given = socket.socket(fileno=FIRST_GIVEN)
    given.set_inheritable(True)
    given.setblocking(False)
    return given


def _on_network(path: Path) -> bool:
    """Whether a path is on NFS, SMB or the like, as far as this system tells (/proc/mounts)."""
    mounts = Path("/proc/mounts")
    if not mounts.exists():
        return False
    kinds = {line.split()[1]: line.split()[2] for line in mounts.read_text().splitlines()}
    here = path.absolute()
    for folder in (here, *here.parents):
        if str(folder) in kinds:
            return kinds[str(folder)].startswith(("nfs", "cifs", "smb", "fuse.sshfs", "9p"))
    return False


def serve(settings: Settings, bind: str, workers: int) -> None:
    """Serve until SIGTERM or Ctrl-C. Then /readyz says 503 for 2 s, and what is in flight has 8 s."""
    from granian.constants import Interfaces
    from granian.http import HTTP1Settings
    from granian.server import Server

    host, port = parse_bind(bind)
    check_start(settings)
    given = given_socket()
    if given is None:
        check_free(host, port)
    marker = settings.instance / f"draining-{os.getpid()}"
    marker.unlink(missing_ok=True)  # of a process of this number that was killed while it stopped
    os.environ[DRAIN_VARIABLE] = str(marker)
    logging.getLogger("_granian").addFilter(_is_news)

    class DrainingServer(Server):  # type: ignore[misc, valid-type]
        """granian's own stop closes the listener at once; this one announces it first."""

        def shutdown(self, exit_code: int = 0) -> None:
            with suppress(OSError):  # a full disk keeps nobody from stopping
                marker.touch()
            time.sleep(DRAIN_SECONDS)
            with suppress(OSError):
                marker.unlink()
            super().shutdown(exit_code)

        def _init_shared_socket(self) -> None:
            if given is None:
                super()._init_shared_socket()
            else:
                self._sso, self._ssp, self._shd = given, None, _held(given)

    server = DrainingServer(
        "groupsched.operations.server:application",
        address=host,
        port=port,
        interface=Interfaces.RSGI,
        factory=True,
        workers=workers,
        backlog=BACKLOG,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS,
        log_level="warning",
        http1_settings=HTTP1Settings(header_read_timeout=15_000),
    )
    server.serve()


def _held(given: socket.socket) -> Any:
    """The same socket as granian knows sockets; its hints say nothing of the number that this takes."""
    from granian.net import SocketHolder

    make: Any = SocketHolder
    return make(given.fileno(), False, BACKLOG)


def _is_news(record: logging.LogRecord) -> bool:
    """Not the advice to have fewer threads than people who wait for a lock: 8 a process are meant."""
    return "Python threads" not in record.getMessage()


def application() -> Front:
    """What a worker process loads."""
    from sqlalchemy import text
    from sqlalchemy.exc import DBAPIError

    from groupsched import create_app
    from groupsched.core import instance
    from groupsched.core.config import load
    from groupsched.core.db import db

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger(__name__).info("SQLite library %s", sqlite3.sqlite_version)
    settings = load()
    instance.mark_used(settings)
    app = create_app(settings)
    # Before anybody asks for a page: a connection in the pool tells a restore on another machine that PostgreSQL is in use.
    with app.app_context(), suppress(DBAPIError):
        db.session.execute(text("SELECT 1"))
    return Front(app, THREADS)
