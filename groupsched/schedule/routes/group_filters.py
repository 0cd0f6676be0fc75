"""What the list of groups is narrowed by: words, whose, day, room, who leads, state."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Self

from flask import url_for
from sqlalchemy import Select

from groupsched.access.identity import Identity
from groupsched.accounts.models import Person
from groupsched.catalog.models import Facilitator, Group, Place
from groupsched.catalog.queries import leaders_seen, places
from groupsched.catalog.rules import GroupState
from groupsched.catalog.words import states
from groupsched.core.i18n import _, weekday_name
from groupsched.core.text import clean_line
from groupsched.schedule.queries import meets_on

SEARCH_LENGTH = 80
UID_LENGTH = 20
WEEKDAYS = {str(number): number for number in range(7)}


@dataclass(frozen=True)
class GroupsAsked:
    """What an address asks of the list; empty where it says nothing. Days are numbers from Monday, people and places go by
    their public ids."""

    words: str = ""
    mine: bool = False
    day: str = ""
    room: str = ""
    lead: str = ""
    state: str = ""

    @classmethod
    def of(cls, args: Mapping[str, str]) -> Self:
        """What the parameters of an address ask; what nobody can mean is left out."""
        day, state = args.get("day", ""), args.get("state", "")
        return cls(
            words=clean_line(args.get("q", ""), SEARCH_LENGTH),
            mine=args.get("mine") == "1",
            day=day if day in WEEKDAYS else "",
            room=clean_line(args.get("room", ""), UID_LENGTH),
            lead=clean_line(args.get("lead", ""), UID_LENGTH),
            state=state if state in list(GroupState) else "",
        )

    @property
    def chosen(self) -> int:
        """How many of the four lists are set."""
        return sum(bool(one) for one in (self.day, self.room, self.lead, self.state))

    @property
    def narrowed(self) -> bool:
        """Whether there may be more groups than are listed."""
        return self != type(self)()

    def address(self, **changes: Any) -> str:
        """The address that asks this, with some of it changed."""
        said: dict[str, Any] = asdict(replace(self, **changes))
        said |= {"q": said.pop("words"), "mine": "1" if said["mine"] else ""}
        said = {name: value for name, value in said.items() if value}
        return url_for("schedule.groups", **said)

    def narrow(self, query: Select[Group], now: datetime) -> Select[Group]:
        """The groups among these that are asked for."""
        if self.day:
            query = query.where(meets_on(WEEKDAYS[self.day], now))
        if self.room:
            query = query.where(Group.place.has(Place.uid == self.room))
        if self.lead:
            query = query.where(Group.facilitators.any(Facilitator.person.has(Person.uid == self.lead)))
        if self.state:
            query = query.where(Group.state == GroupState(self.state))
        return query


@dataclass(frozen=True)
class GroupFilter:
    """One of the lists: its name in the address, its label, what may be chosen, what is."""

    name: str
    label: str
    options: list[tuple[str, str]]
    chosen: str


def choices(identity: Identity, asked: GroupsAsked) -> list[GroupFilter]:
    """The lists of the form, each with the words for no choice first."""
    days = [(key, weekday_name(number)) for key, number in WEEKDAYS.items()]
    rooms = [(place.uid, place.name) for place in places(identity)]
    leads = [(person.uid, person.short_name) for person in leaders_seen(identity)]
    return [
        GroupFilter("day", _("Day"), [("", _("Any day")), *days], asked.day),
        GroupFilter("room", _("Room"), [("", _("Any room")), *rooms], asked.room),
        GroupFilter("lead", _("Who leads"), [("", _("Anybody")), *leads], asked.lead),
        GroupFilter("state", _("State"), [("", _("Any state")), *states().items()], asked.state),
    ]
