"""A walk at random over all that changes dates: each step is a verb of the product, as a page or the interface calls it."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from sqlalchemy import select

from groupsched.catalog.service import fields_of, retire_group, update_group
from groupsched.core import clock
from groupsched.core.db import db, savepoint
from groupsched.core.errors import DomainError
from groupsched.enrolment.service import can_come_again, cannot_come
from groupsched.schedule.models import Closure, Occurrence, Series
from groupsched.schedule.queries import changes_made
from groupsched.schedule.rules import (
    AddBackDay,
    AddDates,
    AddSeries,
    BringBack,
    CancelDate,
    ChangeScope,
    DateField,
    EndAfter,
    ExtraDate,
    MoveDate,
    NewRule,
    RuleFrom,
    RuleRefused,
    SetOfDate,
    SkipDay,
    parse_rule,
    rule_ahead,
)
from groupsched.schedule.service import (
    WantedClosure,
    can_be_undone,
    change_dates,
    close,
    extend_horizon,
    take_back,
    timetable_of,
    undo_change,
)
from tests.conftest import identity_of

BEGIN = datetime(2026, 2, 20, 12, tzinfo=UTC)
ZONES = ("America/New_York", "Europe/Berlin", "Australia/Sydney", "America/Santiago", "Africa/Cairo")
SHAPES = (
    "FREQ=WEEKLY;BYDAY=MO,TH", "FREQ=WEEKLY;BYDAY=TU", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "FREQ=MONTHLY;BYDAY=1MO",
    "FREQ=MONTHLY;BYMONTHDAY=9", "FREQ=WEEKLY;BYDAY=SA,SU",
)  # fmt: skip
FIRST_DAYS = {"BYDAY=TU": 3, "BYMONTHDAY=9": 9, "BYDAY=SA,SU": 7}
HOURS = (time(1, 30), time(2, 30), time(10), time(18, 15), time(23, 30))


@dataclass
class Walk:
    """One group with who leads it, who leads a date instead, and Robin, who is in it."""

    world: Any
    rng: Random
    now: datetime = BEGIN
    steps: list[str] = field(default_factory=list)

    def begin(self) -> None:
        world, number = self.world, self.rng.getrandbits(40)
        self.zone = self.rng.choice(ZONES)
        self.lead, self.other = world.facilitator(), world.facilitator("Juniper", "Placeholder")
        self.robin = world.client()
        self.rooms = [world.place(f"{name} {number}") for name in ("Loft", "Cellar")]
        self.group = world.group(led_by=self.lead, capacity=None, place=self.rooms[0])
        self.me = identity_of(self.lead)
        self.change(AddSeries(self.rule()))
        world.enrol(self.group, self.robin)

    def step(self) -> bool:
        """Some days go by, and something is changed; False where that was refused."""
        self.now += timedelta(days=self.rng.choice((0, 0, 0, 1, 2, 5)), minutes=self.rng.randint(1, 600))
        verb = self.rng.choice(VERBS)
        with clock.at(self.now):
            extend_horizon(self.now)
            try:
                with savepoint():
                    done = verb(self)
            except (DomainError, RuleRefused) as refusal:
                done = False
                self.steps.append(f"{self.now:%m-%d %H:%M} {verb.__name__} refused: {refusal}")
            else:
                self.steps.append(f"{self.now:%m-%d %H:%M} {verb.__name__}: {done}")
            db.session.commit()
        return done is not False

    # --- what is chosen at random ---

    def rule(self, **more: Any) -> Any:
        shape = self.rng.choice(SHAPES)
        day = next((n for part, n in FIRST_DAYS.items() if shape.endswith(part)), 2)
        first = max(date(2026, 3, day), self.now.date() + timedelta(days=1))
        rule = parse_rule(
            starts_on=date(2026, 3, day), start_time=self.rng.choice(HOURS), timezone=self.zone,
            duration_minutes=self.rng.choice((30, 60, 150)), rrule=shape,
        )  # fmt: skip
        while first > rule.starts_on and "MONTHLY" not in shape:
            rule = replace(rule, starts_on=rule.starts_on + timedelta(days=14))
        return replace(rule, **more)

    def once(self) -> Any:
        return replace(
            self.rule(), rrule="", starts_on=self.now.date() + timedelta(days=self.rng.randint(1, 60))
        )

    def scope(self) -> ChangeScope:
        return self.rng.choice(list(ChangeScope))

    def some(self, *, on: bool = True) -> Occurrence | None:
        """A coming date, near ones oftener."""
        query = select(Occurrence).where(
            Occurrence.group_id == self.group.id, Occurrence.start > self.now, ~Occurrence.dropped
        )
        wanted = [
            one
            for one in db.session.scalars(query.order_by(Occurrence.start))
            if (one.status == "scheduled") == on
        ]
        return wanted[min(int(self.rng.expovariate(0.2)), len(wanted) - 1)] if wanted else None

    def series(self) -> Series | None:
        query = select(Series).where(Series.group_id == self.group.id, Series.ended_at.is_(None))
        going_on = list(db.session.scalars(query.order_by(Series.id)))
        return self.rng.choice(going_on) if going_on else None

    def change(self, change: Any) -> str | bool:
        with clock.at(self.now):
            done = change_dates(self.me, self.group, change, keep="Both.")
        return str(change) if done.plan.changes else False


def moves(walk: Walk) -> str | bool:
    one = walk.some()
    days = walk.rng.choice((0, 0, 1, -1, 3))
    by = timedelta(days=days, minutes=walk.rng.choice((-60, 30, 90, 0)))
    length = timedelta(minutes=walk.rng.choice((0, 0, 20)))
    return one is not None and walk.change(
        MoveDate(one.id, one.start + by, one.end + by + length, walk.scope())
    )


def moves_alone(walk: Walk) -> str | bool:
    one = walk.some()
    by = timedelta(days=walk.rng.choice((0, 1, -1)), minutes=walk.rng.choice((-60, 45, 300)))
    return one is not None and walk.change(MoveDate(one.id, one.start + by, one.end + by))


def moves_back(walk: Walk) -> str | bool:
    """To the time that its series gives it."""
    one = walk.some()
    return one is not None and walk.change(
        MoveDate(
            one.id,
            one.original_start,
            one.original_start + timedelta(minutes=one.series.rule.duration_minutes),
        )
    )


def another_rule(walk: Walk) -> str | bool:
    series = walk.series()
    return series is not None and walk.change(NewRule(series.id, walk.rule()))


def another_rule_from_a_date_on(walk: Walk) -> str | bool:
    one = walk.some()
    if one is None:
        return False
    scope = walk.rng.choice((ChangeScope.FOLLOWING, ChangeScope.ALL))
    table = timetable_of(walk.group).timetable
    date_ = next(each for each in table.dates if each.key == one.id)
    ahead = rule_ahead(table.series_with(date_.series), date_, scope)
    rule = replace(ahead, start_time=walk.rng.choice(HOURS)) if walk.rng.random() < 0.6 else walk.rule()
    return walk.change(RuleFrom(one.id, rule, {}, scope))


def cancels(walk: Walk) -> str | bool:
    one = walk.some()
    scope = walk.rng.choice((ChangeScope.THIS, ChangeScope.THIS, ChangeScope.THIS, ChangeScope.FOLLOWING))
    return one is not None and walk.change(CancelDate(one.id, "Snow.", scope))


def brings_back(walk: Walk) -> str | bool:
    one = walk.some(on=False)
    return one is not None and walk.change(BringBack(one.id))


def extra_date(walk: Walk) -> str | bool:
    return walk.change(AddDates((ExtraDate(walk.once(), {DateField.PLACE: walk.rooms[1].id}),)))


def another_series(walk: Walk) -> str | bool:
    return walk.change(AddSeries(walk.rule()))


def skips(walk: Walk) -> str | bool:
    one = walk.some()
    return one is not None and walk.change(
        SkipDay(one.series_id, datetime.fromisoformat(one.original_local).date())
    )


def adds_back(walk: Walk) -> str | bool:
    series = walk.series()
    skipped = sorted(series.rule.skip) if series else []
    return bool(skipped) and walk.change(AddBackDay(series.id, walk.rng.choice(skipped)))


def ends(walk: Walk) -> str | bool:
    last = walk.now.date() + timedelta(days=walk.rng.randint(10, 200))
    series = walk.series()
    return series is not None and walk.change(EndAfter(series.id, walk.rng.choice((last, last, None))))


def of_its_own(walk: Walk) -> str | bool:
    """A room, a title, a leader or a note."""
    one = walk.some()
    said = walk.rng.choice((
        {DateField.PLACE: walk.rooms[1].id}, {DateField.TITLE: "Open evening"}, {DateField.LEADS: (walk.other.id,)},
        {DateField.NOTE: "Bring a mat."}, {DateField.PLACE: None}, {DateField.TITLE: ""}, {DateField.LEADS: ()},
    ))  # fmt: skip
    return one is not None and walk.change(SetOfDate(one.id, said, walk.scope()))


def the_group(walk: Walk) -> str:
    """Another title or another room of the group."""
    fields, room = fields_of(walk.group), walk.rng.choice(walk.rooms)
    said = walk.rng.choice(({"place": room.uid}, {"title": f"Circle {len(walk.steps)}"}))
    update_group(walk.me, walk.group, replace(fields, **said), walk.group.version)
    return str(said)


def closes(walk: Walk) -> str:
    start = walk.now + timedelta(days=walk.rng.randint(1, 20))
    wanted = WantedClosure(walk.world.site, "Works", start, start + timedelta(days=walk.rng.randint(1, 9)))
    close(walk.world.system, [wanted])
    return f"{wanted.start} {wanted.end}"


def opens(walk: Walk) -> str | bool:
    query = select(Closure).where(Closure.taken_back_at.is_(None)).order_by(Closure.id.desc())
    closed = db.session.scalars(query).first()
    return closed is not None and bool(take_back(walk.world.system, closed))


def undoes(walk: Walk) -> str | bool:
    found = can_be_undone(changes_made(walk.group))
    return bool(found) and str(undo_change(walk.me, found[0]).plan.changes)


def cannot(walk: Walk) -> str | bool:
    one = walk.some()
    return one is not None and f"{one.start} {len(cannot_come(identity_of(walk.robin), one, walk.robin))}"


def can_again(walk: Walk) -> str | bool:
    one = walk.some()
    return one is not None and f"{one.start} {can_come_again(identity_of(walk.robin), one, walk.robin)}"


def retires(walk: Walk) -> str | bool:
    if walk.rng.random() < 0.9:
        return False
    return bool(retire_group(walk.me, walk.group))


VERBS = (
    moves, moves, moves_alone, moves_alone, moves_back, another_rule, another_rule_from_a_date_on, cancels, cancels, brings_back,
    brings_back, extra_date, another_series, skips, adds_back, ends, of_its_own, of_its_own, the_group, closes, opens, undoes,
    undoes, cannot, can_again, retires,
)  # fmt: skip
