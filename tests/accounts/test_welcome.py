"""One-time links and codes, with and without mail."""

import re
from datetime import timedelta

import pytest

from groupsched.access.identity import Role, System
from groupsched.accounts.models import Credential, Invitation, Person, SignIn
from groupsched.accounts.service import invitations
from groupsched.accounts.service.passwords import fits, hash_password
from groupsched.audit.models import AuditRow
from groupsched.audit.rules import AuditAction
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.outbox.models import Message
from tests.kept import kept

pytestmark = pytest.mark.on_sqlite

NEW = "five kind words in a row"
SYSTEM = System()


def path(link):
    return re.sub(r"^https?://[^/]+", "", link)


def slip_for(person):
    made = invitations.make_slip(SYSTEM, person)
    db.session.commit()
    return made


def login_of(person):
    """What a person signs in with, once a slip was made."""
    slip_for(person)
    return db.session.query(Credential).filter_by(person_id=person.id).one().login


def mailed_link(person):
    invitations.invite_by_mail(SYSTEM, person)
    db.session.commit()
    return path(db.session.query(Message).order_by(Message.id.desc()).first().fields["link"])


def set_password(client, address, password=NEW):
    return client.post(address, data={"password": password, "privacy": "y"})


@kept
def robin(world):
    return world.client(email="robin@example.org")


def test_a_slip_opens_a_page_that_sets_the_password_and_signs_in(client, robin):
    address = path(slip_for(robin).link)
    assert "Robin" in client.get(address).text
    answer = set_password(client, address)
    assert answer.headers["Location"] == "/my"
    assert client.get("/account").status_code == 200
    assert fits(NEW, db.session.query(Credential).one().password_hash)
    assert db.session.get(Person, robin.id).privacy_seen == 1


def test_the_printed_code_can_be_typed_by_hand_in_any_case(client, robin):
    code = slip_for(robin).code
    answer = client.post("/welcome", data={"code": code.lower().replace("-", " ")})
    assert answer.status_code == 303
    assert set_password(client, answer.headers["Location"]).status_code == 303


def test_a_code_works_once(client, robin):
    slip = slip_for(robin)
    set_password(client, path(slip.link))
    for address in (path(slip.link), f"/welcome/{slip.code}"):
        assert client.get(address).status_code == 404
        assert set_password(client, address, "another good password").status_code == 404
    assert not fits("another good password", db.session.query(Credential).one().password_hash)


def test_looking_at_a_link_does_not_use_it_up_for_mail_programs_look_first(client, robin):
    address = mailed_link(robin)
    for _ in range(3):
        assert client.get(address).status_code == 200
    assert set_password(client, address).status_code == 303


def test_used_run_out_unknown_and_disabled_lead_to_the_very_same_page(client, world, robin):
    used = slip_for(robin)
    set_password(client, path(used.link))
    jo = world.client("Jo", "Matchbox")
    old = slip_for(jo)
    pages = [
        client.get(path(used.link)),
        client.get("/welcome/unknown"),
        client.get("/welcome/0000-0000-0000"),
    ]
    with clock.at(clock.now() + timedelta(minutes=15)):
        pages.append(client.get(path(old.link)))
    fresh = slip_for(jo)
    db.session.query(Credential).filter_by(person_id=jo.id).update({"disabled_at": clock.now()})
    db.session.commit()
    pages.append(client.get(path(fresh.link)))
    assert {page.status_code for page in pages} == {404}
    anonymous = [client.application.test_client().get("/welcome/unknown").text]
    bodies = {re.sub(r"/welcome/[\w-]+|value=\"[^\"]*\"", "", page.text) for page in pages}
    assert len(bodies) == 1
    assert anonymous


def test_a_slip_runs_out_after_a_quarter_hour_and_a_mailed_invitation_after_a_week(client, world, robin):
    now = clock.now()
    with clock.at(now):
        slip = path(slip_for(world.client("Jo", "Matchbox")).link)
        mail = mailed_link(robin)
    with clock.at(now + timedelta(minutes=14, seconds=59)):
        assert client.get(slip).status_code == 200
    with clock.at(now + timedelta(minutes=15)):
        assert client.get(slip).status_code == 404
    with clock.at(now + timedelta(days=6, hours=23)):
        assert client.get(mail).status_code == 200
    with clock.at(now + timedelta(days=7)):
        assert client.get(mail).status_code == 404


def test_a_new_slip_makes_the_earlier_one_useless(client, robin):
    first = path(slip_for(robin).link)
    slip_for(robin)
    assert client.get(first).status_code == 404


def test_the_database_holds_neither_the_link_nor_the_code(robin, world):
    slip = slip_for(robin)
    row = db.session.query(Invitation).one()
    kept = " ".join(str(value) for value in vars(row).values())
    assert slip.code not in kept
    assert slip.link.rpartition("/")[2] not in kept


@pytest.mark.parametrize(
    ("password", "words"), [("short", "at least 8"), ("password123", "Many people"), ("", "at least 8")]
)
def test_a_weak_password_is_refused_with_the_reason_and_the_link_still_works(client, robin, password, words):
    address = path(slip_for(robin).link)
    answer = set_password(client, address, password)
    assert answer.status_code == 422
    assert words in answer.text
    assert "Error:" in answer.text
    assert set_password(client, address).status_code == 303


def test_a_weak_password_and_an_empty_box_are_refused_together(client, robin):
    address = path(slip_for(robin).link)
    answer = client.post(address, data={"password": "short"})
    summary = answer.text.partition('<div class="errors"')[2].partition("</ul>")[0]
    assert answer.status_code == 422
    assert 'href="#password"' in summary
    assert 'href="#privacy"' in summary
    summary = client.post(address, data={"password": NEW}).text.partition('<div class="errors"')[2]
    assert 'href="#password"' not in summary.partition("</ul>")[0]


