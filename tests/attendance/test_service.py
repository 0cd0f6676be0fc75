"""Verbs of attendance over a real database."""

import threading
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy.exc import DBAPIError

from groupsched.access.identity import ApiToken
from groupsched.attendance import queries, service
from groupsched.attendance.models import AttendanceOperation, Attendee, MarkToReview, Sheet
from groupsched.attendance.rules import (
    AttendanceStatus,
    OperationKind,
    OperationOutcome,
    QueuedOperation,
    attendee_uid,
)
from groupsched.attendance.rules.sheet import RowKind, TileState
from groupsched.attendance.rules.times import MarkingMode
from groupsched.audit.models import AuditRow
from groupsched.audit.rules import AuditAction
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict, DomainError, NotFound
from groupsched.enrolment import service as enrolment
from tests.conftest import identity_of


def mark(morning, person, status=AttendanceStatus.PRESENT, *, base=0, op_id=None, **fields):
    return QueuedOperation(
        op_id=op_id or str(uuid4()),
        attendee_id=uid(morning, person),
        status=status,
        observed_at=fields.pop("observed_at", clock.now()),
        base_version=base,
        **fields,
    )


def uid(morning, person):
    return attendee_uid(morning.occurrence.uid, person.uid)


def put(morning, *operations, by=None):
    return service.apply(by or morning.leader, morning.occurrence, operations)


def row(morning, person):
    return queries.read_sheet(morning.occurrence).row(uid(morning, person))


def chosen(morning, **choices):
    """What a page sends that has seen everybody: not here, unless chosen otherwise."""
    seen = {one.attendee_id: AttendanceStatus.ABSENT for one in queries.read_sheet(morning.occurrence).rows}
    return seen | {uid(morning, getattr(morning, name)): status for name, status in choices.items()}


def totals(morning):
    return queries.read_sheet(morning.occurrence).totals


def stored(model):
    return db.session.query(model).count()


# --- opening -----------------------------------------------------------------------------------------------------


def test_reading_a_sheet_stores_nothing_and_shows_everybody_as_not_marked(morning):
    view = queries.read_sheet(morning.occurrence)
    assert [one.label for one in view.rows] == ["Ash D.", "Basil C.", "Jo Mar.", "Jo Mat."]
    assert view.totals.shown[TileState.UNMARKED] == 4
    assert stored(Sheet) == stored(Attendee) == 0


def test_opening_keeps_the_ids_that_reading_gave(morning):
    before = [one.attendee_id for one in queries.read_sheet(morning.occurrence).rows]
    service.open_sheet(morning.leader, morning.occurrence)
    assert [one.attendee_id for one in queries.read_sheet(morning.occurrence).rows] == before
    assert stored(Attendee) == 4


def test_opening_twice_is_opening_once(morning):
    first = service.open_sheet(morning.leader, morning.occurrence)
    assert service.open_sheet(morning.leader, morning.occurrence).id == first.id
    assert stored(Attendee) == 4


def test_a_person_who_said_so_beforehand_cannot_come_and_is_not_filled_by_everyone_else(morning):
    morning.cannot_come(morning.basil)
    assert row(morning, morning.basil).state.status is AttendanceStatus.CANCELLED
    service.everyone_else_here(morning.leader, morning.occurrence)
    assert row(morning, morning.basil).state.status is AttendanceStatus.CANCELLED
    assert totals(morning).shown[TileState.HERE] == 3


def test_a_person_who_joins_while_the_sheet_is_open_appears_on_it(morning):
    service.open_sheet(morning.leader, morning.occurrence)
    finch = morning.world.client("Finch", "Appleton")
    morning.enrol(finch)
    assert row(morning, finch).label == "Finch A."
    sheet = service.open_sheet(morning.leader, morning.occurrence)
    assert row(morning, finch).changed_in == sheet.version


def test_a_word_given_after_opening_reaches_the_sheet_and_can_be_taken_back(morning):
    service.open_sheet(morning.leader, morning.occurrence)
    morning.cannot_come(morning.ash, hours_before=0)
    assert row(morning, morning.ash).state.status is AttendanceStatus.CANCELLED
    enrolment.can_come_again(identity_of(morning.ash), morning.occurrence, morning.ash)
    assert row(morning, morning.ash).state.untouched


