"""What a program offers: kinds of sessions, places, and the groups that people join."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from groupsched.access.models import Site
from groupsched.accounts.models import Person
from groupsched.catalog.rules import (
    Access,
    AttendanceMode,
    ClearanceKind,
    GroupState,
    LineMode,
    ListingFormat,
    ModalityCategory,
    ModalityKind,
    Orientation,
    PlaceMode,
    Setting,
    Structure,
    UnitRounding,
    Vocabulary,
)
from groupsched.core import clock
from groupsched.core.db import Base, Identified, UtcDateTime
from groupsched.core.search import Findable
from groupsched.core.states import MemberOf, among
from groupsched.core.texts import said


class UnitPreset(Identified, Base):
    """How time becomes units for whoever is told of it, as a row with its source. Without `minutes` a unit is a session."""

    __tablename__ = "unit_preset"
    __table_args__ = (
        UniqueConstraint("program_id", "key"),
        CheckConstraint(among("rounding", UnitRounding), name="rounding"),
        CheckConstraint("minutes IS NULL OR minutes BETWEEN 1 AND 1440", name="minutes"),
    )
    program_id: Mapped[int] = mapped_column(ForeignKey("program.id"))
    key: Mapped[str] = mapped_column(String(60))
    texts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    minutes: Mapped[int | None]
    rounding: Mapped[UnitRounding] = mapped_column(MemberOf(UnitRounding, 10), default=UnitRounding.FULL)
    source: Mapped[str] = mapped_column(String(300), default="")
    checked: Mapped[str] = mapped_column(String(10), default="")  # 2026-11: the month of the last look
    position: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)


class ServiceType(Identified, Base):
    """What kind of service a group is for whoever counts hours or pays: counseling, education, peer … as a row."""

    __tablename__ = "service_type"
    __table_args__ = (UniqueConstraint("program_id", "key"),)
    program_id: Mapped[int] = mapped_column(ForeignKey("program.id"))
    key: Mapped[str] = mapped_column(String(60))
    texts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    in_group_id: Mapped[int] = mapped_column(ForeignKey("unit_preset.id"))
    alone_id: Mapped[int] = mapped_column(ForeignKey("unit_preset.id"))
    # Whether those who were here sign the roster.
    signed: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    position: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
    in_group: Mapped[UnitPreset] = relationship(foreign_keys=[in_group_id])
    alone: Mapped[UnitPreset] = relationship(foreign_keys=[alone_id])


class Modality(Identified, Base):
    """A kind of session, as a row. `texts` holds name, summary, happens, not_asked, bring, good_to_know per language."""

    __tablename__ = "modality"
    __table_args__ = (
        UniqueConstraint("program_id", "key"),
        CheckConstraint(among("category", ModalityCategory), name="category"),
        CheckConstraint(among("setting", Setting), name="setting"),
        CheckConstraint(among("clearance", ClearanceKind), name="clearance"),
    )
    program_id: Mapped[int] = mapped_column(ForeignKey("program.id"))
    key: Mapped[str] = mapped_column(String(60))
    category: Mapped[ModalityCategory] = mapped_column(MemberOf(ModalityCategory, 20))
    kind: Mapped[ModalityKind] = mapped_column(MemberOf(ModalityKind, 20))
    setting: Mapped[Setting] = mapped_column(MemberOf(Setting, 10), default=Setting.GROUP)
    minutes: Mapped[int] = mapped_column(default=60)
    capacity: Mapped[int | None]
    structure: Mapped[Structure | None] = mapped_column(MemberOf(Structure, 12))
    orientation: Mapped[Orientation | None] = mapped_column(MemberOf(Orientation, 12))
    service_type_id: Mapped[int | None] = mapped_column(ForeignKey("service_type.id"))
    run_sheet: Mapped[str] = mapped_column(String(60), default="")
    icon: Mapped[str] = mapped_column(String(40), default="")
    clinician_decides: Mapped[bool] = mapped_column(Boolean, default=False)
    complementary: Mapped[bool] = mapped_column(Boolean, default=False)
    clearance: Mapped[ClearanceKind | None] = mapped_column(MemberOf(ClearanceKind, 10))
    texts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    position: Mapped[int] = mapped_column(default=0)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)
    service_type: Mapped[ServiceType | None] = relationship()


class Place(Findable, Identified, Base):
    """A room of a site, or a place elsewhere (`site_id` null), or an online room."""

    __tablename__ = "place"
    found_by = ("name", "address")
    __table_args__ = (
        UniqueConstraint("program_id", "key"),
        CheckConstraint(among("mode", PlaceMode), name="mode"),
        CheckConstraint("capacity IS NULL OR capacity >= 0", name="capacity"),
    )
    program_id: Mapped[int] = mapped_column(ForeignKey("program.id"))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"))
    key: Mapped[str] = mapped_column(String(120))
    name: Mapped[str] = mapped_column(String(160))
    address: Mapped[str] = mapped_column(String(300), default="")
    access_notes: Mapped[str] = mapped_column(Text, default="")
    mode: Mapped[PlaceMode] = mapped_column(MemberOf(PlaceMode, 10), default=PlaceMode.ROOM)
    online_link: Mapped[str] = mapped_column(String(500), default="")
    capacity: Mapped[int | None]
    step_free: Mapped[bool] = mapped_column(Boolean, default=False)
    external: Mapped[bool] = mapped_column(Boolean, default=False)
    # Things by how many there are of them: what it does not count it shares with the other rooms of its site.
    equipment: Mapped[dict[str, int]] = mapped_column(JSON, default=dict, server_default="{}")
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)
    site: Mapped[Site | None] = relationship()


class Term(Identified, Base):
    """A tag, an audience or a language that groups of a program carry by its key. `texts` holds the name per language."""

    __tablename__ = "term"
    __table_args__ = (
        UniqueConstraint("program_id", "vocabulary", "key"),
        CheckConstraint(among("vocabulary", Vocabulary), name="vocabulary"),
    )
    program_id: Mapped[int] = mapped_column(ForeignKey("program.id"))
    vocabulary: Mapped[Vocabulary] = mapped_column(MemberOf(Vocabulary, 10))
    key: Mapped[str] = mapped_column(String(40))
    texts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    position: Mapped[int] = mapped_column(default=0)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)


class ListingSource(Identified, Base):
    """Where external groups come from: a directory's feed, with the fellowship whose code table it uses."""

    __tablename__ = "listing_source"
    __table_args__ = (UniqueConstraint("program_id", "name"),)
    program_id: Mapped[int] = mapped_column(ForeignKey("program.id"))
    name: Mapped[str] = mapped_column(String(80))
    format: Mapped[ListingFormat] = mapped_column(MemberOf(ListingFormat, 20))
    fellowship: Mapped[str] = mapped_column(String(20), default="")
    # Of its rows that name none; empty before an import said it.
    timezone: Mapped[str] = mapped_column(String(60), default="", server_default="")
    imported_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Group(Findable, Identified, Base):
    """What a person joins. External groups (`source_id` set) have no seats, enrolment, roster or sheet.

    `title`, `tradition`, `description` and `not_asked` are read in the language of the page. The plain columns hold the
    first words, `texts` those of other languages: `{"es": {"title": …}}`, without what is empty.
    """

    __tablename__ = "group_offered"
    found_by = ("plain_title", "plain_tradition", "plain_description", "texts")
    __table_args__ = (
        CheckConstraint(among("orientation", Orientation), name="orientation"),
        CheckConstraint(among("structure", Structure), name="structure"),
        CheckConstraint(among("access", Access), name="access"),
        CheckConstraint(among("setting", Setting), name="setting"),
        CheckConstraint(among("attendance_mode", AttendanceMode), name="attendance_mode"),
        CheckConstraint(among("state", GroupState), name="state"),
        CheckConstraint(among("line_mode", LineMode), name="line_mode"),
        CheckConstraint("capacity IS NULL OR capacity >= 0", name="capacity"),
        UniqueConstraint("source_id", "source_slug"),
        Index("ix_group_offered_program_state", "program_id", "state"),
        Index("ix_group_offered_pair", "program_id", "secular_pair_id"),
    )
    program_id: Mapped[int] = mapped_column(ForeignKey("program.id"))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"))
    modality_id: Mapped[int] = mapped_column(ForeignKey("modality.id"))
    plain_title: Mapped[str] = mapped_column("title", String(255), key="plain_title")
    plain_description: Mapped[str] = mapped_column("description", Text, key="plain_description", default="")
    plain_not_asked: Mapped[str] = mapped_column("not_asked", Text, key="plain_not_asked", default="")
    orientation: Mapped[Orientation | None] = mapped_column(MemberOf(Orientation, 12))
    plain_tradition: Mapped[str] = mapped_column("tradition", String(120), key="plain_tradition", default="")
    texts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default="{}")
    structure: Mapped[Structure | None] = mapped_column(MemberOf(Structure, 12))
    # No default: one would be written for a listing that says nothing, because an INSERT leaves None out.
    access: Mapped[Access | None] = mapped_column(MemberOf(Access, 12))
    setting: Mapped[Setting] = mapped_column(MemberOf(Setting, 10), default=Setting.GROUP)
    attendance_mode: Mapped[AttendanceMode] = mapped_column(
        MemberOf(AttendanceMode, 12), default=AttendanceMode.IN_PERSON
    )
    capacity: Mapped[int | None]
    # Of a hybrid group: how many can come online, besides `capacity` in the room. None: no limit.
    online_capacity: Mapped[int | None]
    min_to_run: Mapped[int | None]
    # Who has a seat that comes free while people wait; groups that were there before the question keep what they did.
    line_mode: Mapped[LineMode] = mapped_column(
        MemberOf(LineMode, 10), default=LineMode.ASK_FIRST, server_default=LineMode.AT_ONCE.value
    )
    # Who leads decides so many hours before a date with fewer people; without them it is cancelled where the group says so.
    decide_hours: Mapped[int | None]
    cancels_if_few: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    stays_open: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    # In slots: how long one is, the change-over after it, and the breaks, like 11:00-11:20. None: it is not cut into slots.
    slot_minutes: Mapped[int | None]
    slot_gap: Mapped[int] = mapped_column(default=0, server_default="0")
    slot_breaks: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    # What each of its dates needs of the equipment of its room: things by how many.
    needs: Mapped[dict[str, int]] = mapped_column(JSON, default=dict, server_default="{}")
    languages: Mapped[list[str]] = mapped_column(JSON, default=lambda: ["en"])
    audience: Mapped[list[str]] = mapped_column(JSON, default=list)
    tags: Mapped[list[str]] = mapped_column(JSON, default=list)
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    online_link: Mapped[str] = mapped_column(String(500), default="")
    named_person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    secular_pair_id: Mapped[int | None] = mapped_column(ForeignKey("group_offered.id"))
    # What who asks for a seat is asked with it: the newest version of a form.
    question_id: Mapped[int | None] = mapped_column(ForeignKey("questionnaire.id"))
    # None: that of its kind of session.
    service_type_id: Mapped[int | None] = mapped_column(ForeignKey("service_type.id"))
    run_sheet: Mapped[str] = mapped_column(String(60), default="")
    hidden: Mapped[bool] = mapped_column(Boolean, default=False)
    state: Mapped[GroupState] = mapped_column(MemberOf(GroupState, 10), default=GroupState.DRAFT)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # A draft that waits for a yes, since when and whose; the word with which it was sent back.
    yes_asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    yes_asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    sent_back: Mapped[str] = mapped_column(String(300), default="", server_default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    version: Mapped[int] = mapped_column(default=1)
    source_id: Mapped[int | None] = mapped_column(ForeignKey("listing_source.id"))
    source_slug: Mapped[str | None] = mapped_column(String(200))
    source_url: Mapped[str] = mapped_column(String(500), default="")
    source_row: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    source_hash: Mapped[str] = mapped_column(String(64), default="")
    review: Mapped[list[str]] = mapped_column(JSON, default=list)
    modality: Mapped[Modality] = relationship()
    service_type: Mapped[ServiceType | None] = relationship()
    place: Mapped[Place | None] = relationship()
    source: Mapped[ListingSource | None] = relationship()
    secular_pair: Mapped["Group | None"] = relationship(
        remote_side="Group.id", foreign_keys=[secular_pair_id]
    )
    facilitators: Mapped[list["Facilitator"]] = relationship(
        back_populates="group", order_by="Facilitator.position", cascade="all, delete-orphan"
    )

    title = said("title")
    tradition = said("tradition")
    description = said("description")
    not_asked = said("not_asked")

    @classmethod
    def words(cls, values: Mapping[str, Any]) -> list[str]:
        """In every language, so that whoever reads one finds what others read in another."""
        plain = [name.removeprefix("plain_") for name in cls.found_by if name != "texts"]
        texts = (values.get("texts") or {}).values()
        return [
            *(values.get(f"plain_{name}") or "" for name in plain),
            *(one.get(name, "") for one in texts for name in plain),
        ]

    @property
    def external(self) -> bool:
        """A published listing of somebody else."""
        return self.source_id is not None

    @property
    def counted_as(self) -> ServiceType | None:
        """The service type of the group: its own, else that of its kind of session."""
        return self.service_type or self.modality.service_type

    @property
    def unit(self) -> UnitPreset | None:
        """How its time becomes units: in a group a session, one to one by what its service type says."""
        found = self.counted_as
        if found is None:
            return None
        return found.in_group if self.setting is Setting.GROUP else found.alone

    @property
    def reached_online(self) -> bool:
        """Whether people can come from wherever they are: in a call, whether others sit in a room or not."""
        return self.attendance_mode != AttendanceMode.IN_PERSON

    @property
    def has_slots(self) -> bool:
        """Whether a date of it is cut into slots, one a person: its seats are those."""
        return self.setting == Setting.SLOTS and self.slot_minutes is not None

    @property
    def has_pools(self) -> bool:
        """Whether some of its people come online and others into the room, each out of seats of their own."""
        is_hybrid = self.attendance_mode == AttendanceMode.HYBRID and self.setting == Setting.GROUP
        return is_hybrid and not self.external

    @property
    def online_seats(self) -> int | None:
        """How many seats online a date of it has: none where nobody chooses to come so; None for no limit."""
        return self.online_capacity if self.has_pools else 0

    @property
    def by_phone(self) -> bool:
        """A meeting that others run has a number to dial and no online room."""
        told = self.source_row or {}
        is_online = self.attendance_mode == AttendanceMode.ONLINE
        return is_online and not self.online_link and bool(told.get("conference_phone"))

    @property
    def waits_for_yes(self) -> bool:
        """Whether it is to be published when a supervisor has looked at it."""
        return self.yes_asked_at is not None

    @property
    def published(self) -> bool:
        """Published and not retired."""
        return self.state == GroupState.PUBLISHED


class Facilitator(Base):
    """Who leads a group; the first is the lead."""

    __tablename__ = "facilitator"
    group_id: Mapped[int] = mapped_column(ForeignKey("group_offered.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    position: Mapped[int] = mapped_column(default=0)
    group: Mapped[Group] = relationship(back_populates="facilitators")
    person: Mapped[Person] = relationship()
