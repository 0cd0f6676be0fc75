"""People from a table: tried, then written by the verbs of the pages; the same file again changes nothing."""

import re

import pytest
import time_machine
from sqlalchemy import func, select

from groupsched.accounts.models import Person
from groupsched.audit.models import AuditRow, AuditSubject
from groupsched.audit.rules import AuditAction
from groupsched.core.db import db
from groupsched.core.errors import NotFound
from groupsched.exchange.rules import TableKind, read_table
from groupsched.exchange.service import bring_table
from groupsched.outbox.models import Message
from tests.conftest import identity_of
from tests.exchange.uploading import send, yes

PAGE = "/import/people"
FILE = (
    "record_number,first_name,last_name,email,phone,language,site\n"
    "HL-0001,Robin,Teacup,robin@example.org,202-555-0100,Español,\n"
    "HL-0002,Holly,Kettle,,,en,\n"
)


def people():
    rows = db.session.scalars(
        select(Person).where(Person.record_number.like("HL-%")).order_by(Person.record_number)
    )
    return [
        (one.record_number, one.first_name, one.last_name, one.email, one.phone, one.language) for one in rows
    ]


ROBIN = ("HL-0001", "Robin", "Teacup", "robin@example.org", "202-555-0100", "es")
HOLLY = ("HL-0002", "Holly", "Kettle", None, "", "en")


@pytest.fixture
def browser(client, world):
    """A supervisor's."""
    return client.as_(world.supervisor())


def test_nothing_is_written_before_yes_and_then_each_row_is(browser):
    page = send(browser, PAGE, FILE)
    assert re.search(r"<b>2</b>\s*would be new", page.text)
    assert people() == []
    answer = yes(browser, PAGE, page)
    assert "2 rows are new." in answer.text
    assert people() == [ROBIN, HOLLY]


@pytest.mark.on_sqlite
def test_who_comes_without_a_site_has_the_only_one_and_where_there_are_more_it_is_said(browser, world):
    assert "Without a site" not in send(browser, PAGE, FILE).text
    world.another_site()
    page = send(browser, PAGE, FILE)
    assert page.text.count("Without a site: not found at a door, nor by the desk.") == 2
    yes(browser, PAGE, page)
    assert set(db.session.scalars(select(Person.site_id).where(Person.record_number.like("HL-%")))) == {None}


def test_each_person_is_a_client_in_the_audit_and_nobody_gets_a_message(browser):
    added = select(func.count()).select_from(AuditRow).where(AuditRow.word == AuditAction.PERSON_ADDED)
    before = db.session.scalar(added)
    yes(browser, PAGE, send(browser, PAGE, FILE))
    person = db.session.scalar(select(Person).where(Person.record_number == "HL-0001"))
    assert [grant.role for grant in person.grants] == ["client"]
    assert db.session.scalar(added) == before + 2
    assert db.session.scalar(select(func.count()).select_from(Message)) == 0


def test_the_same_file_again_changes_nothing(browser):
    yes(browser, PAGE, send(browser, PAGE, FILE))
    before = [one.version for one in db.session.scalars(select(Person).order_by(Person.id))]
    page = send(browser, PAGE, FILE)
    assert re.search(r"<b>2</b>\s*are here already", page.text)
    assert "Nothing to bring in" in page.text
    assert [one.version for one in db.session.scalars(select(Person).order_by(Person.id))] == before


def test_a_changed_row_changes_its_person_and_an_empty_cell_changes_nothing(browser):
    yes(browser, PAGE, send(browser, PAGE, FILE))
    page = send(browser, PAGE, "record_number,first_name,phone\nHL-0001,Robin,202-555-0199\nHL-0002,Holly,\n")
    assert re.search(r"<b>1</b>\s*would change", page.text)
    yes(browser, PAGE, page)
    assert people() == [(*ROBIN[:4], "202-555-0199", "es"), HOLLY]


