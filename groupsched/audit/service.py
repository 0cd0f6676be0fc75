"""Writing down who did, saw or changed what. There is no verb to change a row: triggers refuse it."""

from collections.abc import Iterable
from typing import Any, Protocol

from sqlalchemy.orm import Session

from groupsched.audit.models import AuditRow, AuditSubject
from groupsched.audit.rules import ActorKind
from groupsched.core import clock
from groupsched.core.db import aside, db


class Actor(Protocol):
    """What the audit needs to know of an identity."""

    @property
    def program_id(self) -> int | None: ...

    @property
    def person(self) -> int | None: ...


def record(
    identity: Actor, action: str, obj: Any = None, subjects: Iterable[Any] = (), **detail: Any
) -> None:
    """Write down an act in the transaction that does it.

    `action` reads object.verb (`group.published`); `subjects` are the clients (persons or their numbers) it was about;
    `detail` holds short facts that JSON can carry, never a note or a text of a client.
    """
    db.session.add(_row(identity, action, obj, subjects, detail))
    db.session.flush()


def saw(identity: Actor, action: str, subjects: Iterable[Any], obj: Any = None) -> None:
    """Write down that records were shown: one row that names its subjects, kept whatever becomes of the request.

    A look at one's own record is not written. If the row cannot be written the page is not shown (503).
    """
    others = [number for number in _numbers(subjects) if number != identity.person]
    if not others:
        return
    named, at = _named(obj), clock.now()

    def write(own: Session) -> None:
        own.add(_row(identity, action, None, others, {}, named=named, at=at))

    aside(write)


def _row(
    identity: Any, action: str, obj: Any, subjects: Iterable[Any], detail: dict[str, Any], **given: Any
) -> AuditRow:
    kind, uid = given.get("named") or _named(obj)
    return AuditRow(
        at=given.get("at") or clock.now(),
        program_id=identity.program_id or getattr(obj, "program_id", None),
        actor_id=identity.person,
        actor_kind=_kind(identity),
        action=action,
        object_type=kind,
        object_uid=uid,
        detail=detail,
        subjects=[AuditSubject(person_id=number) for number in _numbers(subjects)],
    )


def _kind(identity: Actor) -> ActorKind:
    return ActorKind.PERSON if identity.person is not None else ActorKind(type(identity).__name__.lower())


def _named(obj: Any) -> tuple[str, str]:
    if obj is None:
        return "", ""
    return getattr(obj, "__tablename__", type(obj).__name__.lower()), str(getattr(obj, "uid", "") or "")


def _numbers(subjects: Iterable[Any]) -> list[int]:
    """Each subject once, in order: a person or a number."""
    found = [subject if isinstance(subject, int) else int(subject.id) for subject in subjects]
    return list(dict.fromkeys(found))
