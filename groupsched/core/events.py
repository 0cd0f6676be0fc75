"""Knowledge that flows up: a lower room says what happened or asks a question, upper rooms listen.

Synchronous, in the same transaction, in the order of subscription (create_app subscribes the rooms from the
bottom up). An event and a question are frozen dataclasses defined in `<room>/events.py`.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import current_app

E = TypeVar("E")
_KEY = "groupsched.events"


def subscribe(app: Any, kind: type[E], listener: Callable[[E], Any]) -> None:
    """Have `listener` called with every event (or question) of exactly this type."""
    app.extensions.setdefault(_KEY, {}).setdefault(kind, []).append(listener)


def publish(event: object) -> None:
    """Tell every listener; what one raises goes up, and the transaction with it."""
    for listener in current_app.extensions.get(_KEY, {}).get(type(event), ()):
        listener(event)


def ask(question: object) -> list[Any]:
    """The answers of every listener that has one (None is no answer)."""
    listeners = current_app.extensions.get(_KEY, {}).get(type(question), ())
    return [answer for listener in listeners if (answer := listener(question)) is not None]
