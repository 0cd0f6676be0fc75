"""Three kinds in two weeks: what is offered, three seats in one step or none, another day, and how it ends."""

from datetime import datetime, time, timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from sqlalchemy import select

from groupsched.attendance.models import Attendee
from groupsched.attendance.rules import MarkingMode, Tap, TapAction
from groupsched.attendance.service import open_sheet, tap
from groupsched.audit.models import AuditRow
from groupsched.audit.rules import AuditAction
from groupsched.care import queries, service
from groupsched.care.models import Trial
from groupsched.care.rules import TrialDateState, TrialState, plan
from groupsched.catalog.rules import ClearanceKind
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict, DomainError, NotFound
from groupsched.core.filters import local
from groupsched.enrolment.queries import live_of, own_spans
from groupsched.enrolment.rules import EnrolmentState
from groupsched.enrolment.service import (
    NotEach,
    cannot_come,
    enrol,
    enrol_in_each,
    leave,
    note_clearance,
    want_no_faith,
)
from groupsched.outbox.carriers import FolderCarrier
from groupsched.outbox.delivery import deliver_due
from groupsched.outbox.models import Message
from groupsched.questionnaires.rules import Audience, Given
from groupsched.schedule.service import cancel_occurrence
from tests.conftest import identity_of
from tests.factories import ZONE
from tests.kept import kept

COMING, BEEN = TrialDateState.COMING, TrialDateState.BEEN
HOURS = {"support": 10, "art": 13, "movement": 16, "quiet": 19}


class House:
    """A group of each of four kinds, on four days from tomorrow on and a week later; Robin is new."""

    def __init__(self, world):
        self.world, self.lead = world, world.facilitator()
        self.robin = world.client(email="robin@example.org")
        self.by = identity_of(self.robin)
        self.dates = {}
        for day, (kind, hour) in enumerate(HOURS.items(), 1):
            self.dates[kind] = self.meets(kind, day, hour, complementary=kind in ("movement", "quiet"))

    def meets(self, kind, days, hour, title="", weeks=2, **fields):
        """A group of a kind that meets from so many days after today on."""
        complementary = fields.pop("complementary", False)
        clearance = fields.pop("clearance", None)
        title = title or f"A group of {kind}"
        modality = self.world.modality(
            f"{kind}-{title}", kind=kind, complementary=complementary, clearance=clearance
        )
        group = self.world.group(title, led_by=self.lead, modality=modality, **fields)
        first = datetime.combine(clock.today(ZONE) + timedelta(days=days), time(hour))
        return self.world.series(group, first, dates=weeks)

    def offer(self, person=None, by=None):
        person = person or self.robin
        return queries.dates_to_try(by or identity_of(person), person, clock.now())

    def kinds(self, **asked):
        return sorted({one.kind for one in self.offer(**asked).dates})

    def groups(self, **asked):
        offer = self.offer(**asked)
        return {offer.shown[one.key].group.title for one in offer.dates}

    def three(self, *kinds, nth=0):
        return [self.dates[kind][nth].uid for kind in kinds or ("support", "art", "quiet")]

    def begin(self, *kinds, by=None, nth=0):
        trial = service.begin_trial(by or self.by, self.robin, self.three(*kinds, nth=nth))
        db.session.commit()
        return trial

    def change(self, old, new):
        service.change_day(self.by, self.robin, old.uid, new.uid)
        db.session.commit()

    def progress(self, at=None):
        db.session.expire_all()
        return queries.trial_progress(self.robin.id, at or clock.now())

    def states(self, at=None):
        return [str(one.state) for one in self.progress(at).dates]

    def seats(self):
        """The numbers of the dates on which Robin has a seat."""
        now = clock.now()
        return {span.key for span in own_spans(self.robin.id, now, now + timedelta(days=40))}

    def taken(self):
        return sorted(one.id for dates in self.dates.values() for one in dates if one.taken)


@kept
def house(world):
    return House(world)


# --- what is offered ---


def test_every_kind_with_a_free_date_in_the_next_two_weeks_is_offered(house, world):
    assert house.kinds() == ["art", "movement", "quiet", "support"]
    house.meets("therapy", 15, 10, "In three weeks")
    house.meets("medical", 3, 8, "About medicines")
    assert house.kinds() == ["art", "movement", "quiet", "support"]
    assert all(one.start > clock.now() for one in house.offer().dates)


