"""Coming to one date instead of what somebody has at the same time."""

from groupsched.access.identity import Identity
from groupsched.accounts.models import Person
from groupsched.core import clock
from groupsched.core.errors import Conflict
from groupsched.core.i18n import _
from groupsched.enrolment.queries import dates_at, standings
from groupsched.enrolment.rules import EnrolmentMode, StandingState
from groupsched.enrolment.service.deciding import hold_people
from groupsched.enrolment.service.joining import enrol
from groupsched.enrolment.service.leaving import cannot_come
from groupsched.enrolment.service.undoable import UNDO_FOR
from groupsched.schedule.models import Occurrence
from groupsched.schedule.service import lock


def switch(identity: Identity, occurrence: Occurrence, person: Person) -> list[Occurrence]:
    """A seat on this date, and one given back on each date of the person's at the same time: those are returned. It is one
    act, taken back as one.

    Raises Conflict, and the caller takes all back, where there is no seat: the old ones stay.
    """
    instead, until = dates_at(person.id, occurrence), clock.now() + UNDO_FOR
    hold_people([person.id])
    # All in one order, before any seat is touched.
    for group_id in sorted({occurrence.group_id, *(one.group_id for one in instead)}):
        lock(group_id)
    enrol(
        identity, occurrence.group, person, mode=EnrolmentMode.DATES, occurrences=[occurrence],
        accept_clash=True, wait=False, undo_until=until, leaving=[one.id for one in instead],
    )  # fmt: skip
    # Asked of the date itself: whoever has others of the group may wait for this one.
    standing = standings(person.id, [occurrence]).get(occurrence.id)
    if standing is None or standing.state != StandingState.ACTIVE:
        raise Conflict(_("There is no free seat on this date. You keep the one you have."), code="full")
    for one in instead:
        cannot_come(identity, one, person, undo_until=until)
    return instead
