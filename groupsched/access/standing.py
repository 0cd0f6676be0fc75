"""What who asks stands on, looked at again just before their change is kept: it may have been taken from them meanwhile.

At the end and not at the beginning: whoever waits for somebody else's change waits with what is theirs already written, so a
view may end its transaction, and run again, without losing hold of anything. See docs/adr/0011-who-asks.md.
"""

from collections.abc import Callable, Collection, Sequence
from typing import Any

from flask import Response, current_app, g, has_request_context, request
from sqlalchemy import literal, select, union_all

from groupsched.access.events import Footing, StillStands
from groupsched.access.identity import Member, current
from groupsched.access.policy import Permission, permission_of
from groupsched.core.db import SAFE_METHODS, db
from groupsched.core.errors import NotFound
from groupsched.core.events import ask, finish


def answered(dispatch: Callable[[], Any]) -> Any:
    """Run a view. Raises NotFound, or SignedOut, where who asks has lost what they stood on before their change is kept."""
    if request.method in SAFE_METHODS or _is_for_everybody():
        return dispatch()
    who = current()
    g.stands_on = {grant.word for grant in who.grants} if isinstance(who, Member) else set()
    answer: Response = current_app.make_response(dispatch())
    if answer.status_code < 400:
        # Whatever else takes locks comes first: nobody is to wait for others while they hold what these want to end.
        finish()
        _look_again()
    return answer


def leans_on(word: str, people: Collection[int]) -> None:
    """These people act by what the word says. Where who asks is among them, it is looked at again with the rest."""
    if has_request_context() and "stands_on" in g and current().person in people:
        g.stands_on.add(word)


def gives_up(person_id: int) -> None:
    """This act takes something from a person. Where that is who asks, they stood on it: it is looked at now, not afterwards."""
    if has_request_context() and current().person == person_id:
        _look_again()
        g.pop("stands_on", None)


def _look_again() -> None:
    if "stands_on" in g:
        words = frozenset(g.stands_on)
        if words - _still_true(ask(StillStands(current(), words))):
            raise NotFound


def _still_true(asked: Sequence[Footing]) -> frozenset[str]:
    """The words that are true by all that the rooms named, read and locked as one: each lock is held after as before."""
    if not asked:
        return frozenset()
    db.session.flush()  # what it locks, it locks before these
    parts = (select(literal(room).label("room"), one.rows.subquery()) for room, one in enumerate(asked))
    found = db.session.execute(union_all(*parts)).all()
    told = (one.told([row for row in found if row.room == room]) for room, one in enumerate(asked))
    return frozenset[str]().union(*told)


def _is_for_everybody() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    return permission_of(view, request.method) in (None, Permission.PUBLIC, Permission.DEMO)
