"""Giving many dates of one person away at once, and taking that back."""

from collections.abc import Collection, Sequence
from contextlib import suppress

from groupsched.access.identity import Identity
from groupsched.accounts.models import Person
from groupsched.core.db import savepoint
from groupsched.core.errors import Conflict
from groupsched.outbox.service import sent_together
from groupsched.schedule.models import Occurrence, Substitution
from groupsched.schedule.rules import TAKEN
from groupsched.schedule.service.covering import give_cover, withdraw_cover
from groupsched.schedule.service.substitutes import ask_again


def give_covers(
    identity: Identity, part_of: Person, wanted: Sequence[tuple[Occurrence, Person]]
) -> list[Substitution]:
    """Give each of these dates of somebody to a person; those come back that went. One that is over, that somebody leads already,
    or at whose time the person is taken, stays as it is. Whoever is in several of them reads of it in one mail.

    Raises DomainError for a person who leads no groups, NotFound for whom a date is not theirs to give.
    """
    given = []
    with sent_together():
        # In this order groups are locked.
        for date, person in sorted(wanted, key=lambda pair: (pair[0].group_id, pair[0].id)):
            with suppress(Conflict), savepoint():
                given.append(give_cover(identity, date, person, part_of=part_of))
    return given


def take_back_covers(identity: Identity, rows: Collection[Substitution]) -> list[Substitution]:
    """Have dates that were given away be led as before; those come back that are. Who was asked before they were given is asked
    again. What has begun, or is led otherwise by now, stays as it is."""
    back = []
    with sent_together():
        for row in rows:
            with suppress(Conflict), savepoint():
                if row.state in TAKEN:
                    withdraw_cover(identity, row)
                    back.append(row)
    ask_again([row for row in back if row.asks])
    return back
