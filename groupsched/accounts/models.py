"""People, how they sign in, and the roles they hold."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    and_,
    false,
    or_,
    text,
)
from sqlalchemy.ext.hybrid import hybrid_method, hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from groupsched.access.identity import Role
from groupsched.access.models import Program, Site
from groupsched.accounts.rules import QUIET_FROM, QUIET_UNTIL, LinkPurpose, StaffMail
from groupsched.core import clock
from groupsched.core.db import Base, Identified, UtcDateTime
from groupsched.core.search import Findable
from groupsched.core.states import MemberOf, among


class Qualification(Identified, Base):
    """A credential that somebody who leads may hold, as a row; on pages “credential”."""

    __tablename__ = "qualification"
    __table_args__ = (UniqueConstraint("program_id", "key"),)
    program_id: Mapped[int] = mapped_column(ForeignKey("program.id"))
    key: Mapped[str] = mapped_column(String(60))
    texts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    clinical: Mapped[bool] = mapped_column(Boolean, default=False)
    position: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)


class Person(Findable, Identified, Base):
    """Everybody who stands on a sheet, a plan or an audit row."""

    __tablename__ = "person"
    found_by = ("first_name", "last_name")
    __table_args__ = (
        UniqueConstraint("program_id", "record_number"),
        CheckConstraint(among("staff_mail", StaffMail), name="staff_mail"),
        Index("ix_person_program_name", "program_id", "first_name", "last_name"),
    )
    program_id: Mapped[int] = mapped_column(ForeignKey("program.id"))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"))
    first_name: Mapped[str] = mapped_column(String(80))
    last_name: Mapped[str] = mapped_column(String(80), default="")
    title: Mapped[str] = mapped_column(String(20), default="")
    email: Mapped[str | None] = mapped_column(String(254))
    phone: Mapped[str] = mapped_column(String(40), default="")
    language: Mapped[str] = mapped_column(String(5), default="en")
    wants_mail: Mapped[bool] = mapped_column(Boolean, default=True)
    reminds_day: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    reminds_hours: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    quiet_from: Mapped[str] = mapped_column(String(5), default=QUIET_FROM, server_default=QUIET_FROM)  # HH:MM
    quiet_until: Mapped[str] = mapped_column(String(5), default=QUIET_UNTIL, server_default=QUIET_UNTIL)
    staff_mail: Mapped[StaffMail] = mapped_column(
        MemberOf(StaffMail, 10), default=StaffMail.AT_ONCE, server_default=StaffMail.AT_ONCE
    )
    record_number: Mapped[str] = mapped_column(String(12))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    privacy_seen: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
    # They came by mistake: nothing of them is here but what was written down of the row.
    gone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # The keys of the rooms and of the people that they want side by side on their week, by the name of its view, as JSON text:
    # PostgreSQL cannot tell rows of people apart that hold a value of its own type json.
    week_columns: Mapped[str | None] = mapped_column(Text)
    # As what they lead; None: no credential on file.
    qualification_id: Mapped[int | None] = mapped_column(ForeignKey("qualification.id"))
    program: Mapped[Program] = relationship()
    qualification: Mapped[Qualification | None] = relationship()
    grants: Mapped[list["Grant"]] = relationship(back_populates="person", order_by="Grant.id")
    credential: Mapped["Credential | None"] = relationship(back_populates="person")
    hold: Mapped["LegalHold | None"] = relationship(
        primaryjoin="and_(LegalHold.person_id == Person.id, LegalHold.lifted_at.is_(None))", viewonly=True
    )

    @hybrid_property
    def by_mail(self) -> bool:
        """Whether what concerns their dates reaches them by mail; if not, somebody has to tell them. Read of a loaded row and
        of the columns."""
        return bool(self.email) and self.wants_mail

    @by_mail.inplace.expression
    @classmethod
    def _by_mail(cls) -> ColumnElement[bool]:
        return and_(cls.email.is_not(None), cls.wants_mail)

    @property
    def name(self) -> str:
        """First and last name; a dash of somebody who is gone."""
        return f"{self.first_name} {self.last_name}".strip() or "–"

    @property
    def short_name(self) -> str:
        """`Robin T.`: what others may see."""
        return (
            f"{self.first_name} {self.last_name[:1]}.".strip() if self.last_name else self.first_name or "–"
        )


class Credential(Base):
    """A person's optional way to sign in."""

    __tablename__ = "credential"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    login: Mapped[str] = mapped_column(String(254), unique=True)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    password_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    person: Mapped[Person] = relationship(back_populates="credential")


