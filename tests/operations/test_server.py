"""The production server as it runs: it starts, says when it stops, and loses nothing when it is killed."""

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
from contextlib import suppress

import pytest

from groupsched.core import instance
from groupsched.core.config import SettingError, load
from groupsched.core.errors import Conflict
from groupsched.operations.server import check_free, check_start, parse_bind
from tests.conftest import SECRET
from tests.operations.conftest import status, until


def test_a_stopping_server_says_so_before_it_stops_listening(server, tmp_path):
    process, address = server
    assert "WARNING" not in (tmp_path / "said").read_text(), "nobody can act on it"
    process.terminate()
    until(lambda: status(f"{address}/readyz") == 503)
    assert [path.name for path in tmp_path.glob("draining-*")] == [f"draining-{process.pid}"]
    assert status(f"{address}/healthz") == 200
    until(lambda: process.poll() is not None)
    assert status(f"{address}/healthz") is None
    assert not list(tmp_path.glob("draining-*"))


def test_who_comes_while_no_server_runs_waits_where_the_system_holds_the_socket(tmp_path, migrated):
    env = {**os.environ, "GROUPSCHED_INSTANCE": str(tmp_path), "GROUPSCHED_SECRET_KEY": SECRET}
    command = f"{sys.executable} -m groupsched.cli"
    shutil.copy(migrated, tmp_path)
    with socket.socket() as held, (tmp_path / "said").open("w") as said:
        held.bind(("127.0.0.1", 0))
        held.listen()
        caller = socket.create_connection(held.getsockname())
        caller.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        # As systemd does: the socket is number 3, and the environment says whose it is.
        script = f"exec 3<&{held.fileno()}; LISTEN_FDS=1 LISTEN_PID=$$ exec {command} serve --workers 1"
        process = subprocess.Popen(
            ["bash", "-c", script],
            env=env, pass_fds=[held.fileno()], start_new_session=True, stdout=said, stderr=said,
        )  # fmt: skip
        try:
            caller.settimeout(30)
            assert caller.recv(100).startswith(b"HTTP/1.1 200"), (tmp_path / "said").read_text()
        finally:
            caller.close()
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def is_free(settings):
    """Whether the last worker process of a killed server has gone too."""
    with suppress(Conflict), instance.alone(settings):
        return True
    return False


def test_a_killed_server_leaves_a_sound_database(server, tmp_path):
    process, address = server
    assert status(f"{address}/") == 200
    settings = load({}, instance=tmp_path, secret_key=SECRET)
    with pytest.raises(Conflict, match="in use"), instance.alone(settings):
        pass
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    until(lambda: is_free(settings))
    with sqlite3.connect(tmp_path / "groupsched.db") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_plain_http_is_refused_anywhere_but_on_this_machine(tmp_path):
    def starts(base: str) -> None:
        check_start(load({}, instance=tmp_path, secret_key=SECRET, base_url=base))

    starts("http://127.0.0.1:5000")
    starts("https://sessions.example.org")
    with pytest.raises(SettingError, match="https"):
        starts("http://sessions.example.org")


@pytest.mark.parametrize("value", ["nonsense", "127.0.0.1", "127.0.0.1:99999", ":", "127.0.0.1:x"])
def test_a_bind_address_that_makes_no_sense_is_refused(value):
    with pytest.raises(SettingError, match="--bind"):
        parse_bind(value)


def test_serve_refuses_a_database_that_is_not_migrated(tmp_path):
    env = {**os.environ, "GROUPSCHED_INSTANCE": str(tmp_path), "GROUPSCHED_SECRET_KEY": SECRET}
    done = subprocess.run(
        [sys.executable, "-m", "groupsched.cli", "serve"],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "groupsched db upgrade" in done.stderr


def test_a_port_that_somebody_else_has_is_told_in_a_sentence():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(SettingError, match="Choose another port"):
            check_free("127.0.0.1", other.getsockname()[1])
