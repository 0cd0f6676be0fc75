"""`groupsched backup`, `groupsched restore` and `groupsched retention`."""

import json
import sys
from pathlib import Path

import click

from groupsched.core import instance
from groupsched.core.commands import application, bare
from groupsched.core.config import ensure_secret, load
from groupsched.upkeep.rules import BackupHeader


def _say(words: str) -> None:
    """A step of long work: on a terminal only."""
    if sys.stderr.isatty():
        click.echo(words, err=True)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--json", "as_json", is_flag=True, help="Print what was written as JSON.")
def backup(file: Path, as_json: bool) -> None:
    """Write a backup to FILE while everything runs: the database as it is at one moment, checksummed and proved.

    An earlier backup of that name is replaced when the new one stands; any other file is left alone. It holds the records
    of people: keep it where only you can read it.
    """
    from groupsched.upkeep.service import write_backup

    settings = load()
    instance.mend(settings)
    instance.mark_used(settings)
    header = write_backup(settings, file.absolute(), _say)
    if as_json:
        click.echo(json.dumps({"file": str(file), **json.loads(header.line())}))
    else:
        click.echo(f"{file}: {_words(header)}.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option(
    "--keep-links", is_flag=True,
    help="Nothing ran since the backup (a move to another machine): calendar links and tokens live on.",
)  # fmt: skip
def restore(file: Path, yes: bool, keep_links: bool) -> None:
    """Put the backup in FILE in the place of the database. The server and the worker have to be stopped.

    The database is changed last, when the new one has been proved, and the old one is kept beside it. Afterwards
    everybody signs in anew, old mails stay unsent, and only those calendar links and tokens work that the old database has alive.
    """
    from groupsched.upkeep.service import restore as put_back

    ensure_secret()
    settings = load()
    instance.mend(settings)

    def confirm(header: BackupHeader) -> None:
        if not yes:
            click.confirm(f"Put back {_words(header)}? What was entered since is lost", abort=True, err=True)

    done = put_back(settings, file.absolute(), bare, confirm, keep_links=keep_links, say=_say)
    click.echo(f"Restored: {_words(done.header)}.")
    if done.aside:
        click.echo(f"The old database is kept: {done.aside}. Delete it when nobody misses anything.")
    click.echo(f"{done.told.messages_held} messages that waited are held back.")
    click.echo(f"{done.told.links_ended} calendar links and tokens are off.")
    if not done.links_known:
        click.echo("Which of them were turned off since the backup could not be known, so all are off.")


def _words(header: BackupHeader) -> str:
    made = header.made_at.astimezone().strftime("%Y-%m-%d %H:%M %Z")
    return f"{header.kind} at {header.migration}, made {made}, {header.size / 1e6:.1f} MB"


@click.command()
@click.option("--dry-run", is_flag=True, help="Remove nothing; say what each rule would remove now.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def retention(dry_run: bool, as_json: bool) -> None:
    """Remove now what the rules of retention say, without waiting for the night; nothing of people who are on hold.

    Rules are set on the page of the program. Without one nothing is removed.
    """
    from groupsched.core.db import db, unit_of_work
    from groupsched.upkeep.models import RetentionRule
    from groupsched.upkeep.service import apply_rule, would_remove

    told = []
    with application():
        with unit_of_work():
            rules = [
                (rule.id, rule.kind, rule.months, would_remove(rule.program_id, rule.kind, rule.months))
                for rule in db.session.scalars(db.select(RetentionRule).order_by(RetentionRule.id))
            ]
        for number, kind, months, found in rules:
            oldest = found.oldest.date().isoformat() if found.oldest else None
            removed = 0 if dry_run else apply_rule(number)
            told.append({"kind": kind.value, "months": months, "older": found.number, "oldest": oldest,
                         "on_hold": found.on_hold, "removed": removed})  # fmt: skip
    if as_json:
        click.echo(json.dumps({"dry_run": dry_run, "rules": told}))
        return
    for one in told:
        click.echo("{kind}: {older} older than {months} months, the oldest from {oldest}; {on_hold} on hold stay; "
                   "{removed} removed.".format(**one))  # fmt: skip
    if not told:
        click.echo("There is no rule, so nothing is removed.")
