"""Counting failed tries, per account and per address, in the database: it survives a restart and counts across workers.

A try is written down before the password is looked at and taken back when it fits, so many tries at the same moment
cannot slip by between looking and counting.
"""

import math
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from groupsched.access.refusals import fitted, tried
from groupsched.accounts.models import FailedTry
from groupsched.accounts.rules import PER_ACCOUNT, PER_ADDRESS, TryLimit, wait_left
from groupsched.accounts.service.keyed import keyed
from groupsched.core import clock
from groupsched.core.db import db, end_transaction, write_now
from groupsched.core.errors import TooOften
from groupsched.core.i18n import ngettext
from groupsched.core.rate_limit import counted_address

FORGOTTEN_AFTER = timedelta(days=1)


class TooManyTries(TooOften):
    """Of a password or a code there were too many tries."""

    def __init__(self, wait: timedelta) -> None:
        minutes = math.ceil(wait.total_seconds() / 60) or 1
        sentence = ngettext(
            "That was a lot of tries. Please wait %(num)d minute.",
            "That was a lot of tries. Please wait %(num)d minutes.",
            minutes,
        )
        super().__init__(sentence, wait, code="too-many-tries")


@dataclass(frozen=True)
class CountedTry:
    """What is counted together: an account (known or not) and the address it is tried from.

    A `device` is a browser that the account knows: its tries are counted apart, and by nobody else's is it held up.
    """

    account: str
    address: str
    device: str = ""
    person_id: int | None = None
    """Whose account it is, where that is known."""

    def own(self) -> list[tuple[str, TryLimit]]:
        """What only this browser, or this address with this account, adds to. A login or an address is stored as a keyed hash."""
        if self.device:
            return [(keyed(f"device {self.device} {self.account}"), PER_ACCOUNT)]
        house = counted_address(self.address)
        return [(keyed(f"account {self.account} at {house}"), PER_ACCOUNT)] if self.account else []

    def shared(self) -> list[tuple[str, TryLimit]]:
        """What a stranger adds to as well: all tries of an address, and all of an account."""
        if self.device:
            return []
        of_address = (keyed(f"address {counted_address(self.address)}"), PER_ADDRESS)
        return [of_address, *([(keyed(f"account {self.account}"), PER_ACCOUNT)] if self.account else [])]


def count(attempt: CountedTry, *, despite_others: bool = False) -> TooManyTries | None:
    """Write a try down as failed, at once. Raises TooManyTries, and then nothing is written.

    `despite_others` gives back what it would raise where only a stranger's tries hold this one up: it is for whoever calls to
    raise it, and that the try was made counts for this browser alone.
    Ends the transaction of the request first: it must not hold anything yet.
    """
    tried(attempt.person_id)
    end_transaction()
    waits: list[timedelta] = []

    def write(own: Session) -> None:
        _one_at_a_time(own, attempt)
        waits.extend(_longest(own, counters) for counters in (attempt.own(), attempt.shared()))
        if not waits[0] and (despite_others or not waits[1]):
            counters = attempt.own() + ([] if waits[1] else attempt.shared())
            own.add_all(FailedTry(who=who) for who, _limit in counters)

    write_now(write)
    if waits[0] or (waits[1] and not despite_others):
        raise TooManyTries(max(waits))
    return TooManyTries(waits[1]) if waits[1] else None


def _longest(own: Session, counters: list[tuple[str, TryLimit]]) -> timedelta:
    return max((_wait(own, who, limit) for who, limit in counters), default=timedelta())


def _one_at_a_time(own: Session, attempt: CountedTry) -> None:
    """Nobody looks at these counters while another try is written down. On SQLite there is one writer anyway."""
    if own.get_bind().dialect.name == "postgresql":
        # In one order, so that no two tries wait for each other. 15 digits are 60 bits: the lock is a signed number of 64.
        for who in sorted(who for who, _limit in attempt.own() + attempt.shared()):
            own.execute(select(func.pg_advisory_xact_lock(int(who[:15], 16))))


def forgive(attempt: CountedTry) -> None:
    """Take the tries of an account, or those of its device, back, and one of the address; old ones go for good."""
    fitted()
    own, shared = ([who for who, _limit in counters] for counters in (attempt.own(), attempt.shared()))
    # Of the address one alone: who signs in to an account of their own between tries would else never be made to wait.
    latest = select(FailedTry.id).where(FailedTry.who.in_(shared[:1])).order_by(FailedTry.id.desc()).limit(1)
    db.session.execute(delete(FailedTry).where(FailedTry.id == latest.scalar_subquery()))
    db.session.execute(delete(FailedTry).where(FailedTry.who.in_(own + shared[1:])))
    db.session.execute(delete(FailedTry).where(FailedTry.at < clock.now() - FORGOTTEN_AFTER))


def _wait(own: Session, who: str, limit: TryLimit) -> timedelta:
    now = clock.now()
    recent = select(FailedTry.at).where(FailedTry.who == who, FailedTry.at > now - limit.memory)
    return wait_left(limit, own.scalars(recent).all(), now)