def test_staff_need_twelve_characters(client, world):
    address = path(slip_for(world.facilitator()).link)
    assert set_password(client, address, "elevenchars").status_code == 422
    assert set_password(client, address, "twelve chars").status_code == 303


def test_the_privacy_notice_is_shown_and_asked_for_once(client, robin):
    address = path(slip_for(robin).link)
    without = client.post(address, data={"password": NEW})
    assert without.status_code == 422
    set_password(client, address)
    again = path(slip_for(robin).link)
    assert "I have seen" not in client.get(again).text
    assert client.post(again, data={"password": NEW + "!"}).status_code == 303


def test_a_reset_ends_every_sign_in_that_was_open(client, robin):
    set_password(client, path(slip_for(robin).link))
    phone = client.application.test_client()
    assert client.get("/account").status_code == 200
    set_password(phone, path(slip_for(robin).link), "another good password")
    assert client.get("/account").status_code == 303
    assert phone.get("/account").status_code == 200
    assert db.session.query(SignIn).filter(SignIn.ended_at.is_(None)).count() == 1


def test_a_wrong_code_is_refused_kindly_and_many_have_to_wait(client, world):
    answer = client.post("/welcome", data={"code": "ABCD-EFGH-JKMN"})
    assert answer.status_code == 422
    assert "ABCD-EFGH-JKMN" in answer.text
    answers = [client.post("/welcome", data={"code": "x"}).status_code for _ in range(41)]
    assert answers[-1] == 429


# ------------------------------------------------ asking for a reset


def test_asking_for_a_reset_says_the_same_for_known_unknown_and_without_a_mail_address(client, world, robin):
    set_password(client, path(slip_for(robin).link))
    jo = world.client("Jo", "Matchbox")
    set_password(client.application.test_client(), path(slip_for(jo).link))
    visitor = client.application.test_client()
    answers = [
        visitor.post("/forgot", data={"login": login})
        for login in ("robin@example.org", "jo.matchbox", "nobody")
    ]
    assert {(a.status_code, a.headers["Location"]) for a in answers} == {(303, "/forgot/sent")}
    resets = db.session.query(Message).filter_by(kind="account_reset").all()
    assert [message.person_id for message in resets] == [robin.id]


def test_the_mailed_link_sets_a_new_password_within_the_hour(client, robin):
    set_password(client, path(slip_for(robin).link))
    now = clock.now()
    with clock.at(now):
        client.post("/forgot", data={"login": "robin@example.org"})
    link = path(db.session.query(Message).filter_by(kind="account_reset").one().fields["link"])
    visitor = client.application.test_client()
    with clock.at(now + timedelta(minutes=59)):
        assert visitor.get(link).status_code == 200
    with clock.at(now + timedelta(hours=1)):
        assert visitor.get(link).status_code == 404


def test_nobodys_mailbox_can_be_filled(client, robin):
    set_password(client, path(slip_for(robin).link))
    visitor = client.application.test_client()
    answers = [visitor.post("/forgot", data={"login": "robin@example.org"}).status_code for _ in range(9)]
    assert 429 in answers
    assert db.session.query(Message).filter_by(kind="account_reset").count() == 5


def test_the_link_comes_from_the_configured_address_whatever_the_request_says(client, robin):
    set_password(client, path(slip_for(robin).link))
    client.post("/forgot", data={"login": "robin@example.org"}, headers={"X-Forwarded-Host": "evil.example"})
    link = db.session.query(Message).filter_by(kind="account_reset").one().fields["link"]
    assert link.startswith("http://127.0.0.1:5000/welcome/")


def test_a_used_invitation_and_a_password_leave_rows_in_the_audit(client, robin):
    set_password(client, path(slip_for(robin).link))
    actions = [row.action for row in db.session.query(AuditRow).order_by(AuditRow.id)]
    assert actions[actions.index(AuditAction.PERSON_ADDED) + 1 :] == [
        AuditAction.INVITATION_PRINTED,
        AuditAction.INVITATION_USED,
        AuditAction.SIGN_IN_BEGUN,
        AuditAction.NOTICE_ACKNOWLEDGED,
    ]


def test_two_people_with_one_name_get_two_logins(world):
    first, second = world.client("Jo", "Lee"), world.client("Jo", "Lee")
    assert login_of(first) == "jo.lee"
    assert login_of(second) == "jo.lee.2"


def test_two_people_with_one_mail_address_get_two_logins(world):
    first = world.client("Ash", "Doily", email="family@example.org")
    second = world.client("Fern", "Doily", email="family@example.org")
    assert login_of(first) == "family@example.org"
    assert login_of(second) == "fern.doily"


def test_a_disabled_account_gets_no_link(client, world, robin):
    db.session.add(
        Credential(
            person_id=robin.id,
            login="robin@example.org",
            password_hash=hash_password(NEW),
            disabled_at=clock.now(),
        )
    )
    db.session.commit()
    client.post("/forgot", data={"login": "robin@example.org"})
    assert db.session.query(Message).count() == 0
    assert Role.CLIENT


def test_a_wrong_letter_is_asked_to_be_checked_before_the_desk_is(client, world):
    short = client.post("/welcome", data={"code": "ABCD-EFGH"}).text
    assert "A code has 12 letters and figures. Check each letter." in short
    unknown = client.post("/welcome", data={"code": "ABCD-EFGH-JKMN"}).text
    assert "Check each letter. If the code is right, it was used or has run out" in unknown
