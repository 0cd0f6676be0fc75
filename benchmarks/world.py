"""Made-up programs of any size, written in bulk."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask
from sqlalchemy import insert

from benchmarks.servers import SECRET
from groupsched import create_app
from groupsched.access.models import Program, Site
from groupsched.catalog.models import Group, Modality, Place
from groupsched.core import clock, schema
from groupsched.core.config import load
from groupsched.core.db import db
from groupsched.core.tokens import public_id
from groupsched.schedule.models import Occurrence, Series
from groupsched.schedule.rules import OccurrenceStatus

ZONE = "America/New_York"
KINDS = ("support", "art", "quiet", "movement", "therapy", "family")


@contextmanager
def fresh_app(database: str | None = None) -> Iterator[Flask]:
    """An application over an empty, migrated database in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        address = database or f"sqlite:///{folder}/bench.db"
        app = create_app(
            load({}, instance=folder, secret_key=SECRET, database_url=address), RATELIMIT_ENABLED=False
        )
        with app.app_context():
            schema.upgrade()
            yield app
            db.session.remove()
            db.engine.dispose()


def program(key: str = "bench") -> Program:
    """A program with a site, six kinds of work and a room."""
    made = Program(key=key, name="Bench House", timezone=ZONE, languages=["en"])
    made.sites.append(Site(key="house", name="House", timezone=ZONE))
    db.session.add(made)
    db.session.flush()
    for kind in KINDS:
        texts = {"en": {"name": kind.title(), "summary": "What happens."}}
        db.session.add(Modality(program_id=made.id, key=kind, category="support", kind=kind, texts=texts))
    db.session.add(
        Place(program_id=made.id, key="oak", name="Oak Room", capacity=12, site_id=made.sites[0].id)
    )
    db.session.commit()
    return made


def fill(owner: Program, series: int, *, weeks: int = 6, capacity: int | None = 12) -> None:
    """`series` weekly groups with `weeks` dates each, spread over days and hours."""
    modalities = [
        row.id for row in db.session.query(Modality).filter_by(program_id=owner.id).order_by(Modality.id)
    ]
    room = db.session.query(Place).filter_by(program_id=owner.id).first()
    # Aware in a zone: a week later is the same time on the clock, as the rule of a series has it.
    tomorrow = clock.now().astimezone(ZoneInfo(ZONE)) + timedelta(days=1)
    base = tomorrow.replace(hour=8, minute=0, second=0, microsecond=0)
    groups = [_group(owner, number, modalities, room.id, capacity) for number in range(series)]
    _insert(Group, groups)
    ids = [
        row[0]
        for row in db.session.execute(
            db.select(Group.id).where(Group.program_id == owner.id).order_by(Group.id)
        )
    ]
    starts = [base + timedelta(days=n % 7, minutes=15 * (n % 40)) for n in range(series)]
    _insert(Series, [_series(group, start) for group, start in zip(ids, starts, strict=True)])
    rules = dict(
        db.session.execute(
            db.select(Series.group_id, Series.id).where(
                Series.group_id.in_(ids) if series < 900 else Series.group_id >= ids[0]
            )
        ).all()
    )
    _insert(
        Occurrence,
        [
            _date(owner, group, rules[group], start + timedelta(weeks=week), room.id, capacity)
            for group, start in zip(ids, starts, strict=True)
            for week in range(weeks)
        ],
    )
    db.session.commit()


def cancel_one_of_each() -> None:
    """Call off the second date of every series, as a person does."""
    dates: dict[int, list[Occurrence]] = {}
    for date in db.session.scalars(db.select(Occurrence).order_by(Occurrence.start, Occurrence.id)):
        dates.setdefault(date.series_id, []).append(date)
    for _first, second, *_more in dates.values():
        second.status, second.reason, second.edited = OccurrenceStatus.CANCELLED, "The heating is out.", True
    db.session.flush()


def _insert(table: Any, rows: list[dict[str, Any]]) -> None:
    for begin in range(0, len(rows), 5000):
        db.session.execute(insert(table), rows[begin : begin + 5000])


def _group(owner: Program, n: int, modalities: list[int], room: int, capacity: int | None) -> dict[str, Any]:
    return {
        "program_id": owner.id,
        "uid": public_id(),
        "title": f"Group {n}",
        "description": "A circle and a kettle.",
        "modality_id": modalities[n % len(modalities)],
        "state": "published",
        "access": ("enrol", "open")[n % 2],
        "orientation": ("secular", None, "faith")[n % 3],
        "structure": ("structured", "relaxed", None)[n % 3],
        "place_id": room,
        "capacity": capacity,
        "languages": ["en"],
        "tags": ["chair"] if n % 5 == 0 else [],
    }


def _series(group: int, start: datetime) -> dict[str, Any]:
    return {
        "uid": public_id(),
        "ical_uid": public_id() * 2,
        "group_id": group,
        "starts_on": start.date(),
        "start_time": f"{start:%H:%M}",
        "duration_minutes": 60,
        "timezone": ZONE,
        "rrule": "FREQ=WEEKLY",
        "skip": [],
    }


def _date(
    owner: Program, group: int, series: int, start: datetime, room: int, capacity: int | None
) -> dict[str, Any]:
    return {
        "uid": public_id(),
        "program_id": owner.id,
        "group_id": group,
        "series_id": series,
        "original_start": start,
        "original_local": f"{start:%Y-%m-%dT%H%M}",
        "start": start,
        "end": start + timedelta(minutes=60),
        "timezone": ZONE,
        "local_date": start.date(),
        "local_minute": start.hour * 60 + start.minute,
        "place_id": room,
        "capacity": capacity,
        "taken": 3,
    }
