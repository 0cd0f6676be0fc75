"""What a device keeps for the time without a line: the sheets of today and tomorrow, as one answer."""

from hashlib import sha256
from typing import Any

from flask import Response, current_app, jsonify, request

from groupsched.access.identity import current, current_member
from groupsched.access.policy import Permission, requires
from groupsched.access.queries import current_program
from groupsched.attendance import queries
from groupsched.attendance.queries import SheetView
from groupsched.attendance.routes.blueprint import apart_on, blueprint
from groupsched.attendance.routes.sheet import MANY, sheet_facts
from groupsched.attendance.words import SheetReader
from groupsched.audit import service as audit
from groupsched.audit.rules import AuditAction
from groupsched.core import clock
from groupsched.core.filters import machine, short_day, time_range
from groupsched.core.regions import stand_in


@blueprint.get("/ahead")
@requires(Permission.ATTENDANCE_WRITE)
def ahead() -> Response:
    """The sheets that whoever is signed in may open today and tomorrow, as a page draws them; 304 where nothing changed.

    It is one look a day at everybody on them; who joins later is written down when they come.
    """
    program = current_program(current())
    zone = program.timezone if program else "UTC"
    views = queries.sheets_ahead(current(), zone)
    people = [row.person for view in views for row in view.rows if row.person]
    midnight, _end = queries.day_and_next(clock.now(), zone)
    audit.saw_anew(current(), AuditAction.SHEET_FETCHED, people, midnight)
    sheets = _told(views)
    # Not as a header of the answer: an answer with an ETag is not packed.
    tag = sha256(current_app.json.dumps(sheets).encode()).hexdigest()[:20]
    same = request.headers.get("If-None-Match") == tag
    response = Response(status=304) if same else jsonify({"tag": tag, "sheets": sheets})
    response.headers["X-Now"], response.headers["X-Who"] = machine(clock.now()), current_member().person_uid
    return response


def _told(views: list[SheetView]) -> list[dict[str, Any]]:
    since = queries.members_of_groups(
        {view.occurrence.group_id for view in views},
        {row.person.id for view in views for row in view.rows if row.person},
    )
    answers = [
        answer
        for view in views
        for row in view.rows
        if row.state.rival
        for answer in (row.state.answer, row.state.rival)
    ]
    names = queries.first_names(answer.actor for answer in answers if answer)
    viewer = current().person
    return [
        sheet_kept(SheetReader(view, viewer, names, since.get(view.occurrence.group_id, {}), apart_on(view)))
        for view in views
    ]


def sheet_kept(reader: SheetReader) -> dict[str, Any]:
    """One sheet with everything that its page needs; nothing in it that changes by itself."""
    view, one = reader.view, reader.view.occurrence
    stand_in(one.timezone)
    place = f"{one.place.name} · " if one.place else ""
    topic = f" · {one.topic.name}" if one.topic else ""
    return {
        "uid": one.uid,
        "title": one.title,
        "line": f"{place}{time_range(one.start, one.end, one.timezone)}, {short_day(one.start, one.timezone)}{topic}",
        "dense": len(view.rows) > MANY,
        "facts": {**sheet_facts(view, part=True), "now": None},
        "rows": [reader.draw(row) for row in view.rows],
    }