def test_a_mark_of_the_door_is_not_changed_by_a_later_word(morning):
    put(morning, mark(morning, morning.ash))
    morning.cannot_come(morning.ash, hours_before=0)
    assert row(morning, morning.ash).state.status is AttendanceStatus.PRESENT


def test_a_person_who_left_untouched_leaves_the_sheet_and_a_marked_one_stays(morning):
    put(morning, mark(morning, morning.ash))
    for person in (morning.ash, morning.basil):
        morning.leaves(person)
    labels = [one.label for one in queries.read_sheet(morning.occurrence).rows]
    assert labels == ["Ash D.", "Jo Mar.", "Jo Mat."]


def test_who_joins_for_later_dates_is_greyed_and_in_no_denominator(morning):
    finch = morning.world.client("Finch", "Appleton")
    morning.world.soon(morning.group, in_minutes=7 * 24 * 60)
    morning.world.enrol(morning.group, finch)
    assert row(morning, finch).standing is RowKind.NOT_YET
    assert totals(morning).expected == 4


def test_a_drop_in_group_lists_who_came_lately_and_counts_nobody_of_them(drop_in):
    for weeks, person in (
        (2, drop_in.world.client("Heron", "Waterbutt")),
        (9, drop_in.world.client("Elm", "Vase")),
    ):
        earlier = drop_in.earlier(weeks)
        with clock.at(earlier.start):
            service.add_walk_in(drop_in.leader, earlier, person)
    view = queries.read_sheet(drop_in.occurrence)
    lately = [one.label for one in view.rows if one.standing is RowKind.LATELY]
    assert lately == ["Heron W."]
    assert view.totals.expected == 4


def test_one_tap_marks_who_came_lately_and_an_untouched_one_is_never_absent(drop_in):
    heron, elm = drop_in.world.client("Heron", "Waterbutt"), drop_in.world.client("Elm", "Vase")
    earlier = drop_in.earlier(2)
    with clock.at(earlier.start):
        for person in (heron, elm):
            service.add_walk_in(drop_in.leader, earlier, person)
    put(drop_in, mark(drop_in, heron))
    service.finish(drop_in.leader, drop_in.occurrence)
    assert row(drop_in, heron).state.status is AttendanceStatus.PRESENT
    assert row(drop_in, elm).state.status is AttendanceStatus.UNMARKED
    assert totals(drop_in).expected == 5


def test_who_was_last_seen_when_is_known_on_the_sheet(morning):
    earlier = morning.earlier(3)
    with clock.at(earlier.start):
        service.apply(
            morning.leader,
            earlier,
            [
                QueuedOperation(
                    op_id="op",
                    attendee_id=attendee_uid(earlier.uid, morning.ash.uid),
                    status=AttendanceStatus.PRESENT,
                    observed_at=earlier.start,
                )
            ],
        )
    assert row(morning, morning.ash).last_seen == earlier.start
    assert row(morning, morning.basil).last_seen is None


# --- marks -------------------------------------------------------------------------------------------------------


def test_a_mark_is_an_operation_in_the_history_and_the_row_is_its_fold(morning):
    done = put(morning, mark(morning, morning.ash, op_id="one"))
    assert [(result.op_id, result.outcome) for result in done] == [("one", OperationOutcome.APPLIED)]
    assert done[0].row.state.status is AttendanceStatus.PRESENT
    kept = db.session.query(AttendanceOperation).one()
    assert (kept.op_id, kept.actor_id, kept.outcome) == ("one", morning.ossian.id, "applied")
    assert row(morning, morning.ash).version == 1


def test_a_repeated_operation_is_a_duplicate_and_changes_nothing(morning):
    op = mark(morning, morning.ash, op_id="one")
    put(morning, op)
    version = db.session.query(Sheet).one().version
    again = put(morning, op)
    assert again[0].outcome is OperationOutcome.DUPLICATE
    assert again[0].row.state.status is AttendanceStatus.PRESENT
    assert db.session.query(Sheet).one().version == version
    assert stored(AttendanceOperation) == 1


def test_an_op_id_of_another_row_is_a_conflict(morning):
    put(morning, mark(morning, morning.ash, op_id="one"))
    assert put(morning, mark(morning, morning.basil, op_id="one"))[0].outcome is OperationOutcome.CONFLICT
    assert row(morning, morning.basil).state.untouched


