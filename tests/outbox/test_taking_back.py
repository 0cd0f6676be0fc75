"""A message can wait, be taken back, and give way to a later one of the same thing, whatever a worker does meanwhile."""

from contextlib import suppress
from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest

from groupsched.core import clock
from groupsched.core.db import db
from groupsched.outbox.carriers import FolderCarrier, MailRefused
from groupsched.outbox.delivery import deliver_due
from groupsched.outbox.models import Message
from groupsched.outbox.rules import CLAIM_LASTS, RETRY_AFTER
from groupsched.outbox.service import MessageDraft, Withdrawn, enqueue_all, withdraw

FIELDS = {"date": "Wed 30 Dec", "time": "10:00", "link": "/my"}


@pytest.fixture
def robin(world):
    return world.client(email="robin@example.org")


def put(person, key, about="", **more):
    enqueue_all([MessageDraft("cancelled", person, key, FIELDS, about=about, **more)])
    db.session.commit()


def taken_back(*subjects):
    found = withdraw(subjects)
    db.session.commit()
    return found


def states():
    db.session.expire_all()
    found = {row.key: row.state for row in db.session.query(Message)}
    db.session.rollback()
    return found


def test_a_message_waits_until_its_time_has_come(robin, tmp_path):
    put(robin, "later", after=timedelta(hours=2))
    assert deliver_due(carrier=FolderCarrier(tmp_path)).sent == 0
    with clock.at(clock.now() + timedelta(hours=2, seconds=1)):
        assert deliver_due(carrier=FolderCarrier(tmp_path)).sent == 1
    (file,) = tmp_path.iterdir()
    said = message_from_bytes(file.read_bytes(), policy=default)["Date"].datetime
    # In a mailbox it stands among those of the time when it came.
    assert abs(said - clock.now() - timedelta(hours=2)) < timedelta(minutes=1)


def test_what_was_taken_back_never_goes_out_and_says_what_its_person_knows(robin, tmp_path):
    put(robin, "plan", "e1/plan", was={"dates": []})
    put(robin, "seat", "e1/seat/d1")
    put(robin, "other", "e11/plan")
    assert taken_back("e1/plan") == [Withdrawn("e1/plan", {"dates": []})]
    assert taken_back("e1/plan") == []
    assert taken_back("e1/") == [Withdrawn("e1/seat/d1", None)]
    assert deliver_due(carrier=FolderCarrier(tmp_path)).sent == 1
    assert states() == {"plan": "skipped", "seat": "skipped", "other": "sent"}


def test_a_message_is_taken_back_in_the_transaction_that_says_so(robin, tmp_path):
    put(robin, "plan", "e1/plan")
    withdraw(["e1/plan"])
    db.session.rollback()
    assert deliver_due(carrier=FolderCarrier(tmp_path)).sent == 1


def test_what_went_out_cannot_be_taken_back(robin, tmp_path):
    put(robin, "plan", "e1/plan")
    deliver_due(carrier=FolderCarrier(tmp_path))
    assert taken_back("e1/plan") == []
    assert states() == {"plan": "sent"}


def test_many_things_are_taken_back_at_once(robin):
    for number in range(3):
        put(robin, str(number), f"e{number}/plan")
    assert len(taken_back(*(f"e{number}/" for number in range(500)), "e1/plan")) == 3


class Meanwhile(FolderCarrier):
    """Carries nothing: something is taken back while the worker holds it, then the server refuses, or the worker dies."""

    def __init__(self, folder, error):
        super().__init__(folder)
        self.error = error

    def carry(self, *_args):
        assert taken_back("e1/plan") == []
        raise self.error


@pytest.mark.parametrize("error", [MailRefused("try later"), SystemExit()])
def test_what_is_taken_back_while_it_is_sent_is_not_tried_again(robin, tmp_path, error):
    put(robin, "plan", "e1/plan")
    with suppress(SystemExit):
        deliver_due(carrier=Meanwhile(tmp_path, error))
    db.session.rollback()
    for later in (RETRY_AFTER[0], CLAIM_LASTS):
        with clock.at(clock.now() + later + timedelta(seconds=1)):
            assert deliver_due(carrier=FolderCarrier(tmp_path)).sent == 0


def test_a_message_that_failed_once_can_still_be_taken_back(robin, tmp_path):
    put(robin, "plan", "e1/plan")

    class Refusing(FolderCarrier):
        def carry(self, *_args):
            raise MailRefused("try later")

    deliver_due(carrier=Refusing(tmp_path))
    assert len(taken_back("e1/plan")) == 1
    assert states() == {"plan": "skipped"}
