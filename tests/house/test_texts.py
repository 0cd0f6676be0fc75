"""Whatever people write comes in through the one cleaner, whichever door it takes."""

import json
from datetime import timedelta

import pytest
from flask_wtf import FlaskForm
from marshmallow import fields
from sqlalchemy import select
from wtforms import PasswordField, StringField, TextAreaField

from groupsched.access.identity import System
from groupsched.accounts.models import Person
from groupsched.api.service import create_token
from groupsched.attendance import service as attendance
from groupsched.attendance.models import Attendee, SheetReason
from groupsched.catalog.models import Group, ListingSource, Place
from groupsched.core import shapes
from groupsched.core.db import db
from groupsched.core.fields import KeptField, LineField, ProseField
from groupsched.enrolment.models import Enrolment
from groupsched.exchange.service import import_listings
from groupsched.feeds.models import Feed
from groupsched.schedule.models import Occurrence
from tests.exchange.test_rules import row
from tests.factories import tomorrow_at
from tests.kept import kept

WALES = "\U0001f3f4\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f"
KEPT = f"Zoë 👩‍👩‍👧 {WALES} می‌خواهم"
# The same as it may be pasted: hidden characters, a loose accent, gaps, an override without its end.
PASTED = f"\ufeff  Zoe\u0308\u200b\u00ad \u00a0👩‍👩‍👧 \x07{WALES}\ue000 می‌خواهم\u202e\U000e0041 "
# What a text in JSON cannot hold is refused there before any field is read.
FIELDS_OF_IDS = {"id", "modality", "place_id", "lead_id", "person_id", "start_time", "timezone", "rrule", "cursor", "device", "attendee_id", "facilitators", "dates", "site_id", "slot_id", "member_id", "to_group_id", "occurrence_id", "actor", "unlock", "after", "person", "rows", "undoes", "key", "item", "questionnaire_id", "part_of", "covers"}  # fmt: skip


def test_every_text_of_every_form_is_cleaned(app):
    wrong = [
        f"{form.__name__}.{name}"
        for form in FlaskForm.__subclasses__()
        for form in (form, *form.__subclasses__())
        if form.__module__.startswith("groupsched")
        for name in dir(form)
        if (kind := getattr(getattr(form, name), "field_class", None))
        and issubclass(kind, StringField | TextAreaField)
        and not issubclass(kind, LineField | ProseField | KeptField | PasswordField)
    ]
    assert not wrong


def test_every_text_that_the_interface_takes_is_cleaned():
    def plain(field):
        inner = field.inner if isinstance(field, fields.List) else field
        return type(inner) is fields.String and not any(hasattr(v, "choices") for v in inner.validators)

    taken = [one for one in shapes.StrictSchema.__subclasses__() for one in (one, *one.__subclasses__())]
    wrong = {
        f"{schema.__name__}.{name}"
        for schema in taken
        for name, field in schema._declared_fields.items()
        if plain(field) and name not in FIELDS_OF_IDS
    }
    assert len(taken) > 8
    assert not wrong


@kept
def door(world, client):
    world.boss, world.lead, world.ada = world.supervisor(), world.facilitator(), world.admin()
    world.robin = world.client()
    world.circle = world.group(led_by=world.lead)
    world.date = world.soon(world.circle)
    world.browser = client
    return world


def call(door, method, path, body):
    _row, secret = create_token(System(), door.program, "tests", ["read", "schedule", "enrol", "admin"])
    db.session.commit()
    answer = door.browser.open(f"/api/v1{path}", method=method, json=body, headers={"Authorization": f"Bearer {secret}"})  # fmt: skip
    assert answer.status_code in (200, 201), answer.text
    return answer


def post(door, person, path, **data):
    answer = door.browser.as_(person).post(path, data=data)
    assert answer.status_code in (200, 303), answer.text


def a_name(door):
    path = f"/people/{door.robin.uid}/edit"
    post(door, door.boss, path, first_name=PASTED, language="en", site_id=door.site.id, version="1")
    return select(Person.first_name).where(Person.id == door.robin.id)


def a_name_of_the_interface(door):
    made = call(door, "POST", "/people", {"name": "x" + PASTED})
    return select(Person.last_name).where(Person.uid == made.json["id"])


def a_group_of_the_interface(door):
    call(door, "PATCH", f"/groups/{door.circle.uid}", {"title": PASTED})
    return select(Group.title).where(Group.id == door.circle.id)


def a_place(door):
    post(door, door.ada, "/catalog/places/new", name=PASTED, mode="room", site=door.site.uid)
    return select(Place.name).where(Place.name.contains("Zo"))


def a_reason_of_a_cancelled_date(door):
    with_dates = door.series(door.circle, tomorrow_at(10), dates=1)[0]
    post(door, door.lead, f"/occurrences/{with_dates.uid}/cancel", reason=PASTED)
    return select(Occurrence.reason).where(Occurrence.id == with_dates.id)


def a_reason_of_a_sheet(door):
    post(door, door.boss, f"/sheet/{door.date.uid}/reason", reason=PASTED)
    return select(SheetReason.reason)


def a_guest(door):
    post(door, door.lead, f"/sheet/{door.date.uid}/walk-in", guest_name=PASTED, op=attendance.new_op_id())
    return select(Attendee.guest_name).where(Attendee.person_id.is_(None))


def a_removal(door):
    uid = door.enrol(door.circle, door.robin, at=door.date.start - timedelta(days=1))[0].uid
    post(door, door.lead, f"/enrolments/{uid}/remove", reason=PASTED)
    return select(Enrolment.reason)


def a_calendar(door):
    post(door, door.robin, "/calendar", name=PASTED, titles="private", kind="mine")
    return select(Feed.name).where(Feed.name != "")


def a_listing(door):
    feed = json.dumps([row(name=f"<b>{PASTED}</b>")])
    import_listings(System(), door.program, feed, source="north", timezone="America/New_York")
    return select(Group.title).where(Group.source_id.is_not(None))


def a_source(door):
    import_listings(System(), door.program, json.dumps([row()]), source=PASTED, timezone="America/New_York")
    return select(ListingSource.name)


DOORS = [a_name, a_name_of_the_interface, a_group_of_the_interface, a_place, a_reason_of_a_cancelled_date,
         a_reason_of_a_sheet, a_guest, a_removal, a_calendar, a_listing, a_source]  # fmt: skip


@pytest.mark.parametrize("through", DOORS, ids=lambda through: through.__name__)
def test_a_pasted_text_is_kept_as_it_shows(door, through):
    stored = db.session.scalar(through(door))
    assert stored.removeprefix("x") == KEPT
