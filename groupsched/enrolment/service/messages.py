"""What people read of a change of their seats. No message names a group, a place or a kind of care."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from groupsched.access.models import Program
from groupsched.accounts.models import Person
from groupsched.accounts.queries import zone_of
from groupsched.core.db import db
from groupsched.core.filters import local
from groupsched.core.i18n import _, listed, weekday_name
from groupsched.core.regions import speaking
from groupsched.enrolment.models import Enrolment
from groupsched.enrolment.rules import EnrolmentMode, weekly_days
from groupsched.enrolment.service.outcomes import (
    AllEnded,
    AnyDate,
    Asked,
    DateCancelled,
    Declined,
    GaveUp,
    Joined,
    JoinedDate,
    Left,
    Replanned,
    SeatOutcome,
    Waiting,
)
from groupsched.outbox.service import MessageDraft, when_fields
from groupsched.schedule.models import Occurrence

ANSWER_WITHIN = timedelta(days=7)
ENOUGH = 16  # dates from which a rhythm can be told


def message_of(outcome: SeatOutcome) -> MessageDraft | None:
    """The message of what happened; none where it is no news to the person."""
    match outcome:
        case Joined():
            return _joined(outcome)
        case JoinedDate(enrolment, date, at):
            return _of_date("enrolled_date", enrolment, f"enrolled:{_key(enrolment, date, at)}", date)
        case GaveUp(enrolment, date, at):
            return _of_date("cannot_come", enrolment, f"cannot-come:{_key(enrolment, date, at)}", date)
        case Waiting():
            return _waiting(outcome)
        case Asked():
            return _asked(outcome)
        case Declined(enrolment):
            return _of_group("request_declined", enrolment, f"declined:{enrolment.uid}")
        case Left():
            return _left(outcome)
        case AllEnded():
            return _all_ended(outcome)
        case DateCancelled(enrolment, date):
            return _of_date("cancelled", enrolment, f"cancelled:{date.uid}:{enrolment.person_id}", date)
        case Replanned(enrolment, [date]):
            return _one_replanned(outcome, date)
        case Replanned():
            return _replanned(outcome)
        case _:
            return None


def _joined(outcome: Joined) -> MessageDraft:
    """The rhythm where it can be said in a word, else the first date."""
    enrolment, first = outcome.enrolment, outcome.dates[0]
    words = when_fields(enrolment.person, first.start, first.timezone)
    rhythm = _rhythm(enrolment.person, outcome.dates[:ENOUGH])
    key = f"enrolled:{enrolment.uid}"
    if rhythm is None:
        return _of_group("enrolled_date", enrolment, key, date=words["date"], time=words["time"])
    return _of_group("enrolled_series", enrolment, key, **{**words, "weekday": rhythm})


def _waiting(outcome: Waiting) -> MessageDraft:
    enrolment, date = outcome.enrolment, outcome.date
    words = when_fields(enrolment.person, date.start, date.timezone)
    return _of_group(
        "waitlisted", enrolment, f"waiting:{enrolment.uid}:{outcome.wish}",
        date=words["date"], time=words["time"], position=outcome.position,
    )  # fmt: skip


def _asked(outcome: Asked) -> MessageDraft:
    """The request arrived, and by when it is answered."""
    enrolment = outcome.enrolment
    by = when_fields(enrolment.person, outcome.at + ANSWER_WITHIN, outcome.zone)["date"]
    return _of_group("request_received", enrolment, f"asked:{enrolment.uid}", date=by)


def _left(outcome: Left) -> MessageDraft:
    enrolment = outcome.enrolment
    zone = db.session.get_one(Program, enrolment.group.program_id).timezone
    day = when_fields(enrolment.person, outcome.at, zone)["date"]
    message = _of_group("left_series", enrolment, left_key(enrolment), date=day)
    until = enrolment.undo_until
    return message if until is None else replace(message, after=until - outcome.at)


def left_key(enrolment: Enrolment) -> str:
    """The key of the message that somebody left."""
    return f"left:{enrolment.uid}"


def _all_ended(outcome: AllEnded) -> MessageDraft:
    person = outcome.enrolment.person
    day = when_fields(person, outcome.at, zone_of(person))["date"]
    key = f"dates-ended:{person.uid}:{_moment(outcome.at)}"
    return MessageDraft("dates_ended", person, key, {"date": day, "link": "/my"})


def _replanned(outcome: Replanned) -> MessageDraft:
    """One message about all dates of one change.

    It says the rhythm of those that moved, else names the first of them, else the date that follows, else says that
    none is left.
    """
    enrolment, dates = outcome.enrolment, outcome.dates
    moved = [one for one in dates if one.id in outcome.was]
    stays = moved[0] if moved else outcome.following
    named = stays or dates[0]
    key, words = _change(outcome), when_fields(enrolment.person, named.start, named.timezone)
    rhythm = _rhythm(enrolment.person, moved) if enrolment.mode == EnrolmentMode.WHOLE else None
    if rhythm is not None:
        return _of_group("series_moved", enrolment, key, **{**words, "weekday": rhythm})
    if stays is None:
        return _of_group("series_ended", enrolment, key, count=len(dates), date=words["date"])
    return _of_group(
        "series_changed", enrolment, key, count=len(dates), date=words["date"], time=words["time"]
    )


def _one_replanned(outcome: Replanned, date: Occurrence) -> MessageDraft | None:
    enrolment, was = outcome.enrolment, outcome.was.get(date.id)
    if was is None:
        return message_of(DateCancelled(enrolment, date))
    if was.start != date.start:
        old = when_fields(enrolment.person, was.start, date.timezone)
        return _of_date(
            "moved", enrolment, _change(outcome), date, old_date=old["date"], old_time=old["time"]
        )
    kind = "moved_place" if was.place_id != date.place_id else "moved_end"
    return _of_date(kind, enrolment, _change(outcome), date)


def _of_date(kind: str, enrolment: Enrolment, key: str, date: AnyDate, **more: str) -> MessageDraft:
    """A message that names a date and leads to its page."""
    words = when_fields(enrolment.person, date.start, date.timezone)
    link = f"/sessions/{enrolment.group.uid}/{date.original_local}"
    fields = {"date": words["date"], "time": words["time"], "link": link, **more}
    return MessageDraft(kind, enrolment.person, key, fields)


def _of_group(kind: str, enrolment: Enrolment, key: str, **fields: object) -> MessageDraft:
    """A message that leads to the page of the group."""
    link = f"/sessions/{enrolment.group.uid}"
    return MessageDraft(kind, enrolment.person, key, {**fields, "link": link})


def _key(enrolment: Enrolment, date: AnyDate, at: datetime) -> str:
    return f"{enrolment.uid}:{date.uid}:{_moment(at)}"


def _change(outcome: Replanned) -> str:
    first = outcome.dates[0]
    return f"replanned:{first.uid}:{first.version}:{outcome.enrolment.person_id}"


def _moment(at: datetime) -> str:
    return f"{at:%Y%m%d%H%M%S%f}"


def _rhythm(person: Person, dates: Sequence[AnyDate]) -> str | None:
    """`Monday and Thursday`, or `day`, in the person's language; None where no weekday says it all."""
    days = weekly_days([local(one.original_start, one.timezone) for one in dates])
    if not days:
        return None
    with speaking(person.language, person.program_id):
        return days_in_words(days)


def days_in_words(days: Sequence[int]) -> str:
    """`Monday and Thursday`, or `day` for all seven: what comes after "every"."""
    if len(days) == 7:
        return str(_("day"))
    return listed([weekday_name(number) for number in days])
