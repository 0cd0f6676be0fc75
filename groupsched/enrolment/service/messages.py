"""What people read of a change of their seats. No message names a group, a place or a kind of care."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from groupsched.access.models import Program
from groupsched.accounts.queries import zone_of
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.filters import clock_time, short_day
from groupsched.core.i18n import _
from groupsched.core.regions import speaking
from groupsched.enrolment.models import Enrolment
from groupsched.enrolment.rules import EnrolmentMode, EnrolmentState
from groupsched.enrolment.service.dates_in_words import (
    named,
    named_moment,
    rhythm_and_more,
    those_that_ended,
    when,
    words_of,
)
from groupsched.enrolment.service.offers_in_words import offer_message
from groupsched.enrolment.service.outcomes import (
    AllEnded,
    AnyDate,
    Asked,
    AwaitedCancelled,
    ComesOtherwise,
    DateCancelled,
    Declined,
    Deferred,
    Ended,
    GaveUp,
    Joined,
    JoinedDate,
    Left,
    Offered,
    OfferEnded,
    PassedOver,
    Replanned,
    SeatOutcome,
    SlotLost,
    Waiting,
    takes_place,
)
from groupsched.enrolment.service.overlapping import WEEK, changes_of, with_overlaps
from groupsched.enrolment.service.places_in_words import in_another_place
from groupsched.enrolment.service.replanned import (
    about_plan,
    about_waiting,
    first_start,
    what_they_knew,
    with_dates_ahead,
)
from groupsched.enrolment.service.replanned_words import (
    another_rhythm,
    bullets,
    of_each_date,
    of_one_date,
    of_the_rule,
    reached_otherwise,
)
from groupsched.enrolment.service.rhythms import (
    rhythm_words,
    weekly_words,
    with_rules,
)
from groupsched.enrolment.service.subjects import about, about_all, about_date, about_reminder, about_seat
from groupsched.outbox.rules import GIVE_BACK
from groupsched.outbox.service import MessageDraft, when_fields
from groupsched.schedule.models import Occurrence
from groupsched.schedule.queries import where_of
from groupsched.schedule.rules import SeatPool

ANSWER_WITHIN = timedelta(days=7)
CHANGES_WAIT, SOON = timedelta(minutes=5), timedelta(hours=2)


def messages_of(outcomes: Iterable[SeatOutcome]) -> list[MessageDraft]:
    """The messages of what happened, in order; none where it is no news to the person. Dates that somebody got or waits for
    by one act are one message."""
    told = with_overlaps(with_dates_ahead(with_rules(outcomes)))
    dates: dict[tuple[int, bool], list[SeatOutcome]] = defaultdict(list)
    for one in told:
        if isinstance(one, JoinedDate) or (isinstance(one, Waiting) and one.wish):
            dates[one.enrolment.id, _moved_up(one)].append(one)
    together = {act: found for act, found in dates.items() if len(found) > 1}
    messages = []
    for one in told:
        same = together.get((one.enrolment.id, _moved_up(one)), [])
        if one not in same:
            messages.append(message_of(one))
        elif one is same[0]:
            messages.append(_dates(same))
    return [one for one in messages if one is not None]


def _moved_up(outcome: SeatOutcome) -> bool:
    return isinstance(outcome, Joined | JoinedDate) and outcome.moved_up


def message_of(outcome: SeatOutcome) -> MessageDraft | None:
    """The message of what happened; none where it is no news to the person."""
    message = _message_of(outcome)
    if message is None:
        return None
    return _placed(replace(message, was=what_they_knew(outcome)), outcome, outcome.over_at)


def _placed(message: MessageDraft, outcome: SeatOutcome, until: datetime | None) -> MessageDraft:
    group_id = outcome.enrolment.group_id
    # While it can be undone nobody hears of it.
    after = outcome.until - clock.now() if outcome.until else _waits(outcome)
    draft = replace(message, about=about(outcome), group_id=group_id, news=outcome.news)
    return replace(draft, after=after, useful_until=until)


def _waits(outcome: SeatOutcome) -> timedelta:
    """A change of dates waits a little, so that whoever made it can undo it, or change more; not where a date is soon."""
    match outcome:
        case Offered(_, _, offer):
            # When the person knows of it its time begins.
            return max(timedelta(0), (offer.out_at or clock.now()) - clock.now())
        case DateCancelled(_, date) | AwaitedCancelled(_, date) | SlotLost(_, date):
            first = date.start
        case Replanned():
            first = min(first_start(outcome), *(one.start for one in outcome.dates))
        case _:
            return timedelta(0)
    return CHANGES_WAIT if first > clock.now() + SOON else timedelta(0)


def overtaken(outcome: SeatOutcome) -> list[str]:
    """What messages that have not gone out were about, which are no news any more: of a date that one has no more, or at
    another time, nobody is reminded."""
    seat = about(outcome)
    match outcome:
        case AwaitedCancelled():
            return []
        case Ended(enrolment, cancelled=True):
            return [one for one in about_all(enrolment) if one != about_plan(outcome)]
        case Left(enrolment):
            return [seat, *about_all(enrolment), about_waiting(enrolment)]
        case Ended(enrolment) | Declined(enrolment):
            return [seat, *about_all(enrolment)]
        case Joined(enrolment):
            return [seat, about_waiting(enrolment)]
        case Offered(enrolment, date, every=every):
            # That they wait, and at which place, is no news any more.
            return [seat, about_seat(enrolment) if every else about_date(enrolment, date)]
        case GaveUp(enrolment, date) | DateCancelled(enrolment, date) | SlotLost(enrolment, date):
            return [seat, about_reminder(enrolment, date)]
        case Replanned(enrolment, dates):
            waits = [
                f"{about_waiting(enrolment)}{date.uid}" for date in dates if outcome.position is not None
            ]
            return [seat, *(about_reminder(enrolment, date) for date in dates), *waits]
    return [seat] if seat else []


def reminder(enrolment: Enrolment, date: Occurrence, which: str) -> MessageDraft:
    """The reminder of a date, once for its time; of no use once it has begun."""
    key = f"remind:{which}:{date.uid}:{_moment(date.start)}:{enrolment.person_id}"
    draft = of_date("reminder", enrolment, key, date, **{GIVE_BACK: ""})
    return replace(draft, about=about_reminder(enrolment, date), useful_until=date.start)


def _message_of(outcome: SeatOutcome) -> MessageDraft | None:
    match outcome:
        case Joined():
            return _joined(outcome)
        case JoinedDate(enrolment, date, at):
            kind = "moved_up_date" if outcome.moved_up else "enrolled_date"
            return of_date(kind, enrolment, f"enrolled:{_key(enrolment, date, at)}", date)
        case GaveUp(enrolment, date, at):
            return of_date("cannot_come", enrolment, f"cannot-come:{_key(enrolment, date, at)}", date)
        case Waiting():
            return _waiting(outcome)
        case AwaitedCancelled(enrolment, date):
            key = f"awaited-cancelled:{enrolment.uid}:{date.uid}:{date.version}"
            words = when(enrolment, date)
            return _of_group("waiting_cancelled", enrolment, key, date=words["date"], time=words["time"])
        case Asked():
            return _asked(outcome)
        case Declined(enrolment, at):
            return _of_group("request_declined", enrolment, f"declined:{enrolment.uid}:{_moment(at)}")
        case Deferred(enrolment, at):
            return _of_group("next_cohort", enrolment, f"next-cohort:{enrolment.uid}:{_moment(at)}")
        case SlotLost(enrolment, date, was):
            words = words_of(enrolment, was.start, date.timezone)
            said = {"date": words["date"], "time": words["time"], "link": _page(enrolment, date)}
            said |= {"position": f"{outcome.position}"}
            key = f"slot-lost:{_key(enrolment, date, clock.now())}"
            return MessageDraft("slot_lost", enrolment.person, key, said)
        case ComesOtherwise() if outcome.news:
            kind = "comes_online" if outcome.pool is SeatPool.ONLINE else "comes_to_room"
            key = f"comes:{_key(outcome.enrolment, outcome.date, clock.now())}"
            return of_date(kind, outcome.enrolment, key, outcome.date)
        case Offered() | OfferEnded() | PassedOver():
            return offer_message(outcome)
        case Left():
            return None if outcome.unheard else _left(outcome)
        case AllEnded():
            return _all_ended(outcome)
        case Replanned() if outcome.dates:
            return _replanned(outcome)
        case _:
            return None


def _dates(outcomes: Sequence[SeatOutcome]) -> MessageDraft:
    """What became of several dates that somebody asked for, a line each."""
    enrolment, first = outcomes[0].enrolment, outcomes[0]
    with speaking(enrolment.person.language, enrolment.person.program_id):
        lines = [_seat_line(one) for one in outcomes]
    assert isinstance(first, JoinedDate | Waiting)
    key = f"dates:{_key(enrolment, first.date, clock.now())}"
    kind = "moved_up_dates" if _moved_up(first) else "enrolled_dates"
    until = max(one.over_at for one in outcomes if one.over_at is not None)
    return _placed(_of_group(kind, enrolment, key, dates=bullets(lines)), first, until)


def _seat_line(outcome: SeatOutcome) -> str:
    assert isinstance(outcome, JoinedDate | Waiting)
    date, online = outcome.date, outcome.enrolment.group.reached_online
    day = named(date, online)
    if isinstance(outcome, JoinedDate):
        return day
    return str(_("%(when)s: number %(place)s on the waiting list", when=day, place=outcome.position))


def _joined(outcome: Joined) -> MessageDraft:
    """The rhythm as the rule says it, else as the dates show it, else how many dates there are."""
    enrolment, first, count = outcome.enrolment, outcome.dates[0], len(outcome.dates)
    words, again = when(enrolment, first), f":{_moment(outcome.at)}" if outcome.at else ""
    key = f"enrolled:{enrolment.uid}{again}"
    if count == 1:
        kind = "moved_up_date" if outcome.moved_up else "enrolled_date"
        return _of_group(kind, enrolment, key, **words)
    with speaking(enrolment.person.language, enrolment.person.program_id):
        weekday, other = weekly_words(outcome), rhythm_words(outcome)
    # The hour of the rhythm: the first date may be at another one.
    regular = words | {"time": words_of(enrolment, first.original_start, first.timezone)["time"]}
    if weekday:
        kind = "moved_up_series" if outcome.moved_up else "enrolled_series"
        return _of_group(kind, enrolment, key, **regular, weekday=weekday)
    if other:
        kind = "moved_up_rhythm" if outcome.moved_up else "enrolled_rhythm"
        return _of_group(kind, enrolment, key, **regular, rhythm=other)
    if lines := rhythm_and_more(outcome):
        kind = "moved_up_dates" if outcome.moved_up else "enrolled_dates"
        return _of_group(kind, enrolment, key, dates=bullets(lines))
    kind = "moved_up_every_date" if outcome.moved_up else "enrolled_every_date"
    return _of_group(kind, enrolment, key, **words, count=count)


def _waiting(outcome: Waiting) -> MessageDraft:
    enrolment, date = outcome.enrolment, outcome.date
    words = when(enrolment, date)
    return _of_group(
        "waitlisted", enrolment, f"waiting:{enrolment.uid}:{outcome.wish}",
        date=words["date"], time=words["time"], position=outcome.position,
    )  # fmt: skip


def _asked(outcome: Asked) -> MessageDraft:
    """The request arrived, and by when it is answered."""
    enrolment = outcome.enrolment
    until = answered_by(outcome.at, outcome.first)
    by = when_fields(enrolment.person, until, outcome.zone)["date"]
    return _of_group("request_received", enrolment, f"asked:{enrolment.uid}", date=by)


def answered_by(asked: datetime, first: datetime | None) -> datetime:
    """Until when a request is answered: within a week, and where it is for single dates, not later than the day before the `first`."""
    return (
        max(asked, min(asked + ANSWER_WITHIN, first - timedelta(days=1))) if first else asked + ANSWER_WITHIN
    )


def _left(outcome: Left) -> MessageDraft:
    """Out of the group, off its line or a request taken back: each in its own words, and otherwise where staff did it."""
    enrolment, key = outcome.enrolment, left_key(outcome.enrolment)
    if outcome.was == EnrolmentState.REQUESTED:
        kind = "request_declined" if outcome.by_staff else "request_taken_back"
        return _of_group(kind, enrolment, key)
    if outcome.was != EnrolmentState.ACTIVE:
        return _of_group("off_waiting_list" if outcome.by_staff else "left_waiting_list", enrolment, key)
    if outcome.dates:
        kind = "removed_dates" if outcome.by_staff else "left_dates"
        return _of_group(kind, enrolment, key, dates=bullets(those_that_ended(enrolment, outcome.dates)))
    zone = db.session.get_one(Program, enrolment.group.program_id).timezone
    day = when_fields(enrolment.person, outcome.at, zone)["date"]
    return _of_group("removed" if outcome.by_staff else "left_series", enrolment, key, date=day)


def left_key(enrolment: Enrolment) -> str:
    """The key of the message that somebody left, another one each time."""
    assert enrolment.ended_at is not None
    return f"left:{enrolment.uid}:{_moment(enrolment.ended_at)}"


def _all_ended(outcome: AllEnded) -> MessageDraft:
    person = outcome.enrolment.person
    day = when_fields(person, outcome.at, zone_of(person))["date"]
    key = f"dates-ended:{person.uid}:{_moment(outcome.at)}"
    return MessageDraft("dates_ended", person, key, {"date": day, "link": WEEK})


def _replanned(outcome: Replanned) -> MessageDraft:
    """One message about all dates of one change: one date in its own words; what the rule says otherwise to whoever has
    every date; else that none is left; else what became of each."""
    enrolment, dates = outcome.enrolment, outcome.dates
    key = _change(outcome)
    with speaking(enrolment.person.language, enrolment.person.program_id):
        if outcome.position is not None:
            return _replanned_in_line(outcome, key, outcome.position)
        if (
            len(dates) == 1
            and not outcome.new
            and not (another_rhythm(outcome) and enrolment.mode == EnrolmentMode.WHOLE)
        ):
            return _one_replanned(outcome, dates[0], key)
        if not outcome.moved and outcome.following is None and enrolment.mode == EnrolmentMode.WHOLE:
            day = named_moment(first_start(outcome), dates[0].timezone, enrolment.group.reached_online)
            return _of_group("series_ended", enrolment, key, count=len(dates), date=day)
        lines = of_the_rule(outcome) if enrolment.mode == EnrolmentMode.WHOLE else []
        if lines:
            return _of_group("series_moved", enrolment, key, **changes_of(outcome, lines))
        fields = changes_of(outcome, of_each_date(outcome))
        return _of_group("series_changed", enrolment, key, count=len(dates), **fields)


def _replanned_in_line(outcome: Replanned, key: str, position: int) -> MessageDraft:
    """The same for who waits for all dates, or for single ones."""
    enrolment = outcome.enrolment
    is_whole = enrolment.state == EnrolmentState.WAITLISTED and enrolment.mode == EnrolmentMode.WHOLE
    if not outcome.moved and not (is_whole and outcome.following is not None):
        return _of_group("waiting_ended", enrolment, f"{key}:waiting")
    lines = (of_the_rule(outcome) if is_whole else []) or of_each_date(outcome)
    fields = {"position": position, "changes": bullets(lines)}
    return _of_group("waiting_changed", enrolment, f"{key}:waiting", **fields)


def _one_replanned(outcome: Replanned, date: Occurrence, key: str) -> MessageDraft:
    """A date that fell away, came back or moved: named as its person knows it."""
    enrolment, was = outcome.enrolment, outcome.was[date.id]
    if was is None:
        return of_date("takes_place", enrolment, key, date)
    zone, online = date.timezone, enrolment.group.reached_online
    known = {"date": short_day(was.start, zone), "time": clock_time(was.start, zone, online)}
    if not takes_place(date):
        return MessageDraft("cancelled", enrolment.person, key, {**known, "link": _page(enrolment, date)})
    lines, elsewhere = of_one_date(date, was), in_another_place(was.where, where_of(date))
    retimed = was.start != date.start and was.end - was.start != date.end - date.start
    if len(lines) > 1 or retimed or reached_otherwise(was.where, where_of(date)) or outcome.overlaps:
        old = {"old_date": known["date"], "old_time": known["time"], "link": _page(enrolment, date)}
        return MessageDraft("date_changed", enrolment.person, key, old | changes_of(outcome, lines))
    if was.start != date.start:
        return of_date("moved", enrolment, key, date, old_date=known["date"], old_time=known["time"])
    if elsewhere:
        return of_date("moved_place", enrolment, key, date)
    ends = {"end": clock_time(date.end, zone, online), "old_end": clock_time(was.end, zone, online)}
    return of_date("moved_end", enrolment, key, date, **ends)


def of_date(kind: str, enrolment: Enrolment, key: str, date: AnyDate, **more: str) -> MessageDraft:
    """A message that names a date and leads to its page."""
    words = when(enrolment, date)
    fields = {"date": words["date"], "time": words["time"], "link": _page(enrolment, date), **more}
    return MessageDraft(kind, enrolment.person, key, fields)


def _page(enrolment: Enrolment, date: AnyDate) -> str:
    return f"/sessions/{enrolment.group.uid}/{date.original_local}"


def _of_group(kind: str, enrolment: Enrolment, key: str, **fields: object) -> MessageDraft:
    """A message that leads to the page of the group, if the fields say nothing else."""
    link = f"/sessions/{enrolment.group.uid}"
    return MessageDraft(kind, enrolment.person, key, {"link": link, **fields})


def _key(enrolment: Enrolment, date: AnyDate, at: datetime) -> str:
    return f"{enrolment.uid}:{date.uid}:{_moment(at)}"


def _change(outcome: Replanned) -> str:
    """The same for the same dates as they are now, and another one once any of them changed again, or others with them."""
    versions = sum(one.version for one in outcome.dates)
    again = f":{_moment(outcome.joined_at)}" if outcome.joined_at else ""
    return f"replanned:{outcome.dates[0].uid}:{len(outcome.dates)}:{versions}:{outcome.enrolment.person_id}{again}"


def _moment(at: datetime) -> str:
    return f"{at:%Y%m%d%H%M%S%f}"
