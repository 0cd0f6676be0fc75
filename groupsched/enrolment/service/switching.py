"""Coming to one date instead of what somebody has at the same time."""

from groupsched.access.identity import Identity
from groupsched.accounts.models import Person
from groupsched.core.errors import Conflict
from groupsched.core.i18n import _
from groupsched.enrolment.queries import dates_at
from groupsched.enrolment.rules import Admitted, EnrolmentMode
from groupsched.enrolment.service.joining import enrol
from groupsched.enrolment.service.leaving import cannot_come
from groupsched.schedule.models import Occurrence
from groupsched.schedule.service import lock


def switch(identity: Identity, occurrence: Occurrence, person: Person) -> list[Occurrence]:
    """A seat on this date, and one given back on each date of the person's at the same time: those are returned.

    Raises Conflict, and the caller takes all back, where there is no seat: the old ones stay.
    """
    instead = dates_at(person.id, occurrence)
    # All in one order, before any seat is touched.
    for group_id in sorted({occurrence.group_id, *(one.group_id for one in instead)}):
        lock(group_id)
    mode = EnrolmentMode.DATES
    done = enrol(
        identity, occurrence.group, person, mode=mode, occurrences=[occurrence], accept_clash=True, wait=False
    )
    if not isinstance(done.answer, Admitted):
        raise Conflict(_("There is no free seat on this date. You keep the one you have."), code="full")
    for one in instead:
        cannot_come(identity, one, person)
    return instead