@pytest.mark.on_sqlite
def test_rows_that_cannot_be_taken_are_named_with_line_column_and_sentence_and_the_others_go_on(browser):
    bad = "HL-0003,,Nobody,,,,\nHL-0004,Fern,,fern@nowhere,,,\nHL-0005,Basil,,,,tlh,\nHL-0006,=A1,,,,,\n"
    page = send(browser, PAGE, FILE + bad)
    assert "4 rows that need you" in page.text
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))
    for told in (
        "4 first_name This cell is empty.",
        "5 email fern@nowhere This mail address looks cut off.",
        "6 language tlh There is no such name here.",
        "7 first_name =A1 This is a formula.",
    ):
        assert told in text
    yes(browser, PAGE, page)
    assert people() == [ROBIN, HOLLY]


@pytest.mark.on_sqlite
def test_the_rows_that_need_somebody_can_be_taken_home_with_their_reasons(browser):
    page = send(browser, PAGE, FILE + "HL-0006,=A1,,,,,\n")
    answer = yes(browser, PAGE, page, button="reasons")
    assert answer.mimetype == "text/csv"
    assert (
        answer.data.decode("utf-8-sig").splitlines()[1]
        == "4,first_name,'=A1,This is a formula. Write the words themselves."
    )
    assert people() == []


@pytest.mark.on_sqlite
def test_a_yes_counts_for_the_file_that_was_looked_at_alone(browser, client, world):
    page = send(browser, PAGE, FILE)
    other = send(browser, PAGE, FILE.replace("Robin", "Mallory"))
    answer = yes(browser, PAGE, page, packed=other)
    assert answer.status_code == 422
    assert "Choose the file again." in answer.text
    answer = yes(client.as_(world.supervisor("Juniper")), PAGE, page)
    assert answer.status_code == 422
    assert yes(browser, "/import/groups", page).status_code == 422
    assert people() == []


@pytest.mark.on_sqlite
def test_a_yes_counts_for_an_hour(browser):
    with time_machine.travel("2026-11-24T14:00:00+00:00", tick=False) as now:
        page = send(browser, PAGE, FILE)
        now.shift(3601)
        answer = yes(browser, PAGE, page)
    assert answer.status_code == 422
    assert "This page is older than an hour" in answer.text
    assert people() == []


def test_a_yes_to_what_has_changed_meanwhile_shows_it_once_more(browser):
    page = send(browser, PAGE, FILE)
    yes(browser, PAGE, send(browser, PAGE, FILE.replace("Holly", "Ivy")))
    answer = yes(browser, PAGE, page)
    assert answer.status_code == 409
    assert "Something changed in the meantime." in answer.text
    assert people()[1][1] == "Ivy"
    yes(browser, PAGE, answer)
    assert people()[1][1] == "Holly"


@pytest.mark.on_sqlite
@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "Choose a file."),
        (b"PK\x03\x04", "This is a workbook."),
        (b"name\nRobin\n", "these are missing: record_number, first_name."),
    ],
)
def test_a_file_that_cannot_be_read_is_a_sentence(browser, data, words):
    page = send(browser, PAGE, data)
    assert page.status_code == 422
    assert words in page.text


@pytest.mark.on_sqlite
def test_accents_that_were_guessed_and_columns_that_are_not_read_are_said(browser):
    page = send(browser, PAGE, "record_number;first_name;diagnosis\nHL-1;Zoë;x\n".encode("cp1252"))
    assert "These columns are not read: diagnosis." in page.text
    assert "Its accents were read the Windows way" in page.text
    assert "Zoë" in page.text


@pytest.mark.on_sqlite
def test_the_template_has_the_columns_and_no_row(browser):
    answer = browser.get("/import/people.csv")
    assert answer.data.decode("utf-8-sig").splitlines() == [FILE.splitlines()[0]]
    assert browser.get("/import/nonsense.csv").status_code == 404


@pytest.mark.on_sqlite
def test_who_may_not_write_clients_brings_none(client, world):
    for person in (world.facilitator(), world.client(), world.admin(), world.front_desk()):
        assert client.as_(person).get(PAGE).status_code == 404
    with pytest.raises(NotFound):
        bring_table(identity_of(world.admin()), read_table(FILE.encode(), TableKind.PEOPLE))


