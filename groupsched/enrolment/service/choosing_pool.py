"""How somebody comes to a hybrid group: into the room or online, to one date or to all of them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import select, update

from groupsched.access.identity import Identity
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import record
from groupsched.catalog.events import GroupChanged
from groupsched.catalog.models import Group
from groupsched.catalog.rules import AttendanceMode
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict
from groupsched.core.i18n import _
from groupsched.enrolment.models import DateSeat, Enrolment
from groupsched.enrolment.queries import ensure_may_change, standings
from groupsched.enrolment.rules import LIVE, EnrolmentMode, EnrolmentState, StandingState
from groupsched.enrolment.service.exchanging import exchange_all, exchange_date, seat_on
from groupsched.enrolment.service.moving import advance
from groupsched.enrolment.service.often import not_too_often
from groupsched.enrolment.service.outcomes import ComesOtherwise
from groupsched.enrolment.service.seats import ahead, held_ahead, recount
from groupsched.enrolment.service.telling import tell
from groupsched.enrolment.service.undoable import overtake
from groupsched.schedule.models import Occurrence
from groupsched.schedule.rules import SeatPool
from groupsched.schedule.service import lock


class PoolAnswer(StrEnum):
    """What came of it: the person comes so from now on, or waits for that and keeps their seat."""

    COMES = "comes"
    WAITS = "waits"


def choose_pool(
    identity: Identity,
    enrolment: Enrolment,
    pool: SeatPool,
    occurrence: Occurrence | None = None,
    *,
    wait: bool = False,
) -> PoolAnswer:
    """Come by this pool to one date, or without one to all coming ones; the seat of the other pool goes to who waits for it.
    Who only waits or asks changes the line. Doing it twice has one effect.

    Where no seat is free so, the person keeps theirs, and with `wait` is moved when one is. Raises Conflict with the code `full`
    there without `wait`; `no-pools` where a group has none, `not-in` where there is nothing to choose; NotFound for who may not.
    """
    if enrolment.person_id != identity.person:
        ensure_may_change(identity, enrolment)
    not_too_often(identity, enrolment.person_id)
    lock(enrolment.group_id)
    db.session.refresh(enrolment)
    if not enrolment.group.has_pools:
        raise Conflict(_("In this group everybody comes the same way."), code="no-pools")
    if enrolment.state not in LIVE or (occurrence is not None and not _is_theirs(enrolment, occurrence)):
        raise Conflict(_("You have no seat here that you could change."), code="not-in")
    now = clock.now()
    if _comes_so(enrolment, pool, occurrence):
        return PoolAnswer.COMES
    if occurrence is not None:
        overtake(enrolment, occurrence.id)
    if not (
        exchange_date(enrolment, occurrence, pool, now) if occurrence else exchange_all(enrolment, pool, now)
    ):
        return _wait(enrolment, occurrence, now) if wait else _full(pool)
    _record(identity, enrolment, occurrence, pool)
    _tell(identity, enrolment, occurrence, pool, now)
    return PoolAnswer.COMES


def _is_theirs(enrolment: Enrolment, occurrence: Occurrence) -> bool:
    """Whether the person has a seat on a coming date, or waits for it alone."""
    standing = standings(enrolment.person_id, [occurrence]).get(occurrence.id)
    if standing is None or occurrence.start <= clock.now():
        return False
    for_all = enrolment.mode == EnrolmentMode.WHOLE and enrolment.state == EnrolmentState.WAITLISTED
    return standing.state in (StandingState.ACTIVE, StandingState.WAITLISTED) and not for_all


def _comes_so(enrolment: Enrolment, pool: SeatPool, occurrence: Occurrence | None) -> bool:
    """Whether that is said already, and nothing else is waited for."""
    if occurrence is not None:
        waits = any(one.other_pool_at for one in enrolment.date_seats if one.occurrence_id == occurrence.id)
        return enrolment.pool_on(occurrence.id) is pool and not waits
    said = {one.pool for one in enrolment.date_seats if one.occurrence.start > clock.now()} - {None, pool}
    return enrolment.pool is pool and not said and enrolment.other_pool_at is None


def _wait(enrolment: Enrolment, occurrence: Occurrence | None, now: datetime) -> PoolAnswer:
    row = seat_on(enrolment, occurrence, now) if occurrence is not None else enrolment
    row.other_pool_at = row.other_pool_at or now
    db.session.flush()
    return PoolAnswer.WAITS


def _full(pool: SeatPool) -> PoolAnswer:
    if pool is SeatPool.ONLINE:
        words = _("No seat is free online just now. You keep the one you have.")
    else:
        words = _("No seat is free in the room just now. You keep the one you have.")
    raise Conflict(words, code="full")


def _record(identity: Identity, enrolment: Enrolment, occurrence: Occurrence | None, pool: SeatPool) -> None:
    date = {"date": occurrence.original_local} if occurrence is not None else {}
    record(
        identity, AuditAction.SEAT_POOL_CHOSEN, enrolment, subjects=[enrolment.person_id], pool=pool, **date
    )


def _tell(
    identity: Identity, enrolment: Enrolment, occurrence: Occurrence | None, pool: SeatPool, now: datetime
) -> None:
    """The calendar of the person follows; who waits for the seat that came free has it."""
    held = held_ahead(enrolment, now)
    # Who only waits has no seat of which to hear.
    seats = [one for one in ahead(enrolment.group_id, now) if one.id in held]
    first = next((one for one in seats if occurrence is None or one.id == occurrence.id), None)
    by_staff = enrolment.person_id != identity.person
    own = (
        [ComesOtherwise(enrolment, first, pool, every=occurrence is None, by_staff=by_staff)] if first else []
    )
    tell([*own, *advance(enrolment.group_id).moved_up])


def forget_pools(event: GroupChanged) -> None:
    """In a group that is hybrid no more nobody comes another way than the others: everybody keeps their seat."""
    group = db.session.get_one(Group, event.group_id)
    before = event.reach_was.mode if event.reach_was else group.attendance_mode
    if group.has_pools or before != AttendanceMode.HYBRID:
        return
    own = select(Enrolment.id).where(Enrolment.group_id == group.id)
    of_dates = update(DateSeat).where(DateSeat.enrolment_id.in_(own))
    changed = 0
    for table, change in (
        (Enrolment, update(Enrolment).where(Enrolment.group_id == group.id)),
        (DateSeat, of_dates),
    ):
        said = table.pool.is_not(None) | table.other_pool_at.is_not(None)
        done = change.where(said).values(pool=None, other_pool_at=None)
        changed += db.session.execute(done, execution_options={"synchronize_session": False}).rowcount  # type: ignore[attr-defined]
    if changed:
        db.session.expire_all()
        recount([one.id for one in ahead(group.id, clock.now())])
