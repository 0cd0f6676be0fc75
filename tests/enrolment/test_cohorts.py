"""Closed groups run as cohorts: who gets in, until when, and what ends with them."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from groupsched.audit.models import AuditRow
from groupsched.audit.rules import AuditAction
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict, DomainError, NotFound
from groupsched.enrolment import service
from groupsched.enrolment.models import Enrolment, SeatOffer
from groupsched.enrolment.queries import (
    cohorts_of,
    lines_to_open,
    live_of,
    memberships,
    over_in_cohorts,
    roster,
    standings,
)
from groupsched.enrolment.rules import (
    CohortFault,
    CohortSpan,
    CohortState,
    EnrolmentState,
    OfferState,
    Requested,
    cohort_faults,
)
from groupsched.enrolment.service import CohortPlan
from groupsched.operations.worker import round_of_work
from groupsched.outbox.models import Message
from groupsched.upkeep.service import faults
from tests.conftest import identity_of
from tests.factories import ZONE

FIRST = CohortSpan(
    date(2027, 1, 5), date(2027, 2, 23), date(2026, 12, 1), date(2026, 12, 20), date(2027, 1, 12)
)
SECOND = CohortSpan(
    date(2027, 3, 2), date(2027, 4, 20), date(2027, 2, 1), date(2027, 2, 27), date(2027, 3, 9)
)


def on(year, month, day, hour=12):
    """At noon of a day in the zone of the program."""
    return clock.at(datetime(year, month, day, hour, tzinfo=ZoneInfo(ZONE)))


@pytest.fixture
def cbt(world):
    """A closed group of two seats with sixteen Tuesdays, and two cohorts of eight of them."""
    with on(2026, 11, 20):
        lead = world.facilitator()
        group = world.group("CBT skills", led_by=lead, access="closed", capacity=2)
        world.series(group, datetime(2027, 1, 5, 10), dates=18)
        for span in (FIRST, SECOND):
            service.plan_cohort(world.system, group, CohortPlan("", span))
        db.session.commit()
    return group


def sound():
    """The database is as it says."""
    db.session.commit()
    assert faults() == []


def work():
    """A round of the worker."""
    db.session.commit()
    round_of_work()
    db.session.expire_all()


def dates_of(group, person):
    """The days on which somebody has a seat."""
    with db.session.no_autoflush:
        return [
            one.local_date
            for one in sorted(group_dates(group), key=lambda one: one.start)
            if any(seat.person == person and not seat.given_up for seat in roster(one))
        ]


def group_dates(group):
    from groupsched.schedule.models import Occurrence

    return db.session.scalars(
        select(Occurrence).where(Occurrence.group_id == group.id).order_by(Occurrence.start)
    ).all()


def yes(world, enrolment):
    outcome = service.accept_request(world.keeper(), enrolment)
    db.session.commit()
    return outcome


def test_a_cohort_is_planned_screening_running_ended_by_its_days_alone():
    states = [
        FIRST.state(day)
        for day in (
            date(2026, 11, 30),
            date(2026, 12, 1),
            date(2027, 1, 4),
            date(2027, 1, 5),
            date(2027, 2, 23),
            date(2027, 2, 24),
        )
    ]
    assert states == [
        CohortState.PLANNED, CohortState.SCREENING, CohortState.SCREENING, CohortState.RUNNING, CohortState.RUNNING,
        CohortState.ENDED,
    ]  # fmt: skip
    assert [FIRST.asks(date(2026, 12, day)) for day in (1, 20, 21)] == [True, True, False]
    assert [FIRST.takes(date(2027, 1, day)) for day in (12, 13)] == [True, False]
    # The end of its last day is midnight there, summer time or not.
    assert SECOND.end_moment(ZONE) == datetime(2027, 4, 21, tzinfo=ZoneInfo(ZONE))


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"ends_on": date(2027, 1, 4)}, CohortFault.ENDS_FIRST),
        ({"ends_on": date(2029, 1, 4)}, CohortFault.TOO_LONG),
        ({"screening_until": date(2026, 11, 30)}, CohortFault.SCREENED_BACKWARDS),
        (
            {"screening_from": date(2027, 1, 6), "screening_until": date(2027, 1, 7)},
            CohortFault.SCREENED_TOO_LATE,
        ),
        ({"joins_until": date(2026, 12, 19)}, CohortFault.JOINS_TOO_EARLY),
        ({"joins_until": date(2027, 2, 24)}, CohortFault.JOINS_TOO_LATE),
        ({"ends_on": date(2027, 3, 2)}, CohortFault.TWO_AT_ONCE),
        ({"joins_until": date(2027, 2, 1)}, CohortFault.TWO_OPEN),
    ],
)
def test_days_that_do_not_fit_are_refused_with_their_reason(changed, fault):
    from dataclasses import replace

    assert cohort_faults(FIRST, [SECOND]) == []
    assert fault in cohort_faults(replace(FIRST, **changed), [SECOND])


def test_only_who_may_change_the_group_plans_and_only_of_a_closed_one(world, cbt):
    span = CohortSpan(
        date(2027, 5, 4), date(2027, 6, 1), date(2027, 4, 1), date(2027, 4, 20), date(2027, 5, 4)
    )
    with on(2026, 11, 20):
        with pytest.raises(NotFound):
            service.plan_cohort(identity_of(world.client()), cbt, CohortPlan("", span))
        with pytest.raises(Conflict):
            service.plan_cohort(world.system, world.group("Tea"), CohortPlan("", span))
        with pytest.raises(DomainError) as refused:
            service.plan_cohort(world.system, cbt, CohortPlan("", FIRST))
        assert refused.value.field == "begins_on"


def test_one_asks_while_screening_is_on_and_at_no_other_time(world, cbt):
    early, timely, late = (world.client(name) for name in ("Early", "Timely", "Late"))
    for who, day in ((early, (2026, 11, 30)), (late, (2026, 12, 21))):
        with on(*day), pytest.raises(Conflict) as refused:
            world.ask(cbt, who)
        assert refused.value.code == "ask_counselor"
        db.session.rollback()
    with on(2026, 12, 20):
        outcome = service.enrol(identity_of(timely), cbt, timely)
        assert isinstance(outcome.answer, Requested)
        assert service.enrol(identity_of(timely), cbt, timely).enrolment is outcome.enrolment


def test_yes_is_a_seat_on_the_dates_of_that_cohort_alone(world, cbt):
    robin = world.client()
    with on(2026, 12, 2):
        asked = world.ask(cbt, robin)
        yes(world, asked)
        assert asked.state is EnrolmentState.ACTIVE
        assert asked.cohort.span == FIRST
        days = dates_of(cbt, robin)
        assert (days[0], days[-1], len(days)) == (date(2027, 1, 5), date(2027, 2, 23), 8)
        taken = [one.taken for one in group_dates(cbt)]
        assert taken == [1] * 8 + [0] * 10
        assert set(standings(robin.id, group_dates(cbt))) == {one.id for one in group_dates(cbt)[:8]}
        sound()
        (spell,) = memberships(robin.id)
        assert spell.ended_at == FIRST.end_moment(ZONE)


def test_single_dates_of_a_cohort_are_nobodys(world, cbt):
    robin = world.client()
    with on(2026, 12, 2), pytest.raises(Conflict) as refused:
        service.enrol(world.keeper(), cbt, robin, mode="dates", occurrences=group_dates(cbt)[:1])
    assert refused.value.code == "whole_cohort"


def test_after_the_joining_day_nobody_gets_in_and_a_freed_seat_stays_free(world, cbt):
    people = [world.client(f"Robin{n}") for n in range(4)]
    with on(2026, 12, 2):
        asked = [world.ask(cbt, one) for one in people[:3]]
        for one in asked:
            yes(world, one)
        assert asked[2].state is EnrolmentState.WAITLISTED
    with on(2027, 1, 13):
        service.leave(identity_of(people[0]), asked[0])
        db.session.commit()
        work()
        assert db.session.get(Enrolment, asked[2].id).state is EnrolmentState.WAITLISTED
        assert [one.taken for one in group_dates(cbt)][2:8] == [1] * 6
        with pytest.raises(Conflict) as refused:
            service.enrol(world.keeper(), cbt, people[3])
        assert refused.value.code == "cohort_closed"
        db.session.rollback()
    # The line stands for the next one: as soon as people get into that, who waited longest has a seat in it.
    with on(2027, 2, 1):
        assert lines_to_open(clock.now()) == [cbt.id]
        work()
        again = db.session.get(Enrolment, asked[2].id)
        assert again.state is EnrolmentState.ACTIVE
        assert dates_of(cbt, people[2])[0] == date(2027, 3, 2)
        sound()


def test_who_may_change_the_group_lets_somebody_in_late_with_a_reason_that_is_kept(world, cbt):
    robin, desk = world.client(), world.front_desk()
    with on(2027, 1, 13):
        with pytest.raises(NotFound):
            service.enrol(identity_of(desk), cbt, robin, late="She was ill.")
        db.session.rollback()
        outcome = service.enrol(world.keeper(), cbt, robin, late="She was ill on the first two dates.")
        db.session.commit()
        assert outcome.enrolment.cohort.span == FIRST
        assert dates_of(cbt, robin)[0] == date(2027, 1, 19)
        assert outcome.enrolment.late_reason == "She was ill on the first two dates."
        words = [one.word for one in db.session.scalars(select(AuditRow))]
        assert words.count(AuditAction.ENROLMENT_ADMITTED) == 1


def test_where_the_group_asks_first_a_yes_keeps_the_seat_until_its_person_answers(world):
    with on(2026, 11, 20):
        group = world.group("CBT skills", access="closed", capacity=1, line_mode="ask_first")
        world.series(group, datetime(2027, 1, 5, 10), dates=10)
        service.plan_cohort(world.system, group, CohortPlan("", FIRST))
        db.session.commit()
    robin, sam = world.client(), world.client("Sam")
    with on(2026, 12, 2):
        asked, other = world.ask(group, robin), world.ask(group, sam)
        yes(world, asked)
        yes(world, other)
        assert (asked.state, other.state) == (EnrolmentState.WAITLISTED,) * 2
        assert [one.taken for one in group_dates(group)] == [1] * 8 + [0] * 2
        (offer,) = db.session.scalars(select(SeatOffer).where(SeatOffer.state == OfferState.OPEN)).all()
        assert offer.enrolment is asked
        service.accept_offer(identity_of(robin), offer)
        db.session.commit()
        assert asked.state is EnrolmentState.ACTIVE
        assert (len(dates_of(group, robin)), asked.cohort.span) == (8, FIRST)
        sound()


def test_no_offer_is_answered_after_the_joining_day(world):
    last = CohortSpan(
        *(date(2027, 1, day) for day in (5, 26)), date(2026, 12, 1), date(2026, 12, 20), date(2026, 12, 20)
    )
    with on(2026, 11, 20):
        group = world.group("CBT skills", access="closed", capacity=1, line_mode="ask_first")
        world.series(group, datetime(2027, 1, 5, 10), dates=4)
        service.plan_cohort(world.system, group, CohortPlan("", last))
        db.session.commit()
    robin = world.client()
    with on(2026, 12, 20, 18):
        yes(world, world.ask(group, robin))
        (offer,) = db.session.scalars(select(SeatOffer)).all()
        assert offer.until_at <= last.joined_moment(ZONE)
    with on(2026, 12, 21, 0):
        with pytest.raises(service.OfferOver):
            service.accept_offer(identity_of(robin), offer)
        db.session.rollback()
        work()
        assert [one.taken for one in group_dates(group)] == [0] * 4
        sound()


def test_next_cohort_is_a_place_in_its_line_and_no_seat_in_this_one(world, cbt):
    robin = world.client(email="robin@example.org")
    with on(2026, 12, 2):
        asked = world.ask(cbt, robin)
        service.wait_for_next_cohort(world.keeper(), asked)
        service.wait_for_next_cohort(world.keeper(), asked)
        db.session.commit()
        work()
        assert asked.state is EnrolmentState.WAITLISTED
        assert [one.taken for one in group_dates(cbt)] == [0] * 18
        # Their own "as before" does not undo the answer.
        service.ask_as_before(identity_of(robin), asked)
        db.session.commit()
        assert asked.state is EnrolmentState.WAITLISTED
        sent = [one.kind for one in db.session.scalars(select(Message).order_by(Message.id))]
        assert sent.count("next_cohort") == 1
    with on(2027, 2, 2):
        work()
        assert db.session.get(Enrolment, asked.id).state is EnrolmentState.ACTIVE
        assert dates_of(cbt, robin)[0] == date(2027, 3, 2)


def test_when_it_ends_everybody_has_completed_it_and_the_next_one_begins_without_them(world, cbt):
    robin = world.client()
    with on(2026, 12, 2):
        asked = world.ask(cbt, robin)
        yes(world, asked)
    with on(2027, 2, 23, 23):
        work()
        assert db.session.get(Enrolment, asked.id).state is EnrolmentState.ACTIVE
    with on(2027, 2, 24, 1):
        numbers = over_in_cohorts(clock.now())
        assert service.end_cohorts(clock.now(), numbers) == 1
        assert service.end_cohorts(clock.now(), numbers) == 0
        db.session.commit()
        one = db.session.get(Enrolment, asked.id)
        assert (one.state, one.ended_at) == (EnrolmentState.COMPLETED, FIRST.end_moment(ZONE))
        assert live_of(cbt.id, robin.id) is None
        assert [d.taken for d in group_dates(cbt)][8:] == [0] * 10
        words = [row.word for row in db.session.scalars(select(AuditRow))]
        assert words.count(AuditAction.ENROLMENT_COMPLETED) == 1
        # Who was in one may ask for the next.
        assert isinstance(service.enrol(identity_of(robin), cbt, robin).answer, Requested)


def test_who_is_in_the_group_when_its_first_cohort_is_named_is_in_that(world):
    with on(2026, 11, 20):
        group = world.group("CBT skills", access="closed", capacity=4)
        world.series(group, datetime(2026, 11, 24, 10), dates=10)
        robin = world.client()
        (had,) = world.enrol(group, robin)
    with on(2026, 12, 1, 18):
        span = CohortSpan(
            date(2026, 11, 24), date(2026, 12, 15), date(2026, 11, 1), date(2026, 11, 20), date(2026, 11, 24)
        )
        service.plan_cohort(world.system, group, CohortPlan("Autumn", span))
        db.session.commit()
        assert had.cohort.name == "Autumn"
        assert [one.taken for one in group_dates(group)][2:] == [1, 1] + [0] * 6
        sound()


def test_other_days_move_the_seats_of_its_people(world, cbt):
    from dataclasses import replace

    robin = world.client()
    with on(2026, 12, 2):
        asked = world.ask(cbt, robin)
        yes(world, asked)
        first = cohorts_of(cbt)[0]
        service.change_cohort(
            world.system, first, CohortPlan("Winter", replace(FIRST, ends_on=date(2027, 2, 9)))
        )
        db.session.commit()
        assert [one.taken for one in group_dates(cbt)] == [1] * 6 + [0] * 12
        sound()
        with pytest.raises(Conflict):
            service.take_cohort_away(world.system, first)
    with on(2027, 1, 6), pytest.raises(DomainError) as refused:
        service.change_cohort(world.system, first, CohortPlan("", replace(FIRST, begins_on=date(2027, 1, 6))))
    assert refused.value.field == "begins_on"


def test_a_cohort_without_people_is_taken_away_and_who_waits_past_it_waits_on(world, cbt):
    robin = world.client()
    with on(2026, 12, 2):
        asked = world.ask(cbt, robin)
        service.wait_for_next_cohort(world.keeper(), asked)
        service.take_cohort_away(world.system, cohorts_of(cbt)[0])
        db.session.commit()
        assert [one.span for one in cohorts_of(cbt)] == [SECOND]
        assert (asked.state, asked.cohort_id, asked.ask_from) == (EnrolmentState.WAITLISTED, None, None)


def test_a_date_made_later_within_a_cohort_is_its_peoples(world, cbt):
    robin = world.client()
    with on(2026, 12, 2):
        yes(world, world.ask(cbt, robin))
        extra = world.series(cbt, datetime(2027, 1, 7, 10), dates=1) + world.series(
            cbt, datetime(2027, 2, 25, 10), dates=1
        )
        db.session.commit()
        assert [one.taken for one in extra] == [1, 0]
        sound()