@pytest.mark.parametrize(
    "said",
    [
        {"access": "referral"},
        {"access": "closed"},
        {"hidden": True},
        {"setting": "private"},
        {"capacity": 1},
        {"clearance": ClearanceKind.NEEDLES},
    ],
    ids=lambda said: next(iter(said)),
)
def test_what_one_cannot_simply_join_is_not_offered(house, world, said):
    dates = house.meets("therapy", 6, 11, "Not for now", **said)
    if "capacity" in said:
        world.enrol(dates[0].group, world.client("First", "Comer"))
    assert "therapy" not in house.kinds()


def test_who_wants_no_faith_is_offered_none_with_faith_in_it(house, world):
    house.meets("therapy", 6, 11, "Prayer", orientation="faith")
    assert "therapy" in house.kinds()
    want_no_faith(identity_of(house.robin), wanted=True)
    db.session.commit()
    assert "therapy" not in house.kinds()
    assert "support" in house.kinds()


def test_who_is_cleared_is_offered_what_asks_for_it(house, world):
    house.meets("body_care", 6, 11, "Ear acupuncture", clearance=ClearanceKind.NEEDLES)
    assert "body_care" not in house.kinds()
    note_clearance(world.system, house.robin, ClearanceKind.NEEDLES, clock.today(ZONE) + timedelta(days=3))
    assert "body_care" not in house.kinds(), "until a day before it"
    note_clearance(world.system, house.robin, ClearanceKind.NEEDLES, None)
    assert "body_care" in house.kinds()


def test_what_runs_into_what_one_has_is_not_offered_nor_a_group_that_one_is_in(house, world):
    art = house.dates["art"][0]
    other = house.meets("family", 2, 14, "At the time of art")
    world.enrol(other[0].group, house.robin)
    offered = {one.key for one in house.offer().dates}
    assert art.id not in offered
    assert "family" not in house.kinds()
    assert house.groups() == {f"A group of {kind}" for kind in ("support", "movement", "quiet")}


def test_a_group_where_somebody_is_kept_apart_from_is_left_out_like_one_that_asks_first(house, world):
    other = world.client("Other", "Client")
    world.enrol(house.dates["art"][0].group, other)
    world.keep_apart(house.robin, other)
    assert "art" not in house.kinds()
    assert "art" in house.kinds(person=world.client("Somebody", "Else"))


def test_staff_are_offered_those_of_groups_into_which_they_may_bring_the_person(house, world):
    pike = world.facilitator("Pike", "Mockridge")
    world.group("Of Pike", led_by=pike)
    desk = identity_of(world.front_desk())
    assert house.kinds(by=desk) == house.kinds()
    assert house.kinds(by=identity_of(pike)) == []


# --- three in one step ---


def test_three_seats_are_taken_in_one_step_and_told_in_one_mail(house):
    trial = house.begin()
    assert house.seats() == {house.dates[kind][0].id for kind in ("support", "art", "quiet")}
    assert house.states() == ["coming", "coming", "coming"]
    progress = house.progress()
    assert (progress.state, progress.tried) == (TrialState.GOING, 0)
    assert progress.next.occurrence == house.dates["support"][0]
    assert trial.by_id == house.robin.id
    mails = db.session.scalars(
        select(Message).where(Message.person_id == house.robin.id).order_by(Message.id)
    ).all()
    assert len(mails) == 3
    assert len({mail.together for mail in mails}) == 1
    assert mails[0].together
    acts = [row.action for row in db.session.scalars(select(AuditRow).order_by(AuditRow.id))]
    assert acts.count(AuditAction.TRIAL_BEGUN) == 1


def test_the_mail_of_three_first_dates_says_that_they_are_new_in_order_of_time(house, tmp_path):
    wanted = [house.dates["support"][1], house.dates["art"][0], house.dates["quiet"][0]]
    dates = sorted(wanted, key=lambda one: one.start)
    service.begin_trial(house.by, house.robin, [one.uid for one in wanted])
    db.session.commit()
    with clock.at(clock.now() + timedelta(minutes=11)):
        deliver_due(carrier=FolderCarrier(tmp_path))
    [mail] = tmp_path.glob("*.eml")
    letter = message_from_bytes(mail.read_bytes(), policy=default).get_content()
    assert "here are your new appointments." in letter and "have changed" not in letter
    said = [letter.index(f"{local(one.start, one.timezone):%H:%M}") for one in dates]
    assert said == sorted(said)


