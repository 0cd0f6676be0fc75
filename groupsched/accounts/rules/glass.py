"""Break-glass: how long it lasts, and what counts as a reason."""

from datetime import timedelta

GLASS_LASTS = timedelta(minutes=60)
GLASS_NEWS_FOR = timedelta(days=7)
"""How long it stands on Today of those who watch over it."""
SHORTEST_REASON, LONGEST_REASON = 10, 300


def says_why(reason: str) -> bool:
    """Say whether a reason has enough letters to be one.

    >>> says_why("asdf"), says_why("x  .  .  .  .  ."), says_why("Fire drill: who is in the house?")
    (False, False, True)
    """
    return sum(sign.isalnum() for sign in reason) >= SHORTEST_REASON
