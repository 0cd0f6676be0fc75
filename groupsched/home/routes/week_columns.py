"""The columns of the staff week: rooms or people, those that its reader has chosen, else those that matter by themselves."""

from collections.abc import Sequence
from dataclasses import dataclass

from groupsched.access.identity import Identity, Role
from groupsched.access.policy import Facts, Permission, can
from groupsched.accounts.models import Person
from groupsched.accounts.queries import own_person, week_columns
from groupsched.catalog.models import Place
from groupsched.catalog.queries import leaders, places
from groupsched.catalog.rules import AttendanceMode
from groupsched.core.i18n import _, ngettext
from groupsched.home.rules import Meeting, WeekView, overlapping
from groupsched.schedule.models import Occurrence
from groupsched.schedule.rules import OccurrenceStatus

ONLINE, NOWHERE, NOBODY = "online", "nowhere", "nobody"


@dataclass(frozen=True)
class WeekDate:
    """One date of the week: where and by whom, whether it is the reader's, what is taken twice, where its links lead, and
    whether the reader may move it."""

    occurrence: Occurrence
    room: Place | None
    mine: bool
    room_twice: bool
    leaders_twice: tuple[str, ...]
    links: tuple[tuple[str, str], ...]
    uncovered: bool = False
    moves: bool = False
    away: tuple[str, ...] = ()

    @property
    def meeting(self) -> Meeting:
        """The date as it is laid out."""
        return meeting_of(self.occurrence)

    @property
    def cancelled(self) -> bool:
        """Whether it does not take place."""
        return not self.meeting.takes_place


@dataclass(frozen=True)
class WeekColumn:
    """A room or a person: what is said above the column, the numbers of its dates, and of those that are at the same time
    as another. What is online or has no room yet is `shared`: it takes nothing from anybody. What is not `usual` stands
    on the page only where it was chosen."""

    key: str
    name: str
    note: str
    room: Place | None
    person: Person | None
    usual: bool
    mine: bool
    shared: bool
    dates: frozenset[int]
    twice: frozenset[int]


def columns_of(identity: Identity, dates: Sequence[WeekDate], view: WeekView) -> list[WeekColumn]:
    """All columns that can be chosen, the reader's own first."""
    return _rooms(identity, dates) if view is WeekView.ROOMS else _people(identity, dates)


def chosen_columns(identity: Identity, view: WeekView) -> frozenset[str]:
    """The keys of the columns that a reader has chosen to see; none: those that matter by themselves."""
    return frozenset(week_columns(identity).get(view.value, ())) if identity.person else frozenset()


def shown_columns(columns: Sequence[WeekColumn], chosen: frozenset[str]) -> list[WeekColumn]:
    """The columns that stand on the page: the chosen ones that there are, else those that matter by themselves."""
    found = [one for one in columns if one.key in chosen]
    return found or [one for one in columns if one.usual]


def meeting_of(one: Occurrence) -> Meeting:
    """A date as it is laid out."""
    takes_place = one.status not in (OccurrenceStatus.CANCELLED, OccurrenceStatus.DID_NOT_MEET)
    return Meeting(one.id, one.start, one.end, one.local_minute, takes_place)


def _rooms(identity: Identity, dates: Sequence[WeekDate]) -> list[WeekColumn]:
    """The rooms of the program's sites and whatever else is used; those of the reader's dates first."""
    used = {one.room.id: one.room for one in dates if one.room}
    own = [place for place in places(identity) if place.site_id is not None or place.id in used]
    own += [room for room in used.values() if room.id not in {place.id for place in own}]
    found = [
        _column(place.uid, place.name, _seats(place), [one for one in dates if one.room is place], place)
        for place in own
    ]
    rest = [one for one in dates if one.room is None]
    online = [one for one in rest if one.occurrence.group.attendance_mode == AttendanceMode.ONLINE]
    found += [_column(ONLINE, _("Online"), "", online)] if online else []
    nowhere = [one for one in rest if one not in online]
    found += [_column(NOWHERE, _("No room"), "", nowhere)] if nowhere else []
    return sorted(found, key=lambda column: not column.mine)


def _seats(place: Place) -> str:
    if place.capacity is None:
        return ""
    return ngettext("%(num)s person", "%(num)s people", place.capacity)


def _people(identity: Identity, dates: Sequence[WeekDate]) -> list[WeekColumn]:
    """Who leads something this week, the reader first, also with nothing; who sees all may choose anybody who leads."""
    leading = {person.id: person for one in dates for person in one.occurrence.leaders}
    known = dict(leading)
    leads = identity.holds(Role.FACILITATOR, identity.program_id)
    if can(identity, Permission.GROUP_READ, Facts(program=identity.program_id)):
        known |= {person.id: person for person in leaders(identity.program_id)}
    elif leads:
        known[identity.person or 0] = own_person(identity)
    columns = [
        _of_person(identity, person, dates, person.id in leading or (leads and person.id == identity.person))
        for person in sorted(
            known.values(), key=lambda one: (one.id != identity.person, one.short_name, one.id)
        )
    ]
    alone = [one for one in dates if not one.occurrence.leader_ids]
    return columns + ([_column(NOBODY, _("Nobody yet"), "", alone)] if alone else [])


def _of_person(identity: Identity, person: Person, dates: Sequence[WeekDate], usual: bool) -> WeekColumn:
    note = _("You") if person.id == identity.person else ""
    own = [one for one in dates if person.id in one.occurrence.leader_ids]
    return _column(person.uid, person.short_name, note, own, person=person, usual=usual)


def _column(
    key: str,
    name: str,
    note: str,
    dates: Sequence[WeekDate],
    room: Place | None = None,
    *,
    person: Person | None = None,
    usual: bool = True,
) -> WeekColumn:
    shared = key in (ONLINE, NOWHERE, NOBODY)
    return WeekColumn(
        key=key,
        name=name,
        note=note,
        room=room,
        person=person,
        usual=usual,
        mine=any(one.mine and not one.cancelled for one in dates),
        shared=shared,
        dates=frozenset(one.occurrence.id for one in dates),
        twice=frozenset() if shared else overlapping(one.meeting for one in dates),
    )
