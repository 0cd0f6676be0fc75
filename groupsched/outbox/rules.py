"""What a message says and when it is tried again: pure functions over the rows of content/messages.yaml."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime
from enum import StrEnum
from typing import Any, TypeVar

from groupsched.core.text import clean_line, one_stop

T = TypeVar("T")

FALLBACK_LANGUAGE = "en"

GIVE_BACK = "give_back"
"""The placeholder of the address that gives back one date; it is filled in when a message goes out."""
_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_SUBJECT_LENGTH = 150


class MessageState(StrEnum):
    """A message waits, is being sent by one worker, went out, was given up, or had nobody to go to or was taken back."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    SKIPPED = "skipped"


class Unreached(StrEnum):
    """Why a message did not reach its person, whom somebody on staff has to tell: no address, no wish for mail, or the
    mail could not be delivered."""

    NO_ADDRESS = "no_address"
    NO_MAIL = "no_mail"
    FAILED = "failed"


class MessageChannel(StrEnum):
    """By which way a message goes out."""

    EMAIL = "email"


class MessageSort(StrEnum):
    """Account messages always go out; service messages only to people who want mail; those to staff when they chose."""

    ACCOUNT = "account"
    SERVICE = "service"
    STAFF = "staff"


@dataclass(frozen=True)
class MessageWords:
    """Subject and text of one kind in one language, with {placeholders}."""

    subject: str
    text: str


@dataclass(frozen=True)
class MessageKind:
    """One kind of message: who gets it, which fields it takes (of `lists` each has lines), its words by language."""

    key: str
    sort: MessageSort
    footer: bool
    placeholders: frozenset[str]
    words: Mapping[str, MessageWords]
    lists: frozenset[str] = frozenset()


@dataclass(frozen=True)
class MessageKinds:
    """All kinds with what they share: the neutral name of the sender and the footer, by language."""

    kinds: Mapping[str, MessageKind]
    sender_name: Mapping[str, str]
    footer: Mapping[str, str]


@dataclass(frozen=True)
class RenderedMessage:
    """A rendered message: one line of subject, plain text, the sender's neutral name."""

    subject: str
    text: str
    sender_name: str


class WrongFields(ValueError):
    """The fields given are not the placeholders of the kind."""


def read_wording(data: Mapping[str, Any]) -> MessageKinds:
    """Read the parsed content/messages.yaml. A key that is missing is a KeyError: the file is part of the product."""
    kinds = {row["key"]: _read_kind(row) for row in data["messages"]}
    return MessageKinds(kinds, dict(data["sender_name"]), dict(data["footer"]))


def _read_kind(row: Mapping[str, Any]) -> MessageKind:
    english: Mapping[str, str] = row[FALLBACK_LANGUAGE]
    words = {
        language: MessageWords(texts.get("subject", english["subject"]), texts.get("text", english["text"]))
        for language, texts in row.items()
        if isinstance(texts, Mapping)
    }
    return MessageKind(
        row["key"],
        MessageSort(row["kind"]),
        row["opt_out_footer"],
        frozenset(row["placeholders"]),
        words,
        frozenset(row.get("lists", ())),
    )


def render(
    wording: MessageKinds, key: str, language: str, fields: Mapping[str, str], settings_link: str = ""
) -> RenderedMessage:
    """Return the letter of one kind in one language, English where the language has no words.

    Raises KeyError for an unknown kind and WrongFields where a placeholder is missing or a field has no place.
    """
    kind = wording.kinds[key]
    if set(fields) != kind.placeholders:
        raise WrongFields(f"{key} takes {sorted(kind.placeholders)}, not {sorted(fields)}")
    words = _in_language(kind.words, language)
    text = fill(words.text, fields, kind.lists)
    if kind.footer and settings_link:
        text += "\n\n-- \n" + fill(_in_language(wording.footer, language), {"settings_link": settings_link})
    subject = clean_line(fill(words.subject, fields), _SUBJECT_LENGTH)
    return RenderedMessage(
        subject, text.rstrip() + "\n", clean_line(_in_language(wording.sender_name, language))
    )


TOGETHER, NEW_TOGETHER = "news_together", "new_together"
"""The kinds of the mail that holds several messages, and of one whose messages are all of new dates."""
NEW_DATES = "enrolled_"
"""With it the kind of a message begins that says which dates somebody has by joining."""


def render_together(
    wording: MessageKinds,
    language: str,
    parts: Iterable[tuple[str, Mapping[str, str]]],
    settings_link: str = "",
) -> RenderedMessage:
    """One letter of several messages, each by its kind and fields, in their order, without their greetings. Raises as `render`."""
    found = list(parts)
    said = (_body(wording, key, language, fields) for key, fields in found)
    kind = NEW_TOGETHER if all(key.startswith(NEW_DATES) for key, _fields in found) else TOGETHER
    return render(wording, kind, language, {"messages": "\n\n".join(said)}, settings_link)


