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
        with served(Path(folder), database, 5393) as server:
            first = time.perf_counter() - begin
            for _ in range(60):
                for path in ("/", "/sessions", "/sign-in", "/feeds/public.ics"):
                    urllib.request.urlopen(server.base + path, timeout=10).read()
            memory = _pss(server.pid)
    row("first answer", f"{first:.2f} s", "at most 2 s", met=first <= 2)
    row(
        "memory of all processes after load (PSS)",
        f"{memory / 1024:.0f} MiB",
        "at most 220 MiB",
        met=memory <= 220 * 1024,
    )


def _pss(pid: int) -> int:
    """KiB of a process and all it started, each shared page counted once."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    own = next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return own + sum(_pss(int(child)) for child in children)


if __name__ == "__main__":
    run()
