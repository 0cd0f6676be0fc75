"""What was refused is counted: sign-ins that failed, limits that were reached, what somebody asked for who may not see it.

One count an hour for who it was, where from and of which view: one who tries a thousand doors leaves a few rows. Of whom nobody
knows anything, a minute counts once: a flood must not make the database write.
"""

from flask import Flask, Response, current_app, g, request
from sqlalchemy.exc import DBAPIError

from groupsched.access.identity import Anonymous, current
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import count_refusal
from groupsched.core import clock
from groupsched.core.web import wants_json

_LAST = "groupsched.refusals"


def tried(person_id: int | None) -> None:
    """Somebody tries to show that they are this person, or anybody (None): if it is refused, it is counted."""
    g.tried = person_id


def fitted() -> None:
    """What was tried did fit."""
    g.pop("tried", None)


def _count(response: Response) -> Response:
    try:
        if response.status_code in (401, 403, 404, 422, 429) and request.endpoint not in (None, "static"):
            _count_answer(response.status_code)
    except DBAPIError:
        current_app.logger.info("a refusal is not counted")
    return response


def _count_answer(status: int) -> None:
    if "tried" in g:
        count_refusal(
            current(), AuditAction.LIMIT_REACHED if status == 429 else AuditAction.SIGN_IN_FAILED, g.tried
        )
    elif status == 429:
        _once_a_minute(AuditAction.LIMIT_REACHED)
    elif status == 401 and wants_json() and "Authorization" in request.headers:
        _once_a_minute(AuditAction.SIGN_IN_FAILED)
    elif status in (403, 404) and not isinstance(current(), Anonymous):
        count_refusal(current(), AuditAction.PAGE_REFUSED)


def _once_a_minute(action: AuditAction) -> None:
    last: dict[AuditAction, int] = current_app.extensions.setdefault(_LAST, {})
    minute = int(clock.now().timestamp()) // 60
    if last.get(action) != minute:
        last[action] = minute
        count_refusal(current(), action)


def init_app(app: Flask) -> None:
    """Count what is refused. The count is written when the transaction of the request has ended."""
    app.after_request(_count)
