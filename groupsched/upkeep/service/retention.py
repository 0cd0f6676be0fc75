"""How long records are kept: the rules of a program, what one would remove, and removing it, but nothing of who is on hold."""

import logging
import threading
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select, update

from groupsched.access.identity import Identity, System
from groupsched.access.models import Program
from groupsched.access.policy import Facts, Permission, ensure
from groupsched.accounts.queries import held
from groupsched.accounts.service import lock_people
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import record
from groupsched.core import clock
from groupsched.core.db import db, unit_of_work
from groupsched.core.errors import ChangedMeanwhile, DomainError
from groupsched.core.i18n import _
from groupsched.core.text import clean_line
from groupsched.core.web import settings
from groupsched.upkeep.models import RetentionRule
from groupsched.upkeep.queries import rule_of
from groupsched.upkeep.rules import (
    LEAST_MONTHS,
    MOST_MONTHS,
    RecordKind,
    fits,
    months_before,
    rule_is_due,
)
from groupsched.upkeep.service.records import CLASSES

BATCH = 200
"""Records of one transaction: others write in between."""
SHORTEST_SOURCE, LONGEST_SOURCE = 3, 300
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class OldRecords:
    """How many records of a kind are older than some months, the oldest since when, and how many stay as their people are
    on hold."""

    number: int
    oldest: datetime | None
    on_hold: int


def would_remove(program_id: int, kind: RecordKind, months: int) -> OldRecords:
    """What a rule would remove now. Changes nothing."""
    every = _older(program_id, kind, months).subquery()
    number, oldest = db.session.execute(
        select(func.count(), func.min(every.c.at)).where(~held(every.c.owner))
    ).one()
    kept = db.session.scalar(select(func.count()).select_from(every).where(held(every.c.owner)))
    return OldRecords(number, oldest, kept or 0)


def set_rule(
    identity: Identity, kind: RecordKind, months: int, source: str, seen: str | None = None
) -> RetentionRule:
    """Keep records of a kind for so many months from now on, as a source says; carried out from the coming night on.

    `seen` is the state of the rule that its writer has before them, empty where there was none. Raises NotFound for who may not,
    DomainError (field `months` or `source`) for what does not fit, ChangedMeanwhile where another rule stands by now.
    """
    program_id = _may(identity)
    where = check_rule(kind, months, source)
    row = rule_of(program_id, kind)
    if row is not None:
        db.session.refresh(row, with_for_update={"of": RetentionRule})
    if seen is not None and seen != (row.seen if row else ""):
        raise ChangedMeanwhile
    row = row or RetentionRule(program_id=program_id, kind=kind)
    row.months, row.source = months, where
    row.by_id, row.set_at = identity.person, clock.now()
    db.session.add(row)
    db.session.flush()
    record(identity, AuditAction.RETENTION_RULE_CHANGED, row, kind=kind, months=months, source=row.source)
    return row


def check_rule(kind: RecordKind, months: int, source: str) -> str:
    """The source as it is kept. Raises DomainError (field `months` or `source`) for what is no rule."""
    if not fits(kind, months):
        raise _out_of_reach(kind)
    where = clean_line(source)
    if len(where) < SHORTEST_SOURCE:
        raise DomainError(_("Say where this is written, or who decided it."), field="source")
    return where[:LONGEST_SOURCE]


def end_rule(identity: Identity, kind: RecordKind) -> None:
    """Keep records of a kind without end again. Twice has one effect."""
    row = rule_of(_may(identity), kind)
    if row is not None:
        record(identity, AuditAction.RETENTION_RULE_ENDED, row, kind=kind, months=row.months)
        db.session.delete(row)
        db.session.flush()


def remove_batch(rule: RetentionRule) -> int:
    """Remove some of what a rule says, oldest first, and write down how many; 0 when nothing is left.

    Nothing goes of people who are on hold, also where that was said a moment ago.
    """
    old = _older(rule.program_id, rule.kind, rule.months).subquery()
    free = select(old.c.id, old.c.owner, old.c.at).where(~held(old.c.owner))
    rows = db.session.execute(free.order_by(old.c.at, old.c.id).limit(BATCH)).all()
    lock_people(sorted({row.owner for row in rows if row.owner is not None}))
    still = select(old.c.id).where(old.c.id.in_([row.id for row in rows]), ~held(old.c.owner))
    ids = list(db.session.scalars(still))
    if not ids:
        return 0
    CLASSES[rule.kind].remove(ids)
    told: dict[str, Any] = {"kind": rule.kind, "months": rule.months, "number": len(ids)}
    record(System(program_id=rule.program_id), AuditAction.RETENTION_RULE_APPLIED, rule, **told)
    return len(ids)


def apply_due_rules(now: datetime, stop: threading.Event | None = None) -> int:
    """Carry out the rules of which the night has come and that no other worker has taken; how many records went. Call it
    outside a transaction."""
    with unit_of_work():
        mine = [rule_id for rule_id, zone in _rules() if _take(rule_id, zone, now)]
    return sum(apply_rule(rule_id, stop) for rule_id in mine)


def apply_rule(rule_id: int, stop: threading.Event | None = None) -> int:
    """Carry out one rule, a batch a transaction; how many records went."""
    gone = 0
    while not (stop and stop.is_set()):
        with unit_of_work():
            rule = db.session.get(RetentionRule, rule_id)
            removed = remove_batch(rule) if rule is not None else 0
        gone += removed
        if not removed:
            break
    if gone:
        log.info("%s old records were removed as rule %s says", gone, rule_id)
    return gone


def _rules() -> list[tuple[int, str]]:
    """But where the data were put back and nobody has read that yet: a hold placed since the backup may be missing."""
    query = select(RetentionRule.id, Program.timezone).join(Program, Program.id == RetentionRule.program_id)
    query = query.where(Program.restored.is_(None))
    return [(number, zone) for number, zone in db.session.execute(query.order_by(RetentionRule.id))]


def _take(rule_id: int, zone: str, now: datetime) -> bool:
    rule = db.session.get_one(RetentionRule, rule_id)
    before = rule.ran_at
    if not rule_is_due(now, settings().backup_hour, zone, rule.set_at, before):
        return False
    since = RetentionRule.ran_at.is_(None) if before is None else RetentionRule.ran_at == before
    taken = update(RetentionRule).where(RetentionRule.id == rule_id, since).values(ran_at=now)
    taken = taken.returning(RetentionRule.id).execution_options(synchronize_session=False)
    return db.session.execute(taken).first() is not None


def _older(program_id: int, kind: RecordKind, months: int) -> Select[Any]:
    every = CLASSES[kind].found(program_id).subquery()
    return select(every.c.id, every.c.owner, every.c.at).where(
        every.c.at < months_before(clock.now(), months)
    )


def _may(identity: Identity) -> int:
    ensure(identity, Permission.RETENTION_WRITE, Facts(program=identity.program_id))
    return identity.program_id or 0


def _out_of_reach(kind: RecordKind) -> DomainError:
    least = LEAST_MONTHS[kind]
    sentence = _("Choose a number of months from %(least)s to %(most)s.", least=least, most=MOST_MONTHS)
    return DomainError(sentence, field="months")
