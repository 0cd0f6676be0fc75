"""What who asks stands on, looked at again just before their change is kept: it may have been taken from them meanwhile.

At the end and not at the beginning: whoever waits for somebody else's change waits with what is theirs already written, so a
view may end its transaction, and run again, without losing hold of anything. See docs/adr/0011-who-asks.md.
"""

from collections.abc import Callable
from typing import Any

from flask import Response, current_app, g, has_request_context, request

from groupsched.access.events import StandsOn
from groupsched.access.identity import current
from groupsched.access.policy import Permission, permission_of
from groupsched.core.db import SAFE_METHODS
from groupsched.core.errors import NotFound
from groupsched.core.events import ask, finish


def answered(dispatch: Callable[[], Any]) -> Any:
    """Run a view. Raises NotFound, or SignedOut, where who asks has lost what they stood on before their change is kept."""
    if request.method in SAFE_METHODS or _is_for_everybody():
        return dispatch()
    g.stood_on = _stands_on(again=False)
    answer: Response = current_app.make_response(dispatch())
    if answer.status_code < 400:
        # Whatever else takes locks comes first: nobody is to wait for others while they hold what these want to end.
        finish()
        _look_again()
    return answer


def gives_up(person_id: int) -> None:
    """This act takes something from a person. Where that is who asks, they stood on it: it is looked at now, not afterwards."""
    if has_request_context() and current().person == person_id:
        _look_again()
        g.pop("stood_on", None)


def _look_again() -> None:
    if (before := g.get("stood_on")) is None:
        return
    if before - _stands_on(again=True):
        raise NotFound


def _stands_on(*, again: bool) -> frozenset[str]:
    return frozenset[str]().union(*ask(StandsOn(current(), again)))


def _is_for_everybody() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    return permission_of(view, request.method) in (None, Permission.PUBLIC, Permission.DEMO)
