"""What a third language gives, in a copy of the product that has one: run by test_third_language.py."""

from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest

import groupsched
from groupsched.accounts.service.founding import found_program
from groupsched.catalog.models import Modality
from groupsched.catalog.words import modality_name, term_name
from groupsched.core import clock, filters
from groupsched.core.db import db
from groupsched.core.i18n import LANGUAGES, force_locale, text_of
from groupsched.enrolment.service import enrol
from groupsched.outbox.models import Message
from groupsched.outbox.rules import render
from groupsched.outbox.service import wording
from groupsched.schedule.rules import parse_rule
from groupsched.schedule.words import sentence
from tests.conftest import identity_of
from tests.feeds.setting import link_for, meets
from tests.house.test_words import OUR_OWN, calendar_words, outside, rest_of, typed

CODE = "pt"
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
WEDNESDAY = date(2025, 12, 10)


@pytest.fixture(autouse=True)
def _held_time():
    with clock.at(NOW):
        yield


@pytest.fixture
def robin(world):
    """A client who reads in the third language, in a group that meets on Tuesdays."""
    robin, lead = world.client(language=CODE, email="robin@example.org"), world.facilitator(language=CODE)
    group = world.group("Slow qigong", led_by=lead)
    meets(group, lead, starts_on=date(2026, 11, 24))
    enrol(identity_of(robin), group, robin)
    db.session.commit()
    return robin


def test_it_is_the_copy_and_the_language_is_offered_in_its_own_words():
    assert Path(groupsched.__file__).parents[1] == Path.cwd()
    assert LANGUAGES == {"en": "English", "es": "Español", CODE: "Português"}


def test_pages_read_in_it_with_the_days_of_its_calendar(client, world, robin):
    people = {"visitor": None, "client": robin, "lead": world.facilitator("Ada", language=CODE)}
    known = {
        *typed(),
        *calendar_words(CODE),
        *OUR_OWN,
        *LANGUAGES.values(),
        "inglês",
        "espanhol",
        "português",
        "de",
    }
    known |= {person.short_name for person in people.values() if person}
    rest = rest_of(known)
    pages = {
        "visitor": ["/sign-in", "/sessions", "/sessions?view=week", "/sessions?view=month"],
        "client": ["/my", "/account", "/calendar"],
        "lead": ["/today", "/groups", "/groups/new", "/catalog/labels"],
    }
    for who, paths in pages.items():
        browser = client.as_(people[who])
        for path in paths:
            page = browser.get(path, headers={"Accept-Language": CODE}).text
            assert f'<html lang="{CODE}"' in page and "⟦" in page
            assert outside(page, rest) == [], f"{who} {path}"
    assert (
        "terça-feira, 1 de dezembro"
        in client.get("/sessions?view=list", headers={"Accept-Language": CODE}).text
    )


def test_an_administrator_gives_names_in_it(client, world):
    page = client.as_(world.admin()).get("/catalog/labels/new").text
    assert "Name in Portuguese" in page and 'name="name_pt"' in page


def test_the_sentence_of_a_series_reads_in_it(app):
    skip = [date(2025, 12, 24), date(2025, 12, 31)]
    rule = parse_rule(
        starts_on=WEDNESDAY, start_time=time(10), duration_minutes=90, timezone="America/New_York",
        rrule="FREQ=WEEKLY;BYDAY=MO,WE,FR;COUNT=12", skip=skip,
    )  # fmt: skip
    with force_locale(CODE):
        assert sentence(rule) == (
            "⟦Every segunda-feira, quarta-feira e sexta-feira ⟦10:00–11:30⟧⟧, ⟦Nova York time⟧, "
            "⟦12 times from 10 de dezembro de 2025 until 5 de janeiro de 2026⟧, ⟦not on ⟦24 e ⟦31⟧ dezembro 2025⟧⟧"
        )


def test_dates_read_as_its_calendar_writes_them(app):
    with force_locale(CODE):
        assert filters.day(date(2026, 12, 3), "UTC") == "quinta-feira, 3 de dezembro"
        assert filters.day(date(2027, 2, 3), "UTC") == "quarta-feira, 3 de fevereiro de 2027"
        assert filters.short_day(date(2026, 12, 3), "UTC") == "qui., 3 de dez."
        assert filters.relative_day(date(2026, 11, 27), "UTC") == "⟦In 2 days⟧"


def test_a_mail_reads_in_it(robin):
    message = db.session.query(Message).filter_by(kind="enrolled_series").one()
    letter = render(wording(), message.kind, message.language, message.fields, "https://example.org/account")
    assert letter.sender_name == "⟦Appointments⟧"
    assert letter.subject == "⟦You have regular appointments⟧"
    assert "every terça-feira at 10:00, from ter., 1 de dez. on" in letter.text
    assert "⟦To get fewer messages or none: https://example.org/account⟧" in letter.text


def test_a_calendar_reads_in_it(client, robin):
    _feed, path = link_for(robin)
    calendar = client.get(path).data.decode()
    assert "SUMMARY:⟦Appointment⟧" in calendar
    assert "X-WR-CALNAME:⟦Appointments⟧" in calendar


def test_rows_of_the_content_are_said_in_it_and_what_they_lack_in_english(app):
    program = found_program("Harbor House", "America/New_York", "Lantern Street")
    kind = db.session.query(Modality).filter_by(program_id=program.id, key="yoga").one()
    with force_locale(CODE):
        assert modality_name(kind) == f"⟦{kind.texts['en']['name']}⟧"
        assert text_of(kind.texts, "bring") == kind.texts["en"]["bring"] != ""
        assert term_name(program.id, "tag", "no-touch") == "⟦No touch⟧"
