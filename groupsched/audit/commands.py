"""`groupsched audit verify`."""

import json

import click

from groupsched.core.commands import application


@click.group()
def audit() -> None:
    """What was done and seen: prove that it is as it was written."""


@audit.command()
@click.option("--json", "as_json", is_flag=True, help="Machine output.")
def verify(as_json: bool) -> None:
    """Look at every seal again. Fails where a row was changed, taken out or put in since it was sealed.

    Keep the hash that it prints somewhere else: whoever can write to the database could seal a false story anew.
    """
    from groupsched.audit.queries import prove_seals

    with application():
        found = prove_seals()
    if as_json:
        click.echo(json.dumps(found.__dict__))
    elif not found.broken:
        click.echo(
            f"{found.rows} rows in {found.seals} seals are as they were written, {found.younger} are younger."
        )
        click.echo(f"The last link is {found.last}.")
    if found.broken:
        raise click.ClickException(f"The audit was changed: the seal over rows {found.broken}, does not fit.")
