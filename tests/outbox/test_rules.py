"""What a mail says, that nothing can slip into its headers, and when it is tried again."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groupsched.outbox import rules
from groupsched.outbox.rules import (
    Envelope,
    RenderedMessage,
    WrongFields,
    build_mail,
    fill,
    next_try,
    read_wording,
    render,
)

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
DATA = {
    "sender_name": {"en": "Appointments", "es": "Citas"},
    "footer": {"en": "Fewer messages: {settings_link}", "es": "Menos mensajes: {settings_link}"},
    "messages": [
        {
            "key": "cancelled",
            "kind": "service",
            "opt_out_footer": True,
            "placeholders": ["date", "link"],
            "en": {"subject": "Not on {date}", "text": "Hello,\n\nnot on {date}.\n\n{link}"},
            "es": {"subject": "No el {date}", "text": "Hola:\n\nno el {date}.\n\n{link}"},
            "fr": {"subject": "Pas le {date}"},
            "pt": {"text": "Não em {date}.\n\n{link}"},
        },
        {
            "key": "reset",
            "kind": "account",
            "opt_out_footer": False,
            "placeholders": ["link"],
            "en": {"subject": "New password", "text": "{link}"},
        },
    ],
}
FIELDS = {"date": "Wed, Dec 30", "link": "https://example.org/a"}
ENVELOPE = Envelope("robin@example.org", "mail@example.org", "example.org", "u1", NOW)


def test_a_message_is_rendered_in_the_language_of_its_person_with_the_footer():
    letter = render(read_wording(DATA), "cancelled", "es", FIELDS, "https://example.org/account")
    assert letter.subject == "No el Wed, Dec 30"
    assert letter.sender_name == "Citas"
    assert letter.text.endswith("\n-- \nMenos mensajes: https://example.org/account\n")


def test_a_language_without_words_gets_english_and_a_regional_one_its_parent():
    assert render(read_wording(DATA), "reset", "es", {"link": "x"}).subject == "New password"
    assert render(read_wording(DATA), "cancelled", "es-MX", FIELDS).subject.startswith("No el")
    assert render(read_wording(DATA), "cancelled", "fi", FIELDS).subject.startswith("Not on")


def test_a_language_that_lacks_one_field_gets_that_one_in_english():
    letter = render(read_wording(DATA), "cancelled", "fr", FIELDS)
    assert letter.subject == "Pas le Wed, Dec 30"
    assert letter.text.startswith("Hello,")
    assert letter.sender_name == "Appointments"
    assert render(read_wording(DATA), "cancelled", "pt", FIELDS).subject == "Not on Wed, Dec 30"


def test_an_account_message_has_no_footer():
    assert (
        "--"
        not in render(read_wording(DATA), "reset", "en", {"link": "x"}, "https://example.org/account").text
    )


@pytest.mark.parametrize("fields", [{}, {"date": "x"}, {**FIELDS, "place": "Oak Room"}])
def test_a_field_too_few_or_too_many_is_refused_so_that_no_place_slips_in(fields):
    with pytest.raises(WrongFields):
        render(read_wording(DATA), "cancelled", "en", fields)


def test_a_value_that_looks_like_a_placeholder_stays_a_value():
    assert fill("{a} {b}", {"a": "{b}", "b": "{0.__class__}"}) == "{b} {0.__class__}"


NASTY = st.text(st.characters(exclude_categories=["Cs"]), max_size=80).map(
    lambda text: text + "\r\nBcc: x@example.org"
)


@given(NASTY, NASTY)
def test_no_value_can_add_a_header_or_a_recipient(date, link):
    letter = render(read_wording(DATA), "cancelled", "en", {"date": date, "link": link})
    mail = message_from_bytes(bytes(build_mail(letter, ENVELOPE)), policy=default)
    assert mail["Bcc"] is None
    assert mail["To"] == "robin@example.org"
    assert len(mail.get_all("Subject")) == 1
    assert not mail.defects


@given(st.text(max_size=100))
def test_a_value_brings_no_line_of_its_own(text):
    assert len(fill("{name}", {"name": text}).splitlines()) <= 1


@given(NASTY)
def test_a_list_has_lines_in_the_text_and_one_in_the_subject(text):
    rows = [{**DATA["messages"][0], "lists": ["date"]}]
    letter = render(
        read_wording({**DATA, "messages": rows}), "cancelled", "en", {**FIELDS, "date": f"{text}\nb"}
    )
    assert "\nb.\n" in letter.text
    assert len(letter.subject.splitlines()) <= 1


@pytest.mark.parametrize(
    "address", ["a@example.org\r\nBcc: b@example.org", "a@example.org, b@example.org", "nobody", ""]
)
def test_a_mail_is_not_built_for_what_is_no_single_address(address):
    with pytest.raises(ValueError):
        build_mail(
            RenderedMessage("s", "t", "n"), Envelope(address, "mail@example.org", "example.org", "u", NOW)
        )


def test_an_address_with_letters_beyond_ascii_gets_its_mail():
    envelope = Envelope("ñandú@exämple.org", "mail@example.org", "example.org", "u", NOW)
    mail = bytes(build_mail(RenderedMessage("s", "t", "n"), envelope))
    assert "To: ñandú@exämple.org\r\n".encode() in mail
    with pytest.raises(ValueError):
        build_mail(
            RenderedMessage("s", "t", "n"), replace(envelope, to="ñandú@exämple.org\r\nBcc: b@example.org")
        )


def test_a_mail_tells_neither_the_house_nor_the_program():
    mail = build_mail(render(read_wording(DATA), "cancelled", "en", FIELDS), ENVELOPE)
    assert mail["From"] == "Appointments <mail@example.org>"
    assert mail["Message-ID"] == "<u1@example.org>"
    assert (mail["Auto-Submitted"], mail["X-Auto-Response-Suppress"]) == ("auto-generated", "All")


def test_no_server_on_the_way_changes_a_line():
    """The quoted-printable text has short lines of plain signs, whatever was written."""
    mail = build_mail(RenderedMessage("s", "From here on\n" + "x " * 300 + "\n", "n"), ENVELOPE)
    assert mail["Content-Transfer-Encoding"] == "quoted-printable"
    assert mail["Date"].datetime == NOW


def test_letters_beyond_ascii_come_through_whole():
    letter = RenderedMessage("Está – 日本", "Mañana, ¿sí?\n" + "x" * 2000 + "\n", "Citas")
    mail = message_from_bytes(bytes(build_mail(letter, ENVELOPE)), policy=default)
    assert mail["Subject"] == "Está – 日本"
    assert mail.get_content().replace("\r\n", "\n") == letter.text


def test_a_failed_message_is_tried_at_growing_distances_and_then_given_up():
    waits = [next_try(tries, NOW) for tries in range(1, len(rules.RETRY_AFTER) + 2)]
    assert waits[0] == NOW + timedelta(minutes=1)
    assert waits[:-1] == sorted(waits[:-1])
    assert waits[-1] is None
