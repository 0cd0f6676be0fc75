"""From a row to a mail: through a real SMTP server and into files, once, by any number of workers, after any crash."""

import socket
import threading
from contextlib import contextmanager
from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from aiosmtpd.controller import Controller

from groupsched.core import clock
from groupsched.core.db import db
from groupsched.outbox.carriers import FolderCarrier, MailRefused, SmtpCarrier, outbox_folder
from groupsched.outbox.delivery import deliver_due
from groupsched.outbox.models import Message
from groupsched.outbox.rules import CLAIM_LASTS, RETRY_AFTER, WrongFields
from groupsched.outbox.service import MessageDraft, enqueue, enqueue_all, fewer_path, when_fields, wording
from tests.kept import kept

SENDER = "appointments@example.org"
FIELDS = {"date": "Wed 30 Dec", "time": "10:00", "link": "/my"}


class Letterbox:
    """What a mail server took; `answer` is what it says to each mail."""

    def __init__(self):
        self.mails = []
        self.answer = "250 OK"

    async def handle_DATA(self, _server, _session, envelope):
        if self.answer.startswith("250"):
            self.mails.append((envelope.rcpt_tos, message_from_bytes(envelope.content, policy=default)))
        return self.answer

    async def handle_RCPT(self, _server, _session, envelope, address, _options):
        if address.startswith("gone@"):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"


@pytest.fixture
def letterbox():
    box = Letterbox()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    box.url = f"smtp://127.0.0.1:{port}"
    yield box
    controller.stop()


@kept
def robin(world):
    return world.client(email="robin@example.org")


def put(person, key="one", kind="cancelled", **fields):
    went = enqueue(kind, person, key, **(fields or FIELDS))
    db.session.commit()
    return went


def state(key="one"):
    db.session.expire_all()
    found = db.session.query(Message).filter_by(key=key).one()
    db.session.rollback()
    return found


# ------------------------------------------------ putting in


def test_one_key_is_one_message(robin):
    assert put(robin) is True
    assert put(robin) is False
    assert db.session.query(Message).count() == 1


def test_a_message_is_part_of_the_transaction_that_causes_it(robin):
    enqueue("cancelled", robin, "one", **FIELDS)
    db.session.rollback()
    assert db.session.query(Message).count() == 0


def test_a_message_of_other_fields_or_another_kind_is_a_mistake_found_at_once(robin):
    with pytest.raises(WrongFields):
        enqueue("cancelled", robin, "one", date="x", place="Oak Room")
    with pytest.raises(KeyError):
        enqueue("no-such-kind", robin, "one")


def test_any_number_of_messages_is_one_statement_each_once_and_in_order(world, robin, statements):
    silent = world.client("Holly", "Kettle")
    keys = ["first", "second", "first", "third"]
    drafts = [MessageDraft("cancelled", robin, key, FIELDS) for key in keys]
    drafts.append(MessageDraft("cancelled", silent, "fourth", FIELDS))
    before = len(statements())
    enqueue_all(drafts)
    enqueue_all(drafts[:2])
    enqueue_all([])
    assert len(statements()) - before == 2
    db.session.commit()
    rows = db.session.query(Message).order_by(Message.id).all()
    assert [(row.key, row.state) for row in rows] == [
        ("first", "waiting"), ("second", "waiting"), ("third", "waiting"), ("fourth", "skipped"),
    ]  # fmt: skip
    assert len({row.uid for row in rows}) == 4
    assert (rows[0].fields["date"], rows[3].fields) == (FIELDS["date"], {})
    with pytest.raises(WrongFields):
        enqueue_all([*drafts, MessageDraft("cancelled", robin, "fifth", {"date": "x"})])


def test_whoever_has_no_address_or_wants_no_mail_gets_none_but_account_mails_always_come(world):
    silent = world.client("Jo", "Matchbox", email="jo@example.org", wants_mail=False)
    assert put(world.client("Ash", "Doily"), "a") is False
    assert put(silent, "b") is False
    assert put(silent, "c", "account_reset", link="/welcome/x") is True
    assert {m.key: m.state for m in db.session.query(Message)} == {
        "a": "skipped",
        "b": "skipped",
        "c": "waiting",
    }


