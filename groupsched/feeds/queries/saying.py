"""What one reader is told of a meeting, in the mode of their titles, and which facts that is."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from groupsched.catalog.models import Group, Place
from groupsched.catalog.rules import ModalityCategory
from groupsched.core.i18n import _, text_of
from groupsched.core.web import settings
from groupsched.enrolment.queries import CalendarSeat
from groupsched.feeds.queries.stamps import WordsSaid
from groupsched.feeds.rules import EventText, Fact, FactOf, GroupFacts, TitleMode, words_for
from groupsched.feeds.words import labels
from groupsched.schedule.models import Occurrence, Series, Topic
from groupsched.schedule.rules import DateField, SeatPool, sees_link, sees_room

COLORS = {
    ModalityCategory.COUNSELING: "steelblue",
    ModalityCategory.SUPPORT: "seagreen",
    ModalityCategory.COMPLEMENTARY: "mediumpurple",
    ModalityCategory.MEDICAL: "sandybrown",
}
"""The color of a kind of session, by its CSS name (RFC 7986 5.9); calendars that read it let people choose another."""


@dataclass(frozen=True)
class FeedReader:
    """For whom a calendar is: the secret part of its UIDs, its title mode, and whose it is, by which link.

    One who reads as the `public` does has no seat: the link into an online room is for those who do, the note of a date for
    those who come. In a hybrid group the link is for those who come online: by `pool`, to single dates by another of `pools`.
    """

    key: str
    titles: TitleMode
    own: dict[int, str]
    person: int | None = None
    feed: int | None = None
    public: bool = False
    pool: SeatPool | None = None
    pools: Mapping[int, SeatPool] = field(default_factory=dict)
    enrolment: int | None = None
    since: datetime | None = None
    comes: bool = True


def words_of(
    group: Group,
    place: Place | None,
    reader: FeedReader,
    title: str,
    link: str,
    pool: SeatPool | None = None,
    topic: Topic | None = None,
    note: str = "",
) -> EventText:
    """What is said of a meeting, in the mode of its reader."""
    facts = facts_of(group, place, link=group.external or not reader.public, pool=pool)
    facts = replace(facts, title=title or facts.title, link=link if link and facts.link else facts.link)
    if note and reader.comes and not reader.public:
        facts = replace(facts, note=note)
    if topic is not None:
        facts = replace(facts, topic="\n".join(filter(None, [topic.name, topic.outline])))
    return words_for(reader.titles, facts, labels(), reader.own.get(group.id, ""))


def facts_of(
    group: Group, place: Place | None, *, link: bool = True, pool: SeatPool | None = None
) -> GroupFacts:
    """Say what could be said of a group's meeting; the link into an online room only where it is asked for. Who comes by a
    `pool` is told the way of that one alone."""
    link, there = link and sees_link(pool), place if sees_room(pool) else None
    # What we say of a kind of session is not true of a meeting that others run.
    texts = {} if group.external else group.modality.texts
    return GroupFacts(
        title=group.title,
        room=there.name if there else _by_phone(group),
        site=there.site.name if there and there.site else "",
        address=(there.address or (there.site.address if there.site else "")) if there else "",
        link=(group.online_link or (place.online_link if place else "")) if link else "",
        description=group.description or text_of(texts, "summary"),
        bring=text_of(texts, "bring"),
        color=COLORS[group.modality.category],
        url=f"{settings().base_url}/sessions/{group.uid}",
    )


def _by_phone(group: Group) -> str:
    """The way into a meeting that others hold by phone alone, with its number where that may be told."""
    number = (group.source_row or {}).get("conference_phone", "")
    if not number or group.online_link:
        return ""
    return str(_("By phone") if not number[-1].isdigit() else ": ".join([_("By phone"), number]))


def facts_of_series(series: Series, group: Group, place: Place | None, reader: FeedReader) -> Iterator[Fact]:
    """What each date of a series tells that is as the series says."""
    yield (FactOf.SERIES, series.id, "length")
    said = WordsSaid(
        (FactOf.SERIES, series.id), group, place, reader.titles, bool(reader.own.get(group.id)),
        own_title=bool(series.own.get(DateField.TITLE.value)), own_place=bool(series.own.get(DateField.PLACE.value)),
        tells_room=sees_room(reader.pool), tells_link=_tells_link(group, reader, reader.pool),
    )  # fmt: skip
    yield from _facts_of_reader(said, reader)


def facts_of_rule(
    series: Series, group: Group, reader: FeedReader, rows: Iterable[Occurrence]
) -> Iterator[Fact]:
    """What the event of a series tells besides: when it meets, and for how long; also that dates are as it says again."""
    yield from ((FactOf.SERIES, series.id, fact) for fact in ("when", "back"))
    told = {row.original_local[:10] for row in rows}
    yield from ((FactOf.SERIES, series.id, f"skip.{day}") for day in series.skip if day not in told)
    yield (FactOf.GROUP, group.id, "ends")
    if reader.enrolment is not None:
        yield (FactOf.ENROLMENT, reader.enrolment, "when")
    if not reader.comes:
        yield (FactOf.SERIES, series.id, "leads")


def facts_of_date(
    row: Occurrence, group: Group, reader: FeedReader, pool: SeatPool | None, seat: CalendarSeat | None
) -> Iterator[Fact]:
    """What the event of a date tells that stands for itself."""
    yield (FactOf.DATE, row.id, "when")
    if reader.enrolment is not None:
        yield (FactOf.ENROLMENT, reader.enrolment, f"seat.{row.id}")
    if seat is not None and seat.slot is not None:
        yield (FactOf.SLOT, seat.slot.id, "when")
    said = WordsSaid(
        (FactOf.DATE, row.id), group, row.place or group.place, reader.titles, bool(reader.own.get(group.id)),
        own_title=bool(row.own_title), own_place=row.place is not None, tells_room=sees_room(pool),
        tells_link=_tells_link(group, reader, pool), topic=row.topic,
    )  # fmt: skip
    yield from _facts_of_reader(said, reader)


def _facts_of_reader(said: WordsSaid, reader: FeedReader) -> Iterator[Fact]:
    yield from said.facts()
    if reader.enrolment is not None:
        yield (FactOf.ENROLMENT, reader.enrolment, "pool")
        if said.titles is TitleMode.FULL:  # who has left is told the way into an online room no more
            yield (FactOf.ENROLMENT, reader.enrolment, "when")
    if reader.feed is not None:
        yield (FactOf.FEED, reader.feed, "titles")
    if reader.person is not None:
        if not said.called or said.titles is TitleMode.FULL:
            yield (FactOf.PERSON, reader.person, "language")
        yield (FactOf.PERSON, reader.person, f"words.{said.group.id}")


def _tells_link(group: Group, reader: FeedReader, pool: SeatPool | None) -> bool:
    return sees_link(pool) and (group.external or not reader.public)
