"""The history of rows: operations as they were made, and what they fold to."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import BindParameter, ColumnElement, Select, func, or_, select

from groupsched.accounts.models import Device, Person
from groupsched.attendance.models import AttendanceOperation, Attendee
from groupsched.attendance.queries.rows import SheetRow, SheetView
from groupsched.attendance.rules import (
    AttendanceStatus,
    Operation,
    OperationKind,
    RowAnswer,
    arriving,
    must_ask,
)
from groupsched.core import clock
from groupsched.core.db import db

A_MOMENT = timedelta(minutes=10)


@dataclass(frozen=True)
class HistoryEntry:
    """One entry of a row's history, with who made it, and on which paired device."""

    operation: AttendanceOperation
    actor: Person | None
    device: Device | None


def history_of(attendee_uid: str) -> list[HistoryEntry]:
    """What was said of one row, latest first."""
    query = (
        select(AttendanceOperation, Person, Device)
        .join(Attendee, Attendee.id == AttendanceOperation.attendee_id)
        .outerjoin(Person, Person.id == AttendanceOperation.actor_id)
        .outerjoin(Device, Device.id == AttendanceOperation.paired_device_id)
        .where(Attendee.uid == attendee_uid)
        .order_by(AttendanceOperation.id.desc())
    )
    return [HistoryEntry(*found) for found in db.session.execute(query)]


def stored_operations(
    attendee_ids: Iterable[int], *, op_ids: Iterable[str] = (), batch: str = ""
) -> Sequence[AttendanceOperation]:
    """The operations of these rows, in the order they were taken, and any that already has one of `op_ids`."""
    wanted: list[ColumnElement[bool]] = [
        AttendanceOperation.attendee_id.in_(list(attendee_ids)),
        AttendanceOperation.op_id.in_(list(op_ids)),
    ]
    if batch:
        wanted.append(AttendanceOperation.batch == batch)
    query = select(AttendanceOperation).where(or_(*wanted)).order_by(AttendanceOperation.id)
    return db.session.scalars(query).all()


def histories(
    operations: Iterable[AttendanceOperation], uids: Mapping[int, str]
) -> dict[str, list[Operation]]:
    """The operations of each row as rules read them, by the public id of the row. `uids` names the rows."""
    op_ids: dict[int, str] = {}
    found: dict[str, list[Operation]] = defaultdict(list)
    for stored in operations:
        op_ids[stored.id] = stored.op_id
        if stored.attendee_id in uids:
            found[uids[stored.attendee_id]].append(as_rule(stored, uids[stored.attendee_id], op_ids))
    return found


def as_rule(stored: AttendanceOperation, uid: str, op_ids: Mapping[int, str]) -> Operation:
    """A stored operation as rules read it."""
    return Operation(
        op_id=stored.op_id,
        attendee_id=uid,
        status=stored.status,
        observed_at=stored.observed_at,
        base_version=stored.base_version,
        time_in=stored.time_in,
        time_out=stored.time_out,
        device=stored.device,
        seq=stored.seq,
        actor=stored.actor_id,
        kind=stored.kind,
        undoes=op_ids.get(stored.undoes_id or 0, ""),
        batch=stored.batch,
        after=stored.after,
        auto=stored.auto,
    )


def said_last(view: SheetView, rows: Iterable[SheetRow]) -> tuple[dict[str, int | None], dict[int, str]]:
    """The number of who had the last word on each of these rows, by its id, of rows without a word nothing; and their first
    names by that number."""
    uids = [row.attendee_id for row in rows if row.version]
    if view.sheet is None or not uids:
        return {}, {}
    last = (
        select(func.max(AttendanceOperation.id))
        .join(Attendee, Attendee.id == AttendanceOperation.attendee_id)
        .where(Attendee.sheet_id == view.sheet.id, Attendee.uid.in_(uids))
        .group_by(AttendanceOperation.attendee_id)
    )
    query = (
        select(Attendee.uid, AttendanceOperation.actor_id, Person.first_name)
        .join(Attendee, Attendee.id == AttendanceOperation.attendee_id)
        .join(Person, Person.id == AttendanceOperation.actor_id, isouter=True)
        .where(AttendanceOperation.id.in_(last))
    )
    found = db.session.execute(query).all()
    names = {row.actor_id: row.first_name for row in found if row.actor_id is not None}
    return {row.uid: row.actor_id for row in found}, names


def rows_of_batch(view: SheetView, actor: int | None, name: str) -> list[str]:
    """The ids of the rows that a tap of this person changed on this sheet a moment ago, by the name of the tap."""
    if view.sheet is None:
        return []
    query = (
        select(Attendee.uid)
        .join(AttendanceOperation, AttendanceOperation.attendee_id == Attendee.id)
        .where(
            Attendee.sheet_id == view.sheet.id,
            AttendanceOperation.actor_id == actor,
            AttendanceOperation.received_at > clock.now() - A_MOMENT,
            or_(AttendanceOperation.op_id == name, AttendanceOperation.batch == name),
        )
    )
    return list(db.session.scalars(query.order_by(Attendee.id)))


def marked_on_arrival(view: SheetView) -> bool:
    """Whether somebody marked this sheet while people came in, from an hour before the start to the grace after it."""
    if view.on_arrival is not None or view.sheet is None:
        return bool(view.on_arrival)
    return bool(db.session.scalar(select(said_while(view.sheet.id, *arriving(view.meeting)).exists())))


def said_while(
    sheet_id: int | BindParameter[int],
    begin: datetime | BindParameter[datetime],
    end: datetime | BindParameter[datetime],
) -> Select[int]:
    """The marks of a sheet by which people were let in between two moments."""
    return (
        select(AttendanceOperation.id)
        .join(Attendee, Attendee.id == AttendanceOperation.attendee_id)
        .where(
            Attendee.sheet_id == sheet_id,
            AttendanceOperation.kind == OperationKind.MARK,
            AttendanceOperation.status == AttendanceStatus.PRESENT,
            AttendanceOperation.observed_at.between(begin, end),
        )
    )


def asks_how(view: SheetView) -> bool:
    """Whether the sheet wants to know how it is marked: people are late by the clock alone, tapped after the grace while they
    met, and nobody has marked while people came in. It stays open until somebody says, also after the end."""
    if view.finished or not any(_late_by_tap(row.state.answer, view) for row in view.rows):
        return False
    return not marked_on_arrival(view)


def _late_by_tap(said: RowAnswer, view: SheetView) -> bool:
    """Whether the time in is the moment of a tap, which came when it has to be asked what it meant."""
    came = said.time_in
    return came is not None and came == said.observed_at and must_ask(view.marking, view.meeting, came)


def was_undone(name: str) -> bool:
    """Whether the operation, or the tap, of this name was taken back."""
    undone = select(AttendanceOperation.id).where(
        or_(AttendanceOperation.op_id == name, AttendanceOperation.batch == name)
    )
    query = select(AttendanceOperation.id).where(AttendanceOperation.undoes_id.in_(undone)).limit(1)
    return db.session.scalar(query) is not None


def taken_off(view: SheetView, since: int) -> list[str]:
    """The ids of rows that left the sheet after one of its versions."""
    if view.sheet is None:
        return []
    query = select(Attendee.uid).where(
        Attendee.sheet_id == view.sheet.id, Attendee.removed_at.is_not(None), Attendee.changed_in > since
    )
    return list(db.session.scalars(query.order_by(Attendee.id)))
