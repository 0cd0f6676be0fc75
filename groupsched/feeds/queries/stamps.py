"""Since when an event says what it says: the facts that it tells in the mode of its reader, and their moments."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import and_, or_, select

from groupsched.catalog.models import Group, Place
from groupsched.core.db import db
from groupsched.core.i18n import current_language
from groupsched.feeds.models import ToldFact
from groupsched.feeds.rules import FIRST_STAMPS, Fact, FactOf, StampBook, TitleMode
from groupsched.schedule.models import Occurrence, Series, Topic
from groupsched.schedule.rules import DateField


@dataclass(frozen=True, slots=True)
class WordsSaid:
    """What goes into the words of an event: of what it is (`own`: a series or a date, with its own title and place, if it has
    them), where it is, what it is about, and which of it is said to whom."""

    own: tuple[FactOf, int]
    group: Group
    place: Place | None
    titles: TitleMode
    called: bool
    own_title: bool = False
    own_place: bool = False
    tells_room: bool = True
    tells_link: bool = True
    topic: Topic | None = None

    def facts(self) -> Iterator[Fact]:
        """The facts that are told. One that stands behind another, as the title of a group behind that of a date, is none."""
        if self.titles is TitleMode.PRIVATE:
            return
        yield (FactOf.GROUP, self.group.id, "mode")
        if self.tells_room:
            yield from self._where()
        if self.titles is TitleMode.FULL:
            yield from self._in_full()

    def _where(self) -> Iterator[Fact]:
        of, number, group = *self.own, self.group
        yield (of, number, "place")
        if not self.own_place:
            yield (FactOf.GROUP, group.id, "place")
        if self.place is not None:
            yield (FactOf.PLACE, self.place.id, "name")
        yield (FactOf.GROUP, group.id, "phone")

    def _in_full(self) -> Iterator[Fact]:
        of, number, group, language = *self.own, self.group, current_language()
        if not self.called:
            yield (of, number, "title")
            if not self.own_title:
                yield (FactOf.GROUP, group.id, f"title.{language}")
        if self.tells_room and self.place is not None:
            yield (FactOf.PLACE, self.place.id, "address")
            if self.place.site_id is not None:
                yield (FactOf.SITE, self.place.site_id, "name")
                if not self.place.address:
                    yield (FactOf.SITE, self.place.site_id, "address")
        if self.tells_link:
            yield from ((of, number, "link"), (of, number, "note"), (FactOf.GROUP, group.id, "link"))
            if self.place is not None and not group.online_link:
                yield (FactOf.PLACE, self.place.id, "link")
        yield from self._about(language)

    def _about(self, language: str) -> Iterator[Fact]:
        group = self.group
        yield (FactOf.GROUP, group.id, f"description.{language}")
        if not group.external:
            yield (FactOf.GROUP, group.id, "modality")
            yield (FactOf.MODALITY, group.modality_id, f"bring.{language}")
            if not group.description:
                yield (FactOf.MODALITY, group.modality_id, f"summary.{language}")
        yield (*self.own, "topic")
        if self.topic is not None:
            yield (FactOf.TOPIC, self.topic.id, f"name.{language}")
            yield (FactOf.TOPIC, self.topic.id, f"outline.{language}")


def stamps_of(
    groups: Iterable[Group],
    series: Iterable[Series],
    rows: Iterable[Occurrence],
    others: Iterable[tuple[FactOf, int | None]] = (),
) -> StampBook:
    """The moments of everything that these can say: one statement for any number."""
    wanted: dict[FactOf, set[int | None]] = defaultdict(set)
    wanted[FactOf.HOUSE].add(FIRST_STAMPS[1])
    for group in groups:
        wanted[FactOf.GROUP].add(group.id)
        wanted[FactOf.PLACE].add(group.place_id)
        wanted[FactOf.MODALITY].add(group.modality_id)
    for one in series:
        wanted[FactOf.SERIES].add(one.id)
        wanted[FactOf.PLACE].add(one.own.get(DateField.PLACE.value))
    for row in rows:
        wanted[FactOf.DATE].add(row.id)
        wanted[FactOf.PLACE].add(row.place_id)
        wanted[FactOf.TOPIC].add(row.topic_id)
    for about, number in others:
        wanted[about].add(number)
    return _book(wanted)


def _book(wanted: Mapping[FactOf, set[int | None]]) -> StampBook:
    numbers = {about: sorted(one for one in found if one is not None) for about, found in wanted.items()}
    # Sites are few: a place need not be asked for its own.
    these = or_(
        ToldFact.about == FactOf.SITE,
        *(
            and_(ToldFact.about == about, ToldFact.number.in_(found))
            for about, found in numbers.items()
            if found
        ),
    )
    query = select(ToldFact.about, ToldFact.number, ToldFact.fact, ToldFact.at).where(these)
    return StampBook({(row.about, row.number, row.fact): row.at for row in db.session.execute(query)})
