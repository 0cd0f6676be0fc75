"""Which values of the filters that a program fills itself were ever there: on its lists, or on a group of its own."""

from collections.abc import Iterable, Iterator, Mapping

from sqlalchemy import String, and_, cast, literal, or_, select, union_all

from groupsched.access.identity import Identity
from groupsched.catalog.models import Group, Modality, Place, Term
from groupsched.catalog.queries import readable
from groupsched.catalog.rules import GroupState, Setting, Vocabulary
from groupsched.core.db import db
from groupsched.enrolment.rules import FaultReason, FilterFault, FindFilters

KEYED = ("modality", "place")
TERMED = (Vocabulary.LANGUAGE, Vocabulary.AUDIENCE)


def unknown_values(identity: Identity, filters: FindFilters) -> list[FilterFault]:
    """Chosen values that this identity's program never had. What was retired is known: it finds what is left of it."""
    left = {name: set(filters.values.get(name, ())) for name in (*KEYED, *TERMED, "tradition")}
    if any(left[name] for name in (*KEYED, *TERMED)):
        _take_off(left, _listed(identity, left))
    if any(left[name] for name in (*TERMED, "tradition")):
        _take_off(left, _carried(identity))
    return [
        FilterFault(name, FaultReason.VALUE, value)
        for name, value in filters.chosen()
        if value in left.get(name, ())
    ]


def _take_off(left: dict[str, set[str]], known: Iterable[tuple[str, str]]) -> None:
    for name, value in known:
        left[name].discard(value)


def _listed(identity: Identity, asked: Mapping[str, set[str]]) -> list[tuple[str, str]]:
    """What is asked for and stands on a list of the program."""
    kinds, rooms = (
        select(literal(name), table.key).where(
            table.program_id == identity.program_id, table.key.in_(asked[name])
        )
        for name, table in (("modality", Modality), ("place", Place))
    )
    words = asked[Vocabulary.LANGUAGE] | asked[Vocabulary.AUDIENCE]
    terms = select(cast(Term.vocabulary, String), Term.key).where(
        Term.program_id == identity.program_id, Term.key.in_(words), Term.vocabulary.in_(TERMED)
    )
    return [(name, key) for name, key in db.session.execute(union_all(kinds, rooms, terms))]


def _carried(identity: Identity) -> Iterator[tuple[str, str]]:
    """What groups say that stands on no list: those one may see, and those that were public once and are retired."""
    was_public = and_(
        Group.state == GroupState.RETIRED,
        Group.published_at.is_not(None),
        Group.setting != Setting.PRIVATE,
        Group.hidden.is_(False),
    )
    query = select(Group.plain_tradition, Group.languages, Group.audience).where(
        Group.program_id == identity.program_id, or_(readable(identity), was_public)
    )
    for tradition, languages, audience in db.session.execute(query):
        yield "tradition", tradition
        yield from ((Vocabulary.LANGUAGE, word) for word in languages)
        yield from ((Vocabulary.AUDIENCE, word) for word in audience)
