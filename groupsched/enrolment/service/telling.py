"""Who hears what happened to seats: the one place that tells. The outermost layer of a verb calls it, when all is done."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from sqlalchemy import select
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.util import identity_key

from groupsched.accounts.models import Person
from groupsched.core.db import db
from groupsched.core.events import publish
from groupsched.enrolment.events import EnrolmentsChanged
from groupsched.enrolment.models import Enrolment
from groupsched.enrolment.service.messages import messages_of, overtaken
from groupsched.enrolment.service.outcomes import ComesOtherwise, Joined, JoinedDate, SeatOutcome, Waiting
from groupsched.enrolment.service.placing import own_times
from groupsched.enrolment.service.replanned import with_earlier
from groupsched.enrolment.service.slots_moved import back_in_time
from groupsched.enrolment.service.subjects import LEFT
from groupsched.enrolment.service.undoable import moment_of
from groupsched.outbox.service import enqueue_all, withdraw, withdraw_below


def tell(outcomes: Iterable[SeatOutcome]) -> list[SeatOutcome]:
    """Tell people what happened to their seats, in order, and the rooms above, once a group; returns what was told.

    However many people, they are read in one statement and written to in one. Messages of the same things that have not
    gone out are taken back: what is told now says it all. Where it can be undone, they come back by the moment of the act.
    """
    told = list(outcomes)
    _know_people([one.enrolment for one in told])
    old_news = [subject for one in told for subject in overtaken(one)]
    at = next((moment_of(one.until) for one in told if one.until), None)
    taken_back = withdraw(old_news, at) if old_news else []
    _take_back_farewells(told)
    loud = [one for one in told if not one.quiet]
    spoken = back_in_time(loud, taken_back)
    others = (one for one, said in zip(spoken, loud, strict=True) if one is not said)
    if again := [subject for one in others for subject in overtaken(one)]:
        taken_back += withdraw(again, at)
    spoken = with_earlier(spoken, taken_back)
    enqueue_all(messages_of(map(own_times, spoken)))
    changed: dict[int, dict[int, None]] = defaultdict(dict)
    for one in told:
        if one.alters_dates:
            changed[one.enrolment.group_id][one.enrolment.person_id] = None
    # In one order: who hears this locks the sheets of the group.
    for group_id, people in sorted(changed.items()):
        publish(EnrolmentsChanged(group_id, tuple(people)))
    return told


def _take_back_farewells(told: Iterable[SeatOutcome]) -> None:
    """Whoever is in a group or its line again, by whichever way, is not told after it that they have left."""
    again: dict[int, set[int]] = defaultdict(set)
    for one in told:
        if isinstance(one, Joined | JoinedDate | Waiting):
            again[one.enrolment.group_id].add(one.enrolment.person_id)
    for group_id, people in again.items():
        withdraw_below(group_id, people, LEFT)


def _know_people(enrolments: Collection[Enrolment]) -> None:
    """Read those who are not known yet in one statement, not one by one."""
    known = db.session.identity_map
    unknown = {one.person_id for one in enrolments if identity_key(Person, one.person_id) not in known}
    if unknown:
        found = {one.id: one for one in db.session.scalars(select(Person).where(Person.id.in_(unknown)))}
        for one in enrolments:
            if one.person_id in found:
                set_committed_value(one, "person", found[one.person_id])


def seat_gone(happened: Iterable[SeatOutcome]) -> bool:
    """Whether what somebody gave up went on to somebody else by it; who is only asked has nothing yet."""
    return any(isinstance(one, Joined | JoinedDate | ComesOtherwise) and one.moved_up for one in happened)
