"""The date that a message names, for whoever holds its signed address."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from groupsched.accounts.models import Credential, Person
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment.models import Enrolment
from groupsched.enrolment.queries.my_dates import live_of, standings
from groupsched.enrolment.rules import StandingState
from groupsched.outbox.models import Message
from groupsched.outbox.service import message_of_date
from groupsched.schedule.models import Occurrence
from groupsched.schedule.rules import OccurrenceStatus


@dataclass(frozen=True)
class DateByLink:
    """What a signed address gives back: one date of one enrolment. `given_back`: it has done so."""

    enrolment: Enrolment
    occurrence: Occurrence
    given_back: bool = False


def language_of_link(signed: str) -> str:
    """The language in which the message with this address was written; empty where nobody signed it, or the message is gone."""
    message = message_of_date(signed)
    person = db.session.get(Person, message.person_id) if message is not None and message.person_id else None
    return person.language if person is not None else ""


def date_by_link(signed: str) -> DateByLink | None:
    """The date that can be given back at this address, or just was by it; None where it does nothing any more: nobody signed it, the date
    has begun or is cancelled, the account is off, or the seat was given up and taken again since the message."""
    message = message_of_date(signed)
    uids = message.about.split("/") if message is not None else []
    if message is None or len(uids) != 3 or uids[1] != "reminder":
        return None
    enrolment = db.session.scalar(
        select(Enrolment).where(Enrolment.uid == uids[0]).options(joinedload(Enrolment.group))
    )
    occurrence = db.session.scalar(select(Occurrence).where(Occurrence.uid == uids[2]))
    if enrolment is None or occurrence is None or message.person_id != enrolment.person_id:
        return None
    if _is_off(message.person_id):
        return None
    return _still(message, enrolment, occurrence)


def _is_off(person_id: int) -> bool:
    """Whether the account of a person is turned off."""
    off = select(Credential.id).where(Credential.person_id == person_id, Credential.disabled_at.is_not(None))
    return db.session.scalar(off) is not None


def _still(message: Message, enrolment: Enrolment, occurrence: Occurrence) -> DateByLink | None:
    live = live_of(enrolment.group_id, enrolment.person_id)
    coming = occurrence.start > clock.now() and occurrence.status == OccurrenceStatus.SCHEDULED
    if live is None or live.id != enrolment.id or not coming:
        return None
    standing = standings(enrolment.person_id, [occurrence]).get(occurrence.id)
    seat = next((one for one in live.date_seats if one.occurrence_id == occurrence.id), None)
    if standing is None:
        return None
    if standing.state == StandingState.GIVEN_UP:
        return DateByLink(live, occurrence, given_back=True)
    changed = seat is not None and seat.at > message.created_at
    return DateByLink(live, occurrence) if standing.state == StandingState.ACTIVE and not changed else None
