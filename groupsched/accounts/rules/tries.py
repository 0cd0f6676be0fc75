"""How many tries are free, and how long the next one waits."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class TryLimit:
    """How many failures are free, and how the wait grows afterwards: it doubles, up to a longest one."""

    free: int
    first_wait: timedelta
    longest_wait: timedelta
    memory: timedelta


# A house often shares one address, so an address gets far more tries than an account.
PER_ACCOUNT = TryLimit(5, timedelta(seconds=30), timedelta(minutes=15), timedelta(hours=1))
PER_ADDRESS = TryLimit(40, timedelta(seconds=30), timedelta(minutes=15), timedelta(minutes=30))
# A tablet at the door is everybody's: some mistype, and nobody waits long.
PER_DOOR = TryLimit(10, timedelta(seconds=30), timedelta(minutes=5), timedelta(minutes=15))


def wait_left(limit: TryLimit, failures: Collection[datetime], now: datetime) -> timedelta:
    """Return how long the next try must wait; zero when it may go ahead.

    A refused try does not count as a failure, so nobody is locked out for good: after the longest wait there is
    always one more try, and failures older than the memory of the limit are forgotten.
    """
    recent = [at for at in failures if at > now - limit.memory]
    over = len(recent) - limit.free
    if over < 0:
        return timedelta()
    # Doubled so often only: after some dozen more no timedelta could hold what `min` is to cut.
    wait = min(limit.longest_wait, limit.first_wait * (1 << min(over, 16)))
    return max(timedelta(), max(recent) + wait - now)
