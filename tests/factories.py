"""Worlds for tests, built by the product's own verbs. Every name is plainly invented; each argument a test gives says
why it matters.

What lies in the past was done then: a verb is called under the clock of its day (`clock.at`), as the demo lives its story.
"""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from groupsched.access.identity import Member, Role, System
from groupsched.access.models import Program, Site
from groupsched.accounts.cookie import member
from groupsched.accounts.events import ProgramFounded
from groupsched.accounts.models import Person
from groupsched.accounts.rules import QUIET_FROM, QUIET_UNTIL, ReminderWish
from groupsched.accounts.service import PersonFields, add_person, change_own, found_program
from groupsched.care.models import CareTeamMember
from groupsched.care.rules import CareRole
from groupsched.care.service import join_team
from groupsched.catalog.models import Group, Modality, Place
from groupsched.catalog.queries import modality_with_key
from groupsched.catalog.rules import (
    Access,
    AttendanceMode,
    GroupFields,
    GroupState,
    LineMode,
    Orientation,
    Setting,
    Structure,
)
from groupsched.catalog.service import create_group, publish_group, retire_group, save_row
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.events import publish
from groupsched.enrolment.models import ApartPair, Enrolment
from groupsched.enrolment.rules import ApartSpan, EnrolmentMode, GuestSeats
from groupsched.enrolment.service import (
    ApartWish,
    JoinOutcome,
    enrol,
    enrol_many,
    keep_apart,
    set_guest_seats,
)
from groupsched.exchange.service import import_listings
from groupsched.outbox.delivery import deliver_due
from groupsched.schedule.models import Occurrence
from groupsched.schedule.rules import SeriesRule
from groupsched.schedule.service import add_series

ZONE = "America/New_York"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
"""When the program was founded and its people came."""
AHEAD = timedelta(days=100)
"""How long before its first date a series was defined that has begun by now."""
SAID_OF_SUPPORT = {
    "en": {
        "name": "Support group",
        "summary": "People meet.",
        "happens": "We talk.",
        "not_asked": "You may pass.",
    }
}
CHOICES: dict[str, Any] = {
    "orientation": Orientation, "structure": Structure, "access": Access, "setting": Setting,
    "attendance_mode": AttendanceMode, "line_mode": LineMode, "languages": tuple, "audience": tuple, "tags": tuple, "slot_breaks": tuple,
}  # fmt: skip


def delivered() -> None:
    """What waits goes out, also what waits some minutes for who may change their mind."""
    with clock.at(clock.now() + timedelta(minutes=6)):
        deliver_due()


def tomorrow_at(hour: int, minute: int = 0) -> datetime:
    """A wall-clock start that is to come, at whatever minute of the day a test runs: naive, tomorrow in the zone of the program."""
    return datetime.combine(clock.today(ZONE) + timedelta(days=1), time(hour, minute))


