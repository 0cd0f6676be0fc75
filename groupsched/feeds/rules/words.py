"""How much a calendar gives away: the title modes, and a person's own words."""

from dataclasses import dataclass
from enum import StrEnum

from groupsched.core.text import clean_line, clean_prose
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
    topic: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class NeutralWords:
    """The neutral words, in the reader's language."""

    appointment: str = "Appointment"
    group: str = "Group"


def words_for(titles: TitleMode, facts: GroupFacts, labels: NeutralWords, own_words: str = "") -> EventText:
    """Say a meeting in a title mode. Own words replace the title in every mode and add nothing else."""
    own, room = clean_line(own_words, TITLE_LENGTH), clean_line(facts.room, TITLE_LENGTH)
    if titles is TitleMode.PRIVATE:
        return EventText(own or labels.appointment)
    if titles is TitleMode.SHORT:
        return EventText(own or labels.group, place=room)
    place = ", ".join(part for part in (room, clean_line(facts.address, TITLE_LENGTH)) if part)
    told = (
        clean_prose(part, TEXT_LENGTH)
        for part in (facts.note, facts.topic, facts.description, facts.bring, facts.link)
    )
    return EventText(
        title=own or clean_line(facts.title, TITLE_LENGTH) or labels.group,
        place=place or clean_line(facts.link, TITLE_LENGTH),
        description="\n\n".join(part for part in told if part),
        url=facts.url,
    )
