"""Enrolling several people at once: what all share is read once, and each of them is decided alone."""

from collections.abc import Sequence
from dataclasses import replace

from groupsched.access.identity import Identity
from groupsched.access.policy import Permission, ensure
from groupsched.accounts.models import Person
from groupsched.catalog.models import Group
from groupsched.catalog.queries import facts as group_facts
from groupsched.core import clock
from groupsched.core.errors import DomainError
from groupsched.enrolment.queries import in_pairs, lives_of, spans_of
from groupsched.enrolment.rules import EnrolmentMode
from groupsched.enrolment.service.cohort_dates import to_give_late
from groupsched.enrolment.service.deciding import JoinOutcome, acts_as_staff, hold_people
from groupsched.enrolment.service.joining import Joiner, JoinerWish, open_lines, settle
from groupsched.enrolment.service.often import not_too_often
from groupsched.enrolment.service.outcomes import Joined, JoinedDate
from groupsched.enrolment.service.requesting import let_in_late
from groupsched.enrolment.service.seats import ComingDate
from groupsched.enrolment.service.telling import tell
from groupsched.schedule.models import Occurrence

ManyResults = list[tuple[Person, JoinOutcome | DomainError]]


def enrol_many(
    identity: Identity,
    group: Group,
    people: Sequence[Person],
    *,
    mode: EnrolmentMode = EnrolmentMode.WHOLE,
    occurrences: Sequence[Occurrence] = (),
    accept_clash: bool = False,
    late: str = "",
) -> ManyResults:
    """Enrol several people, in the given order; what cannot be done for one does not stop the others. With a reason,
    `late`, they get into a cohort that is closed, as `enrol` lets them."""
    wish = JoinerWish(mode, tuple(occurrences), accept_clash, alone=True, late=bool(late))
    if late:
        ensure(identity, Permission.GROUP_WRITE, group_facts(group))
    if people:
        not_too_often(identity, people[0].id, people=len(people))
    hold_people({person.id for person in people})
    coming, now = _open(group, wish), clock.now()
    known = _known(group, people, coming)
    results: ManyResults = []
    for person in dict.fromkeys(people):
        joiner = known[person.id]
        try:
            by_staff = acts_as_staff(identity, group, person)
            done = settle(identity, group, person, wish, replace(joiner, by_staff=by_staff, at=now), coming)
        except DomainError as error:
            results.append((person, error))
            continue
        results.append((person, done))
        # Whoever was in it before may have given seats back: they are for those who wait, before the next of the list.
        if joiner.live is None:
            coming = _left_over(coming, done)
        else:
            coming, now = _open(group, wish), clock.now()
    if late:
        let_in_late(identity, [done for _person, done in results if isinstance(done, JoinOutcome)], late)
    tell(one for _person, done in results if isinstance(done, JoinOutcome) for one in done.happened)
    return results


def _open(group: Group, wish: JoinerWish) -> list[ComingDate]:
    coming = open_lines(group)
    return to_give_late(group, clock.now()) if wish.late else coming


def _known(group: Group, people: Sequence[Person], coming: Sequence[ComingDate]) -> dict[int, Joiner]:
    """What is known of each of them, in three statements."""
    ids = {person.id for person in people}
    lives = lives_of(group.id, ids)
    busy = (
        spans_of(ids, coming[0].start, max(date.end for date in coming), but=group.id)
        if coming and ids
        else {}
    )
    now, pairs = clock.now(), in_pairs(ids)
    return {
        one: Joiner(lives.get(one), by_staff=False, at=now, busy=busy.get(one, ()), in_pair=one in pairs)
        for one in ids
    }


def _left_over(coming: list[ComingDate], done: JoinOutcome) -> list[ComingDate]:
    """The coming dates after somebody took their seats."""
    taken = {date.id for one in done.happened if isinstance(one, Joined) for date in one.dates}
    taken |= {one.date.id for one in done.happened if isinstance(one, JoinedDate)}
    own = done.enrolment
    return [date.one_less(own.pool_on(date.id)) if date.id in taken else date for date in coming]
