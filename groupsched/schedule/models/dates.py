"""When groups meet: the rule of a series, and every date of it as a row."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    ColumnElement,
    Date,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    and_,
    false,
    or_,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from groupsched.access.models import Site
from groupsched.accounts.models import Person, Qualification
from groupsched.catalog.models import Group, Place
from groupsched.catalog.rules import LINK_LENGTH, SENTENCE_LENGTH, TITLE_LENGTH
from groupsched.core import clock
from groupsched.core.db import Base, Identified, UtcDateTime
from groupsched.core.overlaps import no_overlap
from groupsched.core.states import MemberOf, among
from groupsched.core.tokens import public_id
from groupsched.schedule.models.topics import Topic
from groupsched.schedule.rules import (
    LEADING,
    AssignmentRole,
    ChangeScope,
    ClosedDays,
    DateField,
    OccurrenceStatus,
    PooledSeats,
    SeatPool,
    SeriesRule,
    TopicChoice,
    is_few,
)

CLOSURE_NAME_LENGTH = 120
ADDRESS_LENGTH = len("2026-12-03T1000")
FORMER_LENGTH = 10 * (ADDRESS_LENGTH + 1)
OWN_LENGTH = sum(len(name) + 1 for name in DateField)


class Closure(Identified, Base):
    """A span in which a site is closed, or some of its rooms: its dates are called off, or kept, as somebody decided."""

    __tablename__ = "closure"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="order"),
        Index("ix_closure_program_ends", "program_id", "ends_at"),
    )
    program_id: Mapped[int] = mapped_column(ForeignKey("program.id"))
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    name: Mapped[str] = mapped_column(String(CLOSURE_NAME_LENGTH))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # The numbers of the closed rooms; none: the whole site.
    rooms: Mapped[list[int]] = mapped_column(JSON, default=list)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    # It counts no more; the dates that it called off still say why.
    taken_back_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    site: Mapped[Site] = relationship()
    created_by: Mapped[Person | None] = relationship()


class Series(Identified, Base):
    """A repeating rule of a group in wall-clock time of an IANA zone. An empty `rrule` means once."""

    __tablename__ = "series"
    __table_args__ = (
        CheckConstraint("duration_minutes BETWEEN 1 AND 1440", name="duration"),
        CheckConstraint(among("closed_days", ClosedDays), name="closed_days"),
    )
    group_id: Mapped[int] = mapped_column(ForeignKey("group_offered.id"), index=True)
    ical_uid: Mapped[str] = mapped_column(
        String(80), unique=True, default=lambda: f"{public_id()}{public_id()}"
    )
    starts_on: Mapped[date] = mapped_column(Date)
    start_time: Mapped[str] = mapped_column(String(5))  # HH:MM, wall clock
    duration_minutes: Mapped[int]
    timezone: Mapped[str] = mapped_column(String(60))
    rrule: Mapped[str] = mapped_column(String(200), default="")
    until: Mapped[date | None] = mapped_column(Date)
    skip: Mapped[list[str]] = mapped_column(JSON, default=list)  # ISO dates
    # What its dates have otherwise than the group, by the name of the field.
    closed_days: Mapped[ClosedDays | None] = mapped_column(MemberOf(ClosedDays, 4))
    own: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default="{}")
    sequence: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    expanded_to: Mapped[date | None] = mapped_column(Date, index=True)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)
    group: Mapped[Group] = relationship()

    @property
    def rule(self) -> SeriesRule:
        """When the series meets, as its columns say it; to set it sets them."""
        return SeriesRule(
            starts_on=self.starts_on,
            start_time=time.fromisoformat(self.start_time),
            duration_minutes=self.duration_minutes,
            timezone=self.timezone,
            rrule=self.rrule,
            until=self.until,
            skip=frozenset(date.fromisoformat(day) for day in self.skip),
        )

    @rule.setter
    def rule(self, rule: SeriesRule) -> None:
        self.starts_on, self.start_time = rule.starts_on, f"{rule.start_time:%H:%M}"
        self.duration_minutes, self.timezone = rule.duration_minutes, rule.timezone
        self.rrule, self.until = rule.rrule, rule.until
        self.skip = sorted(day.isoformat() for day in rule.skip)


class Occurrence(Identified, Base):
    """One dated meeting. Its identity is its original start, for ever, also when it is moved (RECURRENCE-ID)."""

    __tablename__ = "occurrence"
    __table_args__ = (
        UniqueConstraint("series_id", "original_start"),
        CheckConstraint(among("status", OccurrenceStatus), name="status"),
        CheckConstraint("taken >= 0", name="taken"),
        CheckConstraint("online_taken >= 0", name="online_taken"),
        CheckConstraint('"end" > start', name="order"),
        CheckConstraint(among("topic_choice", TopicChoice), name="topic_choice"),
        Index("ix_occurrence_program_start", "program_id", "external", "start", "id"),
        Index("ix_occurrence_group_start", "group_id", "start"),
        Index("ix_occurrence_place_start", "place_id", "start"),
    )
    program_id: Mapped[int] = mapped_column(ForeignKey("program.id"))
    group_id: Mapped[int] = mapped_column(ForeignKey("group_offered.id"))
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"))
    external: Mapped[bool] = mapped_column(Boolean, default=False)
    original_start: Mapped[datetime] = mapped_column(UtcDateTime)
    original_local: Mapped[str] = mapped_column(
        String(15)
    )  # 2026-12-03T1000, wall clock of the series: its address
    former_local: Mapped[str] = mapped_column(
        String(FORMER_LENGTH), default="", server_default=""
    )  # the addresses it had before its series met at another time, with blanks between
    start: Mapped[datetime] = mapped_column(UtcDateTime)
    end: Mapped[datetime] = mapped_column(UtcDateTime)
    timezone: Mapped[str] = mapped_column(String(60))
    local_date: Mapped[date] = mapped_column(Date)  # the day it starts at the place
    local_minute: Mapped[int]  # minutes after midnight at the place
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    status: Mapped[OccurrenceStatus] = mapped_column(
        MemberOf(OccurrenceStatus, 12), default=OccurrenceStatus.SCHEDULED
    )
    reason: Mapped[str] = mapped_column(String(300), default="")
    # Why it is cancelled: it is closed then.
    closure_id: Mapped[int | None] = mapped_column(ForeignKey("closure.id"), index=True)
    # The number of the closure on which it takes place all the same, as somebody decided.
    kept_closure: Mapped[int | None]
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Its rule has it no longer: it stays for those who had a seat, and nobody else is told of it.
    dropped: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    capacity: Mapped[int | None]
    # With those that are kept for who was asked.
    taken: Mapped[int] = mapped_column(default=0)
    # When a seat of it last came free while it was full: who was asked for an earlier one is asked again.
    freed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Of a hybrid group: seats online (none: no limit), and how many of those taken are online. The other ones are in the room.
    online_capacity: Mapped[int | None] = mapped_column(default=0, server_default="0")
    online_taken: Mapped[int] = mapped_column(default=0, server_default="0")
    # It takes place though fewer people come than its group needs: somebody said so.
    runs_anyway: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    # What was changed for this date alone, by name, with blanks between: it does not follow its series in that.
    own_fields: Mapped[str] = mapped_column(String(OWN_LENGTH), default="", server_default="")
    own_link: Mapped[str] = mapped_column(String(LINK_LENGTH), default="", server_default="")
    own_title: Mapped[str] = mapped_column(String(TITLE_LENGTH), default="", server_default="")
    own_note: Mapped[str] = mapped_column(String(SENTENCE_LENGTH), default="", server_default="")
    # What the list of topics gave it, or somebody chose; from when it begins on a fact.
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"), index=True)
    topic_choice: Mapped[TopicChoice] = mapped_column(
        MemberOf(TopicChoice, 8), default=TopicChoice.IN_ORDER, server_default=TopicChoice.IN_ORDER.value
    )
    # Nobody reads it any more, `own_fields` says what it said: a column goes one release after its last reader.
    edited: Mapped[bool] = mapped_column(Boolean, default=False)
    frozen: Mapped[bool] = mapped_column(Boolean, default=False)
    sequence: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    version: Mapped[int] = mapped_column(default=1)
    group: Mapped[Group] = relationship()
    series: Mapped[Series] = relationship()
    place: Mapped[Place | None] = relationship()
    laid_topic: Mapped[Topic | None] = relationship()
    # Those who lead it alone: who is there besides leads nothing.
    assignments: Mapped[list["Assignment"]] = relationship(
        primaryjoin=lambda: and_(Occurrence.id == Assignment.occurrence_id, Assignment.role.in_(LEADING)),
        order_by="Assignment.position",
        viewonly=True,
    )

    @property
    def own(self) -> frozenset[DateField]:
        """What was changed for this date alone; to set it sets its names."""
        return frozenset(map(DateField, self.own_fields.split()))

    @own.setter
    def own(self, which: Collection[DateField]) -> None:
        self.own_fields = " ".join(sorted(which))

    @property
    def seats(self) -> PooledSeats:
        """Its seats, in the room and online."""
        return PooledSeats(self.capacity, self.taken, self.online_capacity, self.online_taken)

    @classmethod
    def free_in(cls, pool: SeatPool | None, seats: int = 1) -> ColumnElement[bool]:
        """Those with a free seat in a pool, or so many, as a condition."""
        if pool is SeatPool.ONLINE:
            return or_(cls.online_capacity.is_(None), cls.online_taken + seats <= cls.online_capacity)
        return or_(cls.capacity.is_(None), cls.taken - cls.online_taken + seats <= cls.capacity)

    @classmethod
    def some_full(cls) -> ColumnElement[bool]:
        """Those with a pool that has no seat left, as a condition."""
        has_online = cls.online_capacity.is_distinct_from(0)
        return or_(~cls.free_in(SeatPool.ROOM), and_(has_online, ~cls.free_in(SeatPool.ONLINE)))

    @classmethod
    def any_free(cls) -> ColumnElement[bool]:
        """Those with a free seat, however one comes, as a condition; nothing of them is neither free nor full."""
        return or_(cls.free_in(SeatPool.ROOM), cls.free_in(SeatPool.ONLINE))

    @property
    def title(self) -> str:
        """What the date is called: its own title, or its series', else its group's."""
        return self.own_title or self.group.title

    @property
    def topic(self) -> Topic | None:
        """What it is about, or was; nothing where it does not take place."""
        off = self.status in (OccurrenceStatus.CANCELLED, OccurrenceStatus.DID_NOT_MEET)
        return None if off or self.topic_id is None else self.laid_topic

    @property
    def link(self) -> str:
        """The way in for those who come online: the date's own, else its group's, else its place's."""
        place = self.place or self.group.place
        return self.own_link or self.group.online_link or (place.online_link if place else "")

    @property
    def fell_away(self) -> bool:
        """Whether its rule alone cancelled it: with the rule it comes back. What somebody cancels has a reason."""
        return self.status == OccurrenceStatus.CANCELLED and self.dropped and not self.reason

    @property
    def closed(self) -> bool:
        """Whether it does not take place because its place is closed then; the reason is what that is called."""
        return self.status == OccurrenceStatus.CANCELLED and self.closure_id is not None

    def is_few(self, now: datetime) -> bool:
        """Whether somebody is to decide that it takes place: fewer people have a seat than its group needs."""
        group, scheduled = self.group, self.status == OccurrenceStatus.SCHEDULED
        few = is_few(self.taken, group.min_to_run, group.decide_hours, self.start, now)
        return few and scheduled and not self.runs_anyway

    @property
    def leader_ids(self) -> list[int]:
        """The numbers of those who lead this date."""
        return [row.person_id for row in self.assignments or self.group.facilitators]

    @property
    def leaders(self) -> list[Person]:
        """Who leads this date, the lead first: those assigned to it, else those of its group."""
        return [row.person for row in self.assignments or self.group.facilitators]

    @classmethod
    def awaited(cls, now: datetime) -> ColumnElement[bool]:
        """Those that take place and have not begun, as a condition."""
        return and_(cls.status == OccurrenceStatus.SCHEDULED, cls.start > now)

    @property
    def substitutes(self) -> list[Person]:
        """Those who lead this date in the place of others."""
        return [row.person for row in self.assignments if row.role is AssignmentRole.SUBSTITUTE]

    @property
    def moved(self) -> bool:
        """Whether it meets at another time than its rule says."""
        return self.start != self.original_start


