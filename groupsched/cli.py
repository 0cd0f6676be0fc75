"""The `groupsched` command. Exit codes: 0 done · 1 refused or failed, with a sentence · 2 wrong usage."""

import gc
import importlib
import sys
from collections.abc import Sequence

import click

from groupsched.core.commands import application

# Commands that live with their rooms; loaded when they are called, so that every command starts quickly.
ELSEWHERE = {
    "demo": "groupsched.operations.commands:demo",
    "worker": "groupsched.operations.commands:worker",
    "init": "groupsched.accounts.commands:init",
    "user": "groupsched.accounts.commands:user",
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
    if _schema_code():
        raise click.ClickException("The database is not up to date. Run `groupsched db upgrade` first.")
    gc.collect()
    gc.freeze()


def _schema_code() -> int:
    """0 where the database stands at the newest migration, 1 where it does not or does not answer."""
    from sqlalchemy.exc import DBAPIError

    from groupsched.core.db import db as database
    from groupsched.core.schema import current_revision, head_revision

    try:
        with application():
            code = 0 if current_revision() == head_revision() else 1
            database.session.remove()
            database.engine.dispose()
            return code
    except DBAPIError as error:
        click.echo(f"groupsched: The database does not answer: {str(error.orig).splitlines()[0]}", err=True)
        return 1


@cli.group()
def db() -> None:
    """The database: migrate it, ask where it stands, prove it."""


@db.command()
def upgrade() -> None:
    """Bring the database up to date; the default kinds of sessions and labels are there afterwards."""
    from sqlalchemy import select

    from groupsched.access.models import Program
    from groupsched.catalog.service import load_defaults
    from groupsched.core import schema
    from groupsched.core.db import unit_of_work

    with application():
        schema.upgrade()
        with unit_of_work() as work:
            for program in work.scalars(select(Program).order_by(Program.id)):
                load_defaults(program)
        click.echo(f"The database stands at {schema.current_revision()}.")


@db.command()
def current() -> None:
    """Say which migration the database stands at."""
    from groupsched.core import schema

    with application():
        click.echo(schema.current_revision() or "empty")


@db.command()
def check() -> None:
    """Prove integrity, and that the tables are what the code expects."""
    from groupsched.core import schema

    with application():
        found = [*schema.integrity(), *schema.differences()]
        for line in found:
            click.echo(line, err=True)
        if found:
            raise click.ClickException(f"{len(found)} things are wrong with the database.")
        click.echo(f"{schema.describe()}: sound, at {schema.current_revision()}.")


def main(args: Sequence[str] | None = None) -> None:
    """The entry point: an error becomes a sentence on standard error."""
    from sqlalchemy.exc import DBAPIError

    from groupsched.core.config import SettingError
    from groupsched.core.errors import DomainError

    try:
        cli.main(args=list(args) if args is not None else None, prog_name="groupsched")
    except (SettingError, DomainError) as refusal:
        _stop(str(refusal))
    except DBAPIError as error:
        _stop(f"The database did not do it: {str(error.orig).splitlines()[0]}")


def _stop(sentence: str) -> None:
    click.echo(f"groupsched: {sentence}", err=True)
    sys.exit(1)


if __name__ == "__main__":
    main()
