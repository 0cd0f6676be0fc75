"""Servers to compare with, each in processes of its own, and what their processor time and memory are."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

SECRET = "benchmarks-only-benchmarks-only-benchmarks"
WORKERS, THREADS = 2, 8  # what `groupsched serve` has
TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Server:
    """A running server: its port and the number of its first process."""

    port: int
    pid: int

    @property
    def base(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def cpu(self) -> float:
        """Seconds of processor time that its processes have used: no load of the machine bends it."""
        return _cpu(self.pid)

    def memory(self) -> int:
        """KiB of its processes (PSS), each shared page counted once."""
        return _pss(self.pid)


@contextmanager
def groupsched(instance: Path, database: str) -> Iterator[Server]:
    """`groupsched serve` over this database, ready to answer."""
    port = free_port()
    settings = {
        "GROUPSCHED_INSTANCE": str(instance),
        "GROUPSCHED_DATABASE_URL": database,
        "GROUPSCHED_SECRET_KEY": SECRET,
        "GROUPSCHED_BASE_URL": f"http://127.0.0.1:{port}",
    }
    serve = ["serve", "--bind", f"127.0.0.1:{port}", "--workers", str(WORKERS)]
    with running([sys.executable, "-m", "groupsched.cli", *serve], instance, port, settings) as server:
        wait_for(f"{server.base}/healthz")
        yield server


@contextmanager
def bare(source: str, folder: Path, app: str = "app") -> Iterator[Server]:
    """A small application, given as its source, on the same server with the same settings."""
    port = free_port()
    (folder / f"bare{port}.py").write_text(source)
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
               "--workers", str(WORKERS), "--blocking-threads", str(THREADS), "--log-level", "warning",
               f"bare{port}:{app}"]  # fmt: skip
    with running(command, folder, port) as server:
        yield server


@contextmanager
def running(
    command: list[str], folder: Path, port: int, settings: dict[str, str] | None = None
) -> Iterator[Server]:
    """A process that listens at a port, until the end."""
    with (folder / f"{port}.log").open("w") as log:
        process = subprocess.Popen(
            command, cwd=folder, stdout=log, stderr=log, env={**os.environ, **(settings or {})}
        )
    try:
        _listens(port, process)
        yield Server(port, process.pid)
    finally:
        _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End a server with its workers; one that was asked too early to hear it is not asked again."""
    family = _family(process.pid)
    process.terminate()
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        for pid in family:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.wait(5)


def free_port() -> int:
    """A port at which nobody listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(address: str, seconds: float = 40) -> None:
    """Wait until an address answers well. Raises RuntimeError."""
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        try:
            urllib.request.urlopen(address, timeout=5).read()
            return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.02)
    raise RuntimeError(f"{address} did not answer")


def _listens(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(2000):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None:
            break
        time.sleep(0.02)
    raise RuntimeError(f"nothing answers on port {port}: {process.args!r}")


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(one for child in children for one in _family(int(child)))]


def _cpu(pid: int) -> float:
    fields = [Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split() for one in _family(pid)]
    return sum(int(one[11]) + int(one[12]) for one in fields) / TICK


def _pss(pid: int) -> int:
    lines = [
        line for one in _family(pid) for line in Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
    ]
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