def test_where_one_seat_went_meanwhile_none_is_taken_and_it_says_which(house, world):
    art = house.dates["art"][0]
    full = house.meets("family", 6, 11, "One seat", capacity=1)
    house.dates["family"] = full
    offer = house.offer()
    assert full[0].id in {one.key for one in offer.dates}
    wanted = [house.dates["support"][0], art, full[0]]
    world.enrol(full[0].group, world.client("First", "Comer"))
    with pytest.raises(Conflict) as refused:
        service.begin_trial(house.by, house.robin, [one.uid for one in wanted])
    assert refused.value.code == "gone"
    assert not house.seats()
    with pytest.raises(NotEach) as last:
        enrol_in_each(house.by, house.robin, wanted)
    db.session.commit()
    assert last.value.occurrence == full[0]
    assert "One seat" in last.value.message
    assert not house.seats()
    assert house.progress() is None
    assert house.taken() == [one.id for one in full], "only who came first sits anywhere"
    assert db.session.scalar(select(Message.id).where(Message.person_id == house.robin.id)) is None


def test_two_at_once_are_no_plan_and_no_three(house):
    at_once = house.dates["family"] = house.meets("family", 2, 14, "At the time of art")
    with pytest.raises(Conflict) as refused:
        service.begin_trial(house.by, house.robin, house.three("support", "art", "family"))
    assert refused.value.code == "clash"
    assert not house.seats()
    own = {one.key: one for one in house.offer().dates}
    wanted = [[own[one.id] for one in house.dates[kind]] for kind in ("support", "art")]
    found = plan([*wanted, [own[one.id] for one in at_once]])
    service.begin_trial(house.by, house.robin, [house.offer().shown[one.key].uid for one in found])
    assert len(house.seats()) == 3


@pytest.mark.parametrize("kinds", [("support", "art"), ("support", "support", "art"), ()])
def test_three_kinds_it_is_and_no_other_number(house, kinds):
    wanted = (
        [house.dates[kind][nth].uid for nth, kind in enumerate(kinds)]
        if len(kinds) < 3
        else [
            house.dates["support"][0].uid,
            house.dates["support"][1].uid,
            house.dates["art"][0].uid,
        ]
    )
    with pytest.raises(DomainError) as refused:
        service.begin_trial(house.by, house.robin, wanted)
    assert refused.value.code == "not-three"


def test_three_that_only_add_to_other_care_wait_for_a_clinician(house, world):
    house.dates["body_care"] = house.meets("body_care", 6, 11, "Tea", complementary=True)
    with pytest.raises(Conflict) as refused:
        house.begin("movement", "quiet", "body_care")
    assert refused.value.code == "adds_only"
    db.session.rollback()
    house.begin("movement", "quiet", "art")
    assert len(house.seats()) == 3


def test_while_three_are_on_their_way_there_is_no_second_trial(house):
    house.begin()
    with pytest.raises(Conflict) as refused:
        house.begin("support", "art", "movement", nth=1)
    assert refused.value.code == "going"
    assert db.session.query(Trial).count() == 1


def test_nobody_begins_it_for_somebody_else_but_staff_who_may_enrol_them(house, world):
    stranger = identity_of(world.client("Not", "Them"))
    with pytest.raises((NotFound, Conflict)):
        service.begin_trial(stranger, house.robin, house.three())
    db.session.rollback()
    trial = house.begin(by=identity_of(world.front_desk()))
    assert trial.by_id != house.robin.id
    assert len(house.seats()) == 3


# --- how far one is ---


def after(house, kind, nth=0):
    return house.dates[kind][nth].end + timedelta(minutes=20)


def test_what_was_is_counted_by_seat_and_mark_and_by_what_was_said(house):
    house.begin()
    support, art, quiet = (house.dates[kind][0] for kind in ("support", "art", "quiet"))
    assert house.states(after(house, "support")) == ["been", "coming", "coming"]
    with clock.at(after(house, "art")):
        lead = identity_of(house.lead)
        open_sheet(lead, art)
        row = db.session.scalars(select(Attendee).where(Attendee.person_id == house.robin.id)).one()
        tap(lead, art, Tap(row.uid, row.version, TapAction.ABSENT), how=MarkingMode.ARRIVING)
        db.session.commit()
    assert house.states(after(house, "art")) == ["been", "missed", "coming"]
    progress = house.progress(after(house, "quiet"))
    assert [str(one.state) for one in progress.dates] == ["been", "missed", "been"]
    assert (progress.tried, progress.state) == (2, TrialState.GOING)
    cancel_occurrence(house.world.system, quiet, "No heating")
    db.session.commit()
    assert house.states() == ["coming", "missed", "cancelled"]
    cannot_come(house.by, support, house.robin)
    db.session.commit()
    assert house.states() == ["given_back", "missed", "cancelled"]


