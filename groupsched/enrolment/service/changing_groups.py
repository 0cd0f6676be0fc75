"""Out of one group, into another, in one step: nothing is lost where the other is full.

Where there is a seat, the old one ends and the new one begins in one act, taken back as one. Where there is none, or somebody
has to say yes first, the person waits there and keeps the old seat; it ends by itself when the new one is theirs
(`finish_switch`, asked by the worker: whoever moves a line holds its group alone, and two groups are locked in one order).
Two people who wait for each other's full groups both stay where they are.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import update

from groupsched.access.identity import Identity, System
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import record
from groupsched.catalog.models import Group
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict
from groupsched.core.i18n import _
from groupsched.enrolment.models import Enrolment, GroupSwitch
from groupsched.enrolment.queries import (
    ensure_may_change,
    live_of,
    next_switch_to_finish,
    open_switch,
    own_spans,
    switched,
)
from groupsched.enrolment.rules import LIVE, EnrolmentMode, EnrolmentState, SwitchReason, TimeSpan
from groupsched.enrolment.service.deciding import JoinOutcome, acts_as_staff, answer_of, hold_people
from groupsched.enrolment.service.joining import Joiner, JoinerWish, open_lines, settle
from groupsched.enrolment.service.leaving import end
from groupsched.enrolment.service.moving import advance
from groupsched.enrolment.service.often import not_too_often
from groupsched.enrolment.service.outcomes import Left, SeatOutcome
from groupsched.enrolment.service.seats import ComingDate, held_ahead, held_dates
from groupsched.enrolment.service.telling import tell
from groupsched.enrolment.service.undoable import UNDO_FOR, keep
from groupsched.schedule.service import lock


def change_groups(
    identity: Identity,
    enrolment: Enrolment,
    group: Group,
    why: SwitchReason | None = None,
    *,
    accept_clash: bool = False,
) -> JoinOutcome:
    """Every coming date of another group instead of what an enrolment holds: the enrolment there and what became of the wish.

    Doing it twice has one effect and the same answer. What clashes with the old group alone is no clash. Raises NotFound for
    what the identity may not do in either group, Conflict as `enrol`, `left-already` and `in-already`.
    """
    person, by_staff = enrolment.person, enrolment.person_id != identity.person
    if by_staff:
        ensure_may_change(identity, enrolment)
    not_too_often(identity, person.id)
    opened = acts_as_staff(identity, group, person)
    _lock_both(enrolment, group.id)
    if enrolment.state not in LIVE and (before := switched(enrolment, group)) is not None:
        return JoinOutcome(before.into, answer_of(before.into))
    _fits(enrolment, group)
    now, live = clock.now(), live_of(group.id, person.id)
    was, until = live.state if live else EnrolmentState.LEFT, now + UNDO_FOR
    coming = open_lines(group)
    proposed = live is not None and live.is_proposal
    joiner = Joiner(live, opened or proposed, now, until, _besides(enrolment, coming, now))
    wish = JoinerWish(
        EnrolmentMode.WHOLE, accept_clash=accept_clash, pool=live.pool if live else None,
        leaving=set(held_ahead(enrolment, now)),
    )  # fmt: skip
    done = settle(identity, group, person, wish, joiner, coming)
    into = done.enrolment
    row = _asked(identity, enrolment, into, why)
    if into.state != EnrolmentState.ACTIVE:
        done = replace(done, happened=[replace(one, until=None) for one in done.happened])
        tell(done.happened)
        return done
    if into.undo_until != until:
        keep(into, until, was)
    into.undo_by_staff, row.done_at = by_staff, now
    tell([*done.happened, *_end(identity, enrolment, until)])
    return done


def finish_switch(now: datetime) -> bool:
    """End what somebody keeps only until they have the other seat, which they have by now; whether there was one. For the worker."""
    row = next_switch_to_finish()
    if row is None:
        return False
    _lock_both(row.out_of, row.into.group_id)
    db.session.refresh(row)
    db.session.refresh(row.into)
    stands = row.done_at is None and row.dropped_at is None
    if stands and row.into.state == EnrolmentState.ACTIVE and row.out_of.state in LIVE:
        row.done_at = now
        tell(_end(System(), row.out_of, now + UNDO_FOR))
    return True


def keep_both(identity: Identity, row: GroupSwitch) -> None:
    """Wait for the other group as before, and keep the old one too. Doing it twice has one effect; Conflict where it is done."""
    if row.out_of.person_id != identity.person:
        ensure_may_change(identity, row.out_of)
    _lock_both(row.out_of, row.into.group_id)
    db.session.refresh(row)
    if row.done_at is not None:
        raise Conflict(_("You have changed groups already."), code="done-already")
    row.dropped_at = row.dropped_at or clock.now()
    db.session.flush()


def drop_switches(enrolments: Sequence[Enrolment], now: datetime) -> None:
    """What ended these enrolments is undone: nobody changed groups by it."""
    out_of = GroupSwitch.out_of_id.in_([one.id for one in enrolments])
    gone = update(GroupSwitch).where(
        out_of, GroupSwitch.done_at.is_not(None), GroupSwitch.dropped_at.is_(None)
    )
    db.session.execute(gone.values(dropped_at=now))


def _lock_both(enrolment: Enrolment, group_id: int) -> None:
    """The person, then both groups in one order, then the enrolment as it is now."""
    hold_people([enrolment.person_id])
    for number in sorted({enrolment.group_id, group_id}):
        lock(number)
    db.session.refresh(enrolment)


def _fits(enrolment: Enrolment, group: Group) -> None:
    if enrolment.state not in LIVE:
        raise Conflict(_("This seat is not yours any more."), code="left-already")
    live = live_of(group.id, enrolment.person_id)
    whole = live is not None and live.mode == EnrolmentMode.WHOLE and live.state == EnrolmentState.ACTIVE
    if whole or enrolment.group_id == group.id:
        raise Conflict(
            _("You are in this group already. You can leave the other one by itself."), code="in-already"
        )


def _besides(enrolment: Enrolment, coming: Sequence[ComingDate], now: datetime) -> list[TimeSpan]:
    """What the person has besides the two groups, in the time of these dates."""
    if not coming:
        return []
    first, last = min(one.start for one in coming), max(one.end for one in coming)
    old, found = held_ahead(enrolment, now), own_spans(enrolment.person_id, first, last)
    return [one for one in found if one.key not in old and one.key not in {date.id for date in coming}]


def _asked(
    identity: Identity, enrolment: Enrolment, into: Enrolment, why: SwitchReason | None
) -> GroupSwitch:
    """The wish as a row; of two wishes out of one group the later one counts."""
    before = open_switch(enrolment)
    if before is not None and before.out_of_id == enrolment.id:
        if before.into_id == into.id:
            before.why = why or before.why
            return before
        before.dropped_at = clock.now()
        db.session.flush()
    row = GroupSwitch(out_of=enrolment, into=into, why=why, by_id=identity.person)
    db.session.add(row)
    db.session.flush()
    return row


def _end(identity: Identity, enrolment: Enrolment, until: datetime) -> list[SeatOutcome]:
    now, was, person = clock.now(), enrolment.state, enrolment.person_id
    by_dates = enrolment.mode == EnrolmentMode.DATES and was == EnrolmentState.ACTIVE
    dates = held_dates(enrolment, now) if by_dates else []
    end(enrolment, now, "", undo_until=until)
    enrolment.undo_by_staff = identity.person not in (None, person)
    record(identity, AuditAction.ENROLMENT_LEFT, enrolment, subjects=[person], was=was)
    return [Left(enrolment, now, was, dates, until=until), *advance(enrolment.group_id).moved_up]