def test_a_record_number_of_staff_is_not_taken_over(browser, world):
    leader = world.facilitator()
    page = send(browser, PAGE, f"record_number,first_name\n{leader.record_number},Mallory\n")
    assert "you may not change it" in page.text
    db.session.refresh(leader)
    assert leader.first_name != "Mallory"


def test_a_number_or_a_mail_address_of_somebody_else_is_said_and_nothing_of_theirs_changes(browser, world):
    jo = world.client("Jo", "Matchbox", email="jo@example.org")
    rows = (
        f"{jo.record_number},Robin,Teacup,,,,\n"
        "HL-0007,Ivy,Lamp,JO@example.org,,,\n"
        "HL-0008,Fern,Mailbox,fern@example.org,,,\n"
        "HL-0009,Basil,Cardigan,fern@example.org,,,\n"
    )
    page = send(browser, PAGE, FILE.splitlines()[0] + "\n" + rows)
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))
    for told in (
        f"2 record_number {jo.record_number} Jo Matchbox has it already. Same person?",
        "3 email JO@example.org Jo Matchbox has this mail address too. Leave it out here.",
        "5 email fern@example.org Fern Mailbox has this mail address too. Leave it out here.",
    ):
        assert told in text
    yes(browser, PAGE, page)
    db.session.refresh(jo)
    assert (jo.name, jo.version) == ("Jo Matchbox", 1)
    assert [number for number, *_rest in people()] == ["HL-0008"]
    seen = select(AuditSubject).join(AuditRow).where(AuditRow.word == AuditAction.PERSON_LISTED)
    assert jo.id in {row.person_id for row in db.session.scalars(seen)}


def test_a_mail_address_stays_with_its_own_person_and_another_can_be_taken(browser, world):
    world.another_program().client("Jo", email="robin@example.org")
    yes(browser, PAGE, send(browser, PAGE, FILE))
    page = send(browser, PAGE, "record_number,first_name,email\nHL-0001,Robin,Robin@Example.org\n")
    assert "has this mail address too" not in page.text
    assert people()[0] == ROBIN


@pytest.mark.parametrize("spelled", ["hl-0001", "HL‑0001", "ＨＬ–0001"])
def test_a_number_is_the_same_whatever_its_capitals_hyphens_and_wide_letters(browser, spelled):
    yes(browser, PAGE, send(browser, PAGE, FILE))
    again = FILE.replace("HL-0001", spelled)
    assert re.search(r"<b>2</b>\s*are here already", send(browser, PAGE, again).text)
    twice = send(browser, PAGE, f"{FILE}{spelled},Robin,Teacup,,,,\n")
    assert f"4 record_number {spelled} Row 2 has it already." in plain(twice)


@pytest.mark.on_sqlite
def test_a_number_that_lost_its_zeros_is_said_and_stays_another_one(browser):
    yes(browser, PAGE, send(browser, PAGE, f'{FILE}"=""0042""",Fern,Mailbox,,,,\n'))
    page = send(browser, PAGE, FILE.splitlines()[0] + "\n42,Fern,Mailbox,,,,\n")
    assert "Row 2, Fern Mailbox: 42 looks like 0042, and is somebody else." in plain(page)
    assert re.search(r"<b>1</b>\s*would be new", page.text)


def test_what_would_change_of_a_person_is_listed_and_that_it_was_seen_is_written_down(browser):
    yes(browser, PAGE, send(browser, PAGE, FILE))
    page = plain(send(browser, PAGE, FILE.replace("202-555-0100", "202-555-0199")))
    assert "1 row that changes" in page
    assert "2 Robin Teacup phone 202-555-0100 → becomes 202-555-0199" in page
    robin = db.session.scalar(select(Person).where(Person.record_number == "HL-0001"))
    seen = select(AuditSubject).join(AuditRow).where(AuditRow.word == AuditAction.PERSON_LISTED)
    assert robin.id in {row.person_id for row in db.session.scalars(seen)}


def plain(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))
