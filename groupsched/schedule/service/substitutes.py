"""Who leads one date as a substitute, and what ends that: rows that follow when the leads of a date change."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Update, select, update

from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.events import publish
from groupsched.schedule.events import LedInstead
from groupsched.schedule.models import Occurrence, Substitution
from groupsched.schedule.rules import LEADING, TAKEN, AssignmentRole, CoverState


def roles_of(occurrence: Occurrence, people: tuple[int, ...]) -> list[AssignmentRole]:
    """As what these people lead a date, in their order."""
    query = select(Substitution.taken_by_id).where(
        Substitution.occurrence_id == occurrence.id, Substitution.state.in_(TAKEN)
    )
    covering = set(db.session.scalars(query))
    usual = [LEADING[0], *[AssignmentRole.CO_LEAD] * len(people)]
    return [
        AssignmentRole.SUBSTITUTE if person in covering else usual[place]
        for place, person in enumerate(people)
    ]


def end_covers(occurrence: Occurrence, people: tuple[int, ...]) -> None:
    """These people lead a date now: who took somebody's part and does not lead it any more does not cover it either, and who
    has it back is who hears of it."""
    live = select(Substitution).where(
        Substitution.occurrence_id == occurrence.id,
        Substitution.state.in_(TAKEN),
        Substitution.taken_by_id.not_in(people),
    )
    for row in db.session.scalars(live.order_by(Substitution.id)):
        row.state, row.settled_at = CoverState.WITHDRAWN, clock.now()
        publish(LedInstead(occurrence.id, row.part_of_id, back=True))
    db.session.flush()


@dataclass(frozen=True)
class LeadsUndone:
    """Who leads a date no more once a change is undone, and who leads it again."""

    gone: frozenset[int]
    come: frozenset[int]


def settle_again(dates: Mapping[int, LeadsUndone]) -> list[Substitution]:
    """Before it is undone that a yes was taken back: who comes to lead a date again covers it as before."""
    found = select(Substitution).where(
        Substitution.occurrence_id.in_(dates),
        Substitution.state.in_((CoverState.OPEN, CoverState.WITHDRAWN)),
    )
    # The latest last: of several questions for one part of a date it is the one that stands.
    settled: dict[tuple[int, int], tuple[Substitution, int]] = {}
    for row in db.session.scalars(found.order_by(Substitution.id)):
        undone = dates[row.occurrence_id]
        asked = {row.taken_by_id} if row.taken_by_id else {ask.person_id for ask in row.asks}
        for person in sorted(undone.come & asked) if row.part_of_id in undone.gone else ():
            settled[row.occurrence_id, row.part_of_id] = row, person
    for row, person in settled.values():
        row.state = CoverState.ACCEPTED if row.asks else CoverState.GIVEN
        row.taken_by_id, row.settled_at = person, clock.now()
    db.session.flush()
    return [row for row, _person in settled.values()]


def covers_taken(dates: Mapping[int, LeadsUndone]) -> list[Substitution]:
    """The covers to which somebody who was asked said yes, and who leads the date no more once it is undone."""
    found = select(Substitution).where(
        Substitution.occurrence_id.in_(dates), Substitution.state.in_(TAKEN), Substitution.asks.any()
    )
    rows = db.session.scalars(found.order_by(Substitution.id))
    return [row for row in rows if row.taken_by_id in dates[row.occurrence_id].gone]


def ask_again(rows: Sequence[Substitution]) -> None:
    """Whoever was asked is asked again: the yes was undone, the question was not."""
    for row in rows:
        if row.state is CoverState.WITHDRAWN:
            row.state, row.taken_by_id, row.settled_at = CoverState.OPEN, None, None
    db.session.flush()


def lapse_covers(dates: Iterable[int] | None = None) -> None:
    """Nobody is looked for any more where a date has begun, or does not take place: for the worker; of these dates, which were
    called off just now, by number."""
    lapsing = select(Occurrence.id).where(~Occurrence.awaited(clock.now())) if dates is None else list(dates)
    db.session.execute(_closed(CoverState.LAPSED).where(Substitution.occurrence_id.in_(lapsing)))


def _closed(state: CoverState) -> Update:
    row = update(Substitution).where(Substitution.state == CoverState.OPEN)
    return row.values(state=state, settled_at=clock.now()).execution_options(synchronize_session=False)
