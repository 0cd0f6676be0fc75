"""What changes in an event raises its number (SEQUENCE): a calendar that has the event already takes the change."""

import itertools
import re
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from groupsched.catalog.service import fields_of, retire_group, update_group
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment.queries import live_of
from groupsched.enrolment.service import can_come_again, cannot_come, leave
from groupsched.schedule.queries import coming
from groupsched.schedule.rules import BringBack, ChangeScope, DateField, MoveDate, SetOfDate
from groupsched.schedule.service import cancel_occurrence, change_dates, change_series, skip_date
from tests.conftest import identity_of
from tests.feeds.linting import unfold
from tests.feeds.readers import python_reads
from tests.feeds.setting import link_for, meets
from tests.kept import kept

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
OF_ITS_OWN = ("SEQUENCE", "DTSTAMP", "LAST-MODIFIED", "RECURRENCE-ID")


@pytest.fixture(autouse=True)
def _held_time():
    with clock.at(NOW):
        yield


@kept
def tuesdays(world):
    """A group that began in January, its leader and Robin who is in it, with their links."""
    world.lead, world.robin = world.facilitator(), world.client()
    world.one = world.group(led_by=world.lead)
    world.series_ = meets(world.one, world.lead)
    world.enrol(world.one, world.robin)
    world.links = [
        link_for(world.lead, titles="full", kind="leading")[1],
        link_for(world.robin, titles="full")[1],
    ]
    return world


def another_time(one):
    change_series(
        one.system, one.series_, replace(one.series_.rule, start_time=time(11)), one.series_.version
    )


def a_date_left_out(one):
    skip_date(one.system, one.series_, coming(one.one, NOW, None)[2].local_date, one.series_.version)


def a_date_cancelled(one):
    cancel_occurrence(one.system, coming(one.one, NOW, None)[2], "The heating is out.")


def another_title(one):
    update_group(one.system, one.one, replace(fields_of(one.one), title="Evening group"), one.one.version)


def another_title_in_spanish(one):
    fields = replace(fields_of(one.one), texts={"es": {"title": "Grupo de la tarde"}})
    update_group(one.system, one.one, fields, one.one.version)


def another_room(one):
    fields = replace(fields_of(one.one), place=one.place("Quiet Loft").uid)
    update_group(one.system, one.one, fields, one.one.version)


def no_more_dates(one):
    retire_group(one.system, one.one)


def robin_cannot_come(one):
    cannot_come(identity_of(one.robin), coming(one.one, NOW, None)[2], one.robin)


def robin_leaves(one):
    leave(identity_of(one.robin), live_of(one.one.id, one.robin.id))


CHANGES = [
    another_time, a_date_left_out, a_date_cancelled, another_title, another_room, no_more_dates, robin_cannot_come, robin_leaves,
]  # fmt: skip


def events(ics):
    """The number of each event and what it says, by its UID and the date that it stands for ("" for the series)."""
    found = {}
    for text in re.findall(r"BEGIN:VEVENT\n(.*?)END:VEVENT", "\n".join(unfold(ics)), re.S):
        lines = text.splitlines()
        named = {line.split(":")[0].split(";")[0]: line.partition(":")[2] for line in lines}
        said = tuple(line for line in lines if not line.startswith(OF_ITS_OWN))
        found[named["UID"], named.get("RECURRENCE-ID", "")] = int(named["SEQUENCE"]), said
    return found


def test_a_title_in_the_language_of_the_reader_raises_it_too_and_is_newer(client, tuesdays):
    tuesdays.robin.language = "es"
    db.session.commit()
    path = tuesdays.links[1]
    before, was_modified = events(client.get(path).data), client.get(path).headers["Last-Modified"]
    with clock.at(NOW + timedelta(hours=1)):
        another_title_in_spanish(tuesdays)
        db.session.commit()
        answer = client.get(path, headers={"If-Modified-Since": was_modified})
    assert answer.status_code == 200
    assert "SUMMARY:Grupo de la tarde" in answer.text and "LAST-MODIFIED:20260302T130001Z" in answer.text
    after = events(answer.data)
    assert before.keys() == after.keys()
    assert all(after[key][0] > number for key, (number, _said) in before.items())


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_what_changes_in_an_event_raises_its_number(client, tuesdays, change):
    before = [events(client.get(path).data) for path in tuesdays.links]
    change(tuesdays)
    db.session.commit()
    after = [events(client.get(path).data) for path in tuesdays.links]
    assert before != after
    for was, now in zip(before, after, strict=True):
        for (uid, date), (number, said) in now.items():
            old = was.get((uid, date)) or was.get((uid, ""))
            if old is not None and old[1] != said:
                assert number > old[0], (uid, date, said)


def test_a_series_that_ends_has_a_higher_number(tuesdays):
    before = tuesdays.series_.sequence
    no_more_dates(tuesdays)
    assert tuesdays.series_.sequence > before


def test_what_is_back_as_its_series_says_does_not_fall_behind_what_calendars_hold(client, tuesdays):
    """Each step raises the number and the stamp of that date, whether its own event says it or that of its series."""
    lead, robin = identity_of(tuesdays.lead), identity_of(tuesdays.robin)
    one = coming(tuesdays.one, NOW, None)[2]
    given, hour = f"{one.original_start:%Y%m%d}T100000", timedelta(hours=1)
    steps = (
        lambda: change_dates(lead, tuesdays.one, MoveDate(one.id, one.start + hour, one.end + hour)),
        lambda: change_dates(lead, tuesdays.one, MoveDate(one.id, one.start - hour, one.end - hour)),
        lambda: cannot_come(robin, one, tuesdays.robin),
        lambda: can_come_again(robin, one, tuesdays.robin),
        lambda: cancel_occurrence(lead, one, "The heating is out."),
        lambda: change_dates(lead, tuesdays.one, BringBack(one.id)),
    )
    told = [(0, "")]
    for number, step in enumerate(steps):
        with clock.at(NOW + timedelta(hours=number + 1)):
            step()
            db.session.commit()
            ics = client.get(tuesdays.links[1]).data
        each = {key[1].rpartition(":")[2]: event for key, event in events(ics).items()}
        event = each.get(given) or each[""]
        stamps = re.findall(r"DTSTAMP:(\S+)", "\n".join(unfold(ics)))
        told.append((event[0], max(stamps)))
    assert all(was[0] < now[0] and was[1] < now[1] for was, now in itertools.pairwise(told)), told


def test_a_date_that_is_over_stays_called_as_it_was(client, tuesdays):
    later = NOW + timedelta(days=14)
    with clock.at(later):
        date = coming(tuesdays.one, later, None)[0]
        values = {DateField.TITLE: "Open evening", DateField.NOTE: "Bring a cup."}
        change_dates(tuesdays.system, tuesdays.one, SetOfDate(date.id, values, ChangeScope.ALL))
        db.session.commit()
        for link in tuesdays.links:
            seen = python_reads(client.get(link).data, NOW, NOW + timedelta(days=35))
            assert {one.title for one in seen if one.start < later} == {"Morning group"}
            assert {one.title for one in seen if one.start > later} == {"Open evening"}
