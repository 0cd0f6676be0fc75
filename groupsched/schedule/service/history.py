"""The history of a group's dates: each change that was made, with what stood before and after it, until it can be undone."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from groupsched.access.identity import Identity
from groupsched.catalog.models import Group
from groupsched.catalog.rules import GroupState
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.outbox.service import last_heard
from groupsched.schedule.models import ChangeMade, rule_from, rule_plain
from groupsched.schedule.rules import (
    Change,
    ChangeScope,
    ClosedDays,
    DateChange,
    DateField,
    ExtendSeries,
    FollowClock,
    FollowGroup,
    OccurrenceStatus,
    TimetableDate,
    TimetablePart,
    TimetableSeries,
    UndoOf,
    still_undoable,
)
from groupsched.schedule.service.applying import AppliedPlan

MOMENTS = ("given", "start", "end")


def remember(
    identity: Identity, group: Group, change: Change, plan: DateChange, applied: AppliedPlan
) -> ChangeMade | None:
    """Keep what a change did to the dates of a group that was offered; what time alone brings is none."""
    if group.state == GroupState.DRAFT or group.external or isinstance(change, ExtendSeries | FollowClock):
        return None
    before, after = plan.parts
    made = ChangeMade(
        group_id=group.id,
        at=clock.now(),
        by_id=identity.person,
        scope=getattr(change, "scope", ChangeScope.ALL),
        before=_plain(before),
        after=_plain(_numbered(after, applied)),
        undoes=isinstance(change, UndoOf),
        final=isinstance(change, FollowGroup),
    )
    db.session.add(made)
    db.session.flush()
    return made


def took_off_the_list(made: ChangeMade) -> bool:
    """Whether this is the change with which its group was no longer offered."""
    since = made.group.retired_at
    if since is None or made.at < since or made.undoes:
        return False
    _before, after = parts_of(made)
    return all(one.ended for one in after.series) and not any(one.takes_place for one in after.dates)


def parts_of(made: ChangeMade) -> tuple[TimetablePart, TimetablePart]:
    """What a change touched, before and after it."""
    return _part(made.before), _part(made.after)


def unheard(made: ChangeMade) -> bool:
    """Whether nobody has heard of a change, or of one of its group since, and its group is there for it."""
    heard = last_heard(made.group_id)
    return _has_its_group(made) and (heard is None or heard < made.at)


def _has_its_group(made: ChangeMade) -> bool:
    """Whether a change is of dates alone, and of a group that is offered, or that this very change took off the list."""
    return not made.final and (made.group.retired_at is None or took_off_the_list(made))


def can_be_undone(changes: Sequence[ChangeMade]) -> list[ChangeMade]:
    """Those of the latest changes of a group, the last first, that may be undone still: nobody has heard of them, and nothing
    that they changed was changed since."""
    heard = last_heard(changes[0].group_id) if changes else None
    open_ones = [one for one in changes if heard is None or heard < one.at]
    parts = [parts_of(one) for one in open_ones]
    return [
        one for place, one in enumerate(open_ones)
        if _has_its_group(one)
        and still_undoable(UndoOf(*parts[place]), [after for _before, after in reversed(parts[:place])], clock.now())
    ]  # fmt: skip


def _numbered(part: TimetablePart, applied: AppliedPlan) -> TimetablePart:
    """The same with the numbers of the rows that were made for it."""
    numbers = iter(applied.added)

    def series(key: int) -> int:
        return applied.began.get(key, key)

    return TimetablePart(
        tuple(replace(one, key=series(one.key)) for one in part.series),
        tuple(
            replace(one, key=next(numbers) if one.key is None else one.key, series=series(one.series))
            for one in part.dates
        ),
    )


def _plain(part: TimetablePart) -> dict[str, Any]:
    return {
        "series": [_plain_series(one) for one in part.series],
        "dates": [_plain_date(one) for one in part.dates],
    }


def _plain_series(one: TimetableSeries) -> dict[str, Any]:
    return {
        "key": one.key,
        "rule": rule_plain(one.rule),
        "ended": one.ended,
        "expanded_to": one.expanded_to.isoformat() if one.expanded_to else None,
        "own": {what.value: list(v) if isinstance(v, tuple) else v for what, v in one.own.items()},
        "closed_days": one.closed_days,
    }


def _plain_date(one: TimetableDate) -> dict[str, Any]:
    return {
        **{name: getattr(one, name) for name in ("key", "series", "place", "seats", "link", "title", "note")},
        **{name: getattr(one, name).isoformat() for name in ("original", *MOMENTS)},
        "leads": list(one.leads),
        "own": sorted(one.own),
        "status": one.status.value,
        "dropped": one.dropped,
        "reason": one.reason,
        "closure": one.closure,
    }


def _part(kept: Mapping[str, Sequence[Mapping[str, Any]]]) -> TimetablePart:
    return TimetablePart(
        tuple(_series(one) for one in kept["series"]), tuple(_date(one) for one in kept["dates"])
    )


def _series(kept: Mapping[str, Any]) -> TimetableSeries:
    own = {DateField(what): tuple(v) if isinstance(v, list) else v for what, v in kept["own"].items()}
    made_to = date.fromisoformat(kept["expanded_to"]) if kept["expanded_to"] else None
    closed = ClosedDays(kept["closed_days"]) if kept.get("closed_days") else None
    return TimetableSeries(kept["key"], rule_from(kept["rule"]), None, kept["ended"], made_to, own, closed)


def _date(kept: Mapping[str, Any]) -> TimetableDate:
    return TimetableDate(
        **{
            **kept,
            **{name: datetime.fromisoformat(kept[name]) for name in ("original", *MOMENTS)},
            "leads": tuple(kept["leads"]),
            "own": frozenset(map(DateField, kept["own"])),
            "status": OccurrenceStatus(kept["status"]),
        }
    )
