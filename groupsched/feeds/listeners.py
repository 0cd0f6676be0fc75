"""What the feeds do when dates, groups and enrolments change: mark the links that are touched, render nothing."""

from typing import Any

from flask import Flask
from sqlalchemy import select, union
from sqlalchemy.orm import aliased

from groupsched.accounts.events import RolesChanged
from groupsched.accounts.models import Person
from groupsched.catalog.events import GroupChanged, GroupRetired, OfferChanged
from groupsched.catalog.queries import leaders_of_groups
from groupsched.core.events import subscribe, subscribe_at_end
from groupsched.enrolment.events import EnrolmentsChanged
from groupsched.enrolment.models import Enrolment
from groupsched.feeds.models import Feed
from groupsched.feeds.rules import FeedKind
from groupsched.feeds.service import stamp_leads, touch
from groupsched.schedule.events import DatesChanged, LeadsChanged, TopicsChanged
from groupsched.schedule.queries import leaders_of_dates

OF_A_GROUP = (GroupChanged, GroupRetired, DatesChanged, TopicsChanged)


def connect(app: Flask) -> None:
    """Listen to the rooms below: a link is marked once for all that a transaction does to it."""
    subscribe(app, LeadsChanged, stamp_leads)
    subscribe_at_end(app, (*OF_A_GROUP, OfferChanged, EnrolmentsChanged, RolesChanged, LeadsChanged), _mark)


def _mark(events: list[Any]) -> None:
    """Mark the links of all who are or were in a group, of those who lead it or dates of it, and of whom else it is about.

    Who led a group until it was edited is not in its row any more: everybody of the program with a leader's link is
    meant. A room is renamed once in a while: that is everybody.
    """

    def numbers(name: str, *kinds: type) -> set[int]:
        return {getattr(event, name) for event in events if isinstance(event, kinds)}

    groups, people = numbers("group_id", *OF_A_GROUP), numbers("person_id", RolesChanged)
    people.update(
        *(event.person_ids for event in events if isinstance(event, EnrolmentsChanged | LeadsChanged))
    )
    edited, renamed = numbers("program_id", GroupChanged), numbers("program_id", OfferChanged)
    links = aliased(Feed)
    leading = (
        select(Person.id).join(links, links.person_id == Person.id).where(links.kind == FeedKind.LEADING)
    )
    meant = [
        select(Person.id).where(Person.id.in_(people)) if people else None,
        select(Enrolment.person_id).where(Enrolment.group_id.in_(groups)) if groups else None,
        leaders_of_groups(groups) if groups else None,
        leaders_of_dates(groups) if groups else None,
        leading.where(Person.program_id.in_(edited)) if edited else None,
        select(Person.id).where(Person.program_id.in_(renamed)) if renamed else None,
    ]
    touch(Feed.person_id.in_(union(*(query for query in meant if query is not None))))
