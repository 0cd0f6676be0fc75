"""Each act that is kept, as a line for a collector of logs: JSON, by the logger `groupsched.audit`, without any name."""

import json
import logging
import sys
from typing import Any

from flask import Flask
from sqlalchemy import event, inspect
from sqlalchemy.orm import Session, SessionTransaction

from groupsched.audit.models import AuditRow
from groupsched.core.config import Settings

_KEY = "groupsched.audit"
log = logging.getLogger(_KEY)
# A line is for a collector as it is: among the others it would get a time and a level before it.
log.propagate = False


def line_of(row: AuditRow) -> dict[str, Any]:
    """What a line says of an act: numbers and public ids, how many it was about, never who, and nothing that somebody wrote."""
    told = {
        "id": row.id,
        "at": row.at.isoformat(),
        "program": row.program_id,
        "action": row.word,
        "actor_kind": row.actor_kind.value,
        "actor": row.actor_id,
        "token": row.token_uid,
        "from": row.came_from.value if row.came_from else None,
        "object": f"{row.object_type} {row.object_uid}".strip() or None,
        "subjects": len(row.subjects),
        "times": row.detail.get("times"),
        "route": row.detail.get("route"),
    }
    return {name: value for name, value in told.items() if value is not None}


def _flushed(session: Session, _context: Any) -> None:
    if not log.handlers:
        return
    # Said now: whoever commits may have had the session forget what it read of the row.
    written = [(row, json.dumps(line_of(row))) for row in session.new if isinstance(row, AuditRow)]
    if written:
        session.info.setdefault(_KEY, []).extend(written)


def _kept(session: Session) -> None:
    """Said when it is kept; what a savepoint took back is no row any more."""
    if session.in_nested_transaction():
        return
    for row, line in session.info.pop(_KEY, ()):
        if inspect(row).persistent:
            log.info("%s", line)


def _ended(session: Session, ended: SessionTransaction) -> None:
    if ended.parent is None:
        session.info.pop(_KEY, None)


def init_app(app: Flask) -> None:
    """Write the lines to standard error where `GROUPSCHED_AUDIT_LOG` says so."""
    given: Settings = app.extensions["groupsched.settings"]
    if given.audit_log and not log.handlers:
        log.addHandler(logging.StreamHandler(sys.stderr))
        log.setLevel(logging.INFO)


event.listen(Session, "after_flush", _flushed)
event.listen(Session, "after_commit", _kept)
event.listen(Session, "after_transaction_end", _ended)