def test_a_batch_is_answered_one_by_one(morning):
    put(morning, mark(morning, morning.ash, op_id="known"))
    done = put(
        morning,
        mark(morning, morning.ash, op_id="known"),
        mark(morning, morning.basil, op_id="new"),
        mark(morning, morning.ash, AttendanceStatus.ABSENT, op_id="stale"),
    )
    assert [result.outcome for result in done] == [
        OperationOutcome.DUPLICATE,
        OperationOutcome.APPLIED,
        OperationOutcome.CONFLICT,
    ]


def test_two_answers_stand_until_somebody_chooses_and_both_stay_in_the_history(morning):
    desk = identity_of(morning.world.front_desk("Ana", "Sill"))
    put(morning, mark(morning, morning.ash))
    put(morning, mark(morning, morning.ash, AttendanceStatus.ABSENT), by=desk)
    torn = row(morning, morning.ash)
    assert torn.state.rival is not None
    assert (torn.state.status, torn.state.rival.status) == (AttendanceStatus.PRESENT, AttendanceStatus.ABSENT)
    assert (torn.state.answer.actor, torn.state.rival.actor) == (morning.ossian.id, desk.person)
    assert totals(morning).shown[TileState.TWO] == 1
    put(morning, mark(morning, morning.ash, AttendanceStatus.ABSENT, base=torn.version))
    assert row(morning, morning.ash).state.rival is None
    assert stored(AttendanceOperation) == 3


def test_two_who_saw_the_same_keep_the_earliest_time_in(morning):
    start = morning.occurrence.start
    put(morning, mark(morning, morning.ash, time_in=start + timedelta(minutes=4)))
    done = put(morning, mark(morning, morning.ash, time_in=start + timedelta(minutes=2)))
    assert done[0].outcome is OperationOutcome.APPLIED
    assert row(morning, morning.ash).state.answer.time_in == start + timedelta(minutes=2)


def test_late_and_left_early_are_kept_with_the_row(morning):
    start = morning.occurrence.start
    put(
        morning,
        mark(
            morning, morning.ash, time_in=start + timedelta(minutes=14), time_out=start + timedelta(hours=1)
        ),
    )
    kept = db.session.query(Attendee).filter_by(person_id=morning.ash.id).one()
    assert kept.late
    assert kept.left_early


def test_the_first_mark_freezes_the_date(morning):
    assert not morning.occurrence.frozen
    put(morning, mark(morning, morning.ash))
    assert morning.occurrence.frozen


def test_who_marks_is_never_who_the_device_says(morning):
    [answer] = put(morning, mark(morning, morning.ash, actor=morning.basil.uid))
    assert (answer.outcome, answer.code) == (OperationOutcome.REFUSED, "other-person")
    put(morning, mark(morning, morning.ash, actor=morning.ossian.uid))
    assert db.session.query(AttendanceOperation).one().actor_id == morning.ossian.id


@pytest.mark.on_sqlite
@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"op_id": "x" * 37}, "op_id"),
        ({"base": -1}, "base_version"),
        ({"seq": 2**40}, "seq"),
        ({"device": "x" * 61}, "device"),
    ],
)
def test_a_value_nobody_can_mean_is_refused_with_its_field(morning, fields, field):
    [answer] = put(morning, mark(morning, morning.ash, **fields))
    assert (answer.outcome, answer.refusal.field) == (OperationOutcome.REFUSED, field)


def test_a_bad_mark_is_refused_alone_and_the_good_ones_around_it_stand(morning):
    good, more = mark(morning, morning.ash), mark(morning, morning.basil, status=AttendanceStatus.ABSENT)
    bad = QueuedOperation(
        op_id="bad", attendee_id="no-such-row", status=AttendanceStatus.PRESENT, observed_at=clock.now()
    )
    answers = put(morning, good, bad, more, good)
    assert [one.op_id for one in answers] == [good.op_id, "bad", more.op_id, good.op_id]
    assert [one.outcome.value for one in answers] == ["applied", "refused", "applied", "duplicate"]
    assert (answers[1].row, answers[1].refusal.field) == (None, "attendee_id")
    assert row(morning, morning.basil).state.status is AttendanceStatus.ABSENT