class Timeslot(Identified, Base):
    """A time of one person on a date in slots, with somebody who treats. It keeps its row when the date is cut anew; one that
    fell away (`gone`) is nobody's, and comes back where there is a time for it again."""

    __tablename__ = "timeslot"
    __table_args__ = (
        CheckConstraint('"end" > start', name="order"),
        Index("ix_timeslot_occurrence_start", "occurrence_id", "start"),
    )
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrence.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    start: Mapped[datetime] = mapped_column(UtcDateTime)
    end: Mapped[datetime] = mapped_column(UtcDateTime)
    gone: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    person: Mapped[Person] = relationship()
    occurrence: Mapped[Occurrence] = relationship()


class ChangeMade(Identified, Base):
    """One change of a group's dates as it was made: who, when, for how much, and what it touched before and after it."""

    __tablename__ = "change_made"
    __table_args__ = (CheckConstraint(among("scope", ChangeScope), name="scope"),)
    group_id: Mapped[int] = mapped_column(ForeignKey("group_offered.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    scope: Mapped[ChangeScope] = mapped_column(MemberOf(ChangeScope, 9))
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    after: Mapped[dict[str, Any]] = mapped_column(JSON)
    undoes: Mapped[bool] = mapped_column(Boolean, default=False)
    # It followed from what was done to the group itself: that would have to be undone with it.
    final: Mapped[bool] = mapped_column(Boolean, default=False)
    by: Mapped[Person | None] = relationship()
    group: Mapped[Group] = relationship()


def rule_plain(rule: SeriesRule) -> dict[str, Any]:
    """A rule as JSON keeps it."""
    return {
        "starts_on": rule.starts_on.isoformat(),
        "start_time": f"{rule.start_time:%H:%M}",
        "duration_minutes": rule.duration_minutes,
        "timezone": rule.timezone,
        "rrule": rule.rrule,
        "until": rule.until.isoformat() if rule.until else None,
        "skip": sorted(day.isoformat() for day in rule.skip),
    }


def rule_from(kept: Mapping[str, Any]) -> SeriesRule:
    """A rule that JSON kept."""
    return SeriesRule(
        **{
            **kept,
            "starts_on": date.fromisoformat(kept["starts_on"]),
            "start_time": time.fromisoformat(kept["start_time"]),
            "until": date.fromisoformat(kept["until"]) if kept["until"] else None,
            "skip": frozenset(date.fromisoformat(day) for day in kept["skip"]),
        }
    )


class Assignment(Base):
    """Somebody who leads one date, or is there besides. Who leads is written down when it begins, or before where it was given to
    somebody; until then a date is led as its group is."""

    __tablename__ = "assignment"
    __table_args__ = (CheckConstraint(among("role", AssignmentRole), name="role"),)
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrence.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    role: Mapped[AssignmentRole] = mapped_column(MemberOf(AssignmentRole, 10))
    position: Mapped[int] = mapped_column(default=0)
    # What they held on the day: a later one does not change who led as what.
    qualification_id: Mapped[int | None] = mapped_column(ForeignKey("qualification.id"))
    person: Mapped[Person] = relationship()
    qualification: Mapped[Qualification | None] = relationship()


class Booking(Base):
    """What a date occupies: one place or one person, from `start` until before `end`. No two of one place or person overlap,
    but for those that are `kept` although they clash; `reason` is why, where somebody said so."""

    __tablename__ = "booking"
    __table_args__ = (
        CheckConstraint("(place_id IS NULL) <> (person_id IS NULL)", name="one"),
        CheckConstraint('"end" > start', name="order"),
        Index("ix_booking_place_start", "place_id", "start"),
        Index("ix_booking_person_start", "person_id", "start"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    start: Mapped[datetime] = mapped_column(UtcDateTime)
    end: Mapped[datetime] = mapped_column(UtcDateTime)
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrence.id", ondelete="CASCADE"), index=True)
    kept: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    reason: Mapped[str] = mapped_column(String(300), default="", server_default="")
    occurrence: Mapped[Occurrence] = relationship()
    place: Mapped[Place | None] = relationship()
    person: Mapped[Person | None] = relationship()


no_overlap(Booking.__tablename__, "place_id", "person_id")
