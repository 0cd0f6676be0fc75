"""Which sheet a date has."""

from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from groupsched.access.identity import Identity
from groupsched.access.policy import Facts, Permission, ensure
from groupsched.catalog.models import Group
from groupsched.catalog.queries import facts as group_facts
from groupsched.catalog.rules import Setting
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import NotFound
from groupsched.facilitation.models import (
    DateRunSheet,
    RunSheetTemplate,
)
from groupsched.facilitation.queries.templates import said_at, template_of
from groupsched.facilitation.rules import (
    Phase,
    RunSheet,
    fitted,
)
from groupsched.schedule.models import Occurrence
from groupsched.schedule.queries import with_leaders


@dataclass(frozen=True)
class SheetOfDate:
    """The sheet of a date: its own, or what the template says for as long as it is; none where there is none, or the date is over and
    nobody changed or ran it."""

    occurrence: Occurrence
    sheet: RunSheet | None
    own: DateRunSheet | None = None
    template: RunSheetTemplate | None = None

    @property
    def number(self) -> int:
        """By which two editors see each other; 0 as long as it is not its own."""
        return self.own.number if self.own else 0


def date_facts(occurrence: Occurrence) -> Facts:
    """What the policy may know of the sheet of a date: it is theirs who lead the date or its group."""
    known = group_facts(occurrence.group)
    return replace(known, owners=known.owners | frozenset(occurrence.leader_ids))


def get_date(identity: Identity, uid: str, permission: Permission) -> Occurrence:
    """A date by its public id. Raises NotFound where it is unknown, or its sheet not for this identity."""
    query = select(Occurrence).where(Occurrence.uid == uid, Occurrence.external.is_(False))
    query = query.options(
        *with_leaders(),
        joinedload(Occurrence.place),
        joinedload(Occurrence.group).joinedload(Group.modality),
    )
    found = db.session.scalars(query).unique().one_or_none()
    if found is None:
        raise NotFound
    ensure(identity, permission, date_facts(found))
    return found


def own_sheet(occurrence: Occurrence) -> DateRunSheet | None:
    """The sheet that was made for this date."""
    return db.session.scalar(select(DateRunSheet).where(DateRunSheet.occurrence_id == occurrence.id))


def sheet_of_date(occurrence: Occurrence) -> SheetOfDate:
    """The sheet that a date has, as long as that date is."""
    own, now = own_sheet(occurrence), clock.now()
    if own is not None:
        return SheetOfDate(occurrence, replace(own.sheet, minutes=minutes_of(occurrence)), own)
    template = template_of(occurrence.group) if occurrence.end > now else None
    if template is None:
        return SheetOfDate(occurrence, None)
    said = said_at(template, min(now, occurrence.start))
    return SheetOfDate(occurrence, for_minutes(said, minutes_of(occurrence)), None, template)


def outline_of(occurrence: Occurrence) -> tuple[Phase, ...]:
    """The phases that everybody may know: those that its group has, at the length of this date. What was written for this date alone
    is for who leads it; of two people there is no outline."""
    if occurrence.group.setting is Setting.PRIVATE:
        return ()
    template = template_of(occurrence.group)
    return for_minutes(template.sheet, minutes_of(occurrence)).phases if template else ()


def for_minutes(sheet: RunSheet, minutes: int) -> RunSheet:
    """A sheet for so many minutes, fitted where its slack allows it."""
    return replace(sheet, minutes=minutes, phases=fitted(sheet.phases, minutes))


def minutes_of(occurrence: Occurrence) -> int:
    """How long a date is."""
    return int((occurrence.end - occurrence.start).total_seconds() // 60)
