"""Knowledge that flows up: a lower room says what happened or asks a question, upper rooms listen.

Synchronous, in the same transaction, in the order of subscription (create_app subscribes the rooms from the
bottom up). An event and a question are frozen dataclasses defined in `<room>/events.py`.

A listener hears an event at once, or, where only the sum of them matters, at the end: just before the transaction
commits, once, with all that was published in it. A rollback forgets them. The rollback of a savepoint does not: what is
done at the end must harm nobody where it is done without need.
"""

from collections.abc import Callable, Collection
from typing import Any, TypeVar

from flask import current_app
from sqlalchemy import event as database_event
from sqlalchemy.orm import Session, SessionTransaction

from groupsched.core.db import db

E = TypeVar("E")
_KEY = "groupsched.events"
_AT_END = "groupsched.events.at_end"


def subscribe(app: Any, kind: type[E], listener: Callable[[E], Any]) -> None:
    """Have `listener` called with every event (or question) of exactly this type."""
    app.extensions.setdefault(_KEY, {}).setdefault(kind, []).append(listener)


def subscribe_at_end(app: Any, kinds: Collection[type], listener: Callable[[list[Any]], Any]) -> None:
    """Have `listener` called once at the end of a transaction with the events of these types, each once, in order."""
    app.extensions.setdefault(_AT_END, []).append((frozenset(kinds), listener))


def publish(event: object) -> None:
    """Tell every listener; what one raises goes up, and the transaction with it."""
    _remember(db.session(), event)
    for listener in current_app.extensions.get(_KEY, {}).get(type(event), ()):
        listener(event)


def ask(question: object) -> list[Any]:
    """The answers of every listener that has one (None is no answer)."""
    listeners = current_app.extensions.get(_KEY, {}).get(type(question), ())
    return [answer for listener in listeners if (answer := listener(question)) is not None]


def finish() -> None:
    """Tell those who listen at the end now: what they do, and lock, is done before what follows."""
    _at_end(db.session())


def _remember(session: Session, event: object) -> None:
    """An event belongs to a transaction, also where nothing was read or written before it."""
    if not session.in_transaction():
        session.begin()
    session.info.setdefault(_KEY, {})[event] = None


def _at_end(session: Session) -> None:
    """Tell those who listen at the end, in the order of subscription: locks are taken in one order."""
    if session.in_nested_transaction():
        return  # the commit of a savepoint ends nothing
    # Until nothing new is said: a listener may publish too, and the commit would lose it.
    while published := session.info.pop(_KEY, None):
        for kinds, listener in current_app.extensions.get(_AT_END, ()):
            heard = [event for event in published if type(event) in kinds]
            if heard:
                listener(heard)


def _forget(session: Session, ended: SessionTransaction) -> None:
    if ended.parent is None:
        session.info.pop(_KEY, None)


database_event.listen(Session, "before_commit", _at_end)
database_event.listen(Session, "after_transaction_end", _forget)