def test_times_far_from_the_session_wait_for_review_and_the_end_before_the_start_is_refused(morning):
    start, end = morning.occurrence.start, morning.occurrence.end
    hour = timedelta(hours=1)
    for times in ({"time_in": start - 3 * hour}, {"time_in": end + 3 * hour}, {"time_out": end + 13 * hour}):
        [answer] = put(morning, mark(morning, morning.ash, **times))
        assert (answer.outcome, answer.code) == (OperationOutcome.REVIEW, "out-of-bounds")
    [answer] = put(morning, mark(morning, morning.ash, time_in=start + hour, time_out=start))
    assert (answer.outcome, answer.refusal.field) == (OperationOutcome.REFUSED, "time_out")
    assert row(morning, morning.ash).state.untouched
    [answer] = put(morning, mark(morning, morning.ash, time_in=start - hour, time_out=end + hour))
    assert answer.outcome is OperationOutcome.APPLIED


@pytest.mark.parametrize("days", [-2 * 366, 2 * 366, 7850 * 366])
def test_a_mark_observed_in_another_year_waits_for_review(morning, days):
    at = clock.now() + timedelta(days=days)
    [answer] = put(morning, mark(morning, morning.ash, observed_at=at))
    assert (answer.outcome, answer.code) == (OperationOutcome.REVIEW, "out-of-bounds")


def test_nobody_is_present_long_before_the_start_and_an_excuse_can_be_written(morning):
    with clock.at(morning.occurrence.start - timedelta(days=9)):
        present, excused = (
            mark(morning, morning.ash),
            mark(morning, morning.basil, status=AttendanceStatus.EXCUSED),
        )
        answers = put(morning, present, excused)
    assert [one.outcome.value for one in answers] == ["refused", "applied"]
    assert answers[0].refusal.code == "not-started"
    with clock.at(morning.occurrence.start - timedelta(hours=1)):
        [again] = put(morning, replace(present, observed_at=clock.now()))
    assert again.outcome is OperationOutcome.APPLIED
    early = mark(morning, morning.mar, observed_at=morning.occurrence.start - timedelta(days=9))
    assert put(morning, early)[0].code == "out-of-bounds"


def test_a_mark_that_comes_again_is_known_though_the_date_has_moved_since(morning):
    op = mark(morning, morning.ash)
    put(morning, op)
    morning.occurrence.start += timedelta(days=9)
    morning.occurrence.end += timedelta(days=9)
    db.session.commit()
    assert put(morning, op)[0].outcome is OperationOutcome.DUPLICATE


def test_the_history_cannot_be_changed(morning):
    put(morning, mark(morning, morning.ash))
    db.session.commit()
    kept = db.session.query(AttendanceOperation).one()
    kept.status = "absent"
    with pytest.raises(DBAPIError, match="append-only"):
        db.session.flush()
    db.session.rollback()
    with pytest.raises(DBAPIError, match="append-only"):
        db.session.execute(AttendanceOperation.__table__.delete())
    db.session.rollback()


def test_a_mark_needs_at_most_eleven_statements_and_reading_rows_at_most_five(morning, statements):
    put(morning, mark(morning, morning.ash))
    db.session.commit()
    occurrence, leader = morning.occurrence, morning.leader
    op = mark(morning, morning.basil)
    before = len(statements())
    service.apply(leader, occurrence, [op])
    assert len(statements()) - before <= 11
    db.session.commit()
    before = len(statements())
    queries.read_sheet(occurrence)
    assert len(statements()) - before <= 5


def test_reading_a_sheet_that_nobody_opened_needs_at_most_five_statements(morning, statements):
    occurrence = morning.occurrence
    before = len(statements())
    queries.read_sheet(occurrence)
    assert len(statements()) - before <= 5


# --- everyone else, undo -------------------------------------------------------------------------------------------


def test_everyone_else_fills_only_rows_without_a_mark_from_the_start_and_says_the_number(morning):
    put(morning, mark(morning, morning.ash, AttendanceStatus.EXCUSED))
    done = service.everyone_else_here(morning.leader, morning.occurrence)
    assert done.count == 3
    assert row(morning, morning.ash).state.status is AttendanceStatus.EXCUSED
    assert row(morning, morning.basil).state.answer.time_in == morning.occurrence.start


def test_one_undo_takes_everyone_else_back_and_leaves_what_was_before(morning):
    put(morning, mark(morning, morning.ash, AttendanceStatus.EXCUSED))
    done = service.everyone_else_here(morning.leader, morning.occurrence)
    assert service.undo(morning.leader, morning.occurrence, done.name).count == 3
    found = totals(morning)
    assert (found.shown[TileState.EXCUSED], found.shown[TileState.UNMARKED]) == (1, 3)