def test_a_moment_is_said_in_the_language_of_the_person_and_the_zone_of_the_place(world):
    moment = clock.now().replace(year=2031, month=1, day=1, hour=15, minute=0)
    words = when_fields(world.client(language="es"), moment, "America/New_York")
    assert words["time"] == "10:00"
    assert words["weekday"] == "miércoles"


def test_every_kind_of_message_can_be_put_in_and_delivered(robin, letterbox):
    for key, kind in wording().kinds.items():
        put(robin, key, key, **dict.fromkeys(kind.placeholders, "x"))
    tally = deliver_due(carrier=SmtpCarrier(letterbox.url, SENDER))
    assert tally.sent == len(letterbox.mails) == len(wording().kinds)


# ------------------------------------------------ SMTP


def test_a_mail_goes_through_a_real_server_and_says_nothing_of_the_house(robin, letterbox, world):
    put(robin)
    deliver_due(carrier=SmtpCarrier(letterbox.url, SENDER))
    recipients, mail = letterbox.mails[0]
    assert recipients == ["robin@example.org"]
    assert mail["From"] == f"Appointments <{SENDER}>"
    assert mail["Subject"] == "Your appointment is cancelled"
    assert f"http://127.0.0.1:5000/m/{state().uid}" in mail.get_content()
    assert f"http://127.0.0.1:5000{fewer_path(state().uid)}" in mail.get_content().replace("=\r\n", "")
    whole = mail.as_string()
    for telling in (world.program.name, world.program.key, "recovery", "Robin", "groupsched"):
        assert telling not in whole
    assert state().state == "sent"


def test_a_message_goes_out_once_however_often_the_worker_looks(robin, letterbox):
    put(robin)
    for _ in range(3):
        deliver_due(carrier=SmtpCarrier(letterbox.url, SENDER))
    assert len(letterbox.mails) == 1


def test_two_workers_at_once_send_each_message_once(app, robin, letterbox):
    for number in range(12):
        put(robin, str(number))

    def work():
        with app.app_context():
            deliver_due(carrier=SmtpCarrier(letterbox.url, SENDER))
            db.session.remove()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(letterbox.mails) == 12
    assert len({mail["Message-ID"] for _to, mail in letterbox.mails}) == 12


def test_a_server_that_is_down_is_tried_again_later_and_given_up_after_days(robin, letterbox):
    put(robin)
    letterbox.answer = "451 try later"
    moment = clock.now()
    for wait in (*RETRY_AFTER, timedelta()):
        with clock.at(moment + timedelta(seconds=1)):
            deliver_due(carrier=SmtpCarrier(letterbox.url, SENDER))
        moment += wait + timedelta(seconds=2)
    assert state().state == "failed"
    assert letterbox.mails == []
    assert "robin@example.org" not in state().last_error


def test_a_server_that_does_not_answer_at_all_loses_nothing(robin, letterbox):
    put(robin)
    tally = deliver_due(carrier=SmtpCarrier("smtp://127.0.0.1:1", SENDER))
    assert tally.later == 1
    with clock.at(clock.now() + timedelta(minutes=2)):
        deliver_due(carrier=SmtpCarrier(letterbox.url, SENDER))
    assert len(letterbox.mails) == 1


def test_a_mailbox_that_does_not_exist_is_given_up_at_once_and_the_next_mail_still_goes(
    world, robin, letterbox
):
    put(world.client("Ash", "Doily", email="gone@example.org"), "gone")
    put(robin, "next")
    tally = deliver_due(carrier=SmtpCarrier(letterbox.url, SENDER))
    assert (tally.failed, tally.sent) == (1, 1)
    assert state("gone").state == "failed"


def test_a_password_is_never_sent_without_tls_to_another_machine():
    carrier = SmtpCarrier("smtp://name:word@127.0.0.2:1", SENDER)
    with pytest.raises(MailRefused), carrier:
        carrier.carry("robin@example.org", b"x", "u")


def test_mail_to_another_machine_asks_for_tls_unless_it_is_told_otherwise():
    def asks(url):
        return SmtpCarrier(url, SENDER).required

    assert asks("smtp://mail.example.org")
    assert not asks("smtp://mail.example.org?starttls=optional")
    assert not asks("smtp://127.0.0.1:2525")
    assert asks("smtp://127.0.0.1:2525?starttls=required")


