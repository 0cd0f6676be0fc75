"""That a secular group was shown beside a faith-based one is written down: to whom, when, and with which notice."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from groupsched.access.identity import Identity, Member
from groupsched.access.models import Program
from groupsched.catalog.models import Group
from groupsched.core import clock
from groupsched.core.db import aside, db
from groupsched.core.i18n import text_of
from groupsched.core.tokens import public_id
from groupsched.enrolment.models import EquivalentShown
from groupsched.enrolment.rules import BelievingGroup, ShownAt, side_by_side


def note_compared(identity: Identity, groups: Iterable[Group]) -> bool:
    """Write down which secular groups a client sees beside which faith-based ones, beside the request that shows them.

    Whether there are such: nothing is written of staff and of who is not signed in, nor twice on one day.
    """
    shown = {one.id: one for one in groups if not one.external}
    pairs = side_by_side(BelievingGroup(one.id, one.orientation) for one in shown.values())
    program = db.session.get(Program, identity.program_id) if pairs and _is_client(identity) else None
    if program is None:
        return False
    rows = [_row(identity, program, shown[a], shown[b], ShownAt.COMPARING) for a, b in pairs]
    if _new(db.session(), rows):
        aside(lambda own: _keep(own, rows))
    return True


def note_joining(identity: Identity, group: Group, beside: Group | None) -> None:
    """Write down that a client who joins this group had the other one beside it on its page."""
    if beside is None or not _is_client(identity):
        return
    both = {one.id: one for one in (group, beside)}
    program = db.session.get_one(Program, group.program_id)
    for faith, secular in side_by_side(BelievingGroup(one.id, one.orientation) for one in both.values()):
        _keep(db.session(), [_row(identity, program, both[faith], both[secular], ShownAt.JOINING)])


def _is_client(identity: Identity) -> bool:
    return isinstance(identity, Member) and not identity.is_staff and identity.program_id is not None


def _row(
    identity: Identity, program: Program, faith: Group, secular: Group, at: ShownAt
) -> Mapping[str, Any]:  # fmt: skip
    return {
        "uid": public_id(), "program_id": program.id, "person_id": identity.person, "faith_id": faith.id,
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
    """Once a day is enough; who sees it twice at once leaves one row (`uq_equivalent_shown_once`)."""
    session.add_all([EquivalentShown(**row) for row in _new(session, rows)])
    session.flush()