def test_everyone_else_twice_under_one_name_is_once(morning):
    service.everyone_else_here(morning.leader, morning.occurrence, "same")
    put(morning, mark(morning, morning.ash, AttendanceStatus.UNMARKED, base=1))
    assert service.everyone_else_here(morning.leader, morning.occurrence, "same").count == 0
    assert row(morning, morning.ash).state.untouched


def test_what_is_taken_back_says_who_did_and_all_of_everyone_else_has_one_name(morning):
    done = service.everyone_else_here(morning.leader, morning.occurrence)
    made = db.session.query(AttendanceOperation).filter_by(batch=done.name).all()
    assert {(one.kind, one.actor_id) for one in made} == {(OperationKind.BULK, morning.ossian.id)}
    desk = morning.world.front_desk()
    service.undo(identity_of(desk), morning.occurrence, done.name)
    undone = db.session.query(AttendanceOperation).filter_by(kind=OperationKind.UNDO).all()
    assert [one.actor_id for one in undone] == [desk.id] * 4


def test_a_word_given_beforehand_does_not_freeze_a_date(morning):
    """Only what was seen at the door does: else a series could not be moved once somebody said that they cannot come."""
    later = morning.world.soon(morning.group, in_minutes=45)
    service.open_sheet(morning.leader, later)
    enrolment.cannot_come(identity_of(morning.ash), later, morning.ash)
    assert not later.frozen


def test_undo_of_one_mark_restores_the_earlier_state(morning):
    put(morning, mark(morning, morning.ash, AttendanceStatus.EXCUSED))
    put(morning, mark(morning, morning.ash, base=1, op_id="two"))
    service.undo(morning.leader, morning.occurrence, "two")
    assert row(morning, morning.ash).state.status is AttendanceStatus.EXCUSED


def test_undo_is_refused_once_somebody_has_marked_the_row_since(morning):
    put(morning, mark(morning, morning.ash, op_id="one"))
    put(morning, mark(morning, morning.ash, AttendanceStatus.ABSENT, base=1))
    with pytest.raises(Conflict):
        service.undo(morning.leader, morning.occurrence, "one")
    assert row(morning, morning.ash).state.status is AttendanceStatus.ABSENT


def test_undo_twice_changes_nothing_more_and_an_unknown_name_is_refused(morning):
    put(morning, mark(morning, morning.ash, op_id="one"))
    for _ in range(2):
        assert service.undo(morning.leader, morning.occurrence, "one").count == 1
    assert row(morning, morning.ash).version == 2
    with pytest.raises(Conflict):
        service.undo(morning.leader, morning.occurrence, "never made")
    assert row(morning, morning.ash).state.untouched


# --- walk-in -----------------------------------------------------------------------------------------------------


def test_a_walk_in_is_marked_and_counts(morning):
    sorrel = morning.world.client("Sorrel", "Bramble")
    done = service.add_walk_in(morning.leader, morning.occurrence, sorrel)
    assert (done.row.label, done.row.standing, done.count) == ("Sorrel B.", RowKind.WALK_IN, 1)
    assert totals(morning).expected == 5


def test_undo_takes_a_walk_in_off_the_sheet_and_adding_again_brings_them_back(morning):
    sorrel = morning.world.client("Sorrel", "Bramble")
    done = service.add_walk_in(morning.leader, morning.occurrence, sorrel)
    service.undo(morning.leader, morning.occurrence, done.name)
    assert row(morning, sorrel) is None
    service.add_walk_in(morning.leader, morning.occurrence, sorrel)
    assert row(morning, sorrel).state.status is AttendanceStatus.PRESENT
    assert stored(Attendee) == 5


def test_a_guest_is_counted_and_has_no_record(morning):
    done = service.add_walk_in(morning.leader, morning.occurrence, None, "Sam")
    assert (done.row.label, done.row.person_id, done.row.standing) == ("Sam", None, RowKind.GUEST)
    assert totals(morning).guests == 1


def test_two_guests_without_a_name_are_told_apart(morning):
    for _ in range(2):
        service.add_walk_in(morning.leader, morning.occurrence, None)
    labels = [one.label for one in queries.read_sheet(morning.occurrence).rows if one.person is None]
    assert sorted(labels) == ["Guest 1", "Guest 2"]


def test_the_same_walk_in_sent_twice_adds_nobody_twice(morning):
    for _ in range(2):
        service.add_walk_in(morning.leader, morning.occurrence, None, "Sam", "same-op")
    assert totals(morning).guests == 1