class World:
    """A program with a site, its kinds of sessions and a room; more on request.

    Everything is committed at once, and nothing is read after it: on SQLite that would hold up who writes elsewhere.
    """

    def __init__(self, key: str = "harbor") -> None:
        with clock.at(LONG_AGO):
            self.program = self._found(f"{key.title()} House", key)
            self.program.region = "GB"  # most tests read times as they are written there
            self.system = System(program_id=self.program.id)
            self.site = self.program.sites[0]
            save_row(self.system, self.site, {"step_free": True}, self.site.version)
            self.support = self.modality("support-group", texts=SAID_OF_SUPPORT)
            self.room = self.place("Oak Room", capacity=12)
        self._host: Person | None = None
        self._keeper: Person | None = None

    def _found(self, name: str, key: str) -> Program:
        if db.session.scalar(select(Program.id).limit(1)) is None:
            program = found_program(name, ZONE, "Lantern Street")
            # As where no number of the region is known: what shows them, and asks to check them, says so itself.
            program.sites[0].emergency_number = program.sites[0].crisis_number = ""
            return program
        # The verb founds the first program only; no verb makes a second one beside it.
        program = Program(key=key, name=name, timezone=ZONE)
        program.sites = [Site(key="house", name="Lantern Street", timezone=ZONE)]
        db.session.add(program)
        db.session.flush()
        publish(ProgramFounded(program.id))
        return program

    def another_program(self, key: str = "quay") -> "World":
        """A second program, whose people see nothing of the first."""
        return World(key)

    def another_site(self, key: str = "annex") -> Site:
        """A second site of the same program, with a desk of its own. No verb adds one."""
        site = Site(key=key, name=f"{key.title()} House", timezone=ZONE)
        self.program.sites.append(site)
        db.session.commit()
        return site

    def modality(self, key: str, **fields: Any) -> Modality:
        """A kind of session: the product's own of that key, changed by `fields`, or a new one."""
        found = modality_with_key(self.program.id, key)
        if found is not None and not fields:
            db.session.commit()
            return found
        if found is not None:
            return self._save(found, **fields)
        texts = {"en": {"name": key.replace("-", " ").capitalize(), "summary": "People meet."}}
        defaults: dict[str, Any] = {"category": "support", "kind": "support", "texts": texts}
        return self._save(Modality(), key=key, **{**defaults, **fields})

    def place(self, name: str, **fields: Any) -> Place:
        """A room of the first site."""
        key = name.lower().replace(" ", "-")
        return self._save(Place(), key=key, name=name, **{"site_id": self.site.id, **fields})

    def _save(self, row: Any, **values: Any) -> Any:
        save_row(self.system, row, values, row.version)
        db.session.commit()
        return row

    # --- people ---

    def person(
        self,
        first_name: str = "Robin",
        last_name: str = "Teacup",
        *roles: Role,
        site: Site | None = None,
        wants_mail: bool = True,
        **fields: Any,
    ) -> Person:
        """A person of a site, the first unless told otherwise; a client unless roles are given."""
        said = PersonFields(first_name, last_name, site_id=(site or self.site).id, **fields)
        with clock.at(LONG_AGO):
            person = add_person(self.system, said, frozenset(roles or (Role.CLIENT,)))
        if not wants_mail:
            change_own(member(person), language=person.language, wants_mail=False)
        db.session.commit()
        return person

    def client(self, first_name: str = "Robin", last_name: str = "Teacup", **fields: Any) -> Person:
        return self.person(first_name, last_name, Role.CLIENT, **fields)

    def reminded(self, first_name: str = "Robin", *, day: bool = True, hours: bool = True) -> Person:
        """A client with an address who chose reminders."""
        person = self.client(first_name, email=f"{first_name.lower()}@example.org")
        wish = ReminderWish(day, hours, QUIET_FROM, QUIET_UNTIL)
        change_own(member(person), language=person.language, wants_mail=True, reminders=wish)
        db.session.commit()
        return person

    def facilitator(self, first_name: str = "Ossian", last_name: str = "Sampleton", **fields: Any) -> Person:
        return self.person(first_name, last_name, Role.FACILITATOR, **fields)

    def front_desk(self, first_name: str = "Wren", last_name: str = "Demopoulos", **fields: Any) -> Person:
        return self.person(first_name, last_name, Role.FRONT_DESK, **fields)

    def supervisor(self, first_name: str = "Marigold", last_name: str = "Testwell", **fields: Any) -> Person:
        return self.person(first_name, last_name, Role.SUPERVISOR, **fields)

    def admin(self, first_name: str = "Ada", last_name: str = "Examplar", **fields: Any) -> Person:
        return self.person(first_name, last_name, Role.ADMIN, **fields)

    def keeper(self) -> Member:
        """Somebody who enrols anybody: a supervisor. Who leads a group enrols only those whom they know."""
        self._keeper = self._keeper or self.supervisor("Kestrel", "Register")
        return member(self._keeper)

    # --- groups and their dates ---

    def group(
        self,
        title: str = "Morning group",
        *,
        led_by: Person | None = None,
        state: str = GroupState.PUBLISHED,
        **fields: Any,
    ) -> Group:
        """A published group that people enrol in, with 12 seats, unless told otherwise; one to one has one, and what meets
        online has a link. Nobody in particular leads it where a test names nobody; a draft then has no leader."""
        wanted = GroupState(state)
        leader = led_by or (None if wanted is GroupState.DRAFT else self._somebody())
        group = create_group(self.system, self._said(title, leader, fields))
        if wanted is not GroupState.DRAFT:
            publish_group(self.system, group)
        if wanted is GroupState.RETIRED:
            retire_group(self.system, group)
        db.session.commit()
        return group

    def _said(self, title: str, leader: Person | None, fields: dict[str, Any]) -> GroupFields:
        defaults: dict[str, Any] = {
            "capacity": 1 if fields.get("setting") == Setting.PRIVATE else 12, "line_mode": LineMode.AT_ONCE, "orientation": "secular", "structure": "structured", "place": self.room, "modality": self.support,
            "site": self.site, "secular_pair": None,
        }  # fmt: skip
        if fields.get("attendance_mode", AttendanceMode.IN_PERSON) != AttendanceMode.IN_PERSON:
            defaults["online_link"] = "https://meet.example.org/room"
        said = {**defaults, **fields}
        for name in ("place", "site", "secular_pair"):
            said[name] = said[name].uid if said[name] else None
        for name, kind in CHOICES.items():
            if said.get(name) is not None:
                said[name] = kind(said[name])
        modality, beside = said.pop("modality").key, said.pop("also_led_by", ())
        people = [*([leader] if leader else []), *beside]
        return GroupFields(title, modality, facilitators=tuple(one.uid for one in people), **said)

    def in_slots(self, *leaders: Person, title: str = "Chair massage", **fields: Any) -> Group:
        """A published group in slots of 20 minutes with who treats."""
        first, *others = leaders or (self._somebody(),)
        said = {"setting": "slots", "slot_minutes": 20, "capacity": None, "also_led_by": others, **fields}
        return self.group(title, led_by=first, **said)

    def listing(self, title: str = "Church hall meeting", **row: Any) -> Group:
        """A weekly meeting of somebody else, brought in from a directory of its own; `row` as in its feed."""
        said = {
            "slug": "meeting", "name": title, "day": 3, "time": "19:00", "end_time": "20:00", "types": [],
            "formatted_address": "1 Example St, Anytown, PA 19000, USA",
        }  # fmt: skip
        feed = json.dumps([said | row])
        import_listings(self.system, self.program, feed, source=f"{title} directory", timezone=ZONE)
        query = select(Group).where(Group.source_id.is_not(None), Group.title == title)
        group = db.session.scalars(query).one()
        db.session.commit()
        return group

    def _somebody(self) -> Person:
        if self._host is None:
            self._host = self.facilitator("Hollis", "Placecard")
        return self._host

    def series(
        self,
        group: Group,
        first: datetime,
        *,
        dates: int | None = 8,
        every_days: int = 7,
        minutes: int = 90,
        zone: str = ZONE,
    ) -> list[Occurrence]:
        """`dates` weekly occurrences (None: without an end) from a wall-clock start (naive) on, with their series.

        The product makes dates 400 days ahead: for later ones hold time still with `clock.at`.
        """
        often = "FREQ=WEEKLY" if every_days == 7 else f"FREQ=DAILY;INTERVAL={every_days}"
        rule = SeriesRule(
            first.date(), first.time(), minutes, zone, f"{often};COUNT={dates}" if dates else often
        )
        start = first.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
        with clock.at(clock.now() if start > clock.now() else start - AHEAD):
            series = add_series(self.system, group, rule)
        query = select(Occurrence).where(Occurrence.series_id == series.id).order_by(Occurrence.start)
        rows = list(db.session.scalars(query))
        db.session.commit()
        assert len(rows) == dates or not dates, "further ahead than the product makes dates"
        return rows

    def soon(self, group: Group, *, in_minutes: int = -25, minutes: int = 90, dates: int = 1) -> Occurrence:
        """A date that started 25 minutes ago (or starts `in_minutes` from now), which may be yesterday (or tomorrow)."""
        moment = (clock.now() + timedelta(minutes=in_minutes)).replace(second=0, microsecond=0)
        wall = moment.astimezone(ZoneInfo(ZONE))
        # The product takes the first of two equal times; the second one is said in the zone that does not turn back.
        zone = f"Etc/GMT{-wall.utcoffset() // timedelta(hours=1):+}" if wall.fold else ZONE
        return self.series(group, wall.replace(tzinfo=None, fold=0), dates=dates, minutes=minutes, zone=zone)[
            0
        ]

    # --- who is in them ---

    def enrol(
        self, group: Group, *people: Person, at: datetime | None = None, dates: Iterable[Occurrence] = ()
    ) -> list[Enrolment]:
        """These people in a group since `at`, or now: on every date from then on or on those `dates`, or in their lines."""
        chosen = list(dates)
        mode = EnrolmentMode.DATES if chosen else EnrolmentMode.WHOLE
        with clock.at(at or clock.now()):
            results = enrol_many(self.system, group, people, mode=mode, occurrences=chosen, accept_clash=True)
        db.session.commit()
        return [_of(done).enrolment for _person, done in results]

    def care_for(
        self, client: Person, member: Person, role: CareRole = CareRole.COUNSELOR, *, days: int = 0
    ) -> CareTeamMember:
        """A colleague is on the care team of a client, from so many days after today on (before it, where it is less than none)."""
        day = clock.today(ZONE) + timedelta(days=days)
        row = join_team(self.system, client, member, role, day)
        db.session.commit()
        return row

    def guests(self, group: Group, seats: GuestSeats = GuestSeats.SEATED) -> None:
        """A group takes guests."""
        set_guest_seats(self.system, group, seats)
        db.session.commit()

    def keep_apart(self, person: Person, other: Person, *, minutes: int = 0, days: int = 0) -> ApartPair:
        """Two people kept apart from so many days after today on."""
        span = ApartSpan(clock.today(ZONE) + timedelta(days=days), None, minutes)
        pair = keep_apart(self.system, person, other, ApartWish(span, "They were in one flat. Invented."))
        db.session.commit()
        return pair

    def ask(self, group: Group, person: Person) -> Enrolment:
        """Somebody's own wish to join, which may be a request that waits for an answer."""
        outcome = enrol(member(person), group, person, accept_clash=True)
        db.session.commit()
        return outcome.enrolment

    def fill(self, group: Group) -> list[Person]:
        """As many others in a group as it has seats."""
        others = [self.client("Seat", f"Warmer {number}") for number in range(group.capacity or 0)]
        self.enrol(group, *others)
        return others


def _of(done: Any) -> JoinOutcome:
    if isinstance(done, JoinOutcome):
        return done
    raise done


__all__ = ["LONG_AGO", "ZONE", "World", "tomorrow_at"]