def _body(wording: MessageKinds, key: str, language: str, fields: Mapping[str, str]) -> str:
    text = render(wording, key, language, fields).text.rstrip("\n").partition("\n\n")[2]
    return text[:1].upper() + text[1:]


def spoken(wording: MessageKinds, key: str, language: str, fields: Mapping[str, str]) -> str:
    """What a message says, for somebody who says it by phone: without greeting and without its link. Raises KeyError for an
    unknown kind or a field that is missing."""
    kind = wording.kinds[key]
    parts = _in_language(kind.words, language).text.split("\n\n")[1:]
    said = "\n".join(
        fill(part, fields, kind.lists)
        for part in parts
        if not any(f"{{{name}}}" in part for name in ("link", GIVE_BACK))
    )
    return said[:1].upper() + said[1:]


def _in_language(by_language: Mapping[str, T], language: str) -> T:
    return by_language.get(language.split("-")[0].split("_")[0], by_language[FALLBACK_LANGUAGE])


def fill(template: str, fields: Mapping[str, str], lists: Collection[str] = ()) -> str:
    """Put values into {placeholders}, once: a value that looks like a placeholder stays as it is, and only one of `lists`
    has more than one line.

    >>> fill("on {date}", {"date": "{time}"})
    'on {time}'
    >>> fill("a las {time}. Hasta {until}…", {"time": "4:30 p.m.", "until": "1..5"})  # one full stop ends a sentence
    'a las 4:30 p.m. Hasta 1..5…'
    """

    def value(match: re.Match[str]) -> str:
        name = match.group(1)
        lines = fields[name].split("\n") if name in lists else [fields[name]]
        return "\n".join(clean_line(line) for line in lines)

    return one_stop(_PLACEHOLDER.sub(value, template))


@dataclass(frozen=True)
class Envelope:
    """What a mail needs beside its letter. `domain` stands in the Message-ID and must name nobody."""

    to: str
    sender: str
    domain: str
    uid: str
    date: datetime


def build_mail(letter: RenderedMessage, envelope: Envelope) -> EmailMessage:
    """Return the mail: a neutral sender, one recipient, plain text, marked as sent by a machine.

    Raises ValueError where an address is no single mail address.
    """
    if not envelope.to:
        raise ValueError("a mail needs a recipient")
    mail = EmailMessage(policy=SMTP if envelope.to.isascii() else SMTPUTF8)
    mail["From"] = Address(letter.sender_name, addr_spec=envelope.sender)
    mail["To"] = _one_address(envelope.to)
    mail["Subject"] = letter.subject
    mail["Date"] = format_datetime(envelope.date)
    mail["Message-ID"] = f"<{envelope.uid}@{envelope.domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(letter.text, cte="quoted-printable")
    return mail


def _one_address(text: str) -> Address:
    """The address, read strictly. Letters beyond ASCII are judged as if they were others: Python knows none (RFC 6531)."""
    strict = Address(addr_spec="".join(c if c.isascii() else "x" for c in text))
    if text.isascii():
        return strict
    name, _at, domain = text.rpartition("@")
    return Address(username=name, domain=domain)


# ---------------------------------------------------------------- trying again

# Nine tries over about two days and a half: a mail server that is down for a weekend day loses nothing.
RETRY_AFTER = tuple(
    timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 3 * 60, 6 * 60, 12 * 60, 24 * 60)
)
# A worker that claimed a message and died gives it back after this time: far longer than one SMTP delivery.
CLAIM_LASTS = timedelta(minutes=10)


def next_try(tries: int, now: datetime) -> datetime | None:
    """Return when a message that failed for the `tries`-th time goes out again; None: it is given up."""
    return now + RETRY_AFTER[tries - 1] if tries <= len(RETRY_AFTER) else None


# ---------------------------------------------------------------- whether anybody delivers

# Word of a round is left once a minute, and one that sends much mail lasts a while.
NOBODY_AFTER = timedelta(minutes=15)
WORD_EVERY = timedelta(minutes=1)
FAILED_LATELY = timedelta(days=7)


@dataclass(frozen=True)
class OutboxHealth:
    """How many messages are due and since when the oldest is, how many were given up in a week, when a worker was last here."""

    due: int
    oldest: datetime | None
    failed: int
    last_round: datetime | None


def nobody_works(last_round: datetime | None, now: datetime) -> bool:
    """Whether no worker runs: none ever did, or the last one has been silent for too long."""
    return last_round is None or now - last_round > NOBODY_AFTER
