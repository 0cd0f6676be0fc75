"""The production server: granian, with a stop that lets load balancers look away first."""

import logging
import os
import socket
import sqlite3
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from groupsched.core.config import LOOPBACK, SettingError, Settings
from groupsched.core.web import DRAIN_VARIABLE
from groupsched.operations.front import Front

DRAIN_SECONDS = 2
STOP_SECONDS = 8
THREADS = 8


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
    check_free(host, port)
    marker = Path(tempfile.gettempdir()) / f"groupsched-draining-{os.getpid()}"
    os.environ[DRAIN_VARIABLE] = str(marker)
    logging.getLogger("_granian").addFilter(_is_news)

    class DrainingServer(Server):  # type: ignore[misc, valid-type]
        """granian's own stop closes the listener at once; this one announces it first."""

        def shutdown(self, exit_code: int = 0) -> None:
            marker.touch()
            time.sleep(DRAIN_SECONDS)
            marker.unlink(missing_ok=True)
            super().shutdown(exit_code)

    server = DrainingServer(
        "groupsched.operations.server:application",
        address=host,
        port=port,
        interface=Interfaces.RSGI,
        factory=True,
        workers=workers,
        backlog=1024,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS,
        log_level="warning",
        http1_settings=HTTP1Settings(header_read_timeout=15_000),
    )
    server.serve()


def _is_news(record: logging.LogRecord) -> bool:
    """Not the advice to have fewer threads than people who wait for a lock: 8 a process are meant."""
    return "Python threads" not in record.getMessage()


def application() -> Front:
    """What a worker process loads."""
    from groupsched import create_app

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger(__name__).info("SQLite library %s", sqlite3.sqlite_version)
    return Front(create_app(), THREADS)
