"""The units that roles are held in: programs and their sites."""

from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, String, UniqueConstraint, false, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from groupsched.core.db import Base, Identified
from groupsched.core.regions import DEFAULT


class Program(Identified, Base):
    """The unit of the organization that owns groups and people."""

    __tablename__ = "program"
    key: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    timezone: Mapped[str] = mapped_column(String(60))
    # Nothing reads it since a language is offered when it has a catalogue; it goes a release later.
    languages: Mapped[list[str]] = mapped_column(JSON, default=lambda: ["en"])
    # How pages, mails and feeds write dates and times (`core/regions.py`): the subtag of BCP 47 for a country.
    region: Mapped[str] = mapped_column(String(2), default=DEFAULT, server_default=DEFAULT)
    texts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default="{}")
    # The roles whose holders sign in with a second step.
    factor_roles: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    demo: Mapped[bool] = mapped_column(Boolean, default=False)
    # Whether a group that somebody leads waits for a supervisor's yes before it is published.
    reviews_groups: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    # Whether clients may sign themselves in at the door with a code, on a paired tablet.
    self_sign_in: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    # A time in up to so many minutes after the start is on time.
    grace_minutes: Mapped[int] = mapped_column(default=10, server_default="10")
    # After so many hours without a yes everybody who is free is asked for cover; 0: nobody is asked by itself.
    cover_hours: Mapped[int] = mapped_column(default=12, server_default="12")
    # Whoever was not seen for so many days stands on the list of calls.
    unseen_days: Mapped[int] = mapped_column(default=14, server_default="14")
    # The program's own rule by which younger people come as guests; without one, guests are adults.
    young_guests: Mapped[str] = mapped_column(String(300), default="", server_default="")
    # Whether it ever kept two people apart: until then nothing is asked about it.
    keeps_apart: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    catalogue_revision: Mapped[int] = mapped_column(default=1)
    # That its data were put back from a backup, until somebody has read it (`upkeep/rules.py`, Restoration).
    restored: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    sites: Mapped[list["Site"]] = relationship(back_populates="program", order_by="Site.id")


class Site(Identified, Base):
    """A place of a program, with its zone, front desk and crisis numbers."""

    __tablename__ = "site"
    __table_args__ = (UniqueConstraint("program_id", "key"),)
    program_id: Mapped[int] = mapped_column(ForeignKey("program.id"))
    key: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(120))
    timezone: Mapped[str] = mapped_column(String(60))
    address: Mapped[str] = mapped_column(String(300), default="")
    step_free: Mapped[bool] = mapped_column(Boolean, default=False)
    desk_open: Mapped[str] = mapped_column(String(5), default="")
    desk_close: Mapped[str] = mapped_column(String(5), default="")
    emergency_number: Mapped[str] = mapped_column(String(60), default="")
    crisis_number: Mapped[str] = mapped_column(String(60), default="")
    program_number: Mapped[str] = mapped_column(String(60), default="")
    program_hours: Mapped[str] = mapped_column(String(120), default="")
    # Where the program lets clients sign themselves in: here too.
    self_sign_in: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())
    # Whose public holidays it keeps (ISO 3166): empty, those of the country of its program, of all its parts.
    holiday_country: Mapped[str] = mapped_column(String(2), default="", server_default="")
    holiday_part: Mapped[str] = mapped_column(String(12), default="", server_default="")
    # Things by how many there are of them, which its rooms share.
    equipment: Mapped[dict[str, int]] = mapped_column(JSON, default=dict, server_default="{}")
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    program: Mapped[Program] = relationship(back_populates="sites")

    @property
    def says_whom_to_call(self) -> bool:
        """Whether both numbers for an emergency are filled in; in brackets stands what is still to be."""
        return bool(self.emergency_said and self.crisis_said)

    @property
    def emergency_said(self) -> str:
        """The emergency number, where it is filled in."""
        return _filled_in(self.emergency_number)

    @property
    def crisis_said(self) -> str:
        """The number at which somebody answers at any hour, where it is filled in."""
        return _filled_in(self.crisis_number)

    @property
    def program_said(self) -> str:
        """The number of the house, where it is filled in."""
        return _filled_in(self.program_number)


def _filled_in(number: str) -> str:
    """In brackets stands what is still to be."""
    return "" if number.startswith("[") else number
