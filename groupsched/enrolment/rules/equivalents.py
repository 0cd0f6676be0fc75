"""What stands beside a faith-based group, or a secular one, so that there is a choice."""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from groupsched.catalog.rules import Orientation


class ShownAt(StrEnum):
    """Where somebody was shown a secular group beside a faith-based one."""

    JOINING = "joining"
    COMPARING = "comparing"
    PROPOSED = "proposed"
    SWITCHING = "switching"
    BY_STAFF = "by_staff"


class BelievingGroup(NamedTuple):
    """A group by its number, with what it says of faith."""

    id: int
    orientation: Orientation | None


OTHER = {Orientation.FAITH: Orientation.SECULAR, Orientation.SECULAR: Orientation.FAITH}
"""What stands beside which."""


def side_by_side(groups: Iterable[BelievingGroup]) -> list[tuple[int, int]]:
    """Each faith-based group of some that stand on one page, with each secular one.

    >>> side_by_side([BelievingGroup(1, Orientation.SECULAR), BelievingGroup(2, Orientation.FAITH), BelievingGroup(3, None)])
    [(2, 1)]
    """
    shown = list(groups)
    faith = [one.id for one in shown if one.orientation == Orientation.FAITH]
    secular = [one.id for one in shown if one.orientation == Orientation.SECULAR]
    return [(one, other) for one in faith for other in secular]
