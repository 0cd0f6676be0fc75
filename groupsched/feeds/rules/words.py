"""How much a calendar gives away: the title modes, and a person's own words."""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from groupsched.feeds.rules.model import EventText

TITLE_LENGTH = 200
TEXT_LENGTH = 2000


class TitleMode(StrEnum):
    """What titles show. Private is what a feed starts with."""

    PRIVATE = "private"
    SHORT = "short"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class GroupFacts:
    """What could be said of a group's meeting. Nobody's name is among it."""

    title: str
    room: str = ""
    address: str = ""
    link: str = ""
    description: str = ""
    bring: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class NeutralWords:
    """The neutral words, in the reader's language."""

    appointment: str = "Appointment"
    group: str = "Group"


def words_for(titles: TitleMode, facts: GroupFacts, labels: NeutralWords, own_words: str = "") -> EventText:
    """Say a meeting in a title mode. Own words replace the title in every mode and add nothing else."""
    own = line(own_words)
    if titles is TitleMode.PRIVATE:
        return EventText(own or labels.appointment)
    if titles is TitleMode.SHORT:
        return EventText(own or labels.group, place=line(facts.room))
    place = ", ".join(part for part in (line(facts.room), line(facts.address)) if part)
    told = (text(part) for part in (facts.description, facts.bring, facts.link))
    return EventText(
        title=own or line(facts.title) or labels.group,
        place=place or line(facts.link),
        description="\n\n".join(part for part in told if part),
        url=facts.url,
    )


def line(value: str) -> str:
    """One line of clean text: no control characters, spaces folded, not too long."""
    return " ".join(_clean(value).split())[:TITLE_LENGTH]


def text(value: str) -> str:
    """Several lines of clean text."""
    lines = (" ".join(part.split()) for part in _clean(value).splitlines())
    return "\n".join(lines).strip()[:TEXT_LENGTH]


def _clean(value: str) -> str:
    """Drop control characters, surrogates and direction marks: a text can never become something else."""
    value = unicodedata.normalize("NFC", value.replace("\r\n", "\n"))
    return "".join(" " if char == "\t" else char for char in value if char in "\n\t" or _is_text(char))


def _is_text(char: str) -> bool:
    return unicodedata.category(char) not in ("Cc", "Cs", "Cf", "Zl", "Zp") or char in "\u200d\u200c"
