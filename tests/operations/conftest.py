"""A running server, and asking it."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

from tests.conftest import SECRET


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def status(address: str) -> int | None:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return None


def until(question, tries: int = 600):
    """Ask until there is an answer; a test that waits for ever says so instead."""
    for _ in range(tries):
        answer = question()
        if answer:
            return answer
        time.sleep(0.05)
    raise AssertionError("it never happened")


@pytest.fixture(scope="module")
def migrated(tmp_path_factory):
    """A migrated database, made once, to be copied."""
    folder = tmp_path_factory.mktemp("migrated")
    env = {**os.environ, "GROUPSCHED_INSTANCE": str(folder), "GROUPSCHED_SECRET_KEY": SECRET}
    command = [sys.executable, "-m", "groupsched.cli", "db", "upgrade"]
    subprocess.run(command, env=env, check=True, capture_output=True)
    return folder / "groupsched.db"


@pytest.fixture
def server(tmp_path, migrated):
    """A running server over its own instance: (process, address)."""
    port = free_port()
    env = {
        **os.environ,
        "GROUPSCHED_INSTANCE": str(tmp_path),
        "GROUPSCHED_SECRET_KEY": SECRET,
        "GROUPSCHED_BASE_URL": f"http://127.0.0.1:{port}",
    }
    command = [sys.executable, "-m", "groupsched.cli"]
    shutil.copy(migrated, tmp_path)
    with (tmp_path / "said").open("w") as said:
        process = subprocess.Popen(
            [*command, "serve", "--bind", f"127.0.0.1:{port}"],
            env=env,
            start_new_session=True,
            stdout=said,
            stderr=said,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        until(lambda: status(f"{address}/readyz") == 200)
        yield process, address
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
