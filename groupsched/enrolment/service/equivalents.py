"""That a secular group was shown beside a faith-based one is written down: to whom, when, and with which notice."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from groupsched.access.identity import Identity, Member
from groupsched.access.models import Program
from groupsched.accounts.models import Person
from groupsched.catalog.models import Group
from groupsched.core import clock
from groupsched.core.db import aside, db
from groupsched.core.i18n import text_of
from groupsched.core.tokens import public_id
from groupsched.enrolment.models import EquivalentShown
from groupsched.enrolment.rules import BelievingGroup, ShownAt, side_by_side
from groupsched.schedule.models import Occurrence

ONCE = ("person_id", "faith_id", "secular_id", "occasion", "day")


def note_compared(identity: Identity, groups: Iterable[Group]) -> bool:
    """Write down which secular groups a client sees beside which faith-based ones, beside the request that shows them.

    Whether there are such: nothing is written of staff and of who is not signed in, nor twice on one day.
    """
    shown = {one.id: one for one in groups if not one.external}
    pairs = side_by_side(BelievingGroup(one.id, one.orientation) for one in shown.values())
    program = db.session.get(Program, identity.program_id) if pairs and _is_client(identity) else None
    if program is None:
        return False
    rows = [_row(program, identity.person, shown[a], shown[b], ShownAt.COMPARING) for a, b in pairs]
    if _new(db.session(), rows):
        aside(lambda own: _keep(own, rows))
    return True


def note_beside(
    identity: Identity, person: Person, group: Group, beside: Occurrence | None, occasion: ShownAt
) -> bool:
    """Write down that somebody who comes into this group had the other one beside it: on the page on which they did so
    themselves, or on that of who did it with them. Whether there was something to write down."""
    own = identity.person == person.id
    if beside is None or (own and not _is_client(identity)):
        return False
    both = {one.id: one for one in (group, beside.group)}
    pairs = side_by_side(BelievingGroup(one.id, one.orientation) for one in both.values())
    program = db.session.get_one(Program, group.program_id)
    at = occasion if own else ShownAt.BY_STAFF
    if pairs:
        _keep(db.session(), [_row(program, person.id, both[a], both[b], at) for a, b in pairs])
    return bool(pairs)


def _is_client(identity: Identity) -> bool:
    return isinstance(identity, Member) and not identity.is_staff and identity.program_id is not None


def _row(
    program: Program, person_id: int | None, faith: Group, secular: Group, at: ShownAt
) -> Mapping[str, Any]:
    return {
        "uid": public_id(), "program_id": program.id, "person_id": person_id, "faith_id": faith.id,
        "secular_id": secular.id, "faith_title": faith.title, "secular_title": secular.title, "occasion": at,
        "day": clock.today(program.timezone), "shown_at": clock.now(), "notice": text_of(program.texts, "notice"),
    }  # fmt: skip


def _new(session: Session, rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Those that are not written down yet; they are of one person, day and place."""
    first = rows[0]
    known = select(EquivalentShown.faith_id, EquivalentShown.secular_id).where(
        *(getattr(EquivalentShown, name) == first[name] for name in ("person_id", "day", "occasion"))
    )
    pairs = {(faith, secular) for faith, secular in session.execute(known)}
    return [row for row in rows if (row["faith_id"], row["secular_id"]) not in pairs]


def _keep(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Once a day is enough: who sees it twice at once leaves one row (`uq_equivalent_shown_once`), and neither is refused. In
    one order, so that neither waits for the other."""
    dialect: Any = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    insert = dialect.insert(EquivalentShown).on_conflict_do_nothing(index_elements=ONCE)
    session.execute(insert, sorted(rows, key=lambda row: (row["faith_id"], row["secular_id"])))
