"""`groupsched backup` and `groupsched restore`, as they are typed."""

import json
from pathlib import Path

from groupsched.core.config import Settings
from tests.core.test_cli import run


def test_a_backup_is_put_back_after_a_yes_and_both_say_what_they_did(files: Settings, tmp_path: Path) -> None:
    own = {"GROUPSCHED_INSTANCE": str(files.instance)}
    done = run(tmp_path, "backup", "day.backup", "--json", **own)
    assert json.loads(done.stdout)["kind"] == "sqlite", done.stderr
    before = (files.instance / "groupsched.db").stat().st_ino
    asked = run(tmp_path, "restore", "day.backup", **own)
    assert (asked.returncode, (files.instance / "groupsched.db").stat().st_ino) == (1, before)
    assert "What was entered since is lost" in asked.stderr
    done = run(tmp_path, "restore", "day.backup", "--yes", **own)
    assert (done.returncode, done.stderr) == (0, "")
    assert "The old database is kept: " in done.stdout
