"""Who is in the house: of one site, from the sheets of the dates that run, with walk-ins, guests and those who lead; and who
will be, for a device that has no line by then."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import joinedload

from groupsched.access.identity import Identity
from groupsched.access.models import Site
from groupsched.access.policy import Facts, Permission, can, ensure
from groupsched.access.queries import get_site, sites
from groupsched.accounts.models import Person
from groupsched.accounts.words import labels_of
from groupsched.attendance.models import RollCall, RollCallMark
from groupsched.attendance.queries.expected import NewRows, belonging_to
from groupsched.attendance.queries.record import rows_of
from groupsched.attendance.queries.rows import SheetRow
from groupsched.attendance.rules import (
    AROUND,
    ROLL_CALL_LASTS,
    AttendanceStatus,
    HousePerson,
    RowKind,
    still_here,
)
from groupsched.catalog.models import Group, Place
from groupsched.catalog.rules import AttendanceMode
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.i18n import _
from groupsched.core.text import fold
from groupsched.schedule.models import Occurrence
from groupsched.schedule.queries import with_leaders
from groupsched.schedule.rules import OccurrenceStatus


def house_site(identity: Identity, uid: str) -> Site:
    """A site whose house this identity may see. Raises NotFound."""
    found = get_site(identity, uid)
    ensure(identity, Permission.HOUSE_READ, Facts(program=found.program_id, site=found.id))
    return found


def house_sites(identity: Identity) -> list[Site]:
    """The sites whose house this identity may see, in order."""
    return [
        one
        for one in sites(identity)
        if can(identity, Permission.HOUSE_READ, Facts(program=one.program_id, site=one.id))
    ]


@dataclass(frozen=True)
class HouseStay:
    """Somebody who may be in the house from `since` to `until`."""

    person: HousePerson
    since: datetime
    until: datetime


@dataclass(frozen=True)
class _Found:
    row: SheetRow
    room: str
    date: Occurrence


AHEAD = timedelta(hours=12)
"""So far ahead a device keeps who will be in the house: no label stays on it for longer."""


def in_the_house(site: Site, now: datetime) -> tuple[list[HousePerson], list[Person]]:
    """Everybody who may be in the house now, by room and name, and the clients among them. Who is marked as not here, excused
    or gone already is not looked for; who is not marked yet may be there. Somebody on two sheets is looked for once."""
    stays, clients = _stays([site], now, now)[site.id]
    people: dict[str, HousePerson] = {}
    for one in stays:
        if one.person.sure or one.person.key not in people:
            people[one.person.key] = one.person
    return sorted(people.values(), key=_order), clients


def house_ahead(sites: Sequence[Site], now: datetime) -> dict[int, tuple[list[HouseStay], list[Person]]]:
    """The same of the next hours, by the number of the site and in the same order: who may be there from when until when,
    somebody once for each date. In as many statements as for one site."""
    return _stays(sites, now, now + AHEAD)


def _stays(
    sites: Sequence[Site], now: datetime, last: datetime
) -> dict[int, tuple[list[HouseStay], list[Person]]]:
    dates = _running(sites, now, last)
    stored = list(zip(dates, rows_of(dates), strict=True))
    new = belonging_to([NewRows(one) for one, (sheet, _rows) in stored if not sheet]) if dates else {}
    on_sheets = [(one, rows if sheet else new[one.id]) for one, (sheet, rows) in stored]
    found = [
        _Found(row, _room(one), one) for one, rows in on_sheets for row in rows if _may_be_there(row, now)
    ]
    called = labels_of(one.row.person for one in found if one.row.person)
    stays = [
        (one.date, _around(_tile(one, called), one.date, one.row.state.answer.time_out)) for one in found
    ]
    stays += _staff(dates)
    return {
        site.id: (
            sorted(
                (stay for date, stay in stays if _site_of(date) == site.id),
                key=lambda one: _order(one.person),
            ),
            [one.row.person for one in found if one.row.person and _site_of(one.date) == site.id],
        )
        for site in sites
    }


def _site_of(date: Occurrence) -> int | None:
    return date.place.site_id if date.place else date.group.site_id


def _order(one: HousePerson) -> tuple[bool, str, str]:
    return one.staff, one.room, fold(one.label)


def _around(person: HousePerson, date: Occurrence, left: datetime | None = None) -> HouseStay:
    return HouseStay(person, date.start - AROUND, left or date.end + AROUND)


def _running(sites: Sequence[Site], now: datetime, last: datetime) -> Sequence[Occurrence]:
    ids = [site.id for site in sites]
    here = or_(Place.site_id.in_(ids), and_(Occurrence.place_id.is_(None), Group.site_id.in_(ids)))
    query = (
        select(Occurrence)
        .join(Occurrence.group)
        .outerjoin(Occurrence.place)
        .options(joinedload(Occurrence.place), *with_leaders())
        .where(
            here,
            Occurrence.external.is_(False),
            Occurrence.status.in_((OccurrenceStatus.SCHEDULED, OccurrenceStatus.FINISHED)),
            Occurrence.start < last + AROUND,
            Occurrence.end > now - AROUND,
            Group.attendance_mode != AttendanceMode.ONLINE,
        )
        .order_by(Occurrence.start, Occurrence.id)
    )
    return db.session.scalars(query).unique().all()


def _room(one: Occurrence) -> str:
    return one.place.name if one.place else _("No room yet")


def _may_be_there(row: SheetRow, now: datetime) -> bool:
    answer = row.state.answer
    if row.state.rival is not None:
        return True
    if answer.status is AttendanceStatus.PRESENT:
        return still_here(answer.time_out, now)
    return row.state.untouched and row.standing is RowKind.EXPECTED


def _tile(found: _Found, called: dict[int, str]) -> HousePerson:
    row = found.row
    sure = row.state.answer.status is AttendanceStatus.PRESENT
    if row.person is None:
        label = row.guest_name or _("Guest %(n)s", n=row.guest_number or 1)
        return HousePerson(row.attendee_id, label, found.room, sure)
    return HousePerson(f"p-{row.person.uid}", called[row.person.id], found.room, sure)


def _staff(dates: Iterable[Occurrence]) -> list[tuple[Occurrence, HouseStay]]:
    leading = [(person, one) for one in dates for person in one.leaders]
    called = labels_of({person.id: person for person, _date in leading}.values())
    return [
        (date, _around(HousePerson(f"p-{person.uid}", called[person.id], _("Staff"), staff=True), date))
        for person, date in leading
    ]


def open_roll_call(site: Site, *, hold: bool = False) -> RollCall | None:
    """The drill that runs at a site; `hold` keeps it running until the end of this transaction."""
    query = select(RollCall).where(RollCall.site_id == site.id, *_runs(clock.now()))
    query = query.order_by(RollCall.id.desc()).limit(1)
    return db.session.scalar(query.with_for_update() if hold else query)


def open_roll_calls(sites: Sequence[Site]) -> dict[int, RollCall]:
    """The drills that run, by the number of their site."""
    query = select(RollCall).where(RollCall.site_id.in_([site.id for site in sites]), *_runs(clock.now()))
    return {one.site_id: one for one in db.session.scalars(query.order_by(RollCall.id))}


def _runs(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return RollCall.ended_at.is_(None), RollCall.started_at > now - ROLL_CALL_LASTS


def forgotten_roll_calls(now: datetime) -> Sequence[RollCall]:
    """Those that nobody ended, and that are over all the same, held by whoever ends them."""
    query = select(RollCall).where(RollCall.ended_at.is_(None), RollCall.started_at <= now - ROLL_CALL_LASTS)
    return db.session.scalars(query.order_by(RollCall.id).with_for_update(skip_locked=True)).all()


def last_roll_call(site: Site) -> RollCall | None:
    """The last drill that ended there, in numbers."""
    query = select(RollCall).where(RollCall.site_id == site.id, RollCall.ended_at.is_not(None))
    return db.session.scalar(query.order_by(RollCall.ended_at.desc()).limit(1))


def out_marks(roll: RollCall) -> dict[str, RollCallMark]:
    """Who is out, by the key of their tile."""
    query = select(RollCallMark).where(RollCallMark.roll_call_id == roll.id, RollCallMark.out_at.is_not(None))
    return {row.key: row for row in db.session.scalars(query.order_by(RollCallMark.out_at, RollCallMark.key))}