def test_required_tls_is_required(robin, letterbox):
    put(robin)
    tally = deliver_due(carrier=SmtpCarrier(letterbox.url + "?starttls=required", SENDER))
    assert (tally.later, letterbox.mails) == (1, [])


# ------------------------------------------------ crashes


class Killed(BaseException):
    """The worker is gone at this very moment."""


@contextmanager
def worker_dies():
    with pytest.raises(Killed):
        yield
    db.session.rollback()


def test_a_worker_that_dies_before_sending_gives_the_message_back(robin, letterbox):
    put(robin)

    class Dying(SmtpCarrier):
        def carry(self, *_args):
            raise Killed

    with worker_dies():
        deliver_due(carrier=Dying(letterbox.url, SENDER))
    assert state().state == "sending"
    deliver_due(carrier=SmtpCarrier(letterbox.url, SENDER))
    assert letterbox.mails == []
    with clock.at(clock.now() + CLAIM_LASTS + timedelta(seconds=1)):
        deliver_due(carrier=SmtpCarrier(letterbox.url, SENDER))
    assert len(letterbox.mails) == 1


def test_a_file_that_was_written_before_a_crash_is_still_one_mail(robin, tmp_path):
    put(robin)

    class Dying(FolderCarrier):
        def carry(self, *args):
            super().carry(*args)
            raise Killed

    with worker_dies():
        deliver_due(carrier=Dying(tmp_path))
    with clock.at(clock.now() + CLAIM_LASTS + timedelta(seconds=1)):
        deliver_due(carrier=FolderCarrier(tmp_path))
    assert [path.suffix for path in tmp_path.iterdir()] == [".eml"]


def test_a_mail_sent_again_after_a_crash_bears_the_same_message_id(robin, letterbox):
    put(robin)

    class Dying(SmtpCarrier):
        def carry(self, *args):
            super().carry(*args)
            raise Killed

    with worker_dies():
        deliver_due(carrier=Dying(letterbox.url, SENDER))
    with clock.at(clock.now() + CLAIM_LASTS + timedelta(seconds=1)):
        deliver_due(carrier=SmtpCarrier(letterbox.url, SENDER))
    assert len({mail["Message-ID"] for _to, mail in letterbox.mails}) == 1


# ------------------------------------------------ what stays


def test_a_link_does_not_stay_in_the_database_once_it_was_sent(robin, letterbox):
    put(robin, "reset", "account_reset", link="/welcome/secret-of-this-person")
    deliver_due(carrier=SmtpCarrier(letterbox.url, SENDER))
    assert state("reset").fields == {}


def test_a_message_of_a_kind_that_is_gone_does_not_hold_up_the_others(robin, letterbox):
    put(robin, "old")
    db.session.query(Message).update({"kind": "kind-of-an-older-version"})
    put(robin, "next")
    tally = deliver_due(carrier=SmtpCarrier(letterbox.url, SENDER))
    assert (tally.failed, tally.sent) == (1, 1)


def test_an_address_that_was_removed_before_sending_is_given_up(robin, letterbox):
    put(robin)
    robin.email = None
    db.session.commit()
    assert deliver_due(carrier=SmtpCarrier(letterbox.url, SENDER)).failed == 1


def test_without_a_server_mails_are_files_in_the_instance(app, robin):
    put(robin)
    deliver_due()
    folder = outbox_folder(app.extensions["groupsched.settings"])
    mail = message_from_bytes((folder / f"{state().uid}.eml").read_bytes(), policy=default)
    assert mail["To"] == "robin@example.org"


def test_the_demo_shows_its_mails_and_a_program_does_not(app, client, world, robin):
    put(robin)
    deliver_due()
    uid = state().uid
    for address in ("/outbox", f"/outbox/{uid}"):
        assert client.get(address).status_code == 404
    world.program.demo = True
    db.session.commit()
    assert "Your appointment is cancelled" in client.get("/outbox").text
    assert f'href="http://127.0.0.1:5000/m/{uid}"' in client.get(f"/outbox/{uid}").text
    for unknown in ("nothing", "..%2f..%2fsecret_key", "." + uid):
        assert client.get(f"/outbox/{unknown}").status_code == 404
