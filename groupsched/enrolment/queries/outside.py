"""Meetings that others run, in a person's own week."""

from dataclasses import replace
from typing import Any

from sqlalchemy import Select, select

from groupsched.access.identity import Identity
from groupsched.access.policy import Facts
from groupsched.accounts.models import Person
from groupsched.catalog.models import Group
from groupsched.core.db import db
from groupsched.enrolment.models import OutsideDate
from groupsched.enrolment.queries.clients import facts_to_enrol
from groupsched.schedule.models import Occurrence


def outside_dates(person_id: Any) -> Select[int]:
    """The numbers of the dates of others' meetings that somebody has in their week."""
    return select(OutsideDate.occurrence_id).where(OutsideDate.person_id == person_id)


def in_own_week(person_id: int | None, occurrence: Occurrence) -> OutsideDate | None:
    """That somebody has this date of others in their week."""
    if person_id is None or not occurrence.external:
        return None
    return db.session.scalar(
        select(OutsideDate).where(
            OutsideDate.person_id == person_id, OutsideDate.occurrence_id == occurrence.id
        )
    )


def facts_of_others(identity: Identity, group: Group, person: Person) -> Facts:
    """What the policy may know of a person and a meeting of others, which is at no site of ours: staff stand at the person's."""
    return replace(facts_to_enrol(identity, group, person), site=person.site_id)
