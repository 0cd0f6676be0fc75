"""What people are told when their seats change. No message names a group, a place or a kind of care."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from babel.lists import format_list

from groupsched.accounts.models import Person
from groupsched.accounts.queries import zone_of
from groupsched.catalog.models import Group
from groupsched.core.filters import local, weekday
from groupsched.core.i18n import _, current_language, force_locale
from groupsched.enrolment.models import DateSeat, Enrolment
from groupsched.enrolment.rules import weekly_days
from groupsched.enrolment.service.seats import ComingDate
from groupsched.outbox.service import enqueue, when_fields
from groupsched.schedule.events import DateBefore
from groupsched.schedule.models import Occurrence

ANSWER_WITHIN = timedelta(days=7)
MONDAY = date(2024, 1, 1)


def group_path(group: Group) -> str:
    """The address of a group's page."""
    return f"/sessions/{group.uid}"


def date_path(occurrence: Occurrence) -> str:
    """The address of the page of one date."""
    return f"/sessions/{occurrence.group.uid}/{occurrence.original_local}"


def joined(enrolment: Enrolment, dates: Sequence[Occurrence]) -> None:
    """A seat on every coming date: the rhythm where it can be said in a word, else the first date."""
    person, first = enrolment.person, dates[0]
    words = when_fields(person, first.start, first.timezone)
    rhythm = _rhythm(person, dates)
    key, link = f"enrolled:{enrolment.uid}", group_path(enrolment.group)
    if rhythm is None:
        enqueue("enrolled_date", person, key, date=words["date"], time=words["time"], link=link)
    else:
        words["weekday"] = rhythm
        enqueue("enrolled_series", person, key, link=link, **words)


def joined_date(enrolment: Enrolment, seat: DateSeat, occurrence: Occurrence) -> None:
    """A seat on one date."""
    key = f"enrolled:{enrolment.uid}:{occurrence.uid}:{seat.at:%Y%m%d%H%M%S%f}"
    _about_date("enrolled_date", enrolment.person, key, occurrence)


def queued(enrolment: Enrolment, first: Occurrence | ComingDate, position: int, key: str = "") -> None:
    """A place in a line."""
    words = when_fields(enrolment.person, first.start, first.timezone)
    enqueue(
        "waitlisted", enrolment.person, f"waiting:{enrolment.uid}:{key}", date=words["date"], time=words["time"],
        position=position, link=group_path(enrolment.group),
    )  # fmt: skip


def left(enrolment: Enrolment, moment: datetime, zone: str) -> None:
    """No more dates."""
    date = when_fields(enrolment.person, moment, zone)["date"]
    enqueue(
        "left_series", enrolment.person, f"left:{enrolment.uid}", date=date, link=group_path(enrolment.group)
    )


def all_ended(person: Person, moment: datetime) -> None:
    """No more dates in any group."""
    date = when_fields(person, moment, zone_of(person))["date"]
    enqueue("dates_ended", person, f"dates-ended:{person.uid}:{moment:%Y%m%d%H%M%S%f}", date=date, link="/my")


def gave_up(enrolment: Enrolment, seat: DateSeat, occurrence: Occurrence) -> None:
    """Thank you for telling us."""
    key = f"cannot-come:{enrolment.uid}:{occurrence.uid}:{seat.at:%Y%m%d%H%M%S%f}"
    _about_date("cannot_come", enrolment.person, key, occurrence)


def cancelled(person: Person, occurrence: Occurrence) -> None:
    """The program cancelled a date."""
    _about_date("cancelled", person, f"cancelled:{occurrence.uid}:{person.id}", occurrence)


def replanned(
    enrolment: Enrolment,
    dates: Sequence[Occurrence],
    was: Mapping[int, DateBefore],
    following: Occurrence | None,
) -> None:
    """Dates moved (`was` says from where) or fell away in one change: one message about all of them.

    It says the rhythm of those that moved, else names the first of them, else the date that follows, else says that
    none is left.
    """
    person, first, link = enrolment.person, dates[0], group_path(enrolment.group)
    if len(dates) == 1:
        _one_replanned(person, first, was.get(first.id))
        return
    moved = [one for one in dates if one.id in was]
    stays = moved[0] if moved else following
    key, one = f"replanned:{first.uid}:{first.version}:{person.id}", stays or first
    words = when_fields(person, one.start, one.timezone)
    rhythm = _rhythm(person, moved) if enrolment.mode == "whole" else None
    if rhythm is not None:
        words["weekday"] = rhythm
        enqueue("series_moved", person, key, link=link, **words)
    elif stays is None:
        enqueue("series_ended", person, key, count=len(dates), date=words["date"], link=link)
    else:
        enqueue(
            "series_changed", person, key, count=len(dates), date=words["date"], time=words["time"], link=link
        )


def _one_replanned(person: Person, date: Occurrence, was: DateBefore | None) -> None:
    key = f"replanned:{date.uid}:{date.version}:{person.id}"
    if was is None:
        cancelled(person, date)
    elif was.start != date.start:
        old = when_fields(person, was.start, date.timezone)
        _about_date("moved", person, key, date, old_date=old["date"], old_time=old["time"])
    else:
        _about_date("moved_place" if was.place_id != date.place_id else "moved_end", person, key, date)


def asked(enrolment: Enrolment, moment: datetime, zone: str) -> None:
    """The request arrived, and by when it is answered."""
    date = when_fields(enrolment.person, moment + ANSWER_WITHIN, zone)["date"]
    enqueue(
        "request_received",
        enrolment.person,
        f"asked:{enrolment.uid}",
        date=date,
        link=group_path(enrolment.group),
    )


def declined(enrolment: Enrolment) -> None:
    """Not this one."""
    enqueue(
        "request_declined", enrolment.person, f"declined:{enrolment.uid}", link=group_path(enrolment.group)
    )


def _about_date(kind: str, person: Person, key: str, occurrence: Occurrence, **more: str) -> None:
    words = when_fields(person, occurrence.start, occurrence.timezone)
    enqueue(kind, person, key, date=words["date"], time=words["time"], link=date_path(occurrence), **more)


def _rhythm(person: Person, dates: Sequence[Occurrence]) -> str | None:
    """`Monday and Thursday`, or `day`, in the person's language; None where no weekday says it all."""
    days = weekly_days([local(one.original_start, one.timezone) for one in dates])
    if not days:
        return None
    with force_locale(person.language or "en"):
        return days_in_words(days)


def days_in_words(days: Sequence[int]) -> str:
    """`Monday and Thursday`, or `day` for all seven: what comes after "every"."""
    if len(days) == 7:
        return str(_("day"))
    names = [weekday(MONDAY + timedelta(days=number)) for number in days]
    return str(format_list(names, locale=current_language()))
