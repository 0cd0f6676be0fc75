"""Writing down who did, saw or changed what. There is no verb to change a row: triggers refuse it."""

from collections.abc import Iterable
from typing import Any, Protocol

from groupsched.audit.models import AuditRow, AuditSubject
from groupsched.audit.rules import ActorKind, AuditAction, AuditEffect
from groupsched.core import clock
from groupsched.core.db import aside, db


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
        detail={**_under_glass(identity, action), **detail},
        subjects=[AuditSubject(person_id=number) for number in _numbers(subjects)],
    )


def _under_glass(identity: Actor, action: AuditAction) -> dict[str, Any]:
    """Whatever is seen under break-glass says so, and why."""
    glass = getattr(identity, "glass", None)
    if glass is None or action.effect is not AuditEffect.LOOK:
        return {}
    return {"break_glass": glass.uid, "reason": glass.reason}


def _kind(identity: Actor) -> ActorKind:
    return ActorKind.PERSON if identity.person is not None else ActorKind(type(identity).__name__.lower())


def _numbers(subjects: Iterable[Any]) -> list[int]:
    """Each subject once, in order: a person or a number."""
    found = [subject if isinstance(subject, int) else int(subject.id) for subject in subjects]
    return list(dict.fromkeys(found))
