"""What the feeds do when dates, groups and enrolments change: mark the links that are touched, render nothing."""

from typing import Any

from flask import Flask
from sqlalchemy import select, union

from groupsched.accounts.events import RolesChanged
from groupsched.accounts.models import Person
from groupsched.catalog.events import GroupChanged, GroupRetired, OfferChanged
from groupsched.catalog.models import Facilitator
from groupsched.core.events import subscribe_at_end
from groupsched.enrolment.events import EnrolmentChanged
from groupsched.enrolment.models import Enrolment
from groupsched.feeds.models import Feed
from groupsched.feeds.service import touch
from groupsched.schedule.events import DatesChanged, OccurrenceCancelled

OF_A_GROUP = (GroupChanged, GroupRetired, DatesChanged, OccurrenceCancelled)


def connect(app: Flask) -> None:
    """Listen to the rooms below: a link is marked once for all that a transaction does to it."""
    subscribe_at_end(app, (*OF_A_GROUP, OfferChanged, EnrolmentChanged, RolesChanged), _mark)


def _mark(events: list[Any]) -> None:
    """Mark the links of all who are or were in a group and of those who lead it, and of whom else it is about.

    Who led a group until it was edited is not in its row any more: every leader of the program is meant. Whoever is no
    facilitator any more leads nothing. A room is renamed once in a while: that is every link of the program.
    """

    def numbers(name: str, *kinds: type) -> set[int]:
        return {getattr(event, name) for event in events if isinstance(event, kinds)}

    groups = numbers("group_id", *OF_A_GROUP)
    renamed = Person.id, Person.program_id, numbers("program_id", OfferChanged)
    _touch(
        "mine",
        (Person.id, Person.id, numbers("person_id", EnrolmentChanged)),
        (Enrolment.person_id, Enrolment.group_id, groups),
        renamed,
    )
    _touch(
        "leading",
        (Person.id, Person.id, numbers("person_id", RolesChanged)),
        (Facilitator.person_id, Facilitator.group_id, groups),
        (Person.id, Person.program_id, numbers("program_id", GroupChanged)),
        renamed,
    )


def _touch(kind: str, *whose: tuple[Any, Any, set[int]]) -> None:
    """One statement for the links of a kind: of people (a column) who are found by another column."""
    people = [select(person).where(by.in_(found)) for person, by, found in whose if found]
    if people:
        touch(Feed.kind == kind, Feed.person_id.in_(union(*people)))
