"""The `groupsched` command. Exit codes: 0 done · 1 refused or failed, with a sentence · 2 wrong usage."""

import gc
import importlib
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import click

from groupsched.core.commands import application

# Commands that live with their rooms; loaded when they are called, so that every command starts quickly.
ELSEWHERE = {
    "audit": "groupsched.audit.commands:audit",
    "demo": "groupsched.operations.commands:demo",
    "worker": "groupsched.operations.commands:worker",
    "init": "groupsched.accounts.commands:init",
    "user": "groupsched.accounts.commands:user",
    "backup": "groupsched.upkeep.commands:backup",
    "restore": "groupsched.upkeep.commands:restore",
    "retention": "groupsched.upkeep.commands:retention",
    "token": "groupsched.api.commands:token",
    "import": "groupsched.exchange.commands:import_command",
    "import-table": "groupsched.exchange.commands:import_table",
}


class RoomCommands(click.Group):
    """A group of commands, some of which are fetched from their rooms by name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *ELSEWHERE})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in ELSEWHERE:
            return super().get_command(ctx, cmd_name)
        module, name = ELSEWHERE[cmd_name].split(":")
        found: click.Command = getattr(importlib.import_module(module), name)
        return found


@click.group(cls=RoomCommands)
@click.version_option(package_name="groupsched")
def cli() -> None:
    """Schedule and run group sessions."""


@cli.command()
@click.option("--bind", default="127.0.0.1:5000", show_default=True, help="Address and port to listen at.")
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64), help="Processes.")
def serve(bind: str, workers: int) -> None:
    """Serve the instance with the production server."""
    from groupsched.core.config import load
    from groupsched.operations.server import serve as run

    settings = load()
    _refuse_old_schema()
    run(settings, bind, workers)


def _refuse_old_schema() -> None:
    """Look at the database before anything is served.

    The processes that serve are forked from this one: what it has imported by then is read once and held once. No
    connection may go with it, and the collector leaves alone what is shared.
    """
    from groupsched.core import schema
    from groupsched.core.db import db as database

    with application():
        schema.refuse_unknown(migrated=True, empty=False)
        database.session.remove()
        database.engine.dispose()
    gc.collect()
    gc.freeze()


@cli.group()
def db() -> None:
    """The database: migrate it, ask where it stands, prove it."""


@db.command()
def upgrade() -> None:
    """Bring the database up to date; the default kinds of sessions and labels are there afterwards."""
    from sqlalchemy import select

    from groupsched.access.models import Program
    from groupsched.attendance.service import load_absence_rules
    from groupsched.catalog.service import load_defaults
    from groupsched.core import schema
    from groupsched.core.db import unit_of_work
    from groupsched.facilitation.service import load_ready_sheets
    from groupsched.questionnaires.service import load_ready_forms

    with application(migrated=False):
        schema.upgrade()
        with unit_of_work() as work:
            for program in work.scalars(select(Program).order_by(Program.id)):
                load_defaults(program)
                load_absence_rules(program)
                load_ready_forms(program)
                load_ready_sheets(program)
        click.echo(f"The database stands at {schema.current_revision()}.")


@db.command()
def current() -> None:
    """Say which migration the database stands at."""
    from groupsched.core import schema

    with application(migrated=False):
        click.echo(schema.current_revision() or "empty")


@db.command()
def check() -> None:
    """Prove integrity, that the tables are what the code expects, and that seats, sheets and calendar links agree."""
    from groupsched.core import schema
    from groupsched.upkeep.service import prove

    with application(migrated=False):
        wrong = 0
        for result in prove():
            wrong += len(result.faults)
            for line in result.faults:
                click.echo(line, err=True)
            click.echo(f"{result.what}: {len(result.faults) or 'nothing'} wrong")
        if wrong:
            raise click.ClickException(f"{wrong} things are wrong with the database.")
        click.echo(f"{schema.describe()}: sound, at {schema.current_revision()}.")


def main(args: Sequence[str] | None = None) -> None:
    """The entry point: an error becomes a sentence on standard error. What a command makes is its owner's alone."""
    os.umask(0o077)
    with _sentences():
        cli.main(args=list(args) if args is not None else None, prog_name="groupsched")


@contextmanager
def _sentences() -> Iterator[None]:
    """End the command with a sentence where it is refused, where the database fails, and where a file cannot be had."""
    from sqlalchemy.exc import DBAPIError

    from groupsched.core.config import SettingError
    from groupsched.core.errors import DomainError

    try:
        yield
    except (SettingError, DomainError) as refusal:
        _stop(str(refusal))
    except DBAPIError as error:
        _stop(f"The database did not do it: {str(error.orig).splitlines()[0]}")
    except OSError as error:
        _stop(f"{error.filename or 'A file'} cannot be read or written: {error.strerror or error}.")


def _stop(sentence: str) -> None:
    click.echo(f"groupsched: {sentence}", err=True)
    sys.exit(1)


if __name__ == "__main__":
    main()
