"""When dates move or fall away together, each person hears of it once."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import delete, select

from groupsched.access.identity import System
from groupsched.catalog.service import fields_of, retire_group, update_group
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment import service
from groupsched.enrolment.queries import own_dates
from groupsched.outbox.models import Message
from groupsched.schedule.queries import current_series, series_of
from groupsched.schedule.service import (
    SeenVersions,
    add_back_date,
    add_series,
    change_series,
    redefine_group,
    skip_date,
)
from tests.conftest import identity_of
from tests.factories import delivered
from tests.kept import kept

pytestmark = pytest.mark.on_sqlite

NOW = datetime.fromisoformat("2026-11-24T14:00:00+00:00")


@kept(at=NOW, still=True)
def tea(world):
    """Six weekly dates from Thursday 26 November, with Robin in all of them."""
    world.tea = world.group("Tea", led_by=world.facilitator())
    world.dates = world.series(world.tea, datetime(2026, 11, 26, 18), dates=6)
    world.robin = world.client(email="robin@example.org")
    service.enrol(identity_of(world.robin), world.tea, world.robin)
    db.session.commit()
    return world


def told():
    rows = db.session.scalars(select(Message).where(Message.kind != "enrolled_series").order_by(Message.id))
    return [(row.kind, row.fields) for row in rows]


def test_another_weekday_is_one_message_with_the_next_date(tea):
    series = current_series(tea.tea)
    rule = replace(series.rule, rrule="FREQ=WEEKLY;BYDAY=WE;COUNT=6")
    change_series(System(), series, rule, series.version)
    ((kind, fields),) = told()
    rhythm = "From Wed 2 Dec on you have one every Wednesday 18:00–19:30, no longer every Thursday."
    assert (kind, fields["changes"]) == ("series_moved", f"– {rhythm}\n– Not on Thu 26 Nov at 18:00.")


def test_a_group_that_is_no_longer_offered_is_one_message(tea):
    retire_group(System(), tea.tea)
    ((kind, fields),) = told()
    assert (kind, fields["count"], fields["date"]) == ("series_ended", "6", "Thu 26 Nov, 18:00")


def test_a_group_that_ends_while_it_meets_is_one_message_too(tea):
    with clock.at(tea.dates[0].start + timedelta(minutes=5)):
        retire_group(System(), tea.tea)
    ((kind, fields),) = told()
    assert (kind, fields["count"], fields["date"]) == ("series_ended", "5", "Thu 3 Dec, 18:00")


def test_one_date_that_is_skipped_is_told_as_cancelled(tea):
    series = current_series(tea.tea)
    skip_date(System(), series, tea.dates[1].start.date(), series.version)
    assert [kind for kind, _fields in told()] == ["cancelled"]


def change(tea, rule=None, **fields):
    """An edit of the group and its series in one go, as the form sends it."""
    group, series = tea.tea, current_series(tea.tea)
    wanted = replace(fields_of(group), **fields)
    seen = SeenVersions(group.version, series.version)
    return redefine_group(System(), group, wanted, replace(series.rule, **(rule or {})), seen, publish=False)


def joins_one_date(tea, number):
    reed = tea.client("Reed", "Marmalade", email="reed@example.org", language="es")
    service.enrol(identity_of(reed), tea.tea, reed, mode="dates", occurrences=[tea.dates[number]])
    db.session.execute(delete(Message).where(Message.person_id == reed.id))
    db.session.commit()
    return reed


def told_to(person):
    rows = db.session.scalars(select(Message).where(Message.person_id == person.id).order_by(Message.id))
    return [(row.kind, row.fields) for row in rows if not row.kind.startswith("enrolled")]


def test_a_new_time_is_one_message_to_each_person_however_many_dates_move(tea):
    reed = joins_one_date(tea, 2)
    change(tea, {"start_time": time(17)})
    ((kind, fields),) = told_to(tea.robin)
    time_is = "From Thu 26 Nov on the time is 17:00–18:30, no longer 18:00–19:30."
    assert (kind, fields["changes"]) == ("series_moved", f"– {time_is}")
    ((kind, fields),) = told_to(reed)
    assert kind == "moved"
    assert (fields["old_date"], fields["old_time"]) == ("jue 10 dic", "18:00")
    assert (fields["date"], fields["time"]) == ("jue 10 dic", "17:00")
    change(tea, {"start_time": time(17)})
    assert len(told()) == 2


def test_nobody_loses_the_seat_of_a_date_that_moves_to_an_earlier_hour(tea):
    change(tea, {"start_time": time(17)})
    assert [one.taken for one in tea.dates] == [1] * 6
    assert own_dates(tea.robin.id, NOW, NOW + timedelta(days=100)) == tea.dates


def test_another_room_and_another_time_in_one_edit_are_one_message(tea):
    reed = joins_one_date(tea, 2)
    loft = tea.place("Quiet Loft")
    change(tea, {"start_time": time(19)}, place=loft.uid)
    assert [kind for kind, _fields in told_to(tea.robin)] == ["series_moved"]
    assert [kind for kind, _fields in told_to(reed)] == ["date_changed"]


def test_another_room_alone_is_told_without_naming_it(tea):
    reed = joins_one_date(tea, 2)
    update_group(
        System(), tea.tea, replace(fields_of(tea.tea), place=tea.place("Quiet Loft").uid), tea.tea.version
    )
    ((kind, fields),) = told_to(reed)
    assert (kind, sorted(fields)) == ("moved_place", ["date", "link", "time"])
    assert [kind for kind, _fields in told_to(tea.robin)] == ["series_moved"]


def test_a_later_end_alone_is_told_as_another_end(tea):
    reed = joins_one_date(tea, 2)
    change(tea, {"duration_minutes": 120})
    assert [kind for kind, _fields in told_to(reed)] == ["moved_end"]


def test_dates_that_move_and_dates_that_go_are_one_message_about_all_of_them(tea):
    reed = joins_one_date(tea, 5)
    change(tea, {"start_time": time(17), "rrule": "FREQ=WEEKLY;COUNT=5"})
    ((kind, fields),) = told_to(tea.robin)
    last = "The last date is Thu 24 Dec at 17:00, no longer Thu 31 Dec."
    assert (kind, fields["changes"]) == (
        "series_moved",
        f"– From Thu 26 Nov on the time is 17:00–18:30, no longer 18:00–19:30.\n– {last}",
    )
    assert [kind for kind, _fields in told_to(reed)] == ["cancelled"]


def test_several_single_dates_that_move_are_counted(tea):
    reed = joins_one_date(tea, 2)
    service.enrol(identity_of(reed), tea.tea, reed, mode="dates", occurrences=[tea.dates[4]])
    change(tea, {"start_time": time(17)})
    ((kind, fields),) = told_to(reed)
    assert (kind, fields["count"], fields["changes"]) == (
        "series_changed",
        "2",
        "– jue 10 dic, 18:00: El nuevo horario es el jue 10 dic, 17:00.\n"
        "– jue 24 dic, 18:00: El nuevo horario es el jue 24 dic, 17:00.",
    )


def test_other_words_seats_and_new_dates_tell_nobody(tea):
    change(tea, {"rrule": "FREQ=WEEKLY;COUNT=9"}, description="We drink tea.", capacity=9)
    skipped = tea.dates[-1].start.date() + timedelta(days=14)
    series = current_series(tea.tea)
    skip_date(System(), series, skipped, series.version)
    assert [kind for kind, _fields in told()] == ["cancelled"]
    series = current_series(tea.tea)
    add_back_date(System(), series, skipped, series.version)
    assert len(told()) == 1


def test_whoever_gave_a_date_up_or_is_not_in_it_hears_nothing(tea):
    reed = joins_one_date(tea, 2)
    service.cannot_come(identity_of(reed), tea.dates[2], reed)
    stranger = tea.client("Tansy", "Inkwell", email="tansy@example.org")
    change(tea, {"start_time": time(17)})
    assert [kind for kind, _fields in told_to(reed)] == ["cannot_come"]
    assert told_to(stranger) == []


def test_dates_of_several_series_that_end_with_their_group_are_one_message(tea):
    fridays = replace(current_series(tea.tea).rule, starts_on=date(2026, 11, 27), rrule="FREQ=WEEKLY;COUNT=4")
    add_series(System(), tea.tea, fridays)
    assert len(series_of(tea.tea)) == 2
    db.session.commit()
    delivered()
    retire_group(System(), tea.tea)
    *_added, (kind, fields) = told()
    assert (kind, fields["count"]) == ("series_ended", "10")


def test_who_is_let_in_by_an_edit_hears_only_of_the_dates_as_they_are_now(tea):
    change(tea, capacity=1)
    reed = tea.client("Reed", "Marmalade", email="reed@example.org")
    service.enrol(identity_of(reed), tea.tea, reed)
    change(tea, {"start_time": time(17)}, capacity=2)
    ((_waits, _fields), (kind, fields)) = [
        (row.kind, row.fields)
        for row in db.session.scalars(
            select(Message).where(Message.person_id == reed.id).order_by(Message.id)
        )
    ]
    assert (kind, fields["weekday"], fields["time"]) == ("moved_up_series", "Thursday", "17:00")
    assert [kind for kind, _fields in told_to(tea.robin)] == ["series_moved"]
    assert [one.taken for one in tea.dates] == [2] * 6
