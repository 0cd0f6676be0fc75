"""What is secular beside the faith-based dates that somebody could try: shown there, and written down when they take one."""

from collections.abc import Iterable
from typing import NamedTuple

from groupsched.access.identity import current
from groupsched.accounts.models import Person
from groupsched.catalog.rules import Orientation
from groupsched.core import clock
from groupsched.enrolment.queries import beside_joined
from groupsched.enrolment.rules import ShownAt
from groupsched.enrolment.service import note_beside
from groupsched.schedule.models import Occurrence

MOST = 3


class SecularBeside(NamedTuple):
    """A faith-based date, and the date of a secular group beside it."""

    date: Occurrence
    secular: Occurrence


def secular_beside(dates: Iterable[Occurrence]) -> list[SecularBeside]:
    """What is secular beside the first faith-based groups among these dates, one date of each; asks nothing where there is none."""
    first: dict[int, Occurrence] = {}
    for one in dates:
        if one.group.orientation == Orientation.FAITH and not one.external:
            first.setdefault(one.group_id, one)
    now, found = clock.now(), []
    for one in list(first.values())[:MOST]:
        secular = beside_joined(current(), one.group, one, now)
        found += [SecularBeside(one, secular)] if secular is not None else []
    return found


def note_all(person: Person, shown: Iterable[SecularBeside]) -> None:
    """Write down that somebody who takes these had the secular ones beside them."""
    for one in shown:
        note_beside(current(), person, one.date.group, one.secular, ShownAt.JOINING)