def test_after_three_one_is_asked_which_one_to_stay_with(house):
    house.begin()
    over = after(house, "quiet")
    with clock.at(over):
        assert house.progress().state is TrialState.CHOOSING
        art = house.dates["art"][0]
        said = {"welcome": Given("mostly"), "again": Given("yes")}
        service.reflect(house.by, art, said, Audience.ONLY_ME)
        db.session.commit()
        [said_of] = [one for one in house.progress().dates if one.response is not None]
        assert said_of.occurrence == art
        enrol(house.by, art.group, house.robin)
        db.session.commit()
        progress = house.progress()
        assert progress.state is TrialState.KEPT
        assert [one.kept for one in progress.dates] == [False, True, False]


def test_who_finds_none_tries_three_others(house):
    house.begin()
    for kind in ("therapy", "family", "body_care"):
        house.dates[kind] = house.meets(kind, 10 + len(house.dates), 11, complementary=kind == "body_care")
    with clock.at(after(house, "quiet")):
        assert house.kinds() == ["body_care", "family", "movement", "therapy"], "what was tried comes no more"
        first = house.progress().trial
        second = service.begin_trial(
            house.by,
            house.robin,
            [house.dates["therapy"][0].uid, house.dates["family"][0].uid, house.dates["movement"][1].uid],
        )
        db.session.commit()
        assert first.ended_at is not None
        assert house.progress().trial == second


# --- another day, and stopping ---


def test_another_day_takes_the_place_of_the_one_before(house):
    house.begin()
    art, later = house.dates["art"]
    house.change(art, later)
    assert house.seats() == {house.dates["support"][0].id, house.dates["quiet"][0].id, later.id}
    assert [one.occurrence for one in house.progress().dates][-1] == later


def test_another_kind_may_take_its_place_but_none_that_is_among_the_three(house):
    house.begin()
    art, movement = house.dates["art"][0], house.dates["movement"][0]
    with pytest.raises(Conflict) as refused:
        house.change(art, house.dates["quiet"][1])
    assert refused.value.code == "gone"
    db.session.rollback()
    house.change(art, movement)
    assert house.seats() == {house.dates["support"][0].id, house.dates["quiet"][0].id, movement.id}
    live = live_of(art.group_id, house.robin.id)
    assert live is None, "who has no other date of a group is not in it any more"


def test_at_the_time_of_what_is_given_back_there_is_room(house):
    house.begin()
    art = house.dates["art"][0]
    at_once = house.meets("family", 2, 14, "At the time of art")[0]
    house.change(art, at_once)
    assert at_once.id in house.seats()
    assert art.id not in house.seats()


def test_where_the_other_day_is_full_the_old_one_stays(house, world):
    house.begin()
    art, later = house.dates["art"]
    world.enrol(art.group, *[world.client("Seat", f"Warmer {n}") for n in range(12)], dates=[later])
    with pytest.raises(Conflict) as refused:
        house.change(art, later)
    db.session.rollback()
    assert refused.value.code == "gone"
    assert art.id in house.seats()
    with pytest.raises(NotEach):
        enrol_in_each(house.by, house.robin, [later], [art])
    db.session.commit()
    assert art.id in house.seats()
    assert house.states() == ["coming", "coming", "coming"]


def test_what_was_missed_is_tried_on_another_day_and_what_was_tried_is_not_changed(house):
    house.begin()
    support, later = house.dates["support"]
    cannot_come(house.by, support, house.robin)
    db.session.commit()
    house.change(support, later)
    assert later.id in house.seats()
    art = house.dates["art"][0]
    with clock.at(after(house, "art")):
        with pytest.raises(Conflict) as refused:
            house.change(art, house.dates["art"][1])
        assert refused.value.code == "been"
    with pytest.raises(NotFound):
        house.change(house.dates["movement"][0], later)


def test_stopping_gives_back_what_is_ahead_and_nothing_else(house, world):
    mine = house.meets("family", 6, 11, "Mine")
    world.enrol(mine[0].group, house.robin)
    house.begin()
    enrol(house.by, house.dates["quiet"][0].group, house.robin)
    db.session.commit()
    with clock.at(after(house, "support")):
        given = service.stop_trial(house.by, house.robin)
        db.session.commit()
        assert given == [house.dates["art"][0]]
        quiet = {one.id for one in house.dates["quiet"]}
        assert house.seats() == quiet | {mine[0].id, mine[1].id}, "who stays with a group keeps it"
        assert house.progress() is None
        assert service.stop_trial(house.by, house.robin) == []
    support = house.dates["support"][0]
    assert live_of(support.group_id, house.robin.id).state == EnrolmentState.ACTIVE, "what was stays told"


def test_leaving_a_group_otherwise_shows_in_the_trial(house):
    house.begin()
    leave(house.by, live_of(house.dates["art"][0].group_id, house.robin.id))
    db.session.commit()
    assert house.states() == ["coming", "given_back", "coming"]