class Grant(Base):
    """A role of a person in a program or at a site: from its first instant on, until the last, which is not in it.

    `in_force` and `lasts` read the same of a loaded row and of the columns, as a condition of SQL.
    """

    __tablename__ = "grant_held"
    __table_args__ = (
        CheckConstraint(among("role", Role), name="role"),
        CheckConstraint("until_at IS NULL OR until_at > from_at", name="order"),
        Index("ix_grant_held_program_role", "program_id", "role"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    program_id: Mapped[int] = mapped_column(ForeignKey("program.id"))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"))
    role: Mapped[Role] = mapped_column(MemberOf(Role, 20))
    from_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    until_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    person: Mapped[Person] = relationship(back_populates="grants")

    @hybrid_method
    def in_force(self, now: datetime) -> bool:
        """Whether it counts at a moment: it has begun and is not over."""
        return self.from_at <= now and self.lasts(now)

    @in_force.expression
    @classmethod
    def _in_force(cls, now: datetime) -> ColumnElement[bool]:
        return and_(cls.from_at <= now, cls.lasts(now))

    @hybrid_method
    def lasts(self, now: datetime) -> bool:
        """Whether it is not over at a moment, though it may not have begun."""
        return self.until_at is None or self.until_at > now

    @lasts.expression
    @classmethod
    def _lasts(cls, now: datetime) -> ColumnElement[bool]:
        return or_(cls.until_at.is_(None), cls.until_at > now)


class SignIn(Identified, Base):
    """One signed-in browser. The cookie holds a secret; only its hash is here."""

    __tablename__ = "sign_in"
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    own_phone: Mapped[bool] = mapped_column(Boolean, default=False)
    confirmed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    as_self: Mapped[bool] = mapped_column(Boolean, default=False)
    browser: Mapped[str] = mapped_column(String(80), default="")
    # The password was right and the second step is still to come: it opens the page of that step, and nothing else.
    needs_factor: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    # The tablet that it was begun on: it opens nothing anywhere else. Such a sign-in is an unlock.
    device_id: Mapped[int | None] = mapped_column(ForeignKey("device.id"), index=True)
    # When its screen was hidden, until it is shown again: some minutes later it is locked.
    covered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Device(Identified, Base):
    """A tablet that a program has paired. Its cookie holds a secret; only its hash is here."""

    __tablename__ = "device"
    __table_args__ = (Index("ix_device_program_site", "program_id", "site_id"),)
    program_id: Mapped[int] = mapped_column(ForeignKey("program.id"))
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    name: Mapped[str] = mapped_column(String(60))
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    paired_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    paired_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seen_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    # How many marks wait on it, as it told last.
    waiting: Mapped[int] = mapped_column(default=0)
    waiting_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    site: Mapped[Site] = relationship()
    paired_by: Mapped[Person | None] = relationship(foreign_keys=[paired_by_id])
    seen_by: Mapped[Person | None] = relationship(foreign_keys=[seen_by_id])


class Pairing(Identified, Base):
    """An offer to pair one tablet, once and soon: a link, drawn as a square, and a code to type."""

    __tablename__ = "pairing"
    program_id: Mapped[int] = mapped_column(ForeignKey("program.id"))
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    name: Mapped[str] = mapped_column(String(60))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    seats: Mapped[int]  # how many of the ring both screens show as filled
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    device_id: Mapped[int | None] = mapped_column(ForeignKey("device.id"))
    program: Mapped[Program] = relationship()
    site: Mapped[Site] = relationship()


class DeviceUser(Base):
    """Somebody who has signed in on a tablet with their password: their PIN opens it from then on."""

    __tablename__ = "device_user"
    device_id: Mapped[int] = mapped_column(ForeignKey("device.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    password_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    factor_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Wrong PINs in a row: after some of them the password is asked for.
    pin_tries: Mapped[int] = mapped_column(default=0)
    person: Mapped[Person] = relationship()


class Pin(Base):
    """The six digits with which a person unlocks tablets that know them."""

    __tablename__ = "pin"
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    pin_hash: Mapped[str] = mapped_column(String(200))
    since: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class SecondFactor(Base):
    """An app on a phone that shows codes for one account. Its secret is derived from the salt and the secret key, so neither
    the database nor a copy of it is enough to make a code."""

    __tablename__ = "second_factor"
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    salt: Mapped[str] = mapped_column(String(64))
    since: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    # The last half minute whose code was taken: none is taken twice.
    last_step: Mapped[int] = mapped_column(BigInteger, default=0)


class RecoveryCode(Base):
    """A code on paper for whoever has lost the phone: each opens once."""

    __tablename__ = "recovery_code"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class BreakGlass(Identified, Base):
    """An hour in which somebody reads what their role does not show, with the reason they gave; in one browser only."""

    __tablename__ = "break_glass"
    __table_args__ = (
        CheckConstraint("ends_at > opened_at", name="order"),
        Index("ix_break_glass_program_opened", "program_id", "opened_at"),
        Index(
            "ix_break_glass_open",
            "sign_in_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )
    program_id: Mapped[int] = mapped_column(ForeignKey("program.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    sign_in_id: Mapped[int] = mapped_column(ForeignKey("sign_in.id"))
    reason: Mapped[str] = mapped_column(String(300))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    person: Mapped[Person] = relationship()


class LegalHold(Identified, Base):
    """Everything of a person stays as long as this is not lifted: by whom, since when, and why. What rules of retention or
    people would remove of them is left alone."""

    __tablename__ = "legal_hold"
    __table_args__ = (
        Index(
            "uq_legal_hold_person",
            "person_id",
            unique=True,
            sqlite_where=text("lifted_at IS NULL"),
            postgresql_where=text("lifted_at IS NULL"),
        ),
    )
    program_id: Mapped[int] = mapped_column(ForeignKey("program.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    reason: Mapped[str] = mapped_column(String(300))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    since: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    lifted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    lifted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lift_reason: Mapped[str] = mapped_column(String(300), default="")
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    by: Mapped[Person | None] = relationship(foreign_keys=[by_id])


class Invitation(Base):
    """A single-use way to set a password: a link (mailed or as a QR) and a printed code."""

    __tablename__ = "invitation"
    __table_args__ = (CheckConstraint(among("kind", LinkPurpose), name="kind"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[LinkPurpose] = mapped_column(MemberOf(LinkPurpose, 10))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    code_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class FailedTry(Base):
    """A sign-in or code that failed: counted per account and per address, both hashed."""

    __tablename__ = "failed_try"
    __table_args__ = (Index("ix_failed_try_who_at", "who", "at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    who: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
