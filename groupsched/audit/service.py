"""Writing down who did, saw or changed what. There is no verb to change a row: triggers refuse it."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Protocol

from flask import has_request_context, request
from sqlalchemy import Select, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from groupsched.audit.models import AuditRow, AuditSeal, AuditSubject, RefusalCount
from groupsched.audit.queries import rows_to_seal
from groupsched.audit.rules import (
    FIRST_LINK,
    ActorKind,
    AddressClass,
    AuditAction,
    AuditEffect,
    class_of,
    sealed,
)
from groupsched.core import clock
from groupsched.core.db import aside, aside_if_possible, db, savepoint
from groupsched.core.rate_limit import read_address
from groupsched.core.tokens import fingerprint

log = logging.getLogger(__name__)


class Actor(Protocol):
    """What the audit needs to know of an identity."""

    @property
    def program_id(self) -> int | None: ...

    @property
    def person(self) -> int | None: ...


def record(
    identity: Actor, action: AuditAction, obj: Any = None, subjects: Iterable[Any] = (), **detail: Any
) -> None:
    """Write down an act in the transaction that does it.

    `obj` is a row of the table that `action.object` names; `subjects` are the clients (persons or their numbers) it was
    about; `detail` holds short facts that JSON can carry, never a note or a text of a client.
    """
    db.session.add(_row(identity, action, obj, subjects, detail))
    db.session.flush()


def saw(identity: Actor, action: AuditAction, subjects: Iterable[Any], obj: Any = None) -> None:
    """Write down that records were shown: one row that names its subjects, kept whatever becomes of the request.

    A look at one's own record is not written. If the row cannot be written the page is not shown (503).
    """
    others = [number for number in _numbers(subjects) if number != identity.person]
    if not others:
        return
    # Made now: when it is written, the transaction of the request is over, and its rows would have to be read again.
    row = _row(identity, action, obj, others, {})
    aside(lambda own: own.add(row))


def saw_unnamed(identity: Actor, action: AuditAction, obj: Any = None) -> None:
    """Write down that something was shown, kept whatever becomes of the request, and of whom it was about nothing: people read
    what was done with their record, and are not to learn of this."""
    row = _row(identity, action, obj, (), {})
    aside(lambda own: own.add(row))


def saw_anew(identity: Actor, action: AuditAction, subjects: Iterable[Any], since: datetime) -> None:
    """The same of a page that refreshes itself: who was written down as seen so since a moment is not written down again."""
    numbers = _numbers(subjects)
    if not numbers:
        return
    query = (
        select(AuditSubject.person_id)
        .join(AuditSubject.row)
        .where(AuditSubject.person_id.in_(numbers), AuditRow.actor_id == identity.person)
        .where(AuditRow.word == action.value, AuditRow.at >= since)
    )
    known = set(db.session.scalars(query))
    saw(identity, action, [number for number in numbers if number not in known])


def _row(
    identity: Actor, action: AuditAction, obj: Any, subjects: Iterable[Any], detail: dict[str, Any]
) -> AuditRow:
    return AuditRow(
        at=clock.now(),
        program_id=identity.program_id or getattr(obj, "program_id", None),
        actor_id=identity.person,
        actor_kind=_kind(identity),
        word=action.value,
        object_type="" if obj is None else action.object.value,
        object_uid="" if obj is None else obj.uid,
        detail={**_on_device(identity), **_under_glass(identity, action), **detail},
        token_uid=_token(identity),
        came_from=_came_from(),
        subjects=[AuditSubject(person_id=number) for number in _numbers(subjects)],
    )


def _on_device(identity: Actor) -> dict[str, Any]:
    """Whatever is done on a paired device names it."""
    device = getattr(identity, "device", None)
    return {"device": device.uid} if device is not None else {}


def _under_glass(identity: Actor, action: AuditAction) -> dict[str, Any]:
    """Whatever is seen under break-glass says so, and why."""
    glass = getattr(identity, "glass", None)
    if glass is None or action.effect is not AuditEffect.LOOK:
        return {}
    return {"break_glass": glass.uid, "reason": glass.reason}


def _token(identity: Actor) -> str | None:
    """The public id of the token by which the interface is called."""
    return getattr(identity, "token_uid", None)


def _came_from() -> AddressClass | None:
    """Where the request comes from; None for what the product does by itself."""
    found = read_address(request.remote_addr or "") if has_request_context() else None
    return class_of(found) if found is not None else None


def _kind(identity: Actor) -> ActorKind:
    return ActorKind.PERSON if identity.person is not None else ActorKind(type(identity).__name__.lower())


def _numbers(subjects: Iterable[Any]) -> list[int]:
    """Each subject once, in order: a person or a number."""
    found = [subject if isinstance(subject, int) else int(subject.id) for subject in subjects]
    return list(dict.fromkeys(found))


# --- refusals ---


def count_refusal(identity: Actor, action: AuditAction, subject_id: int | None = None) -> None:
    """Count what this request was refused, beside it; `subject_id` is whose account was tried. A busy database loses it."""
    now = clock.now()
    alike: dict[str, Any] = {
        "hour": now.replace(minute=0, second=0, microsecond=0),
        "program_id": identity.program_id,
        "actor_id": identity.person,
        "actor_kind": _kind(identity),
        "word": action.value,
        "token_uid": _token(identity),
        "came_from": _came_from(),
        "route": request.endpoint or "",
        "subject_id": subject_id,
    }
    key = fingerprint(" ".join(str(value) for value in alike.values()))

    def write(own: Session) -> None:
        dialect: Any = postgresql if own.get_bind().dialect.name == "postgresql" else sqlite
        first = dialect.insert(RefusalCount).values(key=key, times=1, **alike)
        more = {"times": RefusalCount.times + 1}
        own.execute(first.on_conflict_do_update(index_elements=["key"], set_=more))

    aside_if_possible(write)


def join_refusals(now: datetime) -> int:
    """Make what was refused in hours that are over rows of the audit, one for all that is alike; how many."""
    over = RefusalCount.hour < now.replace(minute=0, second=0, microsecond=0)
    # Taken out and read in one go: of several workers each has others.
    found = db.session.execute(
        delete(RefusalCount).where(over).returning(*RefusalCount.__table__.columns)
    ).all()
    db.session.add_all(_joined(now, one) for one in found)
    db.session.flush()
    return len(found)


def _joined(now: datetime, one: Any) -> AuditRow:
    return AuditRow(
        at=now,
        program_id=one.program_id,
        actor_id=one.actor_id,
        actor_kind=one.actor_kind,
        word=one.word,
        detail={"times": one.times, "hour": one.hour.isoformat(), "route": one.route},
        token_uid=one.token_uid,
        came_from=one.came_from,
        subjects=[AuditSubject(person_id=one.subject_id)] if one.subject_id else [],
    )


# --- seals ---

SEALED_EVERY = timedelta(minutes=15)
MOST_SEALED = 2000
"""Rows of one seal."""
SETTLED = timedelta(minutes=1)
"""How old a row is before it is sealed: by then the transactions that were given lower numbers have ended, but for a few."""
LATE_FOR = timedelta(days=1)
"""How long a number that was left out is looked for."""


def seal(now: datetime) -> int:
    """Seal what has settled since the last seal; how many rows. Of several workers one does it."""
    last = db.session.scalar(select(AuditSeal).order_by(AuditSeal.id.desc()).limit(1))
    if last is not None and now - last.at < SEALED_EVERY:
        return 0
    ids = list(db.session.scalars(_settled(last.last_id if last else 0, now)))
    if not ids:
        return 0
    first = last.last_id + 1 if last else 1
    late, there = _late(now), set(ids)
    previous = last.hash if last else FIRST_LINK
    made = AuditSeal(
        at=now, first_id=first, last_id=ids[-1], late=late, previous=previous,
        left_out=[number for number in range(first, ids[-1] + 1) if number not in there],
        hash=sealed(previous, rows_to_seal([*late, *ids])),
    )  # fmt: skip
    try:
        with savepoint():
            db.session.add(made)
            db.session.flush()
    except IntegrityError:
        return 0
    log.info("the audit is sealed up to row %s: %s", made.last_id, made.hash)
    return len(late) + len(ids)


def _settled(after: int, now: datetime) -> Select[int]:
    query = select(AuditRow.id).where(AuditRow.id > after, AuditRow.at < now - SETTLED)
    return query.order_by(AuditRow.id).limit(MOST_SEALED)


def _late(now: datetime) -> list[int]:
    """Rows that were not there when their numbers were sealed over, and are now."""
    seals = db.session.scalars(
        select(AuditSeal).where(AuditSeal.at > now - LATE_FOR).order_by(AuditSeal.id)
    ).all()
    left_out = {number for one in seals for number in one.left_out} - {
        number for one in seals for number in one.late
    }
    return list(
        db.session.scalars(select(AuditRow.id).where(AuditRow.id.in_(left_out)).order_by(AuditRow.id))
    )
