"""Makers of rows for tests. Every name is plainly invented; each argument a test gives says why it matters."""

from datetime import UTC, datetime, time, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from groupsched.access.identity import Role
from groupsched.access.models import Program, Site
from groupsched.accounts.models import Grant, Person
from groupsched.catalog.models import Facilitator, Group, Modality, Place
from groupsched.catalog.service import load_default_terms
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.schedule.models import Occurrence, Series

ZONE = "America/New_York"
_numbers = count(1)


def tomorrow_at(hour: int, minute: int = 0) -> datetime:
    """A wall-clock start that is to come, at whatever minute of the day a test runs: naive, tomorrow in the zone of the program."""
    return datetime.combine(clock.today(ZONE) + timedelta(days=1), time(hour, minute))


class World:
    """A program with a site, a modality and a room; more on request. Everything is committed at once."""

    def __init__(self, key: str = "harbor") -> None:
        self.program = Program(key=key, name=f"{key.title()} House", timezone=ZONE, region="GB")
        self.site = Site(
            program=self.program, key="house", name="Lantern Street", timezone=ZONE, step_free=True
        )
        self._keep(self.program, self.site)
        load_default_terms(self.program)
        self.support = self.modality("support-group", kind="support", category="support")
        self.room = self.place("Oak Room", capacity=12)

    def _keep(self, *rows: Any) -> Any:
        db.session.add_all(rows)
        db.session.commit()
        return rows[0]

    def another_program(self, key: str = "quay") -> "World":
        """A second program, whose people see nothing of the first."""
        return World(key)

    def another_site(self, key: str = "annex") -> Site:
        """A second site of the same program, with a desk of its own."""
        return self._keep(
            Site(program_id=self.program.id, key=key, name=f"{key.title()} House", timezone=ZONE)
        )

    def modality(self, key: str, **fields: Any) -> Modality:
        name = key.replace("-", " ").capitalize()
        texts = {
            "en": {
                "name": name,
                "summary": "People meet.",
                "happens": "We talk.",
                "not_asked": "You may pass.",
            }
        }
        defaults: dict[str, Any] = {"category": "support", "kind": "support", "texts": texts, "minutes": 60}
        return self._keep(Modality(program_id=self.program.id, key=key, **{**defaults, **fields}))

    def place(self, name: str, **fields: Any) -> Place:
        key = name.lower().replace(" ", "-")
        return self._keep(
            Place(program_id=self.program.id, site_id=self.site.id, key=key, name=name, **fields)
        )

    def person(
        self,
        first_name: str = "Robin",
        last_name: str = "Teacup",
        *roles: Role,
        site: Site | None = None,
        **fields: Any,
    ) -> Person:
        """A person of a site, the first unless told otherwise; a client unless roles are given."""
        home = site or self.site
        person = Person(
            program_id=self.program.id,
            site_id=home.id,
            first_name=first_name,
            last_name=last_name,
            record_number=f"{next(_numbers):06}",
            **fields,
        )
        for role in roles or (Role.CLIENT,):
            person.grants.append(
                Grant(
                    program_id=self.program.id,
                    role=role,
                    site_id=home.id if role == Role.FRONT_DESK else None,
                    from_at=datetime(2020, 1, 1, tzinfo=UTC),
                )
            )
        return self._keep(person)

    def client(self, first_name: str = "Robin", last_name: str = "Teacup", **fields: Any) -> Person:
        return self.person(first_name, last_name, Role.CLIENT, **fields)

    def facilitator(self, first_name: str = "Ossian", last_name: str = "Sampleton", **fields: Any) -> Person:
        return self.person(first_name, last_name, Role.FACILITATOR, **fields)

    def front_desk(self, first_name: str = "Wren", last_name: str = "Demopoulos", **fields: Any) -> Person:
        return self.person(first_name, last_name, Role.FRONT_DESK, **fields)

    def supervisor(self, first_name: str = "Marigold", last_name: str = "Testwell", **fields: Any) -> Person:
        return self.person(first_name, last_name, Role.SUPERVISOR, **fields)

    def admin(self, first_name: str = "Ada", last_name: str = "Examplar", **fields: Any) -> Person:
        return self.person(first_name, last_name, Role.ADMIN, **fields)

    def group(self, title: str = "Morning group", *, led_by: Person | None = None, **fields: Any) -> Group:
        """A published group that people enrol in, with 12 seats, unless told otherwise."""
        defaults: dict[str, Any] = {
            "state": "published",
            "access": "enrol",
            "capacity": 12,
            "orientation": "secular",
            "structure": "structured",
            "place_id": self.room.id,
            "modality_id": self.support.id,
            "site_id": self.site.id,
            "published_at": clock.now(),
        }
        group = Group(program_id=self.program.id, title=title, **{**defaults, **fields})
        if led_by is not None:
            group.facilitators.append(Facilitator(person_id=led_by.id, position=0))
        return self._keep(group)

    def series(
        self,
        group: Group,
        first: datetime,
        *,
        dates: int = 8,
        every_days: int = 7,
        minutes: int = 90,
        zone: str = ZONE,
    ) -> list[Occurrence]:
        """`dates` weekly occurrences from a wall-clock start (naive) on, as rows, with the series they belong to."""
        rule = (
            f"FREQ=WEEKLY;COUNT={dates}"
            if every_days == 7
            else f"FREQ=DAILY;INTERVAL={every_days};COUNT={dates}"
        )
        series = Series(
            group_id=group.id,
            starts_on=first.date(),
            start_time=f"{first:%H:%M}",
            duration_minutes=minutes,
            timezone=zone,
            rrule=rule,
            expanded_to=first.date() + timedelta(days=400),
        )
        db.session.add(series)
        db.session.flush()
        # Adding a day forgets which of two equal times was meant, and now may be in the hour that clocks show again.
        walls = [(first + timedelta(days=every_days * n)).replace(fold=first.fold) for n in range(dates)]
        rows = [self._date(group, series, wall, zone) for wall in walls]
        self._keep(*rows)
        return rows

    def _date(self, group: Group, series: Series, wall: datetime, zone: str) -> Occurrence:
        start = wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
        return Occurrence(
            program_id=self.program.id,
            group_id=group.id,
            series_id=series.id,
            original_start=start,
            start=start,
            end=start + timedelta(minutes=series.duration_minutes),
            original_local=f"{wall:%Y-%m-%dT%H%M}",
            timezone=zone,
            local_date=wall.date(),
            local_minute=wall.hour * 60 + wall.minute,
            place_id=group.place_id,
            capacity=group.capacity,
            external=group.external,
        )

    def soon(self, group: Group, *, in_minutes: int = -25, minutes: int = 90, dates: int = 1) -> Occurrence:
        """A date that started 25 minutes ago (or starts `in_minutes` from now), which may be yesterday (or tomorrow)."""
        wall = (
            (clock.now() + timedelta(minutes=in_minutes))
            .astimezone(ZoneInfo(ZONE))
            .replace(tzinfo=None, second=0, microsecond=0)
        )
        return self.series(group, wall, dates=dates, minutes=minutes)[0]
