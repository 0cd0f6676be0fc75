"""/people."""

from dataclasses import replace
from typing import Any

from flask.views import MethodView
from marshmallow import validate
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from groupsched.access.identity import Role, current
from groupsched.access.policy import Permission, requires
from groupsched.access.queries import get_site
from groupsched.accounts.models import Person
from groupsched.accounts.queries import named
from groupsched.accounts.service import PersonFields, add_person, change_person, end_role, give_role
from groupsched.api.routes.blueprint import NounBlueprint
from groupsched.api.routes.lists import by_id
from groupsched.api.routes.shapes import person_json
from groupsched.api.schemas import PageQuery, PersonChange, PersonSchema, SearchText, paged
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import saw
from groupsched.catalog.words import reason
from groupsched.core import clock
from groupsched.core.errors import DomainError, NotFound
from groupsched.core.i18n import _
from groupsched.enrolment.queries import get_person, seen_by

blueprint = NounBlueprint("people-api", __name__, description="People and their roles")


NAME_LENGTH = 80


class PeopleQuery(PageQuery):
    """Whose names begin so, or whose record number it is."""

    q = SearchText(load_default="", validate=validate.Length(max=80))


def roles_of(person: Person) -> dict[str, int]:
    """The roles held now, each with its grant."""
    now = clock.now()
    return {grant.role: grant.id for grant in person.grants if grant.in_force(now)}


def shown(person: Person) -> dict[str, Any]:
    """A person with the roles held now."""
    return person_json(person, sorted(roles_of(person)))


def names(full: str) -> tuple[str, str]:
    """`Robin van Teacup` → first name Robin, last name van Teacup. Raises DomainError where one of them is too long."""
    first, _space, last = full.strip().partition(" ")
    if max(len(first), len(last)) > NAME_LENGTH:
        raise DomainError(_("This is too long. Please shorten it."), field="name", code="too-long")
    return first, last.strip()


def _site(uid: str | None) -> int | None:
    """The number of a site of the program."""
    if uid is None:
        return None
    try:
        return get_site(current(), uid).id
    except NotFound:
        raise DomainError(reason("site-unknown"), field="site_id", code="site-unknown") from None


def _set_roles(person: Person, wanted: list[str]) -> None:
    held = roles_of(person)
    for role in sorted(set(wanted) - set(held)):
        site = person.site_id if role == Role.FRONT_DESK else None
        give_role(current(), person, Role(role), site_id=site, until=None)
    for role in sorted(set(held) - set(wanted)):
        end_role(current(), person, held[role])


@blueprint.route("/people")
class People(MethodView):
    """Everybody of the program."""

    @requires(Permission.CLIENT_READ)
    @blueprint.arguments(PeopleQuery, location="query")
    @blueprint.response(200, paged(PersonSchema))
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """List people, or those whose names begin with the words of `q`; reading is written down."""
        people = (
            select(Person).where(seen_by(current()), named(query["q"])).options(selectinload(Person.grants))
        )
        page = by_id(people, Person.id, query["limit"], query["cursor"])
        saw(current(), AuditAction.PERSON_LISTED, page.items)
        return {"items": [shown(person) for person in page.items], "next_cursor": page.next_cursor}

    @requires(Permission.STAFF_WRITE)
    @blueprint.arguments(PersonSchema)
    @blueprint.response(201, PersonSchema)
    def post(self, data: dict[str, Any]) -> dict[str, Any]:
        """Add a person."""
        first, last = names(data["name"])
        fields = PersonFields(
            first_name=first, last_name=last, email=data["email"], site_id=_site(data["site_id"])
        )
        return shown(add_person(current(), fields, frozenset(Role(role) for role in data["roles"])))


@blueprint.route("/people/<person_id>")
class OnePerson(MethodView):
    """One person."""

    @requires(Permission.CLIENT_READ)
    @blueprint.response(200, PersonSchema)
    def get(self, person_id: str) -> dict[str, Any]:
        """Read a person; reading is written down."""
        person = get_person(current(), person_id)
        saw(current(), AuditAction.PERSON_READ, [person], person)
        return shown(person)

    @requires(Permission.STAFF_WRITE)
    @blueprint.arguments(PersonChange)
    @blueprint.response(200, PersonSchema)
    def patch(self, data: dict[str, Any], person_id: str) -> dict[str, Any]:
        """Change a person."""
        person = get_person(current(), person_id)
        before = PersonFields(
            first_name=person.first_name, last_name=person.last_name, email=person.email, phone=person.phone,
            language=person.language, site_id=person.site_id,
        )  # fmt: skip
        wanted = replace(before, email=data.get("email", before.email))
        if "name" in data:
            first, last = names(data["name"])
            wanted = replace(wanted, first_name=first, last_name=last)
        if "site_id" in data:
            wanted = replace(wanted, site_id=_site(data["site_id"]))
        if wanted != before:
            change_person(current(), person, wanted)
        if "roles" in data:
            _set_roles(person, data["roles"])
        saw(current(), AuditAction.PERSON_READ, [person], person)
        return shown(person)
