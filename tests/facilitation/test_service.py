"""Sheets of a program, a group and a date: who has which, what a change touches and what it never touches."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from groupsched.access.policy import Permission, can
from groupsched.audit.models import AuditRow
from groupsched.audit.rules import AuditAction
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import ChangedMeanwhile, Conflict, DomainError, NotFound
from groupsched.facilitation import queries, service
from groupsched.facilitation.models import RunSheetTemplate
from groupsched.facilitation.queries import (
    date_facts,
    get_date,
    get_template,
    said_at,
    sheet_of_date,
    template_of,
)
from groupsched.facilitation.rules import (
    PromptList,
    PromptsWanted,
    RunSheet,
    by_minutes,
    with_minutes,
    without,
)
from groupsched.facilitation.words import phase_words
from tests.conftest import identity_of
from tests.factories import tomorrow_at


def template(world, key: str) -> RunSheetTemplate:
    return next(row for row in queries.library_rows(world.program.id) if row.key == key)


def key_of(group) -> str:
    found = template_of(group)
    return found.key if found else ""


def longer(sheet: RunSheet, key: str = "welcome") -> RunSheet:
    return by_minutes(sheet, key, 2)


def tomorrow(world, group, **more):
    return world.series(group, tomorrow_at(10), dates=2, **more)[0]


def test_a_structured_group_has_a_timed_sheet_a_relaxed_one_an_open_one_two_people_one_for_two(world):
    assert key_of(world.group()) == "structured-support"
    assert key_of(world.group("Tea", structure="relaxed")) == "relaxed-support"
    yoga = world.modality("yoga", kind="movement", run_sheet="yoga-qigong")
    assert key_of(world.group("Yoga", modality=yoga, structure="relaxed")) == "yoga-qigong"
    assert key_of(world.group("Talk", setting="private")) == "one-to-one"


def test_a_date_has_the_sheet_of_its_group_at_its_own_length(world):
    date = tomorrow(world, world.group(), minutes=75)
    found = sheet_of_date(date)
    assert found.own is None and found.number == 0
    assert found.sheet.minutes == found.sheet.total.used == 75
    assert found.sheet.phase("work").minutes == 25


def test_the_first_change_of_a_date_makes_a_sheet_of_its_own_and_touches_no_other(world):
    lead = world.facilitator()
    first, second = world.series(world.group(led_by=lead), tomorrow_at(10), dates=2)
    was = sheet_of_date(first)
    service.change_date_sheet(identity_of(lead), first, longer(was.sheet), was.number)
    found = sheet_of_date(first)
    assert found.own is not None and found.sheet.phase("welcome").minutes == 7
    assert sheet_of_date(second).own is None
    assert sheet_of_date(second).sheet.phase("welcome").minutes == 5
    assert template(world, "structured-support").sheet.phase("welcome").minutes == 5


def test_a_template_that_changes_touches_no_date_that_has_its_own_or_has_begun(world):
    group = world.group()
    running, own, coming = world.soon(group), *world.series(group, tomorrow_at(10), dates=2)
    service.change_date_sheet(world.system, own, sheet_of_date(own).sheet, 0)
    row = template(world, "structured-support")
    with clock.at(clock.now() + timedelta(minutes=1)):
        service.write_template(world.system, row, longer(row.sheet), row.number)
        minutes = [sheet_of_date(one).sheet.phase("welcome").minutes for one in (running, own, coming)]
    assert minutes == [5, 5, 7]


def test_of_a_date_that_is_over_nothing_changes_and_nothing_is_made_up(world):
    group = world.group()
    ran = world.soon(group, in_minutes=-30, minutes=60)
    service.change_date_sheet(world.system, ran, longer(sheet_of_date(ran).sheet), 0)
    later = world.soon(group, in_minutes=-31, minutes=60)
    with clock.at(clock.now() + timedelta(hours=2)):
        assert sheet_of_date(ran).sheet.phase("welcome").minutes == 7
        assert sheet_of_date(later).sheet is None, "nobody changed it or ran it"
        with pytest.raises(Conflict):
            service.change_date_sheet(world.system, ran, sheet_of_date(ran).sheet, 2)


def test_a_running_date_keeps_its_sheet_when_its_group_has_another_or_its_template_goes(world):
    group, other = world.group(), world.group("Evening group")
    running, also = world.soon(group), world.soon(other)
    service.choose_sheet(world.system, group, "meditation")
    assert key_of(group) == "meditation"
    assert sheet_of_date(running).sheet.phase("check-in") is not None
    row = template(world, "structured-support")
    service.retire_template(world.system, row)
    assert sheet_of_date(also).own is not None and sheet_of_date(also).sheet.phase("check-in")
    assert key_of(other) != "structured-support"
    service.retire_template(world.system, row, back=True)
    assert key_of(other) == "structured-support"


def test_undo_goes_back_step_by_step_to_the_begin(world):
    row = template(world, "meditation")
    for _once in range(2):
        service.write_template(world.system, row, longer(row.sheet, "arrive"), row.number)
    assert row.sheet.phase("arrive").minutes == 9
    for minutes in (7, 5):
        service.undo_template(world.system, row, row.number)
        assert row.sheet.phase("arrive").minutes == minutes
    with pytest.raises(Conflict):
        service.undo_template(world.system, row, row.number)
    service.write_template(world.system, row, longer(row.sheet, "share"), row.number)
    service.undo_template(world.system, row, row.number)
    assert row.sheet == queries.ready_sheets()["meditation"]


def test_undo_of_a_date_goes_back_to_what_its_group_said(world):
    date = tomorrow(world, world.group())
    was = sheet_of_date(date).sheet
    own = service.change_date_sheet(world.system, date, without(was, "housekeeping"), 0)
    service.undo_date_sheet(world.system, date, own.number)
    assert sheet_of_date(date).sheet == was
    with pytest.raises(Conflict):
        service.undo_date_sheet(world.system, date, own.number)


def test_a_date_can_have_the_sheet_of_its_group_again_until_it_begins(world):
    group = world.group()
    date, running = tomorrow(world, group), world.soon(group)
    for one in (date, running):
        service.change_date_sheet(world.system, one, longer(sheet_of_date(one).sheet), 0)
    service.drop_date_sheet(world.system, date, 2)
    assert sheet_of_date(date).own is None
    with pytest.raises(Conflict):
        service.drop_date_sheet(world.system, running, 2)


def test_two_writers_see_each_other(world):
    date, row = tomorrow(world, world.group()), template(world, "meditation")
    service.change_date_sheet(world.system, date, longer(sheet_of_date(date).sheet), 0)
    with pytest.raises(ChangedMeanwhile):
        service.change_date_sheet(world.system, date, longer(sheet_of_date(date).sheet), 0)
    with pytest.raises(ChangedMeanwhile):
        service.write_template(world.system, row, row.sheet, row.number - 1)


def test_to_say_the_same_again_is_no_change(world):
    row = template(world, "meditation")
    service.write_template(world.system, row, row.sheet, row.number)
    assert row.number == 1


def test_a_group_has_a_sheet_of_its_own_that_no_other_can_have(world):
    group, other = world.group(), world.group("Evening group")
    own = service.own_for_group(world.system, group)
    assert template_of(group).id == own.id and own.sheet == template(world, "structured-support").sheet
    assert service.own_for_group(world.system, group, longer(own.sheet)).id == own.id
    assert template_of(group).sheet.phase("welcome").minutes == 7
    with pytest.raises(DomainError):
        service.choose_sheet(world.system, other, own.key)
    service.choose_sheet(world.system, group, "")
    assert key_of(group) == "structured-support"


def test_what_is_wrong_with_a_sheet_is_said_and_nothing_is_kept(world):
    row = template(world, "meditation")
    nameless = replace(row.sheet.phases[0], texts={})
    with pytest.raises(DomainError) as refused:
        service.write_template(
            world.system, row, replace(row.sheet, phases=(nameless, *row.sheet.phases[1:])), 1
        )
    assert refused.value.field == "phases" and row.number == 1


def test_who_leads_a_date_or_its_group_writes_its_sheet_and_nobody_else(world):
    lead, stranger, desk = world.facilitator(), world.facilitator("Pike", "Mockridge"), world.front_desk()
    date = tomorrow(world, world.group(led_by=lead))
    writes = [lead, world.supervisor()]
    for person in (*writes, stranger, desk, world.admin(), world.client()):
        identity = identity_of(person)
        may = can(identity, Permission.RUN_SHEET_WRITE, date_facts(date))
        assert may is (person in writes)
        if not may:
            with pytest.raises(NotFound):
                service.change_date_sheet(identity, date, sheet_of_date(date).sheet, 0)
            with pytest.raises(NotFound):
                service.choose_sheet(identity, date.group, "meditation")
    with pytest.raises(NotFound):
        get_date(identity_of(stranger), date.uid, Permission.RUN_SHEET_READ)


def test_the_sheets_of_a_program_are_changed_by_who_changes_its_settings(world):
    row = template(world, "meditation")
    for person, may in ((world.supervisor(), True), (world.admin(), True), (world.facilitator(), False)):
        identity = identity_of(person)
        assert get_template(identity, row.uid).id == row.id, "anybody on staff reads it"
        if may:
            service.write_template(identity, row, longer(row.sheet, "arrive"), row.number)
            service.add_template(identity, row.sheet)
        else:
            with pytest.raises(NotFound):
                service.add_template(identity, row.sheet)
            with pytest.raises(NotFound):
                get_template(identity, row.uid, to_write=True)
    with pytest.raises(NotFound):
        get_template(identity_of(world.client()), row.uid)
    elsewhere = world.another_program()
    with pytest.raises(NotFound):
        get_template(identity_of(elsewhere.supervisor()), row.uid)


def test_every_change_is_written_down(world):
    group = world.group()
    date, row = tomorrow(world, group), template(world, "meditation")
    service.write_template(world.system, row, longer(row.sheet, "arrive"), row.number)
    service.change_date_sheet(world.system, date, longer(sheet_of_date(date).sheet), 0)
    service.drop_date_sheet(world.system, date, 2)
    service.choose_sheet(world.system, group, "meditation")
    acts = list(db.session.scalars(select(AuditRow).order_by(AuditRow.id)))[-4:]
    assert [one.action for one in acts] == [
        AuditAction.RUN_SHEET_CHANGED,
        AuditAction.DATE_SHEET_CHANGED,
        AuditAction.DATE_SHEET_CHANGED,
        AuditAction.GROUP_CHANGED,
    ]


def test_a_template_says_what_it_said_at_a_moment(world):
    row = template(world, "meditation")
    begin = clock.now()
    with clock.at(begin + timedelta(minutes=5)):
        service.write_template(world.system, row, with_minutes(row.sheet, "arrive", 9), 1)
    assert said_at(row, begin).phase("arrive").minutes == 5
    assert said_at(row, begin + timedelta(minutes=5)).phase("arrive").minutes == 9
    assert said_at(row, begin - timedelta(days=900)).phase("arrive").minutes == 5


def test_prompts_of_the_program_fit_the_group_that_asks(world):
    wanted = PromptsWanted(deck=PromptList.CHECK_IN, modality="yoga", left=8)
    found = queries.prompts_for(world.program.id, wanted)
    assert found[0].key == "in-body-word", "those for the kind of session first"
    assert all(one.deck is PromptList.CHECK_IN and one.minutes <= 8 for one in found)
    with pytest.raises(NotFound):
        queries.get_prompt(world.program.id, "nothing")


def test_a_group_starts_from_the_agreements_of_its_kind(world):
    family = world.modality("family-therapy", kind="family")
    keys = {one.key for one in queries.agreements_of(world.group("Family", modality=family))}
    assert {"stays-here", "not-a-weapon"} <= keys
    assert "not-a-weapon" not in {one.key for one in queries.agreements_of(world.group())}
    online = world.group("Online", attendance_mode="online")
    assert "online-alone" in {one.key for one in queries.agreements_of(online)}


def test_words_are_those_of_the_page(app, world):
    sheet = sheet_of_date(tomorrow(world, world.group())).sheet
    assert phase_words(sheet.phases[0]).name == "Welcome and agreements"
