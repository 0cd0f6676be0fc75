"""What is said to whoever chose a schedule that cannot be."""

from functools import cache

from groupsched.schedule.rules import RuleRefused
from tests.house.translate import kept


@cache
def _sentences() -> frozenset[str]:
    return frozenset(str(message.id) for message in kept("es"))


def is_said_well(refusal: RuleRefused) -> bool:
    """A sentence that has a translation, with each of its values filled in."""
    known, said = refusal.text in _sentences(), refusal.reason
    return known and "%(" not in said and "None" not in said
