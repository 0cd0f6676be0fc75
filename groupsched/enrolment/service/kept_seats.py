"""Seats that a group keeps for people whom staff bring: kept as taken, used by them first, open to all some days before a date."""

from collections.abc import Collection, Sequence
from datetime import datetime

from groupsched.catalog.models import Group
from groupsched.core.db import db
from groupsched.enrolment.models import SeatHold
from groupsched.enrolment.queries import kept_for_referrals, referral_pool
from groupsched.enrolment.rules import opens_at, to_keep
from groupsched.enrolment.service.seats import ComingDate, give_back, hold_seats
from groupsched.schedule.rules import SeatPool


def lay_out(
    group: Group, dates: Sequence[ComingDate], now: datetime, new: Collection[int] | None = None
) -> None:
    """Keep seats on the `new` ones of these dates, and on the others until as long before them as it is now; None: on all, as many as
    it is now. The caller holds the lock."""
    anew = new is None
    rule = referral_pool(group.id)
    if rule is None and not anew:
        return
    kept = {one.occurrence_id: one for one in kept_for_referrals(group.id)}
    for date in dates:
        hold = kept.get(date.id)
        opens = opens_at(date.start, rule.days) if rule is not None else now
        wanted = rule.seats if rule is not None and opens > now else 0
        if hold is not None and not anew and wanted:
            hold.opens_at = opens
        elif hold is not None or (wanted and (new is None or date.id in new)):
            _keep(group, hold, date, (wanted, opens), now)
    db.session.flush()


def _keep(
    group: Group, hold: SeatHold | None, date: ComingDate, wish: tuple[int, datetime], now: datetime
) -> None:
    more = to_keep(wish[0], hold.seats if hold is not None else 0, date.seats.free_in(SeatPool.ROOM))
    if hold is None and more > 0:
        hold = SeatHold(group_id=group.id, occurrence_id=date.id, pool=SeatPool.ROOM, seats=0, made_at=now)
        db.session.add(hold)
    if hold is None:
        return
    hold.opens_at = wish[1]
    if more > 0:
        hold_seats(hold, now, 1, more)
        hold.seats += more
    elif more < 0:
        let_in(hold, -more, now)


def let_in(hold: SeatHold, seats: int, now: datetime) -> None:
    """So many of the seats that are kept are free for everybody."""
    # One at a time: each is one less of its date.
    for _seat in range(seats):
        give_back([(hold.occurrence_id or 0, hold.pool)])
    hold.seats -= seats
    if not hold.seats:
        hold.closed_at = now
    db.session.flush()


def open_to_all(group_id: int, dates: Sequence[ComingDate], now: datetime) -> bool:
    """Let everybody have what was kept until now, on dates that are over or called off, and where there are fewer seats than are
    taken; says whether anything came free. The caller holds the lock."""
    coming, freed = {one.id: one for one in dates}, False
    for hold in kept_for_referrals(group_id):
        date = coming.get(hold.occurrence_id or 0)
        over = 0
        if date is not None and date.capacity is not None:
            over = max(0, date.seats.room_taken - date.capacity)
        gone = date is None or (hold.opens_at is not None and hold.opens_at <= now)
        if seats := hold.seats if gone else min(over, hold.seats):
            let_in(hold, seats, now)
            freed = True
        elif gone:
            hold.closed_at = now
    return freed


def use_kept(group_id: int, dates: Collection[ComingDate], now: datetime) -> dict[int, SeatHold]:
    """A seat that was kept on each of these dates, where there is one, is free for whom staff bring now; by the number of the date.
    What they do not take is kept again (`keep_again`)."""
    wanted = {one.id for one in dates}
    used = {
        one.occurrence_id or 0: one
        for one in kept_for_referrals(group_id)
        if one.occurrence_id in wanted and one.seats
    }
    for hold in used.values():
        let_in(hold, 1, now)
    return used


def keep_again(holds: Collection[SeatHold], now: datetime) -> None:
    """Keep these seats as before: whom staff brought did not take them."""
    for hold in holds:
        hold.closed_at = None
        hold_seats(hold, now, 1, 1)
        hold.seats += 1
    db.session.flush()
