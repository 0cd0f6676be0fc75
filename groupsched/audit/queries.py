"""Reading the audit: always scoped by the caller's program or person, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import selectinload

from groupsched.audit.models import AuditRow, AuditSeal, AuditSubject
from groupsched.audit.rules import FIRST_LINK, AuditAction, sealed, words_of
from groupsched.core.db import db


@dataclass(frozen=True)
class AuditPage:
    """A page of rows; `older` is the number to go on from, None at the end."""

    rows: Sequence[AuditRow]
    older: int | None


def rows_of_program(
    program_id: int, *only: ColumnElement[bool], before: int | None = None, size: int = 50
) -> AuditPage:
    """What was done and seen in a program, of that what these conditions say."""
    return _page(select(AuditRow).where(AuditRow.program_id == program_id, *only), before, size)


def rows_about(person_id: int, before: int | None = None, size: int = 50) -> AuditPage:
    """Every act about one person's record."""
    return _page(select(AuditRow).where(is_about(person_id)), before, size)


def is_about(person_id: int) -> ColumnElement[bool]:
    """That an act was about a person's record, as a condition."""
    return AuditRow.id.in_(select(AuditSubject.audit_id).where(AuditSubject.person_id == person_id))


def subjects_of(rows: Sequence[AuditRow]) -> dict[int, list[int]]:
    """The numbers of the people each row is about, in one query."""
    found: dict[int, list[int]] = {row.id: [] for row in rows}
    query = select(AuditSubject.audit_id, AuditSubject.person_id).where(AuditSubject.audit_id.in_(found))
    for audit_id, person_id in db.session.execute(query.order_by(AuditSubject.person_id)):
        found[audit_id].append(person_id)
    return found


def last_done(obj: Any, *actions: AuditAction) -> tuple[int | None, datetime] | None:
    """By whom (a number of a person) and when one of these acts was last done to a row; None where none was."""
    query = select(AuditRow.actor_id, AuditRow.at).where(
        AuditRow.program_id == getattr(obj, "program_id", obj.id),
        AuditRow.object_type.in_({one.object.value for one in actions}),
        AuditRow.object_uid == obj.uid,
        AuditRow.word.in_(words_of(actions)),
    )
    found = db.session.execute(query.order_by(AuditRow.at.desc(), AuditRow.id.desc()).limit(1)).first()
    return None if found is None else (found.actor_id, found.at)


def _page(query: Select[AuditRow], before: int | None, size: int) -> AuditPage:
    if before is not None:
        query = query.where(AuditRow.id < before)
    rows = db.session.scalars(query.order_by(AuditRow.id.desc()).limit(size + 1)).all()
    return AuditPage(rows[:size], rows[size - 1].id if len(rows) > size else None)


# --- seals ---


@dataclass(frozen=True)
class SealProof:
    """What looking at all seals found: `broken` in words, else how many rows are sealed, how many are younger than the last
    seal, and the hash of the last link: whoever keeps it elsewhere can prove that nothing before it was changed since."""

    seals: int
    rows: int
    younger: int
    last: str
    broken: str = ""


def rows_to_seal(ids: Sequence[int]) -> list[tuple[Any, ...]]:
    """Rows as a seal takes them, each with its subjects, in the order of `ids`; one that is not there is left out."""
    query = select(AuditRow).options(selectinload(AuditRow.subjects)).where(AuditRow.id.in_(ids))
    found = {row.id: row for row in db.session.scalars(query.execution_options(populate_existing=True))}
    return [_stored(found[number]) for number in ids if number in found]


def _stored(row: AuditRow) -> tuple[Any, ...]:
    subjects = sorted(subject.person_id for subject in row.subjects)
    told = (
        row.id, row.at, row.program_id, row.actor_id, row.actor_kind.value, row.word, row.object_type, row.object_uid,
        row.detail, subjects,
    )  # fmt: skip
    # Seals from before there were these have nothing in their place.
    where = (row.token_uid, row.came_from.value if row.came_from else None)
    return told if where == (None, None) else (*told, *where)


def prove_seals() -> SealProof:
    """Look at every seal again, from the first."""
    previous, last, rows, open_ids = FIRST_LINK, 0, 0, set[int]()
    seals = db.session.scalars(select(AuditSeal).order_by(AuditSeal.id)).all()
    for number, seal in enumerate(seals, 1):
        left_out, late = set(seal.left_out), set(seal.late)
        ids = [*seal.late, *(one for one in range(seal.first_id, seal.last_id + 1) if one not in left_out)]
        found = rows_to_seal(ids)
        fits = seal.first_id == last + 1 and seal.previous == previous and late <= open_ids
        if not fits or len(found) != len(ids) or sealed(previous, found) != seal.hash:
            return SealProof(
                number, rows, 0, previous, f"{seal.first_id}–{seal.last_id}, {seal.at:%Y-%m-%d %H:%M} UTC"
            )
        open_ids = open_ids - late | left_out
        previous, last, rows = seal.hash, seal.last_id, rows + len(ids)
        db.session.expunge_all()
    younger = db.session.scalar(select(func.count()).where(AuditRow.id > last)) or 0
    return SealProof(len(seals), rows, younger, previous)
