"""Times of a row: late, left early, the time in that a mark gets, minutes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from groupsched.attendance.rules.marks import AttendanceStatus, RowAnswer, RowState

GRACE = timedelta(minutes=10)
"""A time in up to this long after the start is on time, where a program says nothing else."""

GUESS = timedelta(minutes=15)
"""How late, or how early out, where nobody looked at the clock; the person corrects it."""


class MarkingMode(StrEnum):
    """How the marks of one sheet are made, asked once after the grace."""

    NOT_ASKED = ""
    ARRIVING = "arriving"
    AFTERWARDS = "afterwards"


@dataclass(frozen=True)
class MeetingHours:
    """The half-open interval in which people meet; aware datetimes. A time in up to `grace` after the start is on time."""

    start: datetime
    end: datetime
    grace: timedelta = GRACE


def is_late(answer: RowAnswer, meeting: MeetingHours) -> bool:
    """Here, with a time in after the grace."""
    return (
        answer.status is AttendanceStatus.PRESENT
        and answer.time_in is not None
        and answer.time_in > meeting.start + meeting.grace
    )


def left_early(answer: RowAnswer, meeting: MeetingHours) -> bool:
    """Here, with a time out before the end."""
    return (
        answer.status is AttendanceStatus.PRESENT
        and answer.time_out is not None
        and answer.time_out < meeting.end
    )


EARLY = timedelta(hours=2)
"""People come this long before the start at most; before that nobody is here yet."""


def too_early(meeting: MeetingHours, now: datetime) -> bool:
    """Nobody can be here yet; an excuse can be written down."""
    return now < meeting.start - EARLY


OVER = timedelta(hours=2)
"""A meeting that runs on is over by then: nobody comes in later."""

GONE = timedelta(hours=12)
"""Nobody is seen leaving later; a clock on the wall says no more than this either (`clock_at`)."""


def can_come_at(moment: datetime, meeting: MeetingHours) -> bool:
    """Whether somebody can have come to the meeting at this moment."""
    return meeting.start - EARLY <= moment <= meeting.end + OVER


def can_leave_at(moment: datetime, meeting: MeetingHours) -> bool:
    """Whether somebody can have left the meeting at this moment."""
    return meeting.start - EARLY <= moment <= meeting.end + GONE


def ends_soon(meeting: MeetingHours, now: datetime) -> bool:
    """A sheet on which everybody is marked is finished by one tap from 5 minutes before the end."""
    return now >= meeting.end - timedelta(minutes=5)


def arriving(meeting: MeetingHours) -> tuple[datetime, datetime]:
    """While people come in: from an hour before the start to the grace after it."""
    return meeting.start - timedelta(hours=1), meeting.start + meeting.grace


def must_ask(marking: MarkingMode, meeting: MeetingHours, now: datetime) -> bool:
    """The first mark after the grace asks once how the sheet is marked; after the end it is plain."""
    return marking is MarkingMode.NOT_ASKED and meeting.start + meeting.grace < now < meeting.end


def time_in_for(marking: MarkingMode, meeting: MeetingHours, now: datetime) -> datetime:
    """The time in of a tap: now while people arrive, the start when the sheet is marked afterwards or long before."""
    if marking is MarkingMode.AFTERWARDS or now >= meeting.end or too_early(meeting, now):
        return meeting.start
    return now


def settled(answer: RowAnswer, marking: MarkingMode, meeting: MeetingHours) -> RowAnswer:
    """The answer with the time in that the sheet's way of marking gives it, where it is the clock's and nobody typed one."""
    if not answer.auto or answer.observed_at is None or answer.status is not AttendanceStatus.PRESENT:
        return answer
    return replace(answer, time_in=time_in_for(marking, meeting, answer.observed_at))


def settled_state(state: RowState, marking: MarkingMode, meeting: MeetingHours) -> RowState:
    """A row with its times, of both answers where two stand, as the sheet's way of marking gives them."""
    rival = settled(state.rival, marking, meeting) if state.rival else None
    return replace(state, answer=settled(state.answer, marking, meeting), rival=rival)


def late_time_in(meeting: MeetingHours, now: datetime) -> datetime:
    """The time in of the button Late: now where that is late, else a quarter of an hour in."""
    if meeting.start + meeting.grace < now < meeting.end:
        return now
    return meeting.start + max(GUESS, meeting.grace + timedelta(minutes=1))


def early_time_out(meeting: MeetingHours, now: datetime) -> datetime:
    """The time out of the button Left early: now while the meeting runs, else a quarter before the end."""
    if meeting.start < now < meeting.end:
        return now
    return max(meeting.end - GUESS, meeting.start)


def minutes(answer: RowAnswer, meeting: MeetingHours) -> int:
    """Whole minutes a person was here, inside the meeting; without times the whole of it."""
    if answer.status is not AttendanceStatus.PRESENT:
        return 0
    came = max(answer.time_in or meeting.start, meeting.start)
    went = min(answer.time_out or meeting.end, meeting.end)
    return max(int((went - came).total_seconds() // 60), 0)


def clock_at(shown: Iterable[time], meeting: MeetingHours, zone: str) -> datetime:
    """The moment at which a wall clock beside the meeting shows one of these times: 7:05 in the morning or in the evening.

    Of the moments at which it shows that, one while the group meets, else the nearest to it: a group that meets over
    midnight has two days, and one that meets while clocks are set back reads an hour twice.

    >>> evening = MeetingHours(datetime(2026, 12, 1, 23, tzinfo=UTC), datetime(2026, 12, 2, 1, tzinfo=UTC))
    >>> [f"{clock_at([at], evening, 'UTC'):%d. %H:%M}" for at in (time(23, 5), time(0, 10))]
    ['01. 23:05', '02. 00:10']
    """
    place = ZoneInfo(zone)
    day = meeting.start.astimezone(place).date()
    clocks = [at.replace(fold=fold) for at in shown for fold in (0, 1)]
    days = [day + timedelta(days=offset) for offset in (0, -1, 1)]
    moments = [datetime.combine(one, clock, place).astimezone(UTC) for one in days for clock in clocks]
    return min(moments, key=lambda moment: max(meeting.start - moment, moment - meeting.end, timedelta()))
