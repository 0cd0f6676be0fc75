"""The record afterwards: the dates of a group or of a person with what was marked, and one date as it was known then."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from groupsched.access.identity import Identity
from groupsched.accounts.models import Person
from groupsched.attendance.models import AttendanceOperation, Attendee, Sheet
from groupsched.attendance.queries.caring import in_own_care
from groupsched.attendance.queries.history import histories
from groupsched.attendance.queries.readable import readable
from groupsched.attendance.queries.rows import (
    SheetRow,
    SheetView,
    attendees,
    by_first_name,
    find_sheet,
    named,
    stored_row,
)
from groupsched.attendance.rules import (
    AttendanceStatus,
    DaySpan,
    RowOrigin,
    RowState,
    fold,
)
from groupsched.catalog.models import Group
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.schedule.models import Occurrence
from groupsched.schedule.rules import OccurrenceStatus

MOST_DATES = 400
TOOK_PLACE = (OccurrenceStatus.SCHEDULED, OccurrenceStatus.FINISHED, OccurrenceStatus.DID_NOT_MEET)


@dataclass(frozen=True)
class PersonMark:
    """What was marked of one person on one date; `opens`: the whole sheet shows to the reader too."""

    view: SheetView
    row: SheetRow
    opens: bool

    @property
    def occurrence(self) -> Occurrence:
        """The date."""
        return self.view.occurrence


def group_record(
    identity: Identity, group: Group, span: DaySpan | None, limit: int = MOST_DATES
) -> list[SheetView]:
    """The dates of a group that have begun, each with the rows of its sheet; the earliest first. Without a span the last
    `limit` of them. The desk reads seven days, so it gets no older ones."""
    mine = readable(identity, clock.now())
    query = _dates(span).where(mine, Occurrence.group_id == group.id).limit(limit)
    dates = list(db.session.scalars(query).unique())[::-1]
    rows = rows_of(dates)
    return [SheetView(one, sheet, found) for one, (sheet, found) in zip(dates, rows, strict=True)]


def _dates(span: DaySpan | None) -> Select[Occurrence]:
    now = clock.now()
    query = (
        select(Occurrence)
        .join(Occurrence.group)
        .options(contains_eager(Occurrence.group).joinedload(Group.modality))
        .where(Occurrence.start <= now, Occurrence.status.in_(TOOK_PLACE))
        .order_by(Occurrence.start.desc(), Occurrence.id.desc())
    )
    if span is not None:
        query = query.where(Occurrence.local_date.between(span.first, span.last))
    return query


def rows_of(dates: Sequence[Occurrence]) -> list[tuple[Sheet | None, list[SheetRow]]]:
    """The sheet and the rows of each date, in the order of the dates; of two answers only that they stand."""
    query = (
        select(Attendee)
        .join(Attendee.sheet)
        .options(contains_eager(Attendee.sheet), joinedload(Attendee.person))
        .where(Sheet.occurrence_id.in_([one.id for one in dates]), Attendee.removed_at.is_(None))
        .order_by(Attendee.id)
    )
    sheets: dict[int, Sheet] = {}
    found: dict[int, list[SheetRow]] = defaultdict(list)
    for attendee in db.session.scalars(query):
        sheets[attendee.sheet.occurrence_id] = attendee.sheet
        found[attendee.sheet.occurrence_id].append(stored_row(attendee))
    return [(sheets.get(one.id), found[one.id]) for one in dates]


def person_record(
    identity: Identity, person: Person, span: DaySpan | None, limit: int = MOST_DATES
) -> list[PersonMark]:
    """The dates on whose sheets somebody was marked and that this identity may read, or all where it cares for them; the latest first. A date on which nobody
    met, and one on which they are not marked, is none."""
    opens = readable(identity, clock.now())
    query = (
        _dates(span)
        .add_columns(Sheet, Attendee, opens.label("opens"))
        .join(Sheet, Sheet.occurrence_id == Occurrence.id)
        .join(Attendee, Attendee.sheet_id == Sheet.id)
        .where(
            or_(opens, in_own_care(identity)),
            Occurrence.status != OccurrenceStatus.DID_NOT_MEET,
            Attendee.person_id == person.id,
            Attendee.status != AttendanceStatus.UNMARKED,
            Attendee.removed_at.is_(None),
        )
        .limit(limit)
    )
    return [
        PersonMark(SheetView(one, sheet, [row := stored_row(attendee)]), row, shows)
        for one, sheet, attendee, shows in db.session.execute(query)
    ]


def known_at(occurrence: Occurrence, moment: datetime) -> SheetView:
    """The sheet of a date as it was known at a moment: what had come in by then, whoever has corrected it since."""
    sheet = find_sheet(occurrence)
    stored = {row.id: row for row in attendees(sheet)} if sheet else {}
    query = (
        select(AttendanceOperation)
        .where(AttendanceOperation.attendee_id.in_(stored), AttendanceOperation.received_at <= moment)
        .order_by(AttendanceOperation.id)
    )
    operations = db.session.scalars(query).all()
    uids = {number: row.uid for number, row in stored.items()}
    states = fold(op for ops in histories(operations, uids).values() for op in ops)
    there = [row for row in stored.values() if _stood(row, moment, marked=row.uid in states)]
    rows = [replace(stored_row(row), state=states.get(row.uid, RowState())) for row in there]
    return named(SheetView(occurrence, sheet, sorted(rows, key=by_first_name)))


def _stood(row: Attendee, moment: datetime, *, marked: bool) -> bool:
    """Whether a row stood on its sheet then: who came without an enrolment stands there from the first mark on."""
    gone = row.removed_at is not None and row.removed_at <= moment
    return not gone and (marked or row.origin == RowOrigin.ENROLLED)


def end_of(day: date, zone: str) -> datetime:
    """The end of a day at a place."""
    midnight = datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone))
    return midnight.astimezone(UTC)
