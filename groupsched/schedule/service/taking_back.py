"""Undoing the last change of a group's dates."""

from collections.abc import Mapping
from datetime import datetime

from groupsched.access.identity import Identity
from groupsched.catalog.service import offer_again
from groupsched.core.errors import Conflict
from groupsched.core.i18n import _
from groupsched.schedule.models import ChangeMade
from groupsched.schedule.queries import can_be_undone, changes_made
from groupsched.schedule.rules import Change, UndoOf
from groupsched.schedule.service.changing import ChangedDates, change_dates, plan_dates
from groupsched.schedule.service.history import parts_of, took_off_the_list
from groupsched.schedule.service.rows import may_write
from groupsched.schedule.service.timetable import TimetableRows


def undo_change(
    identity: Identity,
    made: ChangeMade,
    *,
    keep: str | None = None,
    rooms: Mapping[datetime, int] | None = None,
    dry_run: bool = False,
) -> ChangedDates:
    """Have the dates of a group stand as they stood before its last change: a new change, of which people hear what is
    otherwise than they know. A group that was taken off the list is offered again, with everybody who was in it. A dry run only says what it would do. With the words `keep` it is done although something is
    taken then; the dates that begin at the moments of `rooms` go there.

    Raises Conflict where it was not the last one, or somebody has heard of it, DatesTaken where something is taken then.
    """

    def undo(_rows: TimetableRows) -> Change:
        _refuse_heard(made)
        return UndoOf(*parts_of(made))

    if dry_run:
        may_write(identity, made.group)
        return plan_dates(made.group, UndoOf(*parts_of(made)))
    if not took_off_the_list(made):
        return change_dates(identity, made.group, undo, keep=keep, rooms=rooms)
    _refuse_heard(made)
    offer_again(identity, made.group)
    done = change_dates(identity, made.group, undo, keep=keep, rooms=rooms)
    if done.made is not None:
        # To undo that would take the dates alone, from a group that is offered.
        done.made.final = True
    return done


def _refuse_heard(made: ChangeMade) -> None:
    if can_be_undone(changes_made(made.group)) is not made:
        raise Conflict(_("People have heard of this change already. Make a new one instead."), code="heard")
