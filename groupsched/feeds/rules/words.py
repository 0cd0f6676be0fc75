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
    site: str = ""
    address: str = ""
    link: str = ""
    description: str = ""
    bring: str = ""
    url: str = ""
    topic: str = ""
    note: str = ""
    color: str = ""


@dataclass(frozen=True, slots=True)
class NeutralWords:
    """The neutral words, and what stands before each part of a description, in the reader's language."""

    appointment: str = "Appointment"
    group: str = "Group"
    note: str = "Note: {words}"
    topic: str = "Topic: {words}"
    bring: str = "Bring: {words}"
    link: str = "Online: {words}"


def words_for(titles: TitleMode, facts: GroupFacts, labels: NeutralWords, own_words: str = "") -> EventText:
    """Say a meeting in a title mode. Own words replace the title in every mode and add nothing else."""
    own, room = clean_line(own_words, TITLE_LENGTH), clean_line(facts.room, TITLE_LENGTH)
    if titles is TitleMode.PRIVATE:
        return EventText(own or labels.appointment)
    if titles is TitleMode.SHORT:
        return EventText(own or labels.group, place=room)
    where = (room, clean_line(facts.site, TITLE_LENGTH), clean_line(facts.address, TITLE_LENGTH))
    place = ", ".join(dict.fromkeys(part for part in where if part))
    told = (
        label.replace("{words}", clean_prose(part, TEXT_LENGTH))
        for label, part in (
            (labels.note, facts.note), (labels.topic, facts.topic), ("{words}", facts.description),
            (labels.bring, facts.bring), (labels.link, facts.link),
        )
        if clean_prose(part, TEXT_LENGTH)
    )  # fmt: skip
    return EventText(
        title=own or clean_line(facts.title, TITLE_LENGTH) or labels.group,
        place=place or clean_line(facts.link, TITLE_LENGTH),
        description="\n\n".join(told),
        url=facts.url,
        color=facts.color,
    )
