"""Signing oneself in at the door, by a code on a paired tablet: an act of that person in the queue of the date's sheet."""

from dataclasses import dataclass, replace
from datetime import datetime

from groupsched.access.identity import PairedDevice
from groupsched.access.models import Site
from groupsched.accounts.models import Person
from groupsched.accounts.service import TooManyTries, as_person, count_door_try, forgive_door_try
from groupsched.attendance.queries import door_dates, person_at_door
from groupsched.attendance.rules import (
    AttendanceStatus,
    DoorWord,
    OperationOutcome,
    QueuedOperation,
    attendee_uid,
    meant_at_door,
    opens_next,
    typed_code,
)
from groupsched.attendance.service.door_codes import code_hash
from groupsched.attendance.service.locked_sheet import LockedSheet, fill, new_op_id, open_book
from groupsched.attendance.service.marks import is_apart
from groupsched.attendance.service.queue import take_of_oneself
from groupsched.attendance.service.walk_in import stand
from groupsched.audit import service as audit
from groupsched.audit.rules import AuditAction
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.schedule import service as schedule
from groupsched.schedule.models import Occurrence


@dataclass(frozen=True)
class DoorAnswer:
    """What the door says; `opens` with LATER."""

    word: DoorWord
    opens: datetime | None = None


DESK, THANKS = DoorAnswer(DoorWord.DESK), DoorAnswer(DoorWord.THANKS)


def sign_in_by_code(device: PairedDevice, site: Site, typed: str) -> DoorAnswer:
    """Mark whoever has this code as here, now, on the date they come for. A repeated code is thanked and changes nothing; whatever
    is not sure goes to the desk, whose answer is one for every reason. Ends the transaction of the request first."""
    number = site.id
    try:
        count_door_try(device.uid)
    except TooManyTries:
        return DESK
    code, door = typed_code(typed), db.session.get_one(Site, number)
    person = person_at_door(device.program_id, code_hash(device.program_id, code)) if code else None
    if person is None:
        return DESK
    forgive_door_try(device.uid)
    return _come(device, door, person)


def _come(device: PairedDevice, site: Site, person: Person) -> DoorAnswer:
    now = clock.now()
    dates = door_dates(site, person, now)
    meant = meant_at_door(dates, now)
    if meant is None:
        opens = opens_next(dates, now)
        return (
            DoorAnswer(DoorWord.LATER, opens)
            if opens and not any(one.is_open(now) for one in dates)
            else DESK
        )
    return _mark(device, person, db.session.get_one(Occurrence, meant.key), now)


def _mark(device: PairedDevice, person: Person, occurrence: Occurrence, now: datetime) -> DoorAnswer:
    # The group before the sheet, as every verb locks them.
    schedule.hold_date(occurrence)
    locked, op_id = open_book(occurrence), new_op_id()
    uid = _row(locked, person, op_id)
    if uid is None:
        return DESK
    row = locked.rows[uid]
    if row.two_answers or row.status is AttendanceStatus.PRESENT:
        return THANKS
    op = QueuedOperation(
        op_id=op_id, attendee_id=uid, status=AttendanceStatus.PRESENT, observed_at=now, time_in=now,
        base_version=row.version, device=device.name, actor=person.uid,
    )  # fmt: skip
    themself = replace(as_person(person), device=device)
    done = take_of_oneself(themself, locked, op)
    audit.record(themself, AuditAction.DOOR_CODE_USED, person, device=device.name, came=str(done))
    return THANKS if done is OperationOutcome.APPLIED else DESK


def _row(locked: LockedSheet, person: Person, op_id: str) -> str | None:
    """The row of whoever comes: that of their seat, else one as a walk-in, which a finished sheet does not get. None too where
    they are kept apart from somebody there: the desk knows what to do."""
    uid = attendee_uid(locked.occurrence.uid, person.uid)
    if uid not in locked.rows:
        fill(locked)
    if is_apart(locked, person):
        return None
    row = locked.rows.get(uid)
    if row is not None and row.removed_at is None:
        return uid
    return None if locked.sheet.finished_at else stand(locked, person, "", op_id)
