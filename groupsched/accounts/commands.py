"""`groupsched init` and `groupsched user`: setting up, and helping people in from the command line."""

import os
import sys
from zoneinfo import available_timezones

import click
from sqlalchemy import select

from groupsched.access.identity import Role, System
from groupsched.access.models import Program, Site
from groupsched.accounts import queries, service
from groupsched.accounts.models import Person
from groupsched.accounts.rules import normal_login
from groupsched.accounts.service import (
    PersonFields,
    add_account,
    checked_hash,
    ensure_credential,
    found_program,
    make_slip,
    names_of,
    store_password,
)
from groupsched.core import schema
from groupsched.core.commands import application
from groupsched.core.config import ensure_secret
from groupsched.core.db import db, unit_of_work

ROLES = click.Choice([role.value for role in Role])


def _zone(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    if value is not None and value not in available_timezones():
        raise click.BadParameter("give an IANA time zone, such as America/New_York.")
    return value


@click.command()
@click.option("--program", prompt="Name of the program", help="What people call the program.")
@click.option(
    "--timezone", prompt="Time zone", default=lambda: os.environ.get("GROUPSCHED_TIMEZONE", "America/New_York"),
    callback=_zone, help="IANA zone of the program and its site.",
)  # fmt: skip
@click.option("--site", prompt="Name of its place", default="Main house", help="The first site.")
@click.option("--name", prompt="Your name", help="First and last name of the administrator.")
@click.option("--email", help="Mail address of the administrator; not needed.")
@click.option("--login", help="What the administrator signs in with; else the mail address or the name.")
@click.option("--password", help="Better left out: it is asked for, or a one-time link is printed.")
def init(
    program: str,
    timezone: str,
    site: str,
    name: str,
    email: str | None,
    login: str | None,
    password: str | None,
) -> None:
    """Set up a program with its first administrator, without demo data."""
    ensure_secret()
    password = password or _ask_password()
    with application(migrated=False):
        schema.upgrade()
        with unit_of_work():
            founded = found_program(program, timezone, site)
            _add(founded, name, email, frozenset({Role.ADMIN}), founded.sites[0], login, password)


@click.group()
def user() -> None:
    """People who sign in."""


@user.command()
@click.option("--name", required=True, help="First and last name.")
@click.option("--role", "roles", multiple=True, required=True, type=ROLES, help="Repeat for more.")
@click.option("--email", help="Mail address; not needed.")
@click.option("--login", help="What they sign in with; else the mail address or the name.")
@click.option("--password", help="Better left out: then a one-time link and a code are printed.")
@click.option("--program", "key", help="The program's key; not needed where there is one.")
def create(
    name: str,
    roles: tuple[str, ...],
    email: str | None,
    login: str | None,
    password: str | None,
    key: str | None,
) -> None:
    """Add a person with roles."""
    with application(), unit_of_work():
        program = program_named(key)
        site = db.session.scalar(select(Site).where(Site.program_id == program.id).order_by(Site.id).limit(1))
        _add(program, name, email, frozenset(Role(role) for role in roles), site, login, password)


@user.command()
@click.argument("login")
def disable(login: str) -> None:
    """Turn an account off: LOGIN is signed out everywhere at once."""
    with application(), unit_of_work():
        person = _person(login)
        service.disable(System(program_id=person.program_id), person)
        click.echo(f"{login} is off.")


@user.command("reset-password")
@click.argument("login")
@click.option("--password", help="Better left out: then a one-time link and a code are printed.")
def reset_password(login: str, password: str | None) -> None:
    """Print a one-time link and code with which LOGIN sets a new password."""
    with application(), unit_of_work():
        person = _person(login)
        if password:
            roles = frozenset(grant.role for grant in person.grants)
            hashed = checked_hash(password, roles, names_of(person))
            if person.credential is not None:
                store_password(person.credential, hashed)
            click.echo(f"The new password of {login} is set.")
        else:
            _print_slip(person)


@user.command("reset-second-step")
@click.argument("login")
def reset_second_step(login: str) -> None:
    """Take the second step from LOGIN, who has lost phone and paper, and sign them out everywhere."""
    with application(), unit_of_work():
        person = _person(login)
        service.reset_second_step(System(program_id=person.program_id), person)
        click.echo(
            f"{login} signs in with the password alone. If a role needs a second step, it is added then."
        )


def _ask_password() -> str | None:
    """Ask on a terminal; elsewhere there is nobody to ask, and a one-time link is printed instead."""
    if not sys.stdin.isatty():
        return None
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))


def _add(
    program: Program,
    name: str,
    email: str | None,
    roles: frozenset[Role],
    site: Site | None,
    login: str | None,
    password: str | None,
) -> None:
    first, _space, last = name.strip().partition(" ")
    fields = PersonFields(first, last, email, site_id=site.id if site else None)
    identity = System(program_id=program.id)
    person = add_account(identity, fields, roles, login=login, password=password)
    if password and person.credential is not None:
        click.echo(f"{person.name} signs in as {person.credential.login}.")
    else:
        _print_slip(person)


def _print_slip(person: Person) -> None:
    slip = make_slip(System(program_id=person.program_id), person)
    login = ensure_credential(person).login
    click.echo(f"{person.name} signs in as {login}. To set a password, once, within 15 minutes:")
    click.echo(f"  {slip.link}")
    click.echo(f"  code {slip.code}")


def program_named(key: str | None) -> Program:
    """The program with this key; without one the only program there is. Refused with a sentence otherwise."""
    query = select(Program).order_by(Program.id)
    found = list(db.session.scalars(query.where(Program.key == key) if key else query.limit(2)))
    if len(found) == 1:
        return found[0]
    if found:
        raise click.ClickException("Name the program with --program.")
    raise click.ClickException(
        f"There is no program with the key {key}."
        if key
        else "There is no program yet. Run `groupsched init` first."
    )


def _person(login: str) -> Person:
    credential = queries.credential_of(normal_login(login))
    if credential is None:
        raise click.ClickException(f"Nobody signs in as {login}.")
    return credential.person
