"""What a change of dates does, as JSON; and what is answered where something is taken then."""

from collections.abc import Callable, Iterable
from typing import Any

from flask import Response, current_app
from sqlalchemy import select

from groupsched.access.identity import current
from groupsched.api.routes.refusing import refuse
from groupsched.api.schemas import TakenProblemSchema, moment
from groupsched.catalog.models import Group
from groupsched.catalog.queries import zone_of
from groupsched.core.db import db
from groupsched.core.i18n import _
from groupsched.core.web import problem
from groupsched.schedule.models import Occurrence, TimeOff
from groupsched.schedule.rules import TimetableDate
from groupsched.schedule.service import ChangedDates, DateConflict, DatesTaken, RoomAsked, conflicts_of


def done_or_taken(
    change: Callable[[bool], ChangedDates], dry_run: bool, answer: Callable[[ChangedDates], dict[str, Any]]
) -> Any:
    """Answer what a change did; where something is taken then, 409 with what a dry run does."""
    try:
        return answer(change(dry_run))
    except DatesTaken as refusal:
        # What was done on the way is forgotten.
        db.session.rollback()
        return _problem(refusal, answer(change(True)))


def taken_by(group: Group, refusal: DatesTaken) -> Response:
    """409 with what a change of a group runs into; what was done on the way is forgotten."""
    db.session.rollback()
    uids, zone = _uids({one.wanted.date for one in refusal.clashes}, group), zone_of(group)
    found = conflicts_of(current(), refusal.clashes, besides=group.id, asked=RoomAsked())
    return _problem(refusal, {"conflicts": [conflict_json(one, uids.get(one.date), zone) for one in found]})


def _problem(refusal: DatesTaken, told: dict[str, Any]) -> Response:
    refused = problem(409, refusal.message, code=refusal.code or "")
    told = TakenProblemSchema().dump(told)
    refused.data = current_app.json.dumps({**(refused.get_json() or {}), **told})
    return refused


def kept_words(data: dict[str, Any]) -> str | None:
    """The words with which a change is made although something is taken then."""
    if data["accept_conflicts"] and not data["reason"]:
        refuse({"reason": [_("Say why both are kept.")]})
    return data["reason"] if data["accept_conflicts"] else None


def impact_json(done: ChangedDates, group: Group) -> dict[str, Any]:
    """What a change of dates does, or has done."""
    plan, uids = done.plan, _uids([one.key for one in done.plan.before.dates], group)

    def touched(dates: Iterable[TimetableDate]) -> list[dict[str, Any]]:
        zones = {one.key: one.rule.timezone for one in (*plan.before.series, *plan.after.series)}
        return [{"id": uids.get(one.key), "start": moment(one.start, zones[one.series])} for one in dates]

    conflicts = conflicts_of(
        current(), done.clashes, done.elsewhere, plan, besides=group.id, asked=RoomAsked()
    )
    moved = [now for _was, now in plan.moved]
    dropped = [*plan.gone, *plan.dropped, *plan.cancelled]
    return {
        "dates": done.impact.dates or len({*moved, *dropped, *plan.added, *plan.restored}),
        "moved": touched(moved),
        "added": touched([*plan.added, *plan.restored]),
        "dropped": touched(dropped),
        "kept": touched(plan.kept),
        "people_told": len(done.impact.people),
        "slots_lost": len(done.impact.losing),
        "conflicts": [conflict_json(one, uids.get(one.date), zone_of(group)) for one in conflicts],
        "away": [_away(row, group) for row in done.away],
        "change_id": done.made.uid if done.made else None,
    }


def conflict_json(one: DateConflict, uid: str | None, zone: str) -> dict[str, Any]:
    """What a date runs into, as far as its reader may know."""
    return {
        "occurrence_id": uid,
        "start": moment(one.start, zone),
        "kind": one.kind,
        "place_id": one.place.uid if one.place else None,
        "person_id": one.person.uid if one.person else None,
        "with_": one.title or None,
        "with_start": moment(one.other_start, zone),
        "with_end": moment(one.other_end, zone),
        "people": one.people,
        "thing": one.thing or None,
        "there": one.there,
        "needed": one.needed,
        "free_rooms": [place.uid for place in one.free],
    }


def _away(row: TimeOff, group: Group) -> dict[str, str | None]:
    zone = zone_of(group)
    return {
        "person_id": row.person.uid,
        "starts": moment(row.starts_at, zone),
        "ends": moment(row.ends_at, zone),
    }


def _uids(keys: Iterable[int | None], group: Group) -> dict[int | None, str]:
    query = select(Occurrence.id, Occurrence.uid).where(
        Occurrence.group_id == group.id, Occurrence.id.in_(keys)
    )
    return {row.id: row.uid for row in db.session.execute(query)}
