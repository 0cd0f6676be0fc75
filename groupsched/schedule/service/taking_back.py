"""Undoing a change of a group's dates."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from groupsched.access.identity import Identity
from groupsched.catalog.service import offer_again
from groupsched.core.errors import Conflict
from groupsched.core.events import publish
from groupsched.core.i18n import _
from groupsched.schedule.events import LedInstead
from groupsched.schedule.models import ChangeMade, Substitution
from groupsched.schedule.rules import Change, UndoOf
from groupsched.schedule.service.changing import ChangedDates, change_dates, plan_dates
from groupsched.schedule.service.history import parts_of, took_off_the_list, unheard
from groupsched.schedule.service.rows import may_write
from groupsched.schedule.service.substitutes import LeadsUndone, ask_again, covers_taken, settle_again
from groupsched.schedule.service.timetable import TimetableRows


def undo_change(
    identity: Identity,
    made: ChangeMade,
    *,
    keep: str | None = None,
    rooms: Mapping[datetime, int] | None = None,
    dry_run: bool = False,
) -> ChangedDates:
    """Have the dates of a group stand as they stood before a change: a new one, of which people hear what is
    otherwise than they know. A group that was taken off the list by it is offered again, with everybody who was in it.
    A dry run only says what it would do. With the words `keep` it is done although something is
    taken then; the dates that begin at the moments of `rooms` go there.

    Raises Conflict where what it changed was changed since, or somebody has heard of it, DatesTaken where something is taken then.
    """

    covers = _CoversUndone()

    def undo(_rows: TimetableRows) -> Change:
        _refuse_heard(made)
        covers.begin(made)
        return UndoOf(*parts_of(made))

    if dry_run:
        may_write(identity, made.group)
        return plan_dates(made.group, UndoOf(*parts_of(made)))
    retired = took_off_the_list(made)
    if retired:
        _refuse_heard(made)
        offer_again(identity, made.group)
    done = change_dates(identity, made.group, undo, keep=keep, rooms=rooms)
    if retired and done.made is not None:
        # To undo that would take the dates alone, from a group that is offered.
        done.made.final = True
    covers.end()
    return done


def _refuse_heard(made: ChangeMade) -> None:
    if not unheard(made):
        raise Conflict(_("People have heard of this change already. Make a new one instead."), code="heard")


@dataclass
class _CoversUndone:
    """What becomes of cover where who leads is undone: a yes taken back leaves the question open, and that undone is a yes."""

    taken: list[Substitution] = field(default_factory=list)
    again: list[Substitution] = field(default_factory=list)

    def begin(self, made: ChangeMade) -> None:
        """Before the dates are led as they were."""
        dates = _leads_undone(made)
        if dates:
            self.taken, self.again = covers_taken(dates), settle_again(dates)

    def end(self) -> None:
        """Once they are."""
        ask_again(self.taken)
        for row in self.again:
            publish(LedInstead(row.occurrence_id, row.taken_by_id or row.part_of_id))


def _leads_undone(made: ChangeMade) -> dict[int, LeadsUndone]:
    before, after = parts_of(made)
    was = {one.key: one for one in before.dates}
    usual = tuple(row.person_id for row in made.group.facilitators)
    found = {}
    for now in after.dates:
        old = was.get(now.key)
        if old is not None and now.key is not None and old.leads != now.leads:
            then, since = frozenset(old.leads or usual), frozenset(now.leads or usual)
            found[now.key] = LeadsUndone(since - then, then - since)
    return found
