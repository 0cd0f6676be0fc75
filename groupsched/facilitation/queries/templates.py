"""The sheets of a program and of a group, and what they said before."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from groupsched.access.identity import Identity
from groupsched.access.policy import Facts, Permission, ensure
from groupsched.catalog.models import Group, Modality
from groupsched.catalog.queries import facts as group_facts
from groupsched.core.db import db
from groupsched.core.errors import NotFound
from groupsched.facilitation.models import (
    DateRunSheet,
    RunSheetTemplate,
    RunSheetVersion,
)
from groupsched.facilitation.rules import (
    GroupKind,
    RunSheet,
    RunSheetKind,
    sheet_for,
    sheet_of,
)


def template_facts(template: RunSheetTemplate) -> Facts:
    """What the policy may know of a template: that of a group is the group's."""
    return group_facts(template.group) if template.group else Facts(program=template.program_id)


def writing_permission(template: RunSheetTemplate) -> Permission:
    """What changing a template asks for."""
    return Permission.RUN_SHEET_WRITE if template.group_id else Permission.RUN_SHEETS_WRITE


def library(program_id: int | None) -> Select[RunSheetTemplate]:
    """The sheets of a program, those that were taken out too, without those of single groups."""
    query = select(RunSheetTemplate).where(RunSheetTemplate.program_id == program_id)
    return query.where(RunSheetTemplate.group_id.is_(None))


def library_rows(program_id: int | None) -> list[RunSheetTemplate]:
    """The same in the order in which they came."""
    return list(db.session.scalars(library(program_id).order_by(RunSheetTemplate.id)))


def get_template(identity: Identity, uid: str, *, to_write: bool = False) -> RunSheetTemplate:
    """A sheet of the program or of a group. Raises NotFound where it is unknown or not for this identity."""
    query = select(RunSheetTemplate).where(RunSheetTemplate.uid == uid)
    query = query.options(joinedload(RunSheetTemplate.group).joinedload(Group.facilitators))
    found = db.session.scalars(query).unique().one_or_none()
    if found is None:
        raise NotFound
    reading = Permission.RUN_SHEET_READ if found.group_id else Permission.CATALOG_READ
    ensure(identity, writing_permission(found) if to_write else reading, template_facts(found))
    return found


def candidates(group: Group) -> list[RunSheetTemplate]:
    """The sheets that a group can have: those of its program in their order, then its own."""
    own = or_(RunSheetTemplate.group_id == group.id, RunSheetTemplate.key == group.run_sheet)
    query = (
        select(RunSheetTemplate)
        .where(RunSheetTemplate.program_id == group.program_id, RunSheetTemplate.retired_at.is_(None))
        .where(or_(RunSheetTemplate.group_id.is_(None), own))
    )
    return list(
        db.session.scalars(query.order_by(RunSheetTemplate.group_id.is_not(None), RunSheetTemplate.id))
    )


def template_of(group: Group) -> RunSheetTemplate | None:
    """The sheet that a group has."""
    modality: Modality = group.modality
    wanted = GroupKind(group.run_sheet, modality.run_sheet, modality.kind, group.structure, group.setting)
    rows = {row.key: row for row in candidates(group)}
    key = sheet_for(wanted, {key: RunSheetKind(row.said["kind"]) for key, row in rows.items()})
    return rows.get(key)


def said_at(template: RunSheetTemplate, at: datetime) -> RunSheet:
    """What a template said at a moment: nothing that runs is rewritten."""
    query = select(RunSheetVersion.said).where(
        RunSheetVersion.template_id == template.id, or_(RunSheetVersion.at <= at, RunSheetVersion.number == 1)
    )
    said = db.session.scalar(query.order_by(RunSheetVersion.number.desc()).limit(1))
    return sheet_of(said or template.said)


def can_undo(row: RunSheetTemplate | DateRunSheet) -> bool:
    """Whether there is something to go back to."""
    return former_of(row) is not None


def former_of(row: RunSheetTemplate | DateRunSheet) -> int | None:
    """The number of what an undo goes back to."""
    return db.session.scalar(select(RunSheetVersion.former).where(version_of(row, row.number)))


def version_of(row: RunSheetTemplate | DateRunSheet, number: int) -> Any:
    """The condition on a version that it is this one."""
    column = (
        RunSheetVersion.template_id if isinstance(row, RunSheetTemplate) else RunSheetVersion.date_sheet_id
    )
    return (column == row.id) & (RunSheetVersion.number == number)
