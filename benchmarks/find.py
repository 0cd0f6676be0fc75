"""`/sessions` with all its counts over 200, 2,000 and 20,000 series."""

from sqlalchemy import text

from benchmarks.report import head, interleaved, measure, row
from benchmarks.world import fill, fresh_app, program
from groupsched.core.db import db

SIZES = (200, 2_000, 20_000)
KEYSET = "SELECT id FROM occurrence WHERE program_id = 1 AND external = 0 AND start > '2000' ORDER BY start, id LIMIT 50"


def run() -> None:
    """Print how the page grows with the catalogue."""
    head("Find a session: the page of 50 with every count")
    times = {}
    for size in SIZES:
        with fresh_app() as app:
            fill(program(), size)
            client = app.test_client()
            client.get("/sessions")  # the first one reads the catalogue
            result = interleaved(
                {
                    "page": lambda c=client: c.get("/sessions"),
                    "filtered": lambda c=client: c.get("/sessions?time=morning&orientation=secular&free=1"),
                    "keyset": lambda: db.session.execute(text(KEYSET)).all(),
                },
                9,
            )
            times[size] = result["page"]
            row(
                f"{size:,} series: page · with filters · bare keyset SELECT",
                f"{result['page'] * 1e3:.0f} · {result['filtered'] * 1e3:.0f} · {result['keyset'] * 1e3:.2f} ms",
                "-",
            )
            db.session.rollback()
            _first(app, size)
    ratio = times[20_000] / times[200]
    row("20,000 series to 200", f"{ratio:.2f} x", "at most 3 x", met=ratio <= 3)


def _first(app: object, size: int) -> None:
    from groupsched.enrolment.queries import find

    def once() -> None:
        find._kept.clear()
        app.test_client().get("/sessions")  # type: ignore[attr-defined]

    row(f"{size:,} series: the first page after a change", f"{measure(once, 3) * 1e3:.0f} ms", "-")


if __name__ == "__main__":
    run()
