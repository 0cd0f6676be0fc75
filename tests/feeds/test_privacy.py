"""No byte of a calendar names anybody else."""

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment.service import enrol
from groupsched.schedule.models import Occurrence
from groupsched.schedule.service import cancel_occurrence
from tests.conftest import identity_of
from tests.feeds.linting import unfold
from tests.feeds.setting import link_for, meets
from tests.kept import kept

pytestmark = pytest.mark.on_sqlite

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
LETTERS = st.characters(categories=("Lu", "Ll", "Lo"))
NAMES = st.text(LETTERS, min_size=4, max_size=12).map(lambda name: f"{name}qzx")


@kept(at=NOW, still=True)
def everybody(world):
    """A reader, others who share the group, those who lead it, and all addresses at which a calendar is sent."""
    robin, leader, second = (
        world.client(),
        world.facilitator(),
        world.facilitator("Juniper", "Placeholder"),
    )
    others = [
        world.client(f"Holly{number}", "Kettle", email=f"holly{number}@example.org") for number in range(3)
    ]
    group = world.group(led_by=leader)
    meets(group, leader)
    for person in (robin, *others):
        enrol(identity_of(person), group, person)
    dates = db.session.query(Occurrence).filter(Occurrence.start > NOW).order_by(Occurrence.start)
    cancel_occurrence(identity_of(leader), dates[1], "Ossian Sampleton is ill")
    db.session.commit()
    paths = [link_for(robin, titles=titles)[1] for titles in ("private", "short", "full")]
    paths += [link_for(leader, titles="full", kind="leading")[1], "/feeds/public.ics"]
    paths.append(f"/calendar/dates/{dates[2].uid}.ics")
    return [robin, leader, second, *others], paths


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.tuples(NAMES, NAMES), min_size=6, max_size=6))
def test_no_byte_of_any_calendar_is_a_persons_name(client, everybody, names):
    people, paths = everybody
    for person, (first, last) in zip(people, names, strict=True):
        person.first_name, person.last_name, person.email = first, last, f"{first}@example.org"
    db.session.commit()
    with clock.at(NOW):
        for path in paths:
            text = "\n".join(unfold(client.get(path).data)).casefold()
            for person in people:
                for told in (
                    person.first_name,
                    person.last_name,
                    person.uid,
                    person.record_number,
                    "@example.org",
                ):
                    assert told.casefold() not in text, path


def test_why_a_date_was_cancelled_is_not_in_the_calendar(client, everybody):
    _people, paths = everybody
    with clock.at(NOW):
        for path in paths:
            assert b"Ossian" not in client.get(path).data


def test_a_private_calendar_says_when_and_nothing_else(client, everybody):
    _people, paths = everybody
    with clock.at(NOW):
        lines = unfold(client.get(paths[0]).data)
    said = {
        line
        for line in lines
        if line.startswith(("SUMMARY", "LOCATION", "DESCRIPTION", "URL", "NAME", "X-WR"))
    }
    assert said == {
        "SUMMARY:Appointment", "SUMMARY:Cancelled: Appointment", "NAME:Appointments", "X-WR-CALNAME:Appointments",
        "X-WR-TIMEZONE:America/New_York",
    }  # fmt: skip
    assert {line for line in lines if line.startswith("CLASS")} == {"CLASS:PRIVATE"}


def test_two_readers_of_one_group_have_nothing_in_common_to_compare(client, everybody):
    people, paths = everybody
    with clock.at(NOW):
        holly = link_for(people[3], titles="full")[1]
        uids = [
            {line for line in unfold(client.get(path).data) if line.startswith("UID:")}
            for path in (paths[2], holly, paths[3], "/feeds/public.ics")
        ]
    assert all(uids)
    assert len(set().union(*uids)) == sum(map(len, uids))