def test_capacity_is_a_note_and_never_a_block(world):
    from tests.attendance.conftest import Morning

    morning = Morning(world, capacity=4)
    service.everyone_else_here(morning.leader, morning.occurrence)
    done = service.add_walk_in(morning.leader, morning.occurrence, world.client("Sorrel", "Bramble"))
    assert (done.count, done.over) == (5, 1)


def test_somebody_who_stands_on_the_sheet_already_is_only_marked(morning):
    done = service.add_walk_in(morning.leader, morning.occurrence, morning.ash)
    assert done.row.standing is RowKind.EXPECTED
    assert stored(Attendee) == 4


# --- finishing ---------------------------------------------------------------------------------------------------


def test_finishing_makes_the_unmarked_not_here_unless_chosen_otherwise(morning):
    put(morning, mark(morning, morning.ash))
    choices = chosen(morning, basil=AttendanceStatus.EXCUSED)
    sheet = service.finish(morning.leader, morning.occurrence, choices)
    found = totals(morning)
    assert (found.present, found.shown[TileState.EXCUSED], found.shown[TileState.ABSENT]) == (1, 1, 2)
    assert (sheet.headcount, sheet.finished_by_id) == (1, morning.ossian.id)
    assert morning.occurrence.status == "finished"
    assert db.session.query(AuditRow).filter_by(word=AuditAction.SHEET_FINISHED).count() == 1


def test_who_finishes_second_sees_the_result_of_the_first(morning):
    first = service.finish(morning.leader, morning.occurrence)
    at = first.finished_at
    other = identity_of(morning.world.front_desk())
    again = service.finish(other, morning.occurrence, {uid(morning, morning.ash): AttendanceStatus.PRESENT})
    assert (again.finished_at, again.finished_by_id) == (at, morning.ossian.id)
    assert row(morning, morning.ash).state.status is AttendanceStatus.ABSENT


def test_two_answers_must_be_chosen_when_finishing(morning):
    put(morning, mark(morning, morning.ash))
    put(morning, mark(morning, morning.ash, AttendanceStatus.ABSENT))
    with pytest.raises(DomainError) as refused:
        service.finish(morning.leader, morning.occurrence)
    assert refused.value.field == f"row-{uid(morning, morning.ash)}"
    db.session.rollback()
    put(morning, mark(morning, morning.ash))
    put(morning, mark(morning, morning.ash, AttendanceStatus.ABSENT))
    came = row(morning, morning.ash).state.answer.time_in
    service.finish(morning.leader, morning.occurrence, chosen(morning, ash=AttendanceStatus.PRESENT))
    settled = row(morning, morning.ash).state
    assert settled.rival is None
    assert (settled.status, settled.answer.time_in) == (AttendanceStatus.PRESENT, came)


def test_a_finished_sheet_takes_no_marks_until_it_is_opened_again_with_a_reason(morning):
    op = mark(morning, morning.ash, op_id="one")
    put(morning, op)
    service.finish(morning.leader, morning.occurrence)
    late = mark(morning, morning.basil, base=1)
    assert [done.outcome for done in put(morning, op, late)] == [
        OperationOutcome.DUPLICATE,
        OperationOutcome.REVIEW,
    ]
    with pytest.raises(Conflict):
        service.everyone_else_here(morning.leader, morning.occurrence)
    with pytest.raises(DomainError):
        service.reopen(morning.leader, morning.occurrence, "  ")
    sheet = service.reopen(morning.leader, morning.occurrence, "Basil was in the kitchen")
    assert (sheet.finished_at, sheet.reopen_reason) == (None, "Basil was in the kitchen")
    assert morning.occurrence.status == "scheduled"
    assert put(morning, late)[0].outcome is OperationOutcome.REVIEW, "it waits for somebody to settle it"
    assert put(morning, mark(morning, morning.basil, base=1))[0].outcome is OperationOutcome.APPLIED
    assert row(morning, morning.ash).state.status is AttendanceStatus.PRESENT


def test_a_sheet_is_not_finished_before_the_session_starts(world, morning):
    later = world.soon(morning.group, in_minutes=60)
    with pytest.raises(Conflict):
        service.finish(morning.leader, later)


