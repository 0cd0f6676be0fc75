"""What the dates of a program are found by: the facets and every word that stand on one of their cards. A group says most of
it for all of its dates; the room, and who leads, are those of the date."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, null, select

from groupsched.accounts.models import Person
from groupsched.catalog.models import Facilitator, Group, Modality, Place
from groupsched.catalog.queries import texts_of_terms
from groupsched.catalog.rules import AttendanceMode, PlaceMode, Vocabulary
from groupsched.catalog.words import term_name
from groupsched.core.db import db
from groupsched.core.i18n import LANGUAGES, force_locale, in_every_language
from groupsched.core.text import searchable
from groupsched.enrolment.rules import ADDS, CHOICES, UNSET, size_of
from groupsched.enrolment.words import choices
from groupsched.schedule.models import Assignment, Occurrence
from groupsched.schedule.rules import LEADING

Facet = tuple[str, str]
GROUP_COLUMNS = (
    Group.id, Group.folded, (Group.plain_description == "").label("silent"), Group.source_id, Group.orientation,
    Group.plain_tradition, Group.structure, Group.access, Group.setting, Group.attendance_mode, Group.languages,
    Group.audience, Group.tags, Group.place_id, Group.modality_id, Group.capacity, Group.stays_open,
)  # fmt: skip
# A group that meets both ways is found under either.
WHERE = {
    AttendanceMode.IN_PERSON: (PlaceMode.ROOM,),
    AttendanceMode.ONLINE: (PlaceMode.ONLINE,),
    AttendanceMode.HYBRID: (PlaceMode.ROOM, PlaceMode.ONLINE),
}
STEP_FREE = "step-free"
# What a card says of every group alike would find all of them.
UNSPOKEN = {("mode", PlaceMode.ROOM), *((name, UNSET) for name in CHOICES)}
COUNTED = ("day", "time")
WORDED = ("kind", "orientation", "structure", "needs", "mode", *COUNTED)
TERMED = (Vocabulary.LANGUAGE, Vocabulary.AUDIENCE)


def facet_pairs(facets: Mapping[str, tuple[str, ...]]) -> set[Facet]:
    """Facets one by one, each with its dimension."""
    return {(name, value) for name, values in facets.items() for value in values}


@dataclass(frozen=True)
class SearchedCatalogue:
    """A program's kinds of sessions and places by their numbers, and the words that its groups have from elsewhere: of who
    leads by the group, of a tag by its key, of what a kind of session is in one sentence by its number."""

    program_id: int | None
    kinds: Mapping[int, Modality]
    places: Mapping[int, Place]
    leaders: Mapping[int, str]
    assigned: Mapping[int, Mapping[int, str]]
    tags: Mapping[str, str]
    summaries: Mapping[int, str]

    def facets_of(self, row: Any) -> dict[str, tuple[str, ...]]:
        """What a group says for all of its dates in each dimension of the filters, how large it is and what is asked before
        somebody joins; `row` holds GROUP_COLUMNS."""
        modality = self.kinds[row.modality_id]
        return {
            "kind": (modality.kind,),
            "modality": (modality.key,),
            "orientation": (row.orientation or UNSET,),
            "structure": (row.structure or UNSET,),
            "access": (row.access,) if row.access else (),
            "setting": (row.setting,),
            "mode": WHERE[row.attendance_mode],
            "needs": tuple({tag for tag in row.tags if tag in CHOICES["needs"]}),
            "language": tuple(row.languages),
            "tradition": (row.plain_tradition,) if row.plain_tradition else (),
            "audience": tuple(row.audience),
            "size": (size_of(row.capacity),),
            "asks": (
                *((ADDS,) if modality.complementary else ()),
                *((modality.clearance,) if modality.clearance else ()),
            ),
            "stays": ("open",) if row.stays_open else (),
        }

    def facets_at(self, place_id: int | None) -> dict[str, tuple[str, ...]]:
        """What a date says besides, where it is held in this place."""
        place = self.places.get(place_id or 0)
        if place is None:
            return {}
        return {"place": (place.key,), **({"needs": (STEP_FREE,)} if place.step_free else {})}

    def words_of(self, row: Any) -> str:
        """The words of a group beside those of its facets: its own, its tags. Where it says nothing of itself, its card says
        what its kind of session is. The first names of who leads are in `leaders`."""
        summary = self.summaries[row.modality_id] if row.silent and row.source_id is None else ""
        tags = "".join(self.tags.get(tag) or searchable(tag) for tag in row.tags)
        return f"{row.folded}{tags}{summary}"

    def spoken(self, facets: Iterable[Facet]) -> dict[Facet, str]:
        """How each of these facets is said on a card, in every language of the pages."""
        said: dict[Facet, list[str]] = defaultdict(list)
        wanted = [facet for facet in facets if facet not in UNSPOKEN]
        for language in LANGUAGES:
            with force_locale(language):
                known = {name: choices(name, self.program_id) for name in WORDED}
                for name, value in wanted:
                    said[name, value] += self._spoken(name, value, known)
        own = {
            ("modality", row.key): searchable(*in_every_language(row.texts, "name"))
            for row in self.kinds.values()
        }
        rooms = {("place", row.key): row.folded for row in self.places.values()}
        return {facet: searchable(*words) for facet, words in said.items()} | own | rooms

    def _spoken(self, name: str, value: str, known: Mapping[str, Mapping[str, str]]) -> list[str]:
        if name in COUNTED:
            # People ask for Mondays and mornings; in both languages the plural is one letter longer, or the same.
            return [known[name][value], f"{known[name][value]}s"]
        if name in TERMED:
            return [term_name(self.program_id, name, value)]
        return [known[name].get(value, "")] if name in known else []


def together(*facets: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """What several say in each dimension.

    >>> together({"needs": ("quiet",)}, {"needs": ("step-free",)})
    {'needs': ('quiet', 'step-free')}
    """
    names = dict.fromkeys(name for one in facets for name in one)
    return {
        name: tuple(dict.fromkeys(value for one in facets for value in one.get(name, ()))) for name in names
    }


def searched_catalogue(
    program_id: int | None, dates: Sequence[ColumnElement[bool]] = (), only: Collection[int] | None = None
) -> SearchedCatalogue:
    """What a program's groups are found by, read once for all of them, or `only` for some; `dates` are those of which it is asked
    who leads them."""
    kinds = db.session.scalars(select(Modality).where(Modality.program_id == program_id)).all()
    places = db.session.scalars(select(Place).where(Place.program_id == program_id)).all()
    tags = {key: texts for (name, key), texts in texts_of_terms(program_id).items() if name == Vocabulary.TAG}
    leaders, assigned = _first_names(program_id, dates, only)
    return SearchedCatalogue(
        program_id=program_id,
        kinds={row.id: row for row in kinds},
        places={row.id: row for row in places},
        leaders=leaders,
        assigned=assigned,
        tags={key: searchable(*in_every_language(texts, "name")) for key, texts in tags.items()},
        summaries={row.id: searchable(*in_every_language(row.texts, "summary")) for row in kinds},
    )


def _first_names(
    program_id: int | None, dates: Sequence[ColumnElement[bool]], only: Collection[int] | None
) -> tuple[dict[int, str], dict[int, dict[int, str]]]:
    """By the number of the group, and of the dates that were given to somebody. A last name is on no card, and finds none."""
    query = select(Facilitator.group_id, null(), Person.id, Person.first_name)
    query = query.join(Facilitator.person).join(Facilitator.group).where(Group.program_id == program_id)
    if only is not None:
        query = query.where(Facilitator.group_id.in_(only))
    given = select(null(), Assignment.occurrence_id, Person.id, Person.first_name).join(Assignment.person)
    given = given.join(Occurrence, Occurrence.id == Assignment.occurrence_id)
    given = given.where(Assignment.role.in_(LEADING), *dates)
    usual: dict[int, str] = defaultdict(str)
    assigned: dict[int, dict[int, str]] = defaultdict(dict)
    for group_id, date_id, person_id, first_name in db.session.execute(
        query.union_all(given) if dates else query
    ):
        if group_id is not None:
            usual[group_id] += searchable(first_name)
        else:
            assigned[date_id][person_id] = searchable(first_name)
    return usual, assigned
