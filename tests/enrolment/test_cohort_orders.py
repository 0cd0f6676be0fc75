"""Whatever happens around cohorts in whatever order: nothing is sold twice, nobody is in after joining has closed, and everybody who was
in one has completed it after its end."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import DomainError
from groupsched.enrolment import service
from groupsched.enrolment.models import Enrolment, SeatHold, SeatOffer
from groupsched.enrolment.queries import live_of, roster
from groupsched.enrolment.rules import CohortSpan, EnrolmentMode, EnrolmentState, OfferState
from groupsched.enrolment.service import CohortPlan
from groupsched.operations.worker import round_of_work
from groupsched.upkeep.service import faults
from tests.conftest import identity_of
from tests.factories import ZONE

PEOPLE, SEATS = 7, 2
BEGINS = date(2027, 1, 5)
DAY = timedelta(days=1)
SPANS = [
    CohortSpan(BEGINS, BEGINS + 21 * DAY, BEGINS - 20 * DAY, BEGINS - 5 * DAY, BEGINS + 7 * DAY),
    CohortSpan(BEGINS + 28 * DAY, BEGINS + 49 * DAY, BEGINS + 14 * DAY, BEGINS + 24 * DAY, BEGINS + 35 * DAY),
]
EVENTS = (
    "ask", "ask", "ask", "answer", "answer", "next", "no", "yes", "say no", "leave", "undo", "give", "back", "enrol", "day", "days", "week", "work", "work", "longer",
)  # fmt: skip
steps = st.lists(st.tuples(st.sampled_from(EVENTS), st.integers(0, PEOPLE - 1)), min_size=15, max_size=45)


class CohortStory:
    """Seven people, a group of two seats and two cohorts of four dates."""

    def __init__(self, world, mode, people, later):
        self.world, self.people, self.later = world, people, later
        self.now = datetime(2026, 12, 16, 9, tzinfo=ZoneInfo(ZONE)) + later
        self.group = world.group("CBT skills", access="closed", capacity=SEATS, line_mode=mode)
        self.dates = world.series(self.group, datetime(2027, 1, 5, 10) + later, dates=9)
        for span in SPANS:
            moved = CohortSpan(*(getattr(span, name) + later for name in span.__dataclass_fields__))
            service.plan_cohort(world.system, self.group, CohortPlan("", moved))
        db.session.commit()
        self.desk = world.keeper()

    def happen(self, what, number):
        self.now += timedelta(minutes=7)
        with clock.at(self.now):
            before = self._in()
            closed = service.takes_nobody(self.group)
            try:
                getattr(self, "do_" + what.replace(" ", "_"))(self.people[number])
                db.session.commit()
            except DomainError:
                db.session.rollback()
        with clock.at(self.now):
            if closed and what in ("ask", "answer", "next", "no", "yes", "say no", "give", "enrol", "work"):
                assert self._in() <= before, what
            db.session.rollback()

    def _in(self):
        return set(
            db.session.scalars(
                select(Enrolment.person_id).where(
                    Enrolment.group_id == self.group.id, Enrolment.state == EnrolmentState.ACTIVE
                )
            )
        )

    def live(self, person):
        return live_of(self.group.id, person.id)

    def do_ask(self, person):
        service.enrol(identity_of(person), self.group, person)

    def _asking(self, person):
        live = self.live(person)
        return live if live is not None and live.state == EnrolmentState.REQUESTED else None

    def do_answer(self, person):
        if (live := self._asking(person)) is not None:
            service.accept_request(self.desk, live)

    def do_next(self, person):
        if (live := self._asking(person)) is not None:
            service.wait_for_next_cohort(self.desk, live)

    def do_no(self, person):
        if (live := self._asking(person)) is not None:
            service.decline_request(self.desk, live)

    def _offer(self, person):
        query = select(SeatOffer).where(SeatOffer.state == OfferState.OPEN).order_by(SeatOffer.id)
        found = db.session.scalars(query).all()
        return found[person.id % len(found)] if found else None

    def do_yes(self, person):
        if (offer := self._offer(person)) is not None:
            service.accept_offer(identity_of(offer.enrolment.person), offer)

    def do_say_no(self, person):
        if (offer := self._offer(person)) is not None:
            service.decline_offer(identity_of(offer.enrolment.person), offer)

    def do_leave(self, person):
        if (live := self.live(person)) is not None:
            service.leave(identity_of(person), live)

    def do_undo(self, person):
        from groupsched.enrolment.queries import undoable

        for act in undoable([], person.id, clock.now()):
            service.undo(identity_of(person), act.enrolment)

    def do_give(self, person):
        service.cannot_come(identity_of(person), self.dates[person.id % 9], person)

    def do_back(self, person):
        service.can_come_again(identity_of(person), self.dates[person.id % 9], person)

    def do_enrol(self, person):
        service.enrol(self.desk, self.group, person)

    def do_day(self, person):
        self.now += DAY

    def do_days(self, person):
        self.now += 4 * DAY

    def do_week(self, person):
        self.now += 9 * DAY

    def do_work(self, person):
        db.session.commit()
        round_of_work()

    def do_longer(self, person):
        from dataclasses import replace

        from groupsched.enrolment.queries import cohorts_of

        one = cohorts_of(self.group)[person.id % 2]
        longer = replace(one.span, ends_on=one.span.ends_on + (1 + person.id % 5) * DAY)
        service.change_cohort(self.world.system, one, CohortPlan("", longer))

    def holds_true(self):
        db.session.rollback()
        db.session.expire_all()
        with clock.at(self.now):
            round_of_work()
            assert faults() == []
            for date_ in self.dates:
                db.session.refresh(date_)
                coming = [one.person for one in roster(date_) if not one.given_up]
                assert len(coming) == len(set(coming)) <= SEATS
                if date_.start > self.now:
                    kept = db.session.scalar(
                        select(func.coalesce(func.sum(SeatHold.seats), 0)).where(
                            SeatHold.closed_at.is_(None),
                            SeatHold.group_id == self.group.id,
                            (SeatHold.occurrence_id == date_.id)
                            | ((SeatHold.from_start <= date_.start) & (SeatHold.until_start > date_.start)),
                        )
                    )
                    assert date_.taken == len(coming) + kept <= SEATS
            for one in db.session.scalars(
                select(Enrolment).where(Enrolment.group_id == self.group.id).order_by(Enrolment.id)
            ):
                assert one.mode == EnrolmentMode.WHOLE
                if one.state == EnrolmentState.ACTIVE:
                    assert one.cohort is not None and one.until_start > self.now
                if one.state == EnrolmentState.COMPLETED:
                    assert one.ended_at == one.until_start <= self.now
            db.session.rollback()


@pytest.mark.parametrize("mode", ["at_once", "ask_first", "first_yes"])
def test_cohorts_hold_in_any_order(world, mode):
    people = [world.client("Robin", f"Teacup {n}") for n in range(PEOPLE)]
    told = iter(range(1000))

    @settings(
        max_examples=8 if db.engine.dialect.name == "sqlite" else 4,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
        phases=[Phase.explicit, Phase.generate],
    )
    @given(steps)
    def tell(events):
        begins = timedelta(days=84) * next(told)
        with clock.at(datetime(2026, 12, 16, 9, tzinfo=ZoneInfo(ZONE)) + begins):
            story = CohortStory(world, mode, people, begins)
        for what, number in events:
            story.happen(what, number)
        story.holds_true()
        story.now += 84 * DAY
        with clock.at(story.now):
            story.holds_true()
            # After the end of both everybody who was in one has completed it: nobody is in.
            assert story._in() == set()
            db.session.rollback()

    tell()
    states = set(db.session.scalars(select(Enrolment.state)))
    assert EnrolmentState.COMPLETED in states
