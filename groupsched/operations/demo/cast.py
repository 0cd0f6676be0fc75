"""Who and what the demo consists of, found again by the keys of the story whatever people renamed since."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from groupsched.access.identity import Member, System
from groupsched.access.models import Program
from groupsched.accounts.cookie import member
from groupsched.accounts.models import Person
from groupsched.catalog.models import Group
from groupsched.core.db import db
from groupsched.core.resources import content

PROGRAM = "harbor-lantern"


def story() -> Mapping[str, Any]:
    """The demo world as it is written down."""
    found: Mapping[str, Any] = content("demo")
    return found


@dataclass
class DemoCast:
    """The demo's program with its people and groups by the keys of the story."""

    program: Program
    people: dict[str, Person] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)

    @property
    def system(self) -> System:
        """The product itself, at work in the demo's program."""
        return System(program_id=self.program.id)

    def member(self, key: str) -> Member:
        """The identity of a person of the story."""
        return member(self.people[key])

    def leader(self, group: Group) -> Member:
        """The identity of the person who leads a group."""
        return member(group.facilitators[0].person)

    def keys(self) -> dict[str, dict[str, str]]:
        """What has to be remembered to find everybody again."""
        return {
            "people": {key: person.uid for key, person in self.people.items()},
            "groups": {key: group.uid for key, group in self.groups.items()},
        }


def find_cast(keys: Mapping[str, Mapping[str, str]]) -> DemoCast | None:
    """The demo of an earlier start, or None where it was never finished."""
    program = db.session.scalar(select(Program).where(Program.key == PROGRAM, Program.demo.is_(True)))
    if program is None:
        return None
    people = {
        row.uid: row for row in db.session.scalars(select(Person).where(Person.program_id == program.id))
    }
    groups = {row.uid: row for row in db.session.scalars(select(Group).where(Group.program_id == program.id))}
    cast = DemoCast(
        program,
        {key: people[uid] for key, uid in keys.get("people", {}).items() if uid in people},
        {key: groups[uid] for key, uid in keys.get("groups", {}).items() if uid in groups},
    )
    return cast if cast.people and cast.groups else None
