"""The command line: help on every level, exit codes, sentences on standard error."""

import os
import subprocess
import sys

import pytest

from groupsched.cli import ELSEWHERE
from tests.conftest import SECRET


def run(tmp_path, *words, **env):
    environment = {
        "PATH": os.environ["PATH"],
        "GROUPSCHED_INSTANCE": str(tmp_path),
        "GROUPSCHED_SECRET_KEY": SECRET,
        **env,
    }
    return subprocess.run(
        [sys.executable, "-m", "groupsched.cli", *words],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    "words", [[], ["db"], *([name] for name in sorted(ELSEWHERE)), ["serve"], ["db", "check"]]
)
def test_there_is_help_on_every_level(tmp_path, words):
    done = run(tmp_path, *words, "--help")
    assert done.returncode == 0, done.stderr
    assert "Usage: groupsched" in done.stdout


def test_wrong_usage_is_exit_code_2(tmp_path):
    assert run(tmp_path, "no-such-command").returncode == 2
    assert run(tmp_path, "serve", "--workers", "none").returncode == 2


def test_a_refusal_is_exit_code_1_with_a_sentence(tmp_path):
    done = run(tmp_path, "db", "current", GROUPSCHED_DATABASE_URL="mysql://x")
    assert done.returncode == 1
    assert "GROUPSCHED_DATABASE_URL" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_database_goes_from_nothing_to_sound(tmp_path):
    assert run(tmp_path, "db", "current").stdout.strip() == "empty"
    new = tmp_path / "not" / "there"
    done = run(tmp_path, "db", "upgrade", GROUPSCHED_INSTANCE=str(new))
    assert done.returncode == 0, done.stderr
    assert new.stat().st_mode & 0o077 == 0
    done = run(tmp_path, "db", "check", GROUPSCHED_INSTANCE=str(new))
    assert done.returncode == 0, done.stderr
    assert "sound" in done.stdout


def test_a_broken_database_file_is_told_in_a_sentence(tmp_path):
    (tmp_path / "groupsched.db").write_bytes(b"this is no database" * 100)
    done = run(tmp_path, "db", "check")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
