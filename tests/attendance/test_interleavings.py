"""Three tablets on a bad line: any interleaving, repetition, loss and order ends in one state, every act in history or review.

What a tablet sends is under way until it arrives, early, late, or twice; its answer may be lost, then it is sent again.
"""

import os
from collections import Counter, defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from groupsched.attendance import queries, service
from groupsched.attendance.models import AttendanceOperation, Attendee, MarkToReview, SheetOperation
from groupsched.attendance.rules import (
    AttendanceStatus,
    MarkingMode,
    Operation,
    OperationKind,
    OperationOutcome,
    QueuedKind,
    RowState,
    attendee_uid,
    fold,
    merge,
)
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import DomainError
from groupsched.schedule.service import cancel_occurrence
from tests.attendance.test_queue import act, of

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
APPLIED, CONFLICT, REVIEW = OperationOutcome.APPLIED, OperationOutcome.CONFLICT, OperationOutcome.REVIEW
MARKS = {
    "here": AttendanceStatus.PRESENT, "absent": AttendanceStatus.ABSENT, "excused": AttendanceStatus.EXCUSED,
    "clear": AttendanceStatus.UNMARKED,
}  # fmt: skip
LINE = ("send", "arrive", "arrive twice", "hear", "lose", "poll")


def steps(*kinds, most):
    """What happens: to which tablet, about which row or how many acts."""
    # As often the line as a hand, so that what is under way does arrive between two taps of others.
    what = st.one_of(st.sampled_from(kinds), st.sampled_from(LINE))
    return st.lists(st.tuples(what, st.integers(0, 2), st.integers(0, 3)), min_size=most // 3, max_size=most)


@dataclass(eq=False)
class OnTheLine:
    """A tablet as the line knows it: what waits, what is under way, which answers are."""

    name: str
    pending: list = field(default_factory=list)
    made: list = field(default_factory=list)
    under_way: list = field(default_factory=list)
    answers: list = field(default_factory=list)

    def keep(self, op):
        self.pending.append(op)
        self.made.append(op)

    def happens(self, what, number, take, look):
        """One step of the line. `take` is the server's, `look` what it tells of all rows."""
        if what == "send" and self.pending:
            self.under_way.append(tuple(self.pending[: number + 1]))
        elif what in ("arrive", "arrive twice") and self.under_way:
            batch = self.under_way[number % len(self.under_way)]
            if what == "arrive":
                self.under_way.remove(batch)
            take(self, batch)
            self.answers.append((batch, look()))
        elif what == "poll" and not self.answers:
            self.sees(look())
        elif what in ("hear", "lose") and self.answers:
            batch, told = self.answers.pop(0)
            if what == "hear":
                self.pending = [op for op in self.pending if op not in batch]
                self.sees(told)

    def comes_home(self, take, look):
        """The line is good at last: what waits goes out until it is answered, and all that was under way arrives too."""
        while self.under_way:
            take(self, self.under_way.pop())
        take(self, tuple(self.pending))
        self.pending, self.answers = [], []
        take(self, tuple(self.made))
        self.sees(look())


# --- by the rules ----------------------------------------------------------------------------------------------------


class Server:
    """The rules alone: rows, what is known, and the history in the order it was taken."""

    def __init__(self):
        self.rows, self.history, self.outcomes, self.twice = {}, [], {}, 0
        self.changes = defaultdict(list)

    def take(self, tablet, batch):
        for op in batch:
            if op.op_id in self.outcomes:
                self.twice += 1
                continue
            before = self.rows.get(op.attendee_id, RowState())
            outcome, after = merge(before, op)
            tablet.was_right(op, before, outcome, self.changes[op.attendee_id])
            self.outcomes[op.op_id], self.rows[op.attendee_id] = outcome, after
            self.history.append(op)
            if after.version != before.version:
                self.changes[op.attendee_id].append(op.op_id)

    def look(self):
        return dict(self.rows)


class Tablet(OnTheLine):
    """A tablet as the rules know it: it shows what it was told, with what it did since."""

    def __init__(self, name):
        super().__init__(name)
        self.told, self.saw = {}, {}

    def sees(self, told):
        self.told = told

    def shows(self, row):
        state = self.told.get(row, RowState())
        for op in self.pending:
            if op.attendee_id == row:
                _, state = merge(state, op)
        return state

    def make(self, what, row):
        for one in ("row0", "row1") if what == "bulk" else (row,):
            self._make(what, one)

    def _make(self, what, row):
        mine = [one for one in self.pending if one.attendee_id == row]
        own = [
            one.op_id for one in self.made if one.attendee_id == row and one.kind is not OperationKind.UNDO
        ]
        if what == "undo" and not own:
            return
        kinds = {"bulk": OperationKind.BULK, "undo": OperationKind.UNDO, "resolve": OperationKind.RESOLVE}
        version = self.told.get(row, RowState()).version
        op = Operation(
            op_id=f"{self.name}{len(self.made)}", attendee_id=row, status=MARKS.get(what, AttendanceStatus.PRESENT),
            observed_at=NOON, kind=kinds.get(what, OperationKind.MARK), base_version=version, device=self.name,
            after=mine[-1].op_id if mine else "", undoes=own[-1] if what == "undo" else "",
        )  # fmt: skip
        shows = self.shows(row)
        if merge(shows, op)[1].version == shows.version:
            return  # the page has no button for what changes nothing
        self.saw[op.op_id] = version
        self.keep(op)

    def was_right(self, op, before, outcome, changes):
        """Nobody's answer is replaced by who had not seen it; an undo takes back the last word alone, a bulk mark replaces none."""
        if op.undoes:
            assert (outcome is APPLIED) is (before.last == op.undoes)
            return
        replaces = outcome is APPLIED and op.status is not before.status and not before.untouched
        unseen = [one for one in changes[self.saw[op.op_id] :] if not one.startswith(self.name)]
        assert not (replaces and unseen), f"{op.op_id} over {unseen}"
        if op.kind is OperationKind.BULK and outcome is APPLIED:
            assert before.untouched


@settings(max_examples=int(os.environ.get("GROUPSCHED_INTERLEAVINGS", "2000")), deadline=None)
@given(steps=steps(*MARKS, "bulk", "undo", "resolve", most=32))
def test_by_the_rules_every_order_repetition_and_loss_ends_in_the_state_that_the_history_says(steps):
    server, tablets = Server(), [Tablet(name) for name in "abc"]
    for what, which, number in steps:
        if what in LINE:
            tablets[which].happens(what, number, server.take, server.look)
        else:
            tablets[which].make(what, f"row{number % 2}")
    for tablet in tablets:
        tablet.comes_home(server.take, server.look)
    for tablet in tablets:
        tablet.sees(server.look())
    assert fold(server.history) == server.rows
    assert len(server.history) == len(server.outcomes) == sum(len(tablet.made) for tablet in tablets)
    assert all(tablet.shows(row) == server.rows[row] for tablet in tablets for row in server.rows)
    if len({op.device for op in server.history}) == 1:
        plain = [server.outcomes[op.op_id] for op in server.history if op.kind is OperationKind.MARK]
        assert set(plain) <= {APPLIED}, "a tablet alone never meets a second answer"
    event(f"two answers: {any(CONFLICT is one for one in server.outcomes.values())}")


# --- on the sheet itself ---------------------------------------------------------------------------------------------

KINDS = (*MARKS, "late", "bulk", "undo", "guest", "note", "how", "remove", "finish")
WORLD = ("re-open", "cancel", "did not meet", "leaves", "comes back")


class SheetTablet(OnTheLine):
    """A tablet that acts on the sheet as it last saw it."""

    def __init__(self, name, rows):
        super().__init__(name)
        self.rows, self.seen = rows, dict.fromkeys(rows, 0)

    def sees(self, told):
        self.seen = told

    def _may_be_undone(self):
        kinds = (QueuedKind.MARK, QueuedKind.BULK, QueuedKind.GUEST, QueuedKind.REMOVE)
        return [one for one in self.made if one.kind in kinds]

    def do(self, kind, number, guests):
        row = self.rows[number]
        before = next((one for one in reversed(self.pending) if row in (one.attendee_id, *one.rows)), None)
        base = {
            "attendee_id": row,
            "base_version": self.seen.get(row, 0),
            "after": before.op_id if before else "",
        }
        made = {
            "bulk": lambda: (QueuedKind.BULK, {"rows": tuple(self.rows)}),
            "note": lambda: (QueuedKind.NOTE, {"attendee_id": row, "text": f"{self.name}{len(self.made)}"}),
            "how": lambda: (QueuedKind.HOW, {"mode": list(MarkingMode)[1 + number % 2]}),
            "guest": lambda: (QueuedKind.GUEST, {"name": self.name}),
            "finish": lambda: (QueuedKind.FINISH, {"choices": dict.fromkeys(self.rows, MARKS["absent"])}),
        }
        if kind in MARKS:
            what, fields = QueuedKind.MARK, {**base, "status": MARKS[kind]}
        elif kind == "late":
            what, fields = (
                QueuedKind.MARK,
                {**base, "status": MARKS["here"], "time_in": clock.now(), "auto": False},
            )
        elif kind == "undo":
            if not self._may_be_undone():
                return
            what, fields = QueuedKind.UNDO, {"undoes": self._may_be_undone()[-1].op_id}
        elif kind == "remove":
            if not guests:
                return
            what, fields = QueuedKind.REMOVE, {"attendee_id": guests[number % len(guests)]}
        else:
            what, fields = made[kind]()
        self.keep(act(what, device=self.name, seq=len(self.made), at=clock.now(), **fields))


class Door:
    """The sheet, its tablets, and what happens to the date around them."""

    def __init__(self, morning):
        self.morning = morning
        self.expected = [of(morning, one) for one in morning.people]
        self.tablets = [SheetTablet(name, self.expected) for name in "abc"]
        self.outcomes = Counter()
        service.open_sheet(morning.leader, morning.occurrence)

    def take(self, _tablet, batch):
        if batch:
            told = service.apply(self.morning.leader, self.morning.occurrence, batch)
            self.outcomes.update(one.outcome for one in told)
            for op, one in zip(batch, told, strict=True):
                assert one.op_id == op.op_id

    def look(self):
        return {row.attendee_id: row.version for row in queries.read_sheet(self.morning.occurrence).rows}

    def guests(self, tablet):
        sent = (one.op_id for one in tablet.made if one.kind is QueuedKind.GUEST)
        return [attendee_uid(self.morning.occurrence.uid, op_id) for op_id in sent]

    def turns(self, what, number):
        """Something happens to the date, where it can."""
        leader, date = self.morning.leader, self.morning.occurrence
        row = db.session.query(Attendee).filter_by(uid=self.expected[number]).one()
        with suppress(DomainError):
            if what == "re-open":
                service.reopen(leader, date, "Forgot somebody")
            elif what == "cancel" and not number:  # seldom: nothing is marked after it
                cancel_occurrence(leader, date, "Ill")
            elif what == "did not meet" and not number:
                service.did_not_meet(leader, date, "Snow")
            elif what == "leaves":
                row.removed_at = clock.now()
            elif what == "comes back":
                row.removed_at = None
        db.session.flush()

    def ends_in_one_state(self):
        made = {op.op_id: op for tablet in self.tablets for op in tablet.made}
        logged = {one.op_id: one.outcome for one in db.session.query(SheetOperation)}
        waits = [one.op_id for one in db.session.query(MarkToReview)]
        refused = made.keys() - logged.keys()
        assert len(waits) == len(set(waits)) and set(waits) == {op for op in logged if logged[op] is REVIEW}
        assert logged.keys() <= made.keys()
        assert all(self.may_be_refused(made[op]) for op in refused), [made[op].kind for op in refused]
        history = db.session.query(AttendanceOperation).order_by(AttendanceOperation.id).all()
        said = {one.op_id for one in history}
        for op in made.values():
            if op.kind is QueuedKind.MARK and logged.get(op.op_id) in (APPLIED, CONFLICT):
                assert op.op_id in said, "a mark that was taken stands in the history"
        stored = db.session.query(Attendee).all()
        folded = fold(
            operation
            for rows in [queries.histories(history, {one.id: one.uid for one in stored})]
            for operations in rows.values()
            for operation in operations
        )
        for one in stored:
            state = folded.get(one.uid, RowState())
            now = (one.version, one.status, one.two_answers)
            assert now == (state.version, state.status, state.rival is not None)
        assert {tuple(sorted(tablet.seen.items())) for tablet in self.tablets} == {
            tuple(sorted(self.look().items()))
        }

    @staticmethod
    def may_be_refused(op):
        """What nobody can mean: finishing while somebody has no mark or two, taking off a guest who never came, or nothing back."""
        return op.kind in (QueuedKind.FINISH, QueuedKind.REMOVE, QueuedKind.UNDO)


@pytest.mark.on_sqlite
@settings(
    max_examples=int(os.environ.get("GROUPSCHED_INTERLEAVINGS", "25")), deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(steps=steps(*KINDS, *KINDS, *WORLD, most=36))
def test_whatever_the_line_does_every_act_is_kept_once_and_all_tablets_end_in_one_state(morning, steps):
    with db.session.begin_nested() as outer:
        door = Door(morning)
        for what, which, number in steps:
            tablet = door.tablets[which]
            if what in LINE:
                tablet.happens(what, number, door.take, door.look)
            elif what in WORLD:
                door.turns(what, number)
            else:
                tablet.do(what, number, door.guests(tablet))
        for tablet in door.tablets:
            tablet.comes_home(door.take, door.look)
        for tablet in door.tablets:
            tablet.sees(door.look())
        door.ends_in_one_state()
        event(f"answered: {', '.join(sorted(str(one) for one in door.outcomes))}")
        outer.rollback()
    db.session.expire_all()
