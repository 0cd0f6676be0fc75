"""The worker: reminds, tells staff what waits, delivers messages, makes the dates that have come within the horizon, ends
offers, moves waiting lists, makes the backup of the night, removes old records where a rule says so. Any number may run at once.

Each unit of work is claimed in the database and has its own transaction, so that a worker that is killed leaves
nothing half done and two workers never do the same thing.
"""

import logging
import signal
import threading
from dataclasses import dataclass
from types import FrameType

from sqlalchemy.exc import DBAPIError

from groupsched.attendance.service import end_forgotten_roll_calls, follow_absences
from groupsched.audit.service import join_refusals, seal
from groupsched.care.service import climb_calls
from groupsched.core import clock
from groupsched.core.db import db, unit_of_work
from groupsched.enrolment.queries import lines_to_open, over_in_cohorts, overdue
from groupsched.enrolment.service import (
    end_cohorts,
    end_overdue,
    end_with_roles,
    finish_switch,
    move_lines,
    open_line,
    remind,
)
from groupsched.exchange.service import forget_imports
from groupsched.operations.service import tell_staff
from groupsched.outbox.delivery import deliver_due
from groupsched.outbox.service import leave_word
from groupsched.schedule.service import (
    assign_begun,
    cancel_few,
    extend_horizon,
    follow_clock,
    groups_off,
    lapse_covers,
    remember_zone,
    widen_covers,
    zones_changed,
)
from groupsched.upkeep.service import apply_due_rules, back_up_if_due

BATCH = 100
PAUSE_SECONDS = 5.0
log = logging.getLogger(__name__)


@dataclass
class RoundResult:
    """What one round did."""

    sent: int = 0
    later: int = 0
    failed: int = 0
    series: int = 0
    lines: int = 0


def round_of_work(stop: threading.Event | None = None) -> RoundResult:
    """Do all that is due now, a batch at a time, until nothing is left or `stop` is set."""
    done = RoundResult()
    with unit_of_work():
        climb_calls(clock.now())
    with unit_of_work():
        cancel_few(clock.now())
    with unit_of_work():
        widen_covers(clock.now())
    with unit_of_work():
        remind(clock.now())
        tell_staff(clock.now())
    while not (stop and stop.is_set()):
        tally = deliver_due(BATCH)
        done.sent, done.later, done.failed = (
            done.sent + tally.sent, done.later + tally.later, done.failed + tally.failed,
        )  # fmt: skip
        if tally.sent + tally.later + tally.failed == 0:
            break
    while not (stop and stop.is_set()):
        with unit_of_work():
            extended = extend_horizon(clock.now())
        done.series += extended
        if extended == 0:
            break
    with unit_of_work():
        assign_begun(clock.now())
        lapse_covers()
        end_with_roles(clock.now())
        forget_imports(clock.now())
        end_forgotten_roll_calls(clock.now())
    with unit_of_work():
        follow_absences(clock.now())
    with unit_of_work():
        end_cohorts(clock.now(), over_in_cohorts(clock.now()))
    with unit_of_work():
        late, begun = overdue(clock.now()), lines_to_open(clock.now())
    for group_id in late:
        if stop and stop.is_set():
            break
        with unit_of_work():
            end_overdue(group_id)
    for group_id in begun:
        with unit_of_work():
            open_line(group_id)
    with unit_of_work():
        done.lines = move_lines(clock.now()) + len(late)
    while not (stop and stop.is_set()):
        with unit_of_work():
            if not finish_switch(clock.now()):
                break
    with unit_of_work():
        join_refusals(clock.now())
        seal(clock.now())
    with unit_of_work():
        leave_word(clock.now())
    return done


def follow_zones(stop: threading.Event | None = None) -> int:
    """Where this machine knows otherwise of a zone than the worker before it, coming dates keep their time on the wall: a group
    at a time; returns how many moved. It is done again where it was cut short."""
    moved = 0
    with unit_of_work():
        zones = zones_changed()
    for zone in zones:
        with unit_of_work():
            groups = groups_off(zone, clock.now())
        in_zone = 0
        for group_id in groups:
            if stop and stop.is_set():
                return moved
            with unit_of_work():
                in_zone += follow_clock(group_id, zone)
        with unit_of_work():
            remember_zone(zone, in_zone, clock.now())
        if in_zone:
            log.warning(
                "the clocks of %s turn otherwise than before: %s dates moved with them", zone, in_zone
            )
        moved += in_zone
    return moved


def run(stop: threading.Event, pause: float = PAUSE_SECONDS) -> None:
    """Work until `stop` is set. A database that does not answer is waited for; nothing is lost meanwhile."""
    followed = False
    while not stop.is_set():
        try:
            # Once: what is known of a zone is read when a process begins.
            if not followed:
                follow_zones(stop)
                followed = True
            round_of_work(stop)
            back_up_if_due(clock.now())
            apply_due_rules(clock.now(), stop)
        except DBAPIError as error:
            db.session.rollback()
            log.warning("the database did not do it: %s", type(error.orig).__name__)
        finally:
            db.session.remove()
        stop.wait(pause)


def stop_on_signals() -> threading.Event:
    """An event that SIGTERM and SIGINT set: what is in hand is finished first."""
    stop = threading.Event()

    def ask(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, ask)
    signal.signal(signal.SIGINT, ask)
    return stop