def test_where_nobody_met_nobody_was_absent(morning):
    with pytest.raises(DomainError):
        service.did_not_meet(morning.leader, morning.occurrence, "")
    service.did_not_meet(morning.leader, morning.occurrence, "The heating failed")
    assert (morning.occurrence.status, morning.occurrence.reason) == ("did_not_meet", "The heating failed")
    assert totals(morning).shown[TileState.ABSENT] == 0
    assert put(morning, mark(morning, morning.ash))[0].code == "did-not-meet"
    service.reopen(morning.leader, morning.occurrence, "It was the week before")
    assert put(morning, mark(morning, morning.ash))[0].outcome is OperationOutcome.APPLIED


def test_where_somebody_is_marked_as_here_people_met(morning):
    put(morning, mark(morning, morning.ash))
    with pytest.raises(Conflict, match="One person is marked as here"):
        service.did_not_meet(morning.leader, morning.occurrence, "The heating failed")


def test_a_cancelled_date_takes_no_marks_and_loses_none(morning):
    morning.occurrence.status = "cancelled"
    [answer] = put(morning, mark(morning, morning.ash))
    assert (answer.outcome, answer.code) == (OperationOutcome.REVIEW, "cancelled")
    assert db.session.query(MarkToReview).one().attendee_id


# --- notes, marking ----------------------------------------------------------------------------------------------


def test_a_note_is_kept_and_its_text_is_not_in_the_audit(morning):
    service.write_note(morning.leader, morning.occurrence, uid(morning, morning.ash), "Left her coat")
    assert row(morning, morning.ash).note == "Left her coat"
    audited = db.session.query(AuditRow).filter_by(word=AuditAction.NOTE_WRITTEN).one()
    assert "coat" not in str(audited.detail)


def test_a_note_that_is_too_long_is_refused(morning):
    with pytest.raises(DomainError, match="2000"):
        service.write_note(morning.leader, morning.occurrence, uid(morning, morning.ash), "x" * 2001)


def test_marks_made_afterwards_have_the_start_as_time_in(morning):
    service.choose_marking(morning.leader, morning.occurrence, MarkingMode.AFTERWARDS)
    put(morning, mark(morning, morning.ash))
    assert row(morning, morning.ash).state.answer.time_in == morning.occurrence.start


# --- who may -----------------------------------------------------------------------------------------------------


def test_strangers_cannot_open_read_or_mark(morning):
    for why, person in morning.strangers().items():
        identity = identity_of(person)
        with pytest.raises(NotFound):
            queries.get_writable_sheet(identity, morning.occurrence.uid)
        with pytest.raises(NotFound):
            put(morning, mark(morning, morning.ash), by=identity)
        assert stored(AttendanceOperation) == 0, why


def test_the_desk_of_the_site_marks_for_seven_days(morning):
    desk = identity_of(morning.world.front_desk())
    with clock.at(morning.occurrence.end + timedelta(days=6)):
        assert put(morning, mark(morning, morning.ash), by=desk)[0].outcome is OperationOutcome.APPLIED
    with clock.at(morning.occurrence.end + timedelta(days=7)), pytest.raises(NotFound):
        put(morning, mark(morning, morning.basil), by=desk)
    with clock.at(morning.occurrence.end + timedelta(days=7)), pytest.raises(Conflict, match="reason"):
        put(morning, mark(morning, morning.basil))


def test_a_supervisor_marks_with_a_reason_given_once(morning):
    marigold = identity_of(morning.world.supervisor())
    with pytest.raises(Conflict) as refused:
        put(morning, mark(morning, morning.ash), by=marigold)
    assert refused.value.code == "reason-needed"
    with pytest.raises(DomainError):
        service.give_reason(marigold, morning.occurrence, " ")
    service.give_reason(marigold, morning.occurrence, "The paper sheet came late")
    with clock.at(morning.occurrence.end + timedelta(days=90)):
        assert put(morning, mark(morning, morning.ash), by=marigold)[0].outcome is OperationOutcome.APPLIED
    assert db.session.query(AuditRow).filter_by(word=AuditAction.SHEET_REASON_GIVEN).count() == 1


def test_a_token_marks_within_its_scope_and_program(morning):
    token = ApiToken(program_id=morning.world.program.id, token_id=1, scopes=frozenset({"attend"}))
    assert put(morning, mark(morning, morning.ash), by=token)[0].outcome is OperationOutcome.APPLIED
    reader = ApiToken(program_id=morning.world.program.id, token_id=2, scopes=frozenset({"read"}))
    with pytest.raises(NotFound):
        put(morning, mark(morning, morning.basil), by=reader)


