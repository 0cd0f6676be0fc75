"""One date in each of several groups: all of them or none; and giving such a date back."""

from collections.abc import Sequence

from groupsched.access.identity import Identity
from groupsched.accounts.models import Person
from groupsched.core.db import savepoint
from groupsched.core.errors import Conflict
from groupsched.core.filters import clock_time, short_day
from groupsched.core.i18n import _
from groupsched.enrolment.models import Enrolment
from groupsched.enrolment.queries import DateInSlot, live_of, standings
from groupsched.enrolment.rules import DateSeatState, EnrolmentMode, StandingState
from groupsched.enrolment.service.deciding import hold_people
from groupsched.enrolment.service.joining import enrol
from groupsched.enrolment.service.leaving import cannot_come, leave
from groupsched.enrolment.service.outside import into_own_week, out_of_own_week
from groupsched.outbox.service import sent_together
from groupsched.schedule.models import Occurrence
from groupsched.schedule.service import lock


class NotEach(Conflict):
    """One of several dates could not be had, so none was taken; `occurrence` says which."""

    def __init__(self, occurrence: Occurrence, refused: Conflict) -> None:
        full = _("The last seat just went.")
        super().__init__(
            _(
                "%(title)s, %(day)s, %(time)s: %(why)s Nothing was taken, and nothing is lost.",
                title=occurrence.title,
                day=short_day(occurrence.start, occurrence.timezone),
                time=clock_time(occurrence.start, occurrence.timezone),
                why=full if refused.code == "full" else refused.message,
            ),
            code=refused.code,
        )
        self.occurrence = occurrence


def enrol_in_each(
    identity: Identity, person: Person, wanted: Sequence[Occurrence], instead: Sequence[Occurrence] = ()
) -> None:
    """A seat on each of these dates, told in one mail; those of `instead` are given back for them. All of it or nothing. A date in
    slots is that slot (`DateInSlot`); a meeting of others has no seats, and is taken into the person's own week.

    What needs no other care comes first: beside it stands what only adds to care. Raises NotEach, and nothing is changed, where one of
    them cannot be had at once; NotFound for what the identity may not do, TooOften.
    """
    hold_people([person.id])
    # All in one order, before any seat is touched.
    for group_id in sorted({one.group_id for one in (*wanted, *instead)}):
        lock(group_id)
    with savepoint(), sent_together():
        for one in instead:
            _give_back(identity, one, person)
        for one in sorted(wanted, key=lambda one: (one.group.modality.complementary, one.start, one.id)):
            _take(identity, one, person)


def _take(identity: Identity, occurrence: Occurrence, person: Person) -> None:
    mode, slot = EnrolmentMode.DATES, occurrence.slot if isinstance(occurrence, DateInSlot) else None
    try:
        if occurrence.external:
            into_own_week(identity, occurrence, person, alone=True)
            return
        enrol(identity, occurrence.group, person, mode=mode, occurrences=[occurrence], wait=False, slot=slot)
    except Conflict as refused:
        raise NotEach(occurrence, refused) from refused
    standing = standings(person.id, [occurrence]).get(occurrence.id)
    if standing is None or standing.state != StandingState.ACTIVE:
        asks = Conflict(_("Somebody has to say yes first."), code="asks-first")
        raise NotEach(occurrence, asks)


def _give_back(identity: Identity, occurrence: Occurrence, person: Person) -> None:
    """Give back one date, or the place in its line; whoever has no other date of the group is not in it any more. Nothing is done where
    they have none, or stand in the whole group. Raises as `cannot_come`."""
    if occurrence.external:
        out_of_own_week(identity, occurrence, person)
        return
    standing = standings(person.id, [occurrence]).get(occurrence.id)
    live = live_of(occurrence.group_id, person.id)
    if live is None or live.mode != EnrolmentMode.DATES or standing is None:
        return
    if standing.state not in (StandingState.ACTIVE, StandingState.WAITLISTED):
        return
    if _others(live, occurrence):
        cannot_come(identity, occurrence.date if isinstance(occurrence, DateInSlot) else occurrence, person)
    else:
        leave(identity, live)


def _others(live: Enrolment, occurrence: Occurrence) -> bool:
    """Whether an enrolment has, or waits for, a later date beside this one."""
    wanted = (DateSeatState.HELD, DateSeatState.WAITING)
    coming = (one for one in live.date_seats if one.occurrence.start >= occurrence.start)
    return any(one.state in wanted and one.occurrence_id != occurrence.id for one in coming)
