"""Each change of a fact that calendars tell is noted with its moment, in the transaction that makes it, whatever verb it is.

What is changed by a statement of its own, past the rows, says so itself (`stamp`).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event, inspect, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, SessionTransaction

from groupsched.access.models import Site
from groupsched.accounts.models import Person
from groupsched.catalog.models import Group, Modality, Place
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.i18n import LANGUAGES, SOURCE
from groupsched.enrolment.models import DateSeat, Enrolment
from groupsched.enrolment.rules import EnrolmentMode, EnrolmentState
from groupsched.feeds.models import Feed, ToldFact
from groupsched.feeds.rules import Fact, FactOf, next_stamp
from groupsched.schedule.events import LeadsChanged
from groupsched.schedule.models import Occurrence, Series, Timeslot, Topic
from groupsched.schedule.rules import OccurrenceStatus

_KEY = "groupsched.feeds.stamping"
COLUMNS: Mapping[type, tuple[FactOf, Mapping[str, tuple[str, ...]]]] = {
    Group: (FactOf.GROUP, {
        "place": ("place_id",), "modality": ("modality_id",), "link": ("online_link",), "phone": ("source_row",),
        "mode": ("attendance_mode",), "ends": ("retired_at",),
    }),
    Place: (FactOf.PLACE, {"name": ("name",), "address": ("address",), "link": ("online_link",)}),
    Site: (FactOf.SITE, {"name": ("name",), "address": ("address",)}),
    Series: (FactOf.SERIES, {
        "when": (
            "starts_on", "start_time", "duration_minutes", "timezone", "rrule", "until", "ended_at",
        ),
        "length": ("duration_minutes", "timezone"),
    }),
    Occurrence: (FactOf.DATE, {
        "when": ("start", "end", "status", "original_local"), "place": ("place_id",), "title": ("own_title",),
        "link": ("own_link",), "note": ("own_note",), "topic": ("topic_id",),
    }),
    Timeslot: (FactOf.SLOT, {"when": ("start", "end")}),
    Enrolment: (FactOf.ENROLMENT, {"when": ("from_start", "ended_at", "mode"), "pool": ("pool",)}),
    Person: (FactOf.PERSON, {"language": ("language",)}),
    Feed: (FactOf.FEED, {"titles": ("titles",)}),
}  # fmt: skip
"""The facts of a row, and the columns that say them."""
IN_CALENDARS = {EnrolmentState.ACTIVE, EnrolmentState.COMPLETED, EnrolmentState.LEFT}
LANGUAGE = (FactOf.PERSON, "language")
WORDS: Mapping[type, tuple[FactOf, tuple[str, ...]]] = {
    Group: (FactOf.GROUP, ("title", "description")),
    Topic: (FactOf.TOPIC, ("name", "outline")),
    Modality: (FactOf.MODALITY, ("summary", "bring")),
}
"""The facts that each language says in its own words."""


@dataclass
class FactsToStamp:
    """What a transaction changed so far, and the rows that it made: of those no calendar knows anything else."""

    changed: list[tuple[SessionTransaction | None, frozenset[Fact]]] = field(default_factory=list)
    made: set[object] = field(default_factory=set)

    def forget(self, ended: SessionTransaction) -> None:
        """What was changed in a savepoint that is rolled back was not changed."""
        self.changed = [(within, facts) for within, facts in self.changed if not _is_in(within, ended)]


def stamp(session: Session, facts: Iterable[Fact]) -> None:
    """Note that these facts change now: all of one transaction at one moment, later than every one before it."""
    if found := frozenset(facts):
        _of(session).changed.append((session.get_nested_transaction(), found))


def stamp_leads(event: LeadsChanged) -> None:
    """Dates of a series are led by others: who leads its group may see one less, or one more."""
    stamp(db.session(), [(FactOf.SERIES, number, "leads") for number in event.series_ids])


def _of(session: Session) -> FactsToStamp:
    found: FactsToStamp = session.info.setdefault(_KEY, FactsToStamp())
    return found


def _is_in(within: SessionTransaction | None, ended: SessionTransaction) -> bool:
    while within is not None and within is not ended:
        within = within.parent
    return within is not None


def _note(session: Session, *_flush: object) -> None:
    known = _of(session)
    known.made.update(row for row in session.new if not isinstance(row, DateSeat))
    rows = (row for row in (*session.dirty, *session.new) if _known_before(row, known.made) and _is_told(row))
    stamp(session, (fact for row in rows for fact in _changed(row)))


def _known_before(row: Any, made: set[object]) -> bool:
    return row not in made and not (isinstance(row, DateSeat) and row.enrolment in made)


def _is_told(row: Any) -> bool:
    """Whether a calendar tells of it, or did until now: not of who only asks, or waits."""
    if not isinstance(row, Enrolment):
        return True
    had_dates = row.mode == EnrolmentMode.DATES or row.from_start is not None
    return had_dates and bool({row.state, _before(row, "state")} & IN_CALENDARS)


def _write(session: Session) -> None:
    """Write at the end of a transaction what it changed: one moment, and one statement."""
    if session.in_nested_transaction():
        return
    session.flush()
    facts = sorted({fact for _within, some in _of(session).changed for fact in some})
    session.info.pop(_KEY)
    if not facts:
        return
    last = session.scalar(select(ToldFact.at).order_by(ToldFact.at.desc()).limit(1))
    at = next_stamp(clock.now(), last)
    dialect = {"sqlite": sqlite, "postgresql": postgresql}[db.engine.dialect.name]
    query = dialect.insert(ToldFact)  # type: ignore[attr-defined]
    query = query.on_conflict_do_update(
        index_elements=["about", "number", "fact"], set_={"at": query.excluded.at}
    )
    rows = [{"about": about, "number": number, "fact": fact, "at": at} for about, number, fact in facts]
    session.connection().execute(query, rows)
    if speakers := [number for about, number, fact in facts if (about, fact) == LANGUAGE]:
        again = update(Feed).where(Feed.person_id.in_(speakers)).values(revision=Feed.revision + 1)
        session.execute(again, execution_options={"synchronize_session": False})


def _forget(session: Session, ended: SessionTransaction) -> None:
    if ended.parent is None:
        session.info.pop(_KEY, None)


def _forget_savepoint(session: Session, ended: SessionTransaction) -> None:
    _of(session).forget(ended)


def _changed(row: Any) -> Iterator[Fact]:
    """The facts of a row that are otherwise than in the database."""
    if isinstance(row, DateSeat):
        yield from _of_seat(row)
        return
    kind = type(row)
    if kind not in {*COLUMNS, *WORDS} or row.id is None:
        return
    if kind in COLUMNS:
        of, facts = COLUMNS[kind]
        for fact, columns in facts.items():
            if any(_differs(row, column) for column in columns) and not _same_place(row, columns):
                yield of, row.id, fact
    if kind in WORDS:
        yield from _of_words(row, *WORDS[kind])
    if isinstance(row, Series):
        yield from _of_series(row)
    if isinstance(row, Occurrence) and _is_plain(row, _now) and not _is_plain(row, _before):
        yield FactOf.SERIES, row.series_id, "back"


def _same_place(row: Any, columns: tuple[str, ...]) -> bool:
    """Whether a date only says otherwise that it is where its group is."""
    if not isinstance(row, Occurrence) or columns != ("place_id",):
        return False
    usual = row.group.place_id
    return (_before(row, "place_id") or usual) == (row.place_id or usual)


def _of_series(row: Series) -> Iterator[Fact]:
    """What its dates have otherwise than the group, and the days that it leaves out: a day that has its own event is told there."""
    if _differs(row, "own"):
        was, now = _before(row, "own") or {}, row.own
        names = (
            name for name in was.keys() | now.keys() if (was.get(name) or None) != (now.get(name) or None)
        )
        yield from ((FactOf.SERIES, row.id, name) for name in names)
    if _differs(row, "skip"):
        had, has = set(_before(row, "skip") or ()), set(row.skip)
        yield from ((FactOf.SERIES, row.id, f"skip.{day}") for day in has - had)
        if had - has:
            yield FactOf.SERIES, row.id, "when"


def _of_seat(seat: DateSeat) -> Iterator[Fact]:
    said = any(_differs(seat, name) for name in ("state", "timeslot_id", "pool"))
    # A new row knows the others it belongs to, and not yet their numbers.
    enrolment = seat.enrolment_id or (seat.enrolment.id if seat.enrolment else None)
    if said and enrolment is not None:
        yield FactOf.ENROLMENT, enrolment, f"seat.{seat.occurrence_id or seat.occurrence.id}"


def _of_words(row: Any, of: FactOf, names: Iterable[str]) -> Iterator[Fact]:
    if not any(_differs(row, column) for column in ("texts", *(f"plain_{name}" for name in names))):
        return
    for name in names:
        for language in LANGUAGES:
            if _said(row, name, language, _before) != _said(row, name, language, _now):
                yield of, row.id, f"{name}.{language}"


def _said(row: Any, name: str, language: str, read: Callable[[Any, str], Any]) -> str:
    texts = read(row, "texts") or {}
    first = read(row, f"plain_{name}") if hasattr(row, f"plain_{name}") else texts.get(SOURCE, {}).get(name)
    return texts.get(language, {}).get(name) or first or ""


def _is_plain(row: Occurrence, read: Callable[[Any, str], Any]) -> bool:
    """Whether a date is as its series says: then the event of the series tells of it."""
    off = read(row, "status") in (OccurrenceStatus.CANCELLED, OccurrenceStatus.DID_NOT_MEET)
    told = read(row, "own_fields") or read(row, "topic_id") or off
    return not told and read(row, "start") == read(row, "original_start")


def _differs(row: Any, column: str) -> bool:
    state = inspect(row)
    return column in state.mapper.all_orm_descriptors and state.attrs[column].history.has_changes()


def _now(row: Any, column: str) -> Any:
    return getattr(row, column)


def _before(row: Any, column: str) -> Any:
    history = inspect(row).attrs[column].history
    return history.deleted[0] if history.deleted else getattr(row, column)


event.listen(Session, "before_flush", _note)
event.listen(Session, "before_commit", _write)
event.listen(Session, "after_soft_rollback", _forget_savepoint)
event.listen(Session, "after_transaction_end", _forget)