def test_listings_of_others_have_no_sheet(morning):
    morning.occurrence.external = True
    db.session.commit()
    with pytest.raises(NotFound):
        queries.get_writable_sheet(morning.leader, morning.occurrence.uid)


def test_what_sql_calls_writable_is_what_the_policy_allows(morning):
    from groupsched.access.policy import Permission, can
    from groupsched.catalog.models import Group
    from groupsched.schedule.models import Occurrence

    other = morning.world.another_program("pier")
    other.soon(other.group(led_by=other.facilitator()))
    nowhere = morning.world.group("Tea and talk")
    nowhere.site_id = None  # as the import of a directory leaves it
    morning.world.soon(nowhere)
    people = [
        morning.ossian,
        morning.world.front_desk(),
        morning.world.supervisor(),
        *morning.strangers().values(),
    ]
    everything = db.session.query(Occurrence).all()
    for identity in [identity_of(person) for person in people]:
        condition = queries.writable(identity)
        found = set(db.session.query(Occurrence.id).join(Group).filter(condition).all())
        allowed = {
            (one.id,) for one in everything if can(identity, Permission.ATTENDANCE_WRITE, queries.facts(one))
        }
        assert found == allowed, identity


def test_staff_cannot_mark_themselves(morning):
    morning.enrol(morning.ossian)
    own, other = put(morning, mark(morning, morning.ossian), mark(morning, morning.ash))
    assert (own.outcome, own.refusal.code) == (OperationOutcome.REFUSED, "own-row")
    assert other.outcome is OperationOutcome.APPLIED
    assert service.everyone_else_here(morning.leader, morning.occurrence).count == 3
    assert row(morning, morning.ossian).state.untouched
    own = row(morning, morning.ossian).attendee_id
    with pytest.raises(DomainError) as refused:
        service.finish(morning.leader, morning.occurrence, {own: AttendanceStatus.PRESENT})
    assert (refused.value.code, refused.value.field) == ("own-row", f"row-{own}")
    service.finish(morning.leader, morning.occurrence)
    assert row(morning, morning.ossian).state.status is AttendanceStatus.ABSENT


def test_nobody_is_here_hours_before_the_start(morning, world):
    later = world.soon(morning.group, in_minutes=180)
    with pytest.raises(Conflict, match="not started"):
        service.everyone_else_here(morning.leader, later)


def test_eight_people_mark_an_unopened_sheet_at_once_and_every_mark_counts(morning, app):
    for number in range(4):
        morning.people.append(morning.world.client(f"Sage{number}", "Isobar"))
        morning.enrol(morning.people[-1])
    ops = [(mark(morning, person), person.id) for person in morning.people]
    occurrence_id, leader = morning.occurrence.id, morning.leader
    failures = []

    def one(op):
        with app.app_context():
            try:
                occurrence = db.session.get(type(morning.occurrence), occurrence_id)
                service.apply(leader, occurrence, [op])
                db.session.commit()
            except Exception as error:
                failures.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=one, args=(op,)) for op, _person in ops]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    db.session.rollback()
    assert totals(morning).present == 8
    assert (stored(Sheet), stored(Attendee), stored(AttendanceOperation)) == (1, 8, 8)


def test_an_open_sheet_follows_the_verbs_of_enrolment(morning):
    later = morning.world.soon(morning.group, in_minutes=45)
    service.open_sheet(morning.leader, later)
    finch = morning.world.client("Finch", "Appleton")
    enrolment.enrol(morning.world.keeper(), morning.group, finch)
    rows = {one.label: one for one in queries.read_sheet(later).rows}
    assert rows["Finch A."].changed_in == db.session.query(Sheet).one().version
    enrolment.cannot_come(identity_of(morning.ash), later, morning.ash)
    view = queries.read_sheet(later)
    assert view.row(attendee_uid(later.uid, morning.ash.uid)).state.status is AttendanceStatus.CANCELLED
    enrolment.can_come_again(identity_of(morning.ash), later, morning.ash)
    assert queries.read_sheet(later).row(attendee_uid(later.uid, morning.ash.uid)).state.untouched
    enrolment.leave(morning.leader, enrolment_of(finch))
    assert queries.read_sheet(later).row(attendee_uid(later.uid, finch.uid)) is None


def enrolment_of(person):
    from groupsched.enrolment.models import Enrolment

    return db.session.query(Enrolment).filter_by(person_id=person.id).one()
