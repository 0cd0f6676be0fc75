"""`groupsched demo` and `groupsched worker`."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from groupsched.core.commands import application
from groupsched.core.config import Settings, load, make_secret


@click.command()
@click.option(
    "--port", default=5000, show_default=True, type=click.IntRange(1, 65535), help="Port to serve at."
)
@click.option(
    "--database", help="Address of the database; a SQLite file in the instance folder if not given."
)
@click.option("--reset", is_flag=True, help="Make the demo anew.")
@click.option("--no-serve", is_flag=True, help="Make the demo and stop.")
@click.option("--json", "as_json", is_flag=True, help="Print log-ins, token and addresses as JSON.")
def demo(port: int, database: str | None, reset: bool, no_serve: bool, as_json: bool) -> None:
    """Make (or continue) the demo with invented people, and serve it on this machine."""
    from groupsched.operations.demo.start import start

    settings = _settings(port, database)
    if sys.stderr.isatty():
        click.echo("Making the demo …", err=True)
    with application(settings, migrated=False):
        access = start(settings, reset=reset)
    click.echo(
        json.dumps(access.printed(), ensure_ascii=False, indent=1) if as_json else _words(access.printed())
    )
    if not no_serve:
        _serve(settings, port)


def _settings(port: int, database: str | None) -> Settings:
    """The settings of the demo: on this machine, over http, with a secret of its own."""
    probe = load(secret_key="0" * 32)
    if not os.environ.get("GROUPSCHED_SECRET_KEY") and not os.environ.get("GROUPSCHED_SECRET_KEY_FILE"):
        make_secret(probe.instance)
    return load(database_url=database, base_url=f"http://127.0.0.1:{port}")


def _words(access: dict[str, Any]) -> str:
    """Log-ins, one for each role, and where to begin."""
    shown: dict[str, dict[str, str]] = {}
    for account in access["accounts"]:
        shown.setdefault(account["role"], account)
    lines = [f"  {row['role']:12} {row['login']:12} {row['password']}" for row in shown.values()]
    opens = [f"  {address}" for address in access["open"]]
    return "\n".join(
        ["Demo: all people are invented.", "", "Sign in as", *lines, "", "Open first", *opens, "",
         "Everybody's log-in and the API token are in demo.json in the instance folder."]
    )  # fmt: skip


def _serve(settings: Settings, port: int) -> None:
    """Serve, with a worker beside it that delivers messages into instance/outbox."""
    from groupsched.operations.server import serve

    os.environ.update(
        GROUPSCHED_INSTANCE=str(settings.instance),
        GROUPSCHED_DATABASE_URL=settings.database_url,
        GROUPSCHED_BASE_URL=settings.base_url,
    )
    with _worker_beside():
        serve(settings, f"127.0.0.1:{port}", workers=1)


@contextmanager
def _worker_beside() -> Iterator[None]:
    beside = subprocess.Popen([sys.executable, "-m", "groupsched.cli", "worker"])
    try:
        yield
    finally:
        beside.terminate()
        beside.wait(timeout=10)


@click.command()
@click.option("--once", is_flag=True, help="Do what is due now and stop.")
@click.option(
    "--health", is_flag=True, help="Say what is due and when a worker was last here; fails where none is."
)
@click.option("--json", "as_json", is_flag=True, help="With --once and --health: print it as JSON.")
def worker(once: bool, health: bool, as_json: bool) -> None:
    """Deliver messages and make the dates that have come within the horizon. Any number may run at once."""
    import logging

    from groupsched.core import clock
    from groupsched.operations import worker as work

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    with application():
        if health:
            _say_health(as_json)
            return
        if not once:
            work.run(work.stop_on_signals())
            return
        moved = work.follow_zones()
        done = work.round_of_work()
        work.back_up_if_due(clock.now())
        work.apply_due_rules(clock.now())
    counts = {
        "sent": done.sent,
        "later": done.later,
        "failed": done.failed,
        "series": done.series,
        "moved": moved,
    }
    words = f"{done.sent} messages sent, {done.later} to try again, {done.failed} failed; {done.series} series extended; {moved} dates moved with their clock."
    click.echo(json.dumps(counts) if as_json else words)


def _say_health(as_json: bool) -> None:
    """One line on what waits, and a failure where nobody works."""
    from groupsched.core import clock
    from groupsched.outbox.queries import health
    from groupsched.outbox.rules import nobody_works

    now = clock.now()
    found = health(now)
    oldest, last = (
        at.isoformat(timespec="seconds") if at else None for at in (found.oldest, found.last_round)
    )
    counts = {"due": found.due, "oldest": oldest, "failed": found.failed, "last_round": last}
    words = f"{found.due} messages due, the oldest since {oldest or '-'}; {found.failed} failed in 7 days; last round {last or 'never'}."
    click.echo(json.dumps(counts) if as_json else words)
    if nobody_works(found.last_round, now):
        raise click.ClickException("No worker runs: messages do not go out. Start `groupsched worker`.")
