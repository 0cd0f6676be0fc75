"""Seats from the rows of a table: people who are here, in groups that are here, by the product's own verb of enrolling."""

import re
from collections import defaultdict
from datetime import date

from sqlalchemy import select

from groupsched.access.identity import Identity
from groupsched.access.queries import current_program
from groupsched.accounts.models import Person
from groupsched.catalog.models import Group
from groupsched.catalog.queries import facts
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict, DomainError, NotFound
from groupsched.core.filters import short_day
from groupsched.core.i18n import _
from groupsched.enrolment.queries import findable_clients, live_of, may_bring
from groupsched.enrolment.rules import EnrolmentMode, RefusalReason
from groupsched.enrolment.service import JoinOutcome, enrol
from groupsched.exchange.rules import SeatWish, TableRow
from groupsched.exchange.service.cells import choice, day_of, known
from groupsched.exchange.service.numbers import KnownNumbers
from groupsched.exchange.service.outcomes import SAME, CellChange, RowAction, RowDone
from groupsched.exchange.service.table_groups import uids_of
from groupsched.exchange.words import SEAT_WORDS, WHOLE_WORDS
from groupsched.schedule.models import Occurrence
from groupsched.schedule.rules import OccurrenceStatus

_PARTED = re.compile(r"\s*[;,|]\s*")


class SeatTable:
    """The work of one table of seats; `created` are the public ids of enrolments that are new, each with a mark."""

    def __init__(self, identity: Identity) -> None:
        program = current_program(identity)
        if program is None:
            raise NotFound
        self.identity, self.program = identity, program
        self.created: list[tuple[str, str]] = []
        self.numbers = KnownNumbers(identity)
        mine = select(Group).where(Group.program_id == program.id, Group.source_id.is_(None))
        self.by_uid: dict[str, Group] = {}
        self.by_title: dict[str, list[Group]] = defaultdict(list)
        for group in db.session.scalars(mine.order_by(Group.id)):
            self.by_uid[group.uid] = group
            for title in _titles(group):
                self.by_title[title].append(group)

    def put(self, row: TableRow) -> RowDone:
        """Give the person of a row their seat, or more dates to the one they have."""
        group = self._group(row)
        person = self._person(row, group)
        days = _days(row)
        waits = choice(row, "status", SEAT_WORDS) is SeatWish.WAITING
        before = live_of(group.id, person.id)
        done = self._enrol(row, group, person, days, waits=waits)
        if not done.happened:
            return SAME
        if before is not None:
            said = row["dates"] if days else _("Every date")
            return RowDone(RowAction.CHANGED, (CellChange("dates", "", said),))
        self.created.append((done.enrolment.uid, ""))
        return RowDone(RowAction.NEW)

    def _enrol(
        self, row: TableRow, group: Group, person: Person, days: list[date], *, waits: bool
    ) -> JoinOutcome:
        mode = EnrolmentMode.DATES if days else EnrolmentMode.WHOLE
        try:
            return enrol(
                self.identity, group, person,
                mode=mode, occurrences=_dates(row, group, days), wait=waits, quietly=True,
            )  # fmt: skip
        except Conflict as refusal:
            words, column = _refusals().get(refusal.code, (refusal.message, "group"))
            raise DomainError(words, field=column, code=refusal.code) from refusal

    def _group(self, row: TableRow) -> Group:
        spelled = (self.by_uid.get(uid) for uid in uids_of(self.program.uid, row["group"]))
        named = next((group for group in spelled if group is not None), None)
        found = [named] if named else known(row, "group", self.by_title)
        offered = [one for one in found if one.published] or found
        if len(offered) > 1:
            raise DomainError(
                _("%(num)s groups are called so. Write the key that groups.csv gives it.", num=len(offered)),
                field="group",
            )
        if not may_bring(self.identity, offered[0]):
            raise DomainError(_("You may not bring people into this group."), field="group")
        return offered[0]

    def _person(self, row: TableRow, group: Group) -> Person:
        query = findable_clients(self.identity, facts(group))
        number = self.numbers.meant(row["record_number"])
        person = db.session.scalar(query.where(Person.record_number == number))
        if person is None:
            raise DomainError(
                _("No client here has this record number. Bring people in first."), field="record_number"
            )
        return person


def _titles(group: Group) -> set[str]:
    words = (group.plain_title, *(texts.get("title", "") for texts in group.texts.values()))
    return {one.casefold() for one in words if one}


def _days(row: TableRow) -> list[date]:
    """The days that a row names; none where it means every date of the group."""
    if row["dates"].casefold() in WHOLE_WORDS:
        return []
    parts = (TableRow(row.line, {"dates": part}) for part in _PARTED.split(row["dates"]) if part)
    found = [day_of(part, "dates") for part in parts]
    return [day for day in found if day is not None]


def _dates(row: TableRow, group: Group, days: list[date]) -> list[Occurrence]:
    if not days:
        return []
    query = select(Occurrence).where(
        Occurrence.group_id == group.id,
        Occurrence.local_date.in_(days),
        Occurrence.start > clock.now(),
        Occurrence.status == OccurrenceStatus.SCHEDULED,
    )
    found = list(db.session.scalars(query.order_by(Occurrence.start, Occurrence.id)))
    missing = sorted(set(days) - {one.local_date for one in found})
    if missing:
        words = _("The group has no date to come on %(day)s.", day=short_day(missing[0], "UTC"))
        raise DomainError(words, field="dates")
    return found


def _refusals() -> dict[str, tuple[str, str]]:
    """What staff read of a seat that cannot be had, and the column it is about."""
    return {
        "full": (
            _("Every seat is taken. Write “waiting” into “status” for a place on the waiting list."), "status"
        ),
        RefusalReason.CLASH: (
            _("At this time the person is in another group. On the page of the person both can be kept."), "group",
        ),
    }  # fmt: skip
