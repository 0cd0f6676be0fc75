"""How a date was: say it, be asked later, or not at all; and the totals of a group."""

from collections.abc import Mapping

from sqlalchemy import select

from groupsched.access.identity import Identity
from groupsched.accounts.models import Person
from groupsched.accounts.queries import own_person
from groupsched.accounts.service import lock_people
from groupsched.care.models import Reflection, ReflectionBatch
from groupsched.care.queries import date_to_reflect, waiting_for_totals
from groupsched.care.rules import added_up
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict
from groupsched.core.i18n import _
from groupsched.questionnaires.queries import newest_by_key
from groupsched.questionnaires.rules import Audience, Given, in_batches
from groupsched.questionnaires.service import respond
from groupsched.schedule.models import Occurrence
from groupsched.schedule.service import lock

REFLECTION = "reflection"
"""The key of the form that asks how a date was."""


def reflect(
    identity: Identity, occurrence: Occurrence, answers: Mapping[str, Given], audience: Audience
) -> Reflection:
    """Keep how a date was for somebody, for whom they chose. Raises NotFound for a date that they are not asked about, Conflict where
    the program asks nothing any more."""
    person = own_person(identity)
    version = newest_by_key(person.program_id, REFLECTION)
    if version is None:
        raise Conflict(_("Nothing is asked about sessions at the moment."), code="not-asked")
    row = _reflection(person, occurrence)
    response = respond(identity, person, version, answers, audience)
    row.response, row.response_id, row.later_at = response, response.id, None
    db.session.add(row)
    db.session.flush()
    if audience is Audience.TOTALS:
        _add_up(occurrence.group_id)
    return row


def put_off_reflection(identity: Identity, occurrence: Occurrence) -> None:
    """Be asked about a date later. Raises NotFound for one that somebody is not asked about."""
    row = _reflection(own_person(identity), occurrence)
    row.later_at = clock.now()
    db.session.add(row)
    db.session.flush()


def skip_reflection(identity: Identity, occurrence: Occurrence) -> None:
    """Be asked about a date no more. Raises NotFound for one that somebody is not asked about."""
    row = _reflection(own_person(identity), occurrence)
    row.skipped_at, row.later_at = clock.now(), None
    db.session.add(row)
    db.session.flush()


def _reflection(person: Person, occurrence: Occurrence) -> Reflection:
    """The row of somebody for a date that they are asked about, new where there is none."""
    lock_people([person.id])
    found = date_to_reflect(person.id, occurrence.uid)
    there = db.session.scalar(
        select(Reflection).where(Reflection.person_id == person.id, Reflection.occurrence_id == found.id)
    )
    return there or Reflection(person_id=person.id, group_id=found.group_id, occurrence_id=found.id)


def _add_up(group_id: int) -> None:
    """Make a total of what waits, as soon as five people are among it. One after another: two who are the fifth would make none."""
    lock(group_id)
    waiting = waiting_for_totals(group_id)
    number = in_batches([row.person_id for row in waiting])
    if not number:
        return
    counts = added_up(
        (row.person_id, row.response.published.form, row.response.answers)
        for row in waiting[:number]
        if row.response
    )
    batch = ReflectionBatch(group_id=group_id, people=number, counts=counts)
    db.session.add(batch)
    db.session.flush()
    for row in waiting[:number]:
        row.batch_id = batch.id
    db.session.flush()
