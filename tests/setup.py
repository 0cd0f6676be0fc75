"""Before the suite: fetch what it needs beside Python packages, or say the line to type.

With CI=true something missing is a failure; elsewhere the tests that need it are skipped and say why.
"""

import os
import shutil
import subprocess
import sys
from ctypes.util import find_library
from pathlib import Path

NODE = Path(__file__).parent / "node"
SHELL = "chromium-headless-shell"
CI = os.environ.get("CI") == "true"


def node_packages() -> str | None:
    """Install the packages of tests/node when the lock file changed; a sentence when that cannot be."""
    lock = NODE / "package-lock.json"
    stamp = NODE / "node_modules" / ".package-lock.json"
    if stamp.exists() and stamp.stat().st_mtime >= lock.stat().st_mtime:
        return None
    npm = shutil.which("npm")
    if npm is None:
        return "Node.js is missing: apt-get install nodejs npm"
    done = subprocess.run([npm, "ci", "--silent", "--no-audit", "--no-fund"], cwd=NODE, check=False)
    stamp.touch() if done.returncode == 0 and stamp.exists() else None
    return None if done.returncode == 0 else "npm could not fetch the packages of tests/node"


def browser() -> str | None:
    """A Chromium on this machine: with CI=true its shell where apt has it, which draws pages and no windows in half the time;
    installed with apt as root, else the line to type."""
    if shutil.which(SHELL) or (CI and _apt(SHELL) is None):
        return None
    if shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome"):
        return None
    return _apt("chromium")


def calendar_library() -> str | None:
    """libical, which reads our calendars in the tests."""
    return None if find_library("ical") else _apt("libical3")


def postgres() -> str | None:
    """PostgreSQL's own programs, or a server named by GROUPSCHED_TEST_POSTGRES."""
    if os.environ.get("GROUPSCHED_TEST_POSTGRES") or list(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
        return None
    return None if shutil.which("initdb") else _apt("postgresql")


def _apt(package: str) -> str | None:
    if CI and os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "update", "-qq"], check=False)
        done = subprocess.run(
            ["apt-get", "install", "-y", "-qq", package],
            check=False,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        )
        if done.returncode == 0:
            return None
    return f"{package} is missing: apt-get install {package}"


def main() -> int:
    missing = [
        sentence for sentence in (node_packages(), browser(), calendar_library(), postgres()) if sentence
    ]
    for sentence in missing:
        print(f"tests: {sentence}", file=sys.stderr)
    return 1 if missing and CI else 0


if __name__ == "__main__":
    sys.exit(main())
