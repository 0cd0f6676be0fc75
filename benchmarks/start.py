"""Start and memory of `groupsched serve` with two workers, beside bare Flask on the same server."""

import tempfile
import time
from pathlib import Path

from benchmarks.report import head, row
from benchmarks.world import fill, program, served
from groupsched import create_app
from groupsched.core import schema
from groupsched.core.config import load
from groupsched.core.db import db


def run() -> None:
    """Print seconds to the first answer and the memory of all processes (PSS) after some load."""
    import urllib.request

    head("Start and memory: groupsched serve, two workers")
    with tempfile.TemporaryDirectory() as folder:
        database = f"sqlite:///{folder}/start.db"
        app = create_app(load({}, instance=folder, secret_key="b" * 40, database_url=database))
        with app.app_context():
            schema.upgrade()
            fill(program(), 200)
            db.session.remove()
            db.engine.dispose()
        begin = time.perf_counter()
        with served(Path(folder), database, 5393) as base:
            first = time.perf_counter() - begin
            for _ in range(60):
                for path in ("/", "/sessions", "/sign-in", "/feeds/public.ics"):
                    urllib.request.urlopen(base + path, timeout=10).read()
            memory = _pss()
    row("first answer", f"{first:.2f} s", "at most 2 s", met=first <= 2)
    row("memory of all processes after load (PSS)", f"{memory / 1024:.0f} MiB", "at most 220 MiB", met=memory <= 220 * 1024)


def _pss() -> int:
    """KiB of all processes of this server, each shared page counted once."""
    total = 0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes()
            if b"groupsched" in command and b"benchmarks" not in command or b"multiprocessing" in command:
                lines = (process / "smaps_rollup").read_text().splitlines()
                total += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
        except (OSError, StopIteration):
            continue
    return total


if __name__ == "__main__":
    run()
