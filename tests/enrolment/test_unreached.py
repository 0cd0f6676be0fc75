"""Whoever is not reached by mail is told by somebody: kept, shown to those who see the roster, ticked, taken back."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from groupsched.access.identity import Role
from groupsched.accounts.service import change_own
from groupsched.audit.models import AuditRow
from groupsched.audit.rules import AuditAction
from groupsched.catalog.service import retire_group
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import NotFound
from groupsched.enrolment import service
from groupsched.enrolment.queries import unreached
from groupsched.outbox.carriers import FolderCarrier, MailRefused
from groupsched.outbox.delivery import deliver_due
from groupsched.outbox.models import Message
from groupsched.outbox.service import enqueue_to
from groupsched.schedule.service import cancel_occurrence
from tests.conftest import identity_of

NOW = datetime.fromisoformat("2026-11-24T14:00:00+00:00")


@pytest.fixture
def tea(world, tmp_path):
    """Three Thursdays with Robin, who has an address, Reed, who has a phone, and Basil, who wants no mail."""
    with clock.at(NOW):
        world.lead = world.facilitator()
        world.tea = world.group("Tea", led_by=world.lead, capacity=3)
        world.dates = world.series(world.tea, datetime(2026, 11, 26, 18), dates=3)
        world.robin = world.client(email="robin@example.org")
        world.reed = world.client("Reed", "Marmalade", phone="555 0100", language="es")
        world.basil = world.client("Basil", "Cardigan", email="basil@example.org", wants_mail=False)
        world.enrol(world.tea, world.robin, world.reed, world.basil)
        world.mails = FolderCarrier(tmp_path)
        deliver_due(carrier=world.mails)
        yield world


def waits(tea, person=None, group=None):
    db.session.expire_all()
    return [
        (one.person.first_name, one.words)
        for one in unreached(identity_of(person or tea.lead), group).waiting
    ]


def cancel(tea, number=0):
    cancel_occurrence(identity_of(tea.lead), tea.dates[number], "The heating is out.")
    db.session.commit()


def mail_of(person):
    query = select(Message).where(Message.person_id == person.id, Message.kind != "enrolled_series")
    return db.session.scalars(query.order_by(Message.id.desc())).first()


def refuse_all():
    class Refusing(FolderCarrier):
        def carry(self, *_args):
            raise MailRefused("no such mailbox", final=True)

    with clock.at(clock.now() + timedelta(minutes=6)):
        deliver_due(carrier=Refusing("/nowhere"))


CANCELLED = "Your appointment on Thu 26 Nov at 18:00 will not take place. We are sorry."
CANCELADA = "Tu cita del jue 26 nov a las 18:00 no se hará. Lo sentimos."


def test_whom_no_mail_reaches_is_kept_with_what_to_say_and_why(tea):
    cancel(tea)
    assert waits(tea) == [("Reed", CANCELADA), ("Basil", CANCELLED)]
    assert [mail_of(one).unreached for one in (tea.robin, tea.reed, tea.basil)] == [
        None,
        "no_address",
        "no_mail",
    ]
    assert "link" not in mail_of(tea.reed).fields


def test_who_may_read_the_roster_reads_who_has_to_be_told_and_nobody_else(tea):
    cancel(tea)
    for person, sees in (
        (tea.lead, 2), (tea.supervisor(), 2), (tea.front_desk(), 2), (tea.admin(), 0), (tea.robin, 0),
        (tea.facilitator("Pike", "Mockridge"), 0), (tea.front_desk("Fern", "Lobby", site=tea.another_site()), 0),
        (tea.another_program().supervisor(), 0),
    ):  # fmt: skip
        assert len(waits(tea, person)) == sees, person.name


def test_staff_who_are_in_a_group_themselves_do_not_tell_themselves(tea):
    cancel(tea)
    mira = tea.person("Mira", "Twohats", Role.CLIENT, Role.SUPERVISOR)
    tea.enrol(tea.tea, mira)
    cancel(tea, 1)
    assert "Mira" not in dict(waits(tea, mira))
    with pytest.raises(NotFound):
        service.finish_telling(identity_of(mira), mail_of(mira).uid)


def test_what_people_did_themselves_nobody_has_to_tell_them(tea):
    hazel = tea.client("Hazel", "Buttons")
    tea.tea.capacity = 3
    tea.ask(tea.tea, hazel)
    service.cannot_come(identity_of(tea.reed), tea.dates[2], tea.reed)
    service.leave(identity_of(tea.basil), service.enrol(identity_of(tea.basil), tea.tea, tea.basil).enrolment)
    assert [name for name, _words in waits(tea)] == ["Hazel"]
    assert waits(tea)[0][1].startswith("A place came free")


def test_who_is_added_or_removed_by_staff_has_to_be_told(tea):
    hazel, lead = tea.client("Hazel", "Buttons"), identity_of(tea.lead)
    enrolment = service.enrol(tea.keeper(), tea.tea, hazel).enrolment
    assert waits(tea)[0][1].startswith("You are number 1 on the waiting list for Thu 26 Nov at 18:00.")
    service.finish_telling(lead, unreached(lead).waiting[0].message.uid)
    service.leave(lead, enrolment)
    words = "We took you off the waiting list. You can talk with us about it at any time."
    assert waits(tea) == [("Hazel", words)]


def test_the_end_of_a_group_is_one_thing_to_say(tea):
    retire_group(identity_of(tea.supervisor()), tea.tea)
    words = "3 of your appointments, from Thu 26 Nov, 18:00 on, will not take place. We are sorry."
    assert ("Basil", words) in waits(tea)
    assert len(waits(tea)) == 2


def test_a_later_change_is_said_with_the_one_of_which_nobody_has_heard(tea):
    cancel(tea)
    cancel(tea, 1)
    assert dict(waits(tea))["Basil"].split("\n") == [
        "Your regular appointments have changed:",
        "– Not on Thu 26 Nov and Thu 3 Dec at 18:00.",
    ]
    assert len(waits(tea)) == 2


def test_ticked_is_told_once_by_whom_and_when_and_can_be_undone(tea):
    cancel(tea)
    uid, desk = mail_of(tea.reed).uid, tea.front_desk()
    for _twice in range(2):
        service.finish_telling(identity_of(desk), uid)
    assert [name for name, _words in waits(tea)] == ["Basil"]
    assert (mail_of(tea.reed).told_at, mail_of(tea.reed).told_by_id) == (NOW, desk.id)
    for _twice in range(2):
        service.take_telling_back(identity_of(tea.lead), uid)
    assert [name for name, _words in waits(tea)] == ["Reed", "Basil"]
    assert (mail_of(tea.reed).told_at, mail_of(tea.reed).told_by_id) == (None, None)
    query = select(AuditRow).where(AuditRow.word.startswith("telling.")).order_by(AuditRow.id)
    acts = [(row.action, row.actor_id, row.object_uid) for row in db.session.scalars(query)]
    assert acts == [
        (AuditAction.TELLING_FINISHED, desk.id, tea.tea.uid),
        (AuditAction.TELLING_TAKEN_BACK, tea.lead.id, tea.tea.uid),
    ]


def test_what_was_told_is_not_said_again_with_the_next_change(tea):
    cancel(tea)
    service.finish_telling(identity_of(tea.lead), mail_of(tea.basil).uid)
    cancel(tea, 1)
    assert dict(waits(tea))["Basil"] == CANCELLED.replace("26 Nov", "3 Dec")


def test_who_may_not_see_the_roster_ticks_nothing(tea):
    cancel(tea)
    uid = mail_of(tea.reed).uid
    for person in (tea.admin(), tea.robin, tea.reed, tea.facilitator("Pike", "Mockridge")):
        with pytest.raises(NotFound):
            service.finish_telling(identity_of(person), uid)
    with pytest.raises(NotFound):
        service.finish_telling(identity_of(tea.lead), mail_of(tea.robin).uid)


def test_a_mail_that_is_given_up_stands_there_too_until_a_later_one_replaces_it(tea):
    cancel(tea)
    refuse_all()
    assert ("Robin", CANCELLED) in waits(tea)
    assert mail_of(tea.robin).unreached == "failed"
    cancel(tea, 1)
    assert "Robin" not in dict(waits(tea))
    assert mail_of(tea.robin).kind == "series_moved"  # which says both: of the first one nobody heard
    assert "26 Nov and Thu 3 Dec" in mail_of(tea.robin).fields["changes"]


def test_a_message_of_no_group_that_fails_asks_nobody_to_tell_it(tea):
    enqueue_to("old@example.org", "address_changed", tea.robin, "old", date="today", time="now")
    db.session.commit()
    refuse_all()
    assert mail_of(tea.robin).state == "failed"
    assert waits(tea) == []


def test_a_reminder_that_fails_asks_nobody_to_tell_it(tea):
    person, chess = tea.reminded("Hazel"), tea.group("Chess", led_by=tea.lead)
    tea.series(chess, datetime(2026, 11, 26, 15))
    tea.enrol(chess, person)
    deliver_due(carrier=tea.mails)
    with clock.at(NOW + timedelta(days=1, hours=9)):
        service.remind(clock.now())
        db.session.commit()
        refuse_all()
    assert (mail_of(person).kind, mail_of(person).state) == ("reminder", "failed")
    assert waits(tea) == []


def test_a_wish_for_no_mail_takes_nobody_off_the_list(tea):
    cancel(tea)
    change_own(identity_of(tea.basil), language="en", wants_mail=True)
    assert [name for name, _words in waits(tea)] == ["Reed", "Basil"]
