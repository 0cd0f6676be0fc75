"""Tablets that a program has paired: how long an offer lives, when a PIN opens them, what a PIN may be, when they lock."""

from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

PAIRING_LASTS = timedelta(minutes=10)
UNPAIRED_UNDO = timedelta(minutes=10)
SEEN_EVERY = timedelta(minutes=15)
"""How often at most a tablet's last visit is written down."""
RING = 9
"""How many seats the ring has that both screens show while a tablet is paired."""
PIN_DIGITS = 6
PIN_TRIES = 5
FACTOR_COUNTS = timedelta(hours=12)
"""How long the second step, shown on a tablet, is not asked for there again."""
COVER_LASTS = timedelta(minutes=5)
"""How long a hidden screen is shown again without asking who it is."""
UNLOCK_VOUCHES = timedelta(hours=24)
"""How long after an unlock its tablet may send marks in the name of who unlocked it."""
CLOCKS_DIFFER = timedelta(minutes=5)


class ScreenState(StrEnum):
    """What a page says of its screen."""

    HIDDEN = "hidden"
    SHOWN = "shown"


class PinFault(StrEnum):
    """Why six digits are no PIN."""

    SHAPE = "shape"
    OBVIOUS = "obvious"


def pin_fault(pin: str) -> PinFault | None:
    """Return what is wrong with a PIN: not six digits, or a row of digits that anybody would try first.

    >>> [str(pin_fault(pin)) for pin in ("12345", "111111", "345678", "975319", "121212", "112233", "804417")]
    ['shape', 'obvious', 'obvious', 'obvious', 'obvious', 'obvious', 'None']
    """
    if len(pin) != PIN_DIGITS or not (pin.isascii() and pin.isdigit()):
        return PinFault.SHAPE
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    pairs = {(int(after) - int(before)) % 10 for before, after in pairwise(pin[::2])}
    doubled = pin[::2] == pin[1::2] and len(pairs) == 1
    repeated = pin[:3] == pin[3:] or pin[:2] * 3 == pin or pin == pin[::-1]
    return PinFault.OBVIOUS if len(steps) == 1 or doubled or repeated or len(set(pin)) < 3 else None


def is_locked(covered_at: datetime | None, now: datetime) -> bool:
    """Say whether a screen that was hidden has been so for so long that it opens for nobody who does not say who they are."""
    return covered_at is not None and now >= covered_at + COVER_LASTS


def is_news(seen_at: datetime | None, now: datetime) -> bool:
    """Say whether the visit of a tablet is worth a write."""
    return seen_at is None or now >= seen_at + SEEN_EVERY


def factor_counts(factor_at: datetime | None, now: datetime) -> bool:
    """Say whether the second step that somebody has shown on this tablet still stands for them there."""
    return factor_at is not None and now < factor_at + FACTOR_COUNTS


def vouches(began: datetime, observed: datetime) -> bool:
    """Say whether an unlock speaks for what was done then on its tablet: not before it, nor a day after."""
    return began - CLOCKS_DIFFER <= observed < began + UNLOCK_VOUCHES
