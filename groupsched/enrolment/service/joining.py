"""Joining: the whole group or single dates, for oneself or, as staff, for somebody."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from groupsched.access.identity import Identity
from groupsched.access.policy import Permission, ensure
from groupsched.accounts.models import Person
from groupsched.audit.service import record
from groupsched.catalog.models import Group
from groupsched.core import clock
from groupsched.core.db import db, savepoint
from groupsched.core.errors import Conflict, DomainError
from groupsched.core.events import publish
from groupsched.core.i18n import _, words
from groupsched.core.text import clean_line
from groupsched.enrolment.events import EnrolmentChanged
from groupsched.enrolment.models import DateSeat, Enrolment
from groupsched.enrolment.queries import facts, live_of, place_in_line
from groupsched.enrolment.rules import Admitted, JoinRefused, Requested, Waitlisted
from groupsched.enrolment.service import telling
from groupsched.enrolment.service.deciding import (
    JoinOutcome,
    acts_as_staff,
    answer_of,
    clashes_of,
    decide,
    nothing_left,
    refusal,
    wanted_dates,
)
from groupsched.enrolment.service.leaving import end
from groupsched.enrolment.service.moving import activate, advance
from groupsched.enrolment.service.seats import ComingDate, DateFull, take_all, take_one
from groupsched.schedule.models import Occurrence
from groupsched.schedule.service import lock


def enrol(
    identity: Identity,
    group: Group,
    person: Person,
    *,
    mode: str = "whole",
    occurrences: Iterable[Occurrence] = (),
    accept_clash: bool = False,
    wait: bool = True,
) -> JoinOutcome:
    """Join: every coming date (`whole`, or wait for all of them), or the given dates (each seated or waiting alone).

    Without `wait` a date that is full meanwhile is a Conflict with the code `full`, and nothing is changed.

    Doing it twice has one effect and the same answer. Staff who act for a person open closed, private and referral
    groups, and answer that person's request by it. Raises NotFound for what the identity may not do, Conflict with a
    `code` of rules.Reason where it is not possible, ClashFound where a choice is needed first.
    """
    by_staff = acts_as_staff(identity, group, person)
    lock(group.id)
    coming = advance(group.id)
    now = clock.now()
    live = live_of(group.id, person.id)
    if live is not None and (known := nothing_left(live, mode, by_staff=by_staff)) is not None:
        return known
    dates = wanted_dates(coming, mode, occurrences, live)
    if mode == "dates" and not dates and live is not None:
        return JoinOutcome(live, answer_of(live))
    found = clashes_of(group, person, dates)
    answer = decide(group, dates, by_staff, bool(found), accept_clash)
    if isinstance(answer, JoinRefused):
        raise refusal(answer.reason, found)
    if isinstance(answer, Requested):
        return _request(identity, group, person, mode, dates)
    if wait:
        return _join(identity, group, person, live, mode, dates, now)
    with savepoint():
        outcome = _join(identity, group, person, live, mode, dates, now)
        if _waits_for(outcome.enrolment, dates):
            raise Conflict(words("errors", "seat_gone"), code="full")
        return outcome


def enrol_many(
    identity: Identity,
    group: Group,
    people: Sequence[Person],
    *,
    mode: str = "whole",
    occurrences: Sequence[Occurrence] = (),
    accept_clash: bool = False,
) -> list[tuple[Person, JoinOutcome | DomainError]]:
    """Enrol several people, in the given order; what cannot be done for one does not stop the others."""
    results: list[tuple[Person, JoinOutcome | DomainError]] = []
    for person in people:
        try:
            with savepoint():
                done = enrol(
                    identity, group, person, mode=mode, occurrences=occurrences, accept_clash=accept_clash
                )
            results.append((person, done))
        except DomainError as error:
            results.append((person, error))
    return results


def accept_request(identity: Identity, enrolment: Enrolment) -> JoinOutcome:
    """Say yes to somebody who asked to join: a seat where there is one, else a place in line. A clash is theirs to solve."""
    ensure(identity, Permission.ENROL_OTHERS, facts(enrolment.group, enrolment.person))
    dates = [seat.occurrence for seat in enrolment.date_seats]
    return enrol(
        identity, enrolment.group, enrolment.person, mode=enrolment.mode, occurrences=dates, accept_clash=True
    )


def decline_request(identity: Identity, enrolment: Enrolment, reason: str = "") -> None:
    """Say no to somebody who asked to join; they are told that other options may suit them. Twice has one effect."""
    ensure(identity, Permission.ENROL_OTHERS, facts(enrolment.group, enrolment.person))
    lock(enrolment.group_id)
    db.session.refresh(enrolment)
    if enrolment.state != "requested":
        return
    enrolment.state, enrolment.ended_at, enrolment.reason = "left", clock.now(), clean_line(reason, 300)
    db.session.flush()
    record(identity, "enrolment.decline", enrolment, subjects=[enrolment.person_id])
    telling.declined(enrolment)
    publish(EnrolmentChanged(enrolment.person_id, enrolment.group_id))


def _request(
    identity: Identity, group: Group, person: Person, mode: str, dates: Sequence[ComingDate]
) -> JoinOutcome:
    enrolment = _new(identity, group, person, mode, "requested")
    if mode == "dates":
        enrolment.date_seats = [DateSeat(occurrence_id=date.id, state="waiting") for date in dates]
    db.session.flush()
    telling.asked(enrolment, clock.now(), dates[0].timezone)
    _tell(identity, "enrolment.request", enrolment)
    return JoinOutcome(enrolment, Requested())


def _join(
    identity: Identity,
    group: Group,
    person: Person,
    live: Enrolment | None,
    mode: str,
    dates: Sequence[ComingDate],
    now: datetime,
) -> JoinOutcome:
    if mode == "dates":
        return _join_dates(identity, _for_dates(identity, group, person, live), dates, now)
    if live is not None and live.mode == "dates" and live.state != "requested":
        return _widen(identity, live, dates, now)
    enrolment = _opened(live, "whole") or _new(identity, group, person, "whole", "waitlisted", queued_at=now)
    if enrolment.queued_at is None:
        enrolment.queued_at = now
    full = any(date.free == 0 for date in dates)
    if full or not _seat_all(enrolment, dates, now):
        answer = Waitlisted(place_in_line(enrolment))
        telling.queued(enrolment, dates[0], answer.position)
        _tell(identity, "enrolment.wait", enrolment)
        return JoinOutcome(enrolment, answer)
    _tell(identity, "enrolment.join", enrolment)
    return JoinOutcome(enrolment, Admitted())


def _waits_for(enrolment: Enrolment, dates: Sequence[ComingDate]) -> bool:
    """Whether the person waits for any of these dates."""
    asked = {date.id for date in dates}
    single = any(seat.state == "waiting" and seat.occurrence_id in asked for seat in enrolment.date_seats)
    return enrolment.state == "waitlisted" or single


def _seat_all(enrolment: Enrolment, dates: Sequence[ComingDate], now: datetime) -> bool:
    """Take a seat on every date, or none at all."""
    try:
        with savepoint():
            take_all(enrolment.group_id, now, len(dates))
    except DateFull:
        return False
    activate(enrolment, now)
    return True


def _widen(identity: Identity, live: Enrolment, dates: Sequence[ComingDate], now: datetime) -> JoinOutcome:
    """From single dates to the whole group; where some date is full the person keeps what they have."""
    group, person = live.group, live.person
    try:
        with savepoint():
            end(live, now, _("Joined the whole group"))
            enrolment = _new(identity, group, person, "whole", "waitlisted")
            if not _seat_all(enrolment, dates, now):
                raise DateFull
    except DateFull as full:
        db.session.refresh(live)
        raise Conflict(
            _("Some dates are full, so the whole group is not possible now. You keep the dates you have."),
            code="full",
        ) from full
    _tell(identity, "enrolment.join", enrolment)
    return JoinOutcome(enrolment, Admitted())


def _for_dates(identity: Identity, group: Group, person: Person, live: Enrolment | None) -> Enrolment:
    """The enrolment that single dates are added to."""
    if live is not None and live.mode == "whole" and live.state == "waitlisted":
        end(live, clock.now(), _("Took single dates instead"))
        live = None
    return _opened(live, "dates") or live or _new(identity, group, person, "dates", "waitlisted")


def _join_dates(
    identity: Identity, enrolment: Enrolment, dates: Sequence[ComingDate], now: datetime
) -> JoinOutcome:
    said = {seat.occurrence_id: seat for seat in enrolment.date_seats}
    for date in dates:
        seat = said.get(date.id)
        if seat is None:
            seat = DateSeat(occurrence_id=date.id, state="waiting")
            enrolment.date_seats.append(seat)
        seat.at = now
        seat.state = "held" if take_one(date.id) else "waiting"
        db.session.flush()
        _note_date(enrolment, seat)
    if any(seat.state == "held" for seat in enrolment.date_seats):
        enrolment.state = "active"
    db.session.flush()
    _tell(identity, "enrolment.dates", enrolment)
    first = next(
        (
            s
            for s in enrolment.date_seats
            if s.state == "waiting" and s.occurrence_id in {d.id for d in dates}
        ),
        None,
    )
    if first is not None and len(dates) == 1:
        return JoinOutcome(enrolment, Waitlisted(place_in_line(enrolment, first.occurrence_id)))
    return JoinOutcome(enrolment, answer_of(enrolment))


def _note_date(enrolment: Enrolment, seat: DateSeat) -> None:
    occurrence = db.session.get_one(Occurrence, seat.occurrence_id)
    if seat.state == "held":
        telling.joined_date(enrolment, seat, occurrence)
    else:
        telling.queued(enrolment, occurrence, place_in_line(enrolment, occurrence.id), occurrence.uid)


def _opened(live: Enrolment | None, mode: str) -> Enrolment | None:
    """A request that staff now answer with yes, for the whole group or for dates."""
    if live is None or live.state != "requested":
        return None
    live.state, live.mode = "waitlisted", mode
    if mode == "whole":
        for seat in live.date_seats:
            seat.state = "held"
    db.session.flush()
    return live


def _new(
    identity: Identity, group: Group, person: Person, mode: str, state: str, queued_at: datetime | None = None
) -> Enrolment:
    enrolment = Enrolment(
        group=group,
        person=person,
        mode=mode,
        state=state,
        queued_at=queued_at,
        by_id=identity.person,
        date_seats=[],
    )
    db.session.add(enrolment)
    db.session.flush()
    return enrolment


def _tell(identity: Identity, action: str, enrolment: Enrolment) -> None:
    record(
        identity,
        action,
        enrolment,
        subjects=[enrolment.person_id],
        mode=enrolment.mode,
        state=enrolment.state,
    )
    if enrolment.state == "active":  # who only waits, or asks, has no dates that could have changed
        publish(EnrolmentChanged(enrolment.person_id, enrolment.group_id))
