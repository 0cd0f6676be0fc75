"""What the register asks: who leads whom (a facilitator sees the people of their own groups), in how many groups one is."""

from sqlalchemy import Select, func, select

from groupsched.catalog.queries import groups_led_by, leaders_of_groups
from groupsched.core.db import db
from groupsched.enrolment.models import Enrolment
from groupsched.enrolment.rules import LIVE


def people_led_by(facilitator_id: int) -> Select[int]:
    """The numbers of the people who are in, or wait for, a group that this person leads; for use in a query."""
    return select(Enrolment.person_id).where(
        Enrolment.group_id.in_(groups_led_by(facilitator_id)), Enrolment.state.in_(LIVE)
    )


def groups_of(person_id: int) -> int:
    """In how many groups a person is, or waits or asks to be."""
    live = select(func.count()).where(Enrolment.person_id == person_id, Enrolment.state.in_(LIVE))
    return db.session.scalar(live) or 0


def leaders_of(person_id: int) -> set[int]:
    """The numbers of those who lead a group that this person is in, or waits for."""
    live = select(Enrolment.group_id).where(Enrolment.person_id == person_id, Enrolment.state.in_(LIVE))
    return set(db.session.scalars(leaders_of_groups(live)))
