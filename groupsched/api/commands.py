"""`groupsched token create` and `groupsched token revoke`."""

import json

import click

from groupsched.access.identity import Scope, System
from groupsched.accounts.commands import program_named
from groupsched.api.service import create_token, revoke_tokens
from groupsched.core.commands import application
from groupsched.core.db import unit_of_work


@click.group()
def token() -> None:
    """Tokens for programs that call the JSON interface."""


@token.command()
@click.option("--name", required=True, help="What the token is for.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    type=click.Choice([scope.value for scope in Scope]),
    help="Repeat for more.",
)
@click.option("--program", "key", help="The program's key; not needed where there is one.")
@click.option("--json", "as_json", is_flag=True, help="Machine output.")
def create(name: str, scopes: tuple[str, ...], key: str | None, as_json: bool) -> None:
    """Make a token and print it once."""
    with application(), unit_of_work():
        row, value = create_token(System(), program_named(key), name, scopes)
    click.echo(json.dumps({"name": row.name, "scopes": row.scopes, "token": value}) if as_json else value)


@token.command()
@click.option("--name", required=True, help="The name it was made with.")
@click.option("--program", "key", help="The program's key; not needed where there is one.")
def revoke(name: str, key: str | None) -> None:
    """End the tokens of a name: what calls with one is refused from now on."""
    with application(), unit_of_work():
        number = revoke_tokens(System(), program_named(key), name)
    if not number:
        raise click.ClickException(f"There is no token named “{name}” that is still good.")
    click.echo(f"Ended: {number}")
