"""Whatever happens in whatever order: no seat is sold twice, each is free, held by one, or kept for who was asked, and every skip is
written down."""

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from groupsched.catalog.service import retire_group
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import DomainError
from groupsched.enrolment import service
from groupsched.enrolment.models import SeatHold, SeatOffer
from groupsched.enrolment.queries import group_line, live_of, overdue, roster, undoable
from groupsched.enrolment.rules import OfferState
from groupsched.schedule.service import cancel_occurrence
from groupsched.upkeep.service import faults
from tests.conftest import identity_of

NOW = datetime.fromisoformat("2026-12-01T10:00:00-05:00")
FIRST = datetime(2026, 12, 3, 14)
PEOPLE, SEATS = 40, 12

EVENTS = (
    "join", "date", "leave", "leave", "give", "give", "yes", "yes", "no", "no", "back", "yes", "no", "undo", "clash", "switch", "wait", "night", "two workers", "cancel",
)  # fmt: skip
steps = st.lists(st.tuples(st.sampled_from(EVENTS), st.integers(0, PEOPLE - 1)), min_size=12, max_size=30)


class Story:
    """Forty people and two groups: one of twelve seats that asks, and one at the same time as its second date."""

    def __init__(self, world, mode, people, later):
        self.world, self.now, self.people = world, NOW + later, people
        self.group = world.group("Tea", capacity=SEATS, line_mode=mode)
        self.dates = world.series(self.group, FIRST + later, dates=3)
        self.other = world.group("Yoga")
        self.clash = world.series(self.other, FIRST + later + timedelta(days=7), dates=1)[0]
        world.enrol(self.group, *self.people[: SEATS + 4])

    def happen(self, what, number):
        """One event, as its page or the worker would have it; what is refused changes nothing."""
        self.now += timedelta(minutes=7)
        with clock.at(self.now):
            try:
                getattr(self, "do_" + what.replace(" ", "_"))(self.people[number])
                db.session.commit()
            except DomainError:
                db.session.rollback()

    def live(self, person):
        return live_of(self.group.id, person.id)

    def do_join(self, person):
        service.enrol(identity_of(person), self.group, person)

    def do_date(self, person):
        date = self.dates[person.id % 3]
        service.enrol(identity_of(person), self.group, person, mode="dates", occurrences=[date])

    def _seated(self, person):
        """One of those who are in, another one for each person."""
        found = [one.person for one in roster(self.dates[person.id % 3]) if not one.given_up]
        return found[person.id % len(found)] if found else person

    def do_leave(self, person):
        person = self._seated(person)
        if (live := self.live(person)) is not None:
            service.leave(identity_of(person), live)

    def do_give(self, person):
        service.cannot_come(
            identity_of(self._seated(person)), self.dates[person.id % 3], self._seated(person)
        )

    def do_back(self, person):
        service.can_come_again(identity_of(person), self.dates[person.id % 3], person)

    def _open(self, person):
        query = select(SeatOffer).where(SeatOffer.state == OfferState.OPEN).order_by(SeatOffer.id)
        found = db.session.scalars(query).all()
        return found[person.id % len(found)] if found else None

    def do_yes(self, person):
        if (offer := self._open(person)) is not None:
            service.accept_offer(identity_of(offer.enrolment.person), offer)

    def do_no(self, person):
        if (offer := self._open(person)) is not None:
            service.decline_offer(identity_of(offer.enrolment.person), offer)

    def do_undo(self, person):
        self.now -= timedelta(minutes=6)
        with clock.at(self.now):
            for act in undoable([], person.id, clock.now()):
                service.undo(identity_of(person), act.enrolment)

    def do_clash(self, person):
        service.enrol(identity_of(person), self.other, person, accept_clash=True)

    def do_switch(self, person):
        service.switch(identity_of(person), self.clash, person)

    def do_wait(self, person):
        self.now += timedelta(hours=1 + person.id % 5)

    def do_night(self, person):
        self.now += timedelta(hours=12)

    def do_two_workers(self, person):
        """Both saw what is overdue before either did it."""
        late = overdue(self.now)
        for _worker in range(2):
            for group_id in late:
                service.end_overdue(group_id)
                db.session.commit()
            service.move_lines(self.now)
            db.session.commit()

    def do_cancel(self, person):
        if person.id % 4 == 0 and self.dates[2].status == "scheduled":
            cancel_occurrence(self.world.system, self.dates[2], "Snow")

    def holds_true(self):
        db.session.expire_all()
        with clock.at(self.now):
            assert faults() == []
            for date in self.dates:
                db.session.refresh(date)
                kept = db.session.scalar(
                    select(func.coalesce(func.sum(SeatHold.seats), 0)).where(
                        SeatHold.closed_at.is_(None),
                        (SeatHold.occurrence_id == date.id) | (SeatHold.from_start <= date.start),
                        SeatHold.group_id == self.group.id,
                    )
                )
                coming = [one.person for one in roster(date) if not one.given_up]
                assert len(coming) == len(set(coming))
                if date.status == "scheduled" and date.start > self.now:
                    assert date.taken == len(coming) + kept <= SEATS
            self._asked_in_order()
            db.session.rollback()

    def _asked_in_order(self):
        """Whoever is asked for all dates has nobody before them in the line who was not asked, and of whom nothing is written."""
        asked = {
            one.enrolment_id
            for one in db.session.scalars(
                select(SeatOffer).where(SeatOffer.state == OfferState.OPEN, SeatOffer.occurrence_id.is_(None))
            )
        }
        said = set(
            db.session.scalars(
                select(SeatOffer.enrolment_id).where(
                    SeatOffer.state.in_(
                        [
                            OfferState.DECLINED,
                            OfferState.EXPIRED,
                            OfferState.PASSED_OVER,
                            OfferState.WITHDRAWN,
                        ]
                    )
                )
            )
        )
        line = [one.id for one in group_line(self.group.id)]
        assert asked <= set(line)
        last = max((line.index(one) for one in asked), default=-1)
        assert set(line[: last + 1]) <= asked | said
        for hold in db.session.scalars(select(SeatHold).where(SeatHold.closed_at.is_(None))):
            assert 0 < hold.seats <= sum(one.state == OfferState.OPEN for one in hold.offers)


@pytest.mark.parametrize("mode", ["ask_first", "first_yes"])
def test_nothing_is_sold_twice_in_any_order(world, mode):
    people = [world.client("Robin", f"Teacup {n}") for n in range(PEOPLE)]
    later = timedelta(days=42)
    told = iter(range(1000))

    @settings(
        max_examples=6 if db.engine.dialect.name == "sqlite" else 3,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
        phases=[Phase.explicit, Phase.generate],
    )
    @given(steps)
    def tell(events):
        begins = later * next(told)
        with clock.at(NOW + begins):
            story = Story(world, mode, people, begins)
        for what, number in events:
            story.happen(what, number)
        story.holds_true()
        with clock.at(story.now):
            for group in (story.group, story.other):
                retire_group(world.system, group)
            db.session.commit()
            assert faults() == []

    tell()
    assert db.session.scalar(select(func.count()).select_from(SeatOffer))
