"""How long records are kept is data: nothing goes without a rule, and nothing of who is on hold goes at all."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import or_, select

from groupsched.access.identity import Role
from groupsched.accounts.models import LegalHold, Person, SignIn
from groupsched.accounts.service import (
    Browser,
    begin,
    disable,
    end_role,
    forget_person,
    give_role,
    hold,
    lift_hold,
    make_slip,
)
from groupsched.attendance.models import Attendee
from groupsched.attendance.service import add_walk_in, finish, open_sheet, write_note
from groupsched.audit.models import AuditRow
from groupsched.audit.rules import AuditAction
from groupsched.care.models import CallRequest
from groupsched.care.service import ask_for_call
from groupsched.cli import cli
from groupsched.core import clock
from groupsched.core.db import Base, db
from groupsched.core.errors import Conflict
from groupsched.enrolment.models import ApartPair
from groupsched.enrolment.rules import GuestRelation
from groupsched.enrolment.service import (
    GuestWish,
    ask_for_guest,
    confirm_guest,
    put_suggestion_aside,
    want_no_faith,
)
from groupsched.feeds.service import create_feed, revoke_feed
from groupsched.outbox.delivery import deliver_due
from groupsched.outbox.models import Message
from groupsched.questionnaires.models import QuestionnaireResponse
from groupsched.questionnaires.queries import newest_by_key
from groupsched.questionnaires.rules import Audience, Given
from groupsched.questionnaires.service import respond
from groupsched.upkeep.models import RetentionRule
from groupsched.upkeep.rules import LEAST_MONTHS, RecordKind
from groupsched.upkeep.service import apply_due_rules, set_rule, would_remove
from groupsched.upkeep.service.records import CLASSES
from tests.conftest import identity_of

THEN = datetime(2024, 1, 16, 15, tzinfo=UTC)
NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)
NIGHT = datetime(2026, 3, 3, 9, tzinfo=UTC)  # after three in New York
REASON = "Letter of the court, 12 Feb, 26-104"
SOURCE = "Record policy of 2025, part 4"


@pytest.fixture
def old(world):
    """Two clients of two years ago, alike in everything: Robin, whom a court asks about, and Holly."""
    with clock.at(THEN - timedelta(days=1)):
        world.ossian, world.watch, world.ada = world.facilitator(), world.supervisor(), world.admin()
        world.people = [world.client(*name, email=f"{name[0]}@example.org") for name in
                        (("Robin", "Teacup"), ("Holly", "Kettle"))]  # fmt: skip
        world.tea = world.group(led_by=world.ossian)
        date = world.soon(world.tea, in_minutes=24 * 60 - 10)
        world.enrol(world.tea, *world.people)
        for person in world.people:
            revoke_feed(
                identity_of(person), create_feed(identity_of(person), person, "Phone", "full", "mine")[0]
            )
            make_slip(identity_of(world.watch), person)
            begin(person, Browser("203.0.113.5", "Firefox on Android"))
            want_no_faith(identity_of(person), wanted=True)
            put_suggestion_aside(identity_of(person), world.tea)
            version = newest_by_key(world.program.id, "reflection")
            respond(identity_of(person), person, version, {"line": Given("Too warm")}, Audience.ONLY_ME)
    with clock.at(THEN):
        db.session.commit()
        leader = identity_of(world.ossian)
        for row in open_sheet(leader, date).attendees:
            write_note(leader, date, row.uid, "Came without breakfast")
        add_walk_in(leader, date, None, "Jo")
        finish(leader, date)
        db.session.commit()
        deliver_due()
    with clock.at(THEN + timedelta(days=30)):
        for person in world.people:
            end_role(identity_of(world.watch), person, person.grants[0].id)
            if person.credential:
                disable(identity_of(world.watch), person)
        db.session.commit()
        deliver_due()
    with clock.at(NOW):
        hold(identity_of(world.watch), world.people[0], REASON)
        db.session.commit()
    return world


def every_rule(world):
    for kind, months in LEAST_MONTHS.items():
        set_rule(identity_of(world.ada), kind, months, SOURCE)
    db.session.commit()


def all_of(person):
    """Every row of every table that is of a person, whichever tables there are."""
    db.session.expire_all()
    found = {
        "person": [
            tuple(row) for row in db.session.execute(select(Person.__table__).where(Person.id == person.id))
        ]
    }
    for table in Base.metadata.sorted_tables:
        theirs = [column for column in table.columns if column.name == "person_id" and
                  any(key.column.table.name == "person" for key in column.foreign_keys)]  # fmt: skip
        if theirs:
            query = (
                select(table)
                .where(or_(*(column == person.id for column in theirs)))
                .order_by(*table.primary_key)
            )
            found[table.name] = [tuple(row) for row in db.session.execute(query)]
    return found


def test_nothing_of_who_is_on_hold_goes_whatever_the_rules_say(old):
    robin, holly = old.people
    kept = all_of(robin)
    full = {"feed", "sign_in", "invitation", "message", "attendee", "enrolment", "grant_held", "legal_hold"}
    assert {name for name, rows in kept.items() if rows} >= full, (
        "a world in which each kind has something to remove"
    )
    with clock.at(NOW):
        for kind, months in LEAST_MONTHS.items():
            found = would_remove(old.program.id, kind, months)
            guests = kind is RecordKind.GUEST_NAME
            assert found.number and bool(found.on_hold) is not guests, kind
        every_rule(old)
    with clock.at(NIGHT):
        apply_due_rules(clock.now())
    assert all_of(robin) == kept
    gone = all_of(holly)
    assert [gone[name] for name in ("feed", "sign_in", "invitation", "grant_held", "credential")] == [[]] * 5
    assert kept["no_faith_wish"] and kept["suggestion_aside"]
    assert [gone[name] for name in ("no_faith_wish", "suggestion_aside")] == [[]] * 2
    mails = db.session.query(Message).filter_by(person_id=holly.id).all()
    assert mails and all(one.fields == {} and one.forgotten_at for one in mails)
    row = db.session.query(Attendee).filter_by(person_id=holly.id).one()
    assert (row.note, row.status, holly.name, holly.email) == ("", "absent", "–", None)
    assert db.session.query(Attendee).filter_by(person_id=None).one().guest_name == ""
    responses = db.session.query(QuestionnaireResponse).order_by(QuestionnaireResponse.id).all()
    assert [(one.subject_id == robin.id, bool(one.answers)) for one in responses] == [
        (True, True),
        (False, False),
    ]
    with pytest.raises(Conflict):
        forget_person(identity_of(old.watch), robin)
    with clock.at(NIGHT + timedelta(days=1)):
        lift_hold(identity_of(old.watch), robin, "The case is closed: letter of 2 March")
        db.session.commit()
    with clock.at(NIGHT + timedelta(days=2)):
        apply_due_rules(clock.now())
    assert db.session.get_one(Person, robin.id).name == "–"
    assert db.session.query(LegalHold).one().lift_reason.startswith("The case is closed")


def test_a_rule_says_first_what_would_go_and_is_carried_out_in_the_night_once(client, old):
    ada, page = client.as_(old.ada), "/program/retention/mail_text"
    with clock.at(NOW):
        assert "Kept without end." in ada.get("/program/retention").text
        assert "1 person is on hold" in ada.get("/program/retention").text
        assert "Robin" not in ada.get("/program/retention").text
        number = db.session.query(Message).filter_by(person_id=old.people[1].id).count()
        given = {"months": "12", "source": SOURCE}
        asked = ada.post(page, data=given).text
        assert f"This will remove {number} mail text" in asked
        assert "older than 12 months, the oldest from" in asked and "on hold" in asked
        assert db.session.query(RetentionRule).count() == 0
        other = ada.post(page, data={**given, "months": "13", "looked_at": "12"}).text
        assert "older than 13 months" in other, "a yes counts for what was looked at"
        assert ada.post(page, data={**given, "looked_at": "12"}).status_code == 303
        for wrong in ({"months": "0"}, {"months": "601"}, {"months": "x"}, {"source": " "}):
            assert ada.post(page, data={**given, "looked_at": "12", **wrong}).status_code == 422, wrong
        late = {**given, "months": "24", "looked_at": "24", "seen": ""}
        assert "Somebody else saved this" in ada.post(page, data=late).text, "opened before there was a rule"
        assert SOURCE in ada.get("/program/retention").text
        assert apply_due_rules(clock.now()) == 0, "whoever set it has until the night"
    with clock.at(NIGHT):
        old.program.restored = {"at": "a moment ago"}
        db.session.commit()
        assert apply_due_rules(clock.now()) == 0, "a hold may be missing: somebody has to read it first"
        old.program.restored = None
        db.session.commit()
        assert apply_due_rules(clock.now()) == number
        assert apply_due_rules(clock.now()) == 0
    told = db.session.query(AuditRow).filter_by(word=AuditAction.RETENTION_RULE_APPLIED).one()
    assert told.detail == {"kind": "mail_text", "months": 12, "number": number}
    assert ada.post(f"{page}/end").status_code == 303
    assert db.session.query(RetentionRule).count() == 0
    for who in (old.watch, old.ossian, old.people[0]):
        assert client.as_(who).get("/program/retention").status_code == 404
    assert ada.get("/program/retention/audit").status_code == 404


def test_a_supervisor_holds_a_record_with_a_reason_and_an_administrator_sees_no_name(client, old):
    holly, watch = old.people[1], client.as_(old.watch)
    where = f"/people/{holly.uid}/hold"
    assert "Put on hold" in watch.get(f"/people/{holly.uid}").text
    assert watch.post(where, data={"reason": "x"}).status_code == 422
    assert watch.post(where, data={"reason": REASON}).status_code == 303
    assert watch.post(where, data={"reason": "Another reason, sent twice"}).status_code == 303
    assert REASON in watch.get(f"/people/{holly.uid}").text
    listed = watch.get("/people/holds").text
    assert "Holly Kettle" in listed and "Robin Teacup" in listed
    for who in (old.ada, old.ossian, holly):
        browser = client.as_(who)
        answers = [
            browser.get("/people/holds"),
            browser.get(where),
            browser.post(where, data={"reason": REASON}),
        ]
        assert [answer.status_code for answer in answers] == [404] * 3
    assert "put everything of" in watch.get("/audit").text
    seen = client.as_(old.ada).get("/audit").text
    assert "put everything of" in seen and "Kettle" not in seen
    assert "2 people are on hold" in client.as_(old.ada).get("/program/retention").text
    assert watch.post(f"{where}/lift", data={"reason": "The case is closed"}).status_code == 303
    assert [row.person_id for row in db.session.query(LegalHold).filter_by(lifted_at=None)] == [
        old.people[0].id
    ]


def run(*words):
    done = CliRunner().invoke(cli, words)
    assert done.exit_code == 0, done.output
    return done.output


def test_the_command_says_what_would_go_and_then_removes_it(old):
    with clock.at(NOW):
        assert "no rule" in run("retention")
        set_rule(identity_of(old.ada), RecordKind.SIGN_IN, 6, SOURCE)
        db.session.commit()
        dry = json.loads(run("retention", "--dry-run", "--json"))
        assert dry["rules"][0] | {"oldest": ""} == {
            "kind": "sign_in", "months": 6, "older": 1, "oldest": "", "on_hold": 1, "removed": 0,
        }  # fmt: skip
        assert db.session.query(SignIn).count() == 2
        assert "1 removed" in run("retention")
        assert [row.person_id for row in db.session.query(SignIn)] == [old.people[0].id]


def test_of_who_left_no_number_to_call_is_kept(world):
    robin, holly = world.client(), world.client("Holly", "Kettle")
    for person in (robin, holly):
        ask_for_call(identity_of(person), "202 555 0111")
    CLASSES[RecordKind.LEFT_PERSON].remove([holly.id])
    db.session.expire_all()
    rows = db.session.scalars(select(CallRequest).order_by(CallRequest.id))
    assert [(row.person_id, row.phone) for row in rows] == [(robin.id, "202 555 0111"), (holly.id, "")]


@pytest.fixture
def families(world):
    """Two years ago Robin brought Nan, and Holly brought Pop; Robin and Holly were kept apart from Basil. All have left."""
    with clock.at(THEN - timedelta(days=3)):
        world.watch, world.ada, desk = world.supervisor(), world.admin(), world.front_desk()
        world.robin, world.holly, world.basil = (world.client(name) for name in ("Robin", "Holly", "Basil"))
        family = world.group("Family")
        world.guests(family)
        dates = world.series(family, THEN.replace(tzinfo=None) + timedelta(days=1), dates=1)
        world.enrol(family, world.robin, world.holly)
        world.brought = []
        for host, name in ((world.robin, "Nan"), (world.holly, "Pop")):
            wish = GuestWish(name, GuestRelation.PARENT, dates, True, True)
            guest = ask_for_guest(identity_of(host), family, host, wish)
            confirm_guest(identity_of(desk), guest, asked_alone=True, agreed=True)
            world.brought.append(guest)
        world.pairs = [world.keep_apart(one, world.basil) for one in (world.robin, world.holly)]
    with clock.at(THEN + timedelta(days=30)):
        for person in (world.robin, world.holly):
            end_role(identity_of(world.watch), person, person.grants[0].id)
        db.session.commit()
    with clock.at(NOW):
        hold(identity_of(world.watch), world.robin, REASON)
        set_rule(identity_of(world.ada), RecordKind.LEFT_PERSON, 12, SOURCE)
        db.session.commit()
    return world


def reasons(world):
    db.session.expire_all()
    query = select(ApartPair.reason).where(ApartPair.id.in_([one.id for one in world.pairs]))
    return [reason != "" for reason in db.session.scalars(query.order_by(ApartPair.id))]


def test_guests_and_reasons_go_with_the_client_and_stay_with_who_is_on_hold(families):
    with clock.at(NIGHT):
        apply_due_rules(clock.now())
        db.session.expire_all()
        robins, hollys = families.brought
        assert (robins.person.first_name, hollys.person.first_name) == ("Nan", "")
        assert (families.robin.first_name, families.holly.first_name) == ("Robin", "")
        assert reasons(families) == [True, False]
        assert [one.host_id for one in families.brought] == [families.robin.id, families.holly.id]


def test_a_guest_who_comes_no_more_goes_though_the_client_stays(families):
    with clock.at(NOW):
        lift_hold(identity_of(families.watch), families.robin, "The court wrote that it is over.")
        give_role(identity_of(families.watch), families.robin, Role.CLIENT, site_id=None, until=None)
        db.session.commit()
    with clock.at(NIGHT):
        apply_due_rules(clock.now())
        db.session.expire_all()
        assert families.robin.first_name == "Robin"
        assert [one.person.first_name for one in families.brought] == ["", ""]
