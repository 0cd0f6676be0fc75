"""Whatever happens in whatever order: no seat is sold twice, each is free, held by one, or kept for who was asked, and every skip is
written down."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from groupsched.access.identity import Role
from groupsched.accounts.service import disable, enable, end_role, give_role
from groupsched.catalog.service import fields_of, retire_group, update_group
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import DomainError
from groupsched.enrolment import service
from groupsched.enrolment.models import Guest, GuestDate, SeatHold, SeatOffer
from groupsched.enrolment.queries import group_line, live_of, offers_by_phone, overdue, roster, undoable
from groupsched.enrolment.rules import EnrolmentState, GuestRelation, GuestState, OfferState
from groupsched.schedule.service import cancel_occurrence
from groupsched.upkeep.service import faults
from tests.conftest import identity_of

NOW = datetime.fromisoformat("2026-12-01T10:00:00-05:00")
FIRST = datetime(2026, 12, 3, 14)
PEOPLE, SEATS = 40, 12

EVENTS = (
    "join", "date", "leave", "leave", "give", "give", "yes", "yes", "no", "no", "back", "yes", "no", "undo", "clash", "switch", "wait", "night",
    "two workers", "cancel", "change groups", "keep apart", "end apart", "account off", "account on", "guest", "slot", "slot back",
    "free dates", "single dates", "phone", "shrink", "discharge",
)  # fmt: skip
steps = st.lists(st.tuples(st.sampled_from(EVENTS), st.integers(0, PEOPLE - 1)), min_size=16, max_size=36)


class Story:
    """Forty people and three groups: one of twelve seats, one at the same time as its second date, and massage in four slots."""

    def __init__(self, world, mode, people, later):
        self.world, self.now, self.people = world, NOW + later, people
        self.group = world.group("Tea", capacity=SEATS, line_mode=mode)
        self.dates = world.series(self.group, FIRST + later, dates=3)
        self.other = world.group("Yoga")
        self.clash = world.series(self.other, FIRST + later + timedelta(days=7), dates=1)[0]
        self.massage = world.in_slots(line_mode=mode)
        self.slots = world.series(self.massage, FIRST + later + timedelta(hours=3), dates=1, minutes=80)[0]
        self.desk, self.last, self.pairs = world.keeper(), people[0], []
        world.guests(self.group)
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
        self.last = person = self._seated(person)
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

    def do_undo(self, _person):
        """Whoever did something last takes it back, a moment later."""
        self.now -= timedelta(minutes=6)
        with clock.at(self.now):
            for act in undoable([], self.last.id, clock.now()):
                service.undo(identity_of(self.last), act.enrolment)

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

    def do_change_groups(self, person):
        self.last = person = self._seated(person)
        if (live := self.live(person)) is not None:
            service.change_groups(identity_of(person), live, self.other, accept_clash=True)
        while service.finish_switch(self.now):
            db.session.commit()

    def do_keep_apart(self, person):
        """Two of whom at most one is in: what they share already stays."""
        other = self.people[(person.id * 7) % PEOPLE]
        if person != other and not (self._inside(person) and self._inside(other)):
            self.pairs.append((self.world.keep_apart(person, other), person, other))

    def do_end_apart(self, person):
        if self.pairs:
            pair, _one, _other = self.pairs.pop(person.id % len(self.pairs))
            service.end_apart(self.desk, pair)

    def _inside(self, person):
        """Whether somebody is, or has a seat to come, in one of the groups."""
        lives = (live_of(group.id, person.id) for group in (self.group, self.other, self.massage))
        return any(live is not None and live.state == EnrolmentState.ACTIVE for live in lives)

    def do_account_off(self, person):
        offer = self._open(person)
        disable(self.desk, offer.enrolment.person if offer is not None else person)

    def do_account_on(self, person):
        enable(self.desk, person)

    def do_guest(self, person):
        host = self._seated(person)
        wish = service.GuestWish(
            f"Nan {self.now:%d%H%M}", GuestRelation.PARENT, self.dates[:1], word=True, adult=True
        )
        guest = service.ask_for_guest(identity_of(host), self.group, host, wish)
        service.confirm_guest(self.desk, guest, asked_alone=True, agreed=True)

    def do_slot(self, person):
        self.last = person
        service.enrol(identity_of(person), self.massage, person, mode="dates", occurrences=[self.slots])

    def do_slot_back(self, person):
        service.cannot_come(identity_of(person), self.slots, person)

    def _waiting(self, person):
        found = group_line(self.group.id)
        return found[person.id % len(found)] if found else None

    def do_free_dates(self, person):
        if (live := self._waiting(person)) is not None:
            service.take_free_dates(identity_of(live.person), live)

    def do_single_dates(self, person):
        if (live := self._waiting(person)) is not None:
            service.only_single_dates(identity_of(live.person), live)

    def do_phone(self, person):
        found = sorted(offers_by_phone(self.group, self.now))
        if found:
            offer = db.session.get_one(SeatOffer, found[person.id % len(found)])
            verb = service.take_by_phone if person.id % 3 else service.refuse_by_phone
            verb(self.desk, offer)

    def do_shrink(self, person):
        """Fewer seats, or more again: nobody who has one loses it."""
        group = self.group
        fields = replace(fields_of(group), capacity=SEATS - person.id % 2)
        update_group(self.world.system, group, fields, group.version)

    def do_discharge(self, person):
        if person.id % 5 == 0:
            for grant in [one for one in person.grants if one.lasts(self.now)]:
                end_role(self.desk, person, grant.id)

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
                    guests = db.session.scalar(
                        select(func.count(GuestDate.id))
                        .join(GuestDate.guest)
                        .where(
                            GuestDate.occurrence_id == date.id,
                            GuestDate.lost_at.is_(None),
                            Guest.state == GuestState.COMES,
                        )
                    )
                    assert date.taken == len(coming) + kept + guests <= SEATS
            self._kept_apart()
            self._slots_are_one_persons()
            self._asked_in_order()
            db.session.rollback()

    def ends(self):
        """All groups are over, and everybody is as they were: the next story has the same people."""
        for group in (self.group, self.other, self.massage):
            retire_group(self.world.system, group)
        for pair, _one, _other in self.pairs:
            service.end_apart(self.desk, pair)
        for person in self.people:
            if not any(one.lasts(clock.now()) for one in person.grants):
                give_role(self.world.system, person, Role.CLIENT, site_id=None, until=None)
            if person.credential is not None and person.credential.disabled_at is not None:
                enable(self.desk, person)
        db.session.commit()

    def _kept_apart(self):
        """Nobody came in beside whom they were kept apart from by then; nor is a seat kept for them there."""
        for date in [*self.dates, self.clash, self.slots]:
            if date.status == "scheduled" and date.start > self.now:
                coming = {one.person.id for one in roster(date) if not one.given_up}
                for _pair, one, other in self.pairs:
                    assert not {one.id, other.id} <= coming, date
        for off in db.session.scalars(
            select(SeatOffer).where(SeatOffer.state == OfferState.OPEN).order_by(SeatOffer.id)
        ):
            credential = off.enrolment.person.credential
            assert credential is None or credential.disabled_at is None

    def _slots_are_one_persons(self):
        taken = [one.slot.id for one in roster(self.slots) if one.slot is not None and not one.given_up]
        assert len(taken) == len(set(taken)) <= 4

    def _asked_in_order(self):
        """Whoever is asked for all dates has nobody before them in the line who was not asked, and of whom nothing is written."""
        asked = {
            one.enrolment_id
            for one in db.session.scalars(
                select(SeatOffer)
                .where(SeatOffer.state == OfferState.OPEN, SeatOffer.occurrence_id.is_(None))
                .order_by(SeatOffer.id)
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


@pytest.mark.parametrize("mode", ["ask_first", "first_yes", "at_once"])
def test_nothing_is_sold_twice_in_any_order(world, mode):
    people = [world.client("Robin", f"Teacup {n}") for n in range(PEOPLE)]
    later = timedelta(days=42)
    told = iter(range(1000))

    @settings(
        max_examples=4 if db.engine.dialect.name == "sqlite" else 2,
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
            story.ends()
            assert faults() == []

    tell()
    if mode == "at_once":
        return
    assert db.session.scalar(select(func.count()).select_from(SeatOffer))
