"""What a process keeps of a catalogue: after any change it answers as one that reads everything, and reads a few groups."""

import random
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from groupsched.access.identity import Anonymous
from groupsched.catalog.rules import Access, GroupState
from groupsched.catalog.service import (
    fields_of,
    offer_again,
    retire_group,
    save_row,
    update_group,
)
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment.models import CatalogueChange, NoFaithWish
from groupsched.enrolment.queries import find, find_by_group, find_groups, find_occurrences
from groupsched.enrolment.rules import FindFilters
from groupsched.schedule.models import Occurrence
from groupsched.schedule.rules import DateField, OccurrenceStatus, SetOfDate
from groupsched.schedule.service import cancel_occurrence, change_dates, extend_horizon
from tests.conftest import identity_of
from tests.kept import kept

NOW = datetime.fromisoformat("2026-11-25T13:00:00+00:00")  # Wednesday, 08:00 at the house
QUESTIONS = [
    "", "orientation=secular", "orientation=faith", "access=referral", "day=mo&day=th", "time=evening", "free=1",
    "q=tea", "q=ossian", "q=wednesday", "needs=step-free", "place=loft", "structure=relaxed&free=1", "from=2027-02-01",
    "external=1",
]  # fmt: skip


@pytest.fixture(autouse=True)
def _still():
    with clock.at(NOW):
        yield


@kept
def house(world):
    """Twelve groups; Robin is in one, kept apart from somebody in others, and wants no faith."""
    world.leads = [world.facilitator("Ossian"), world.facilitator("Juniper")]
    world.places = [world.room, world.place("Loft", step_free=True)]
    world.groups = [
        world.group(
            f"Group {number}", led_by=world.leads[number % 2], also_led_by=[], capacity=2 + number % 3,
            orientation=("secular", "faith", None)[number % 3], structure=("relaxed", None)[number % 2],
        )
        for number in range(12)
    ]  # fmt: skip
    for number, group in enumerate(world.groups):
        first = datetime(2026, 11, 26, 9 + number % 10) + timedelta(days=number % 5)
        world.series(group, first, dates=3 + number % 4, every_days=(2, 7)[number % 2])
    # None of its dates is in the coming weeks.
    world.series(world.group("Later", orientation="secular"), datetime(2027, 2, 3, 10), dates=2)
    world.listing("Church hall meeting")
    world.robin, world.jo = world.client("Robin"), world.client("Jo", "Marmalade")
    world.enrol(world.groups[0], world.robin)
    world.enrol(world.groups[1], world.jo)
    world.keep_apart(world.robin, world.jo)
    db.session.add(NoFaithWish(person_id=world.robin.id))
    db.session.commit()
    return world


def forget():
    find._kept.clear()
    find_by_group._kept.clear()


def answers(house, question):
    """All that the pages by group and by day are made of, for a visitor and for Robin."""
    asked = FindFilters.parse({name: values.split() for name, values in _pairs(question)})
    for identity in (Anonymous(house.program.id), identity_of(house.robin)):
        groups = find_groups(identity, asked)
        dates = find_occurrences(identity, asked)
        yield replace(groups, index=None), groups.index.names
        yield replace(dates, index=None, mask=0, occurrences=[one.id for one in dates.occurrences])
        # What is counted is what is listed.
        assert groups.total == len(groups.shown) or groups.by_kind or groups.after
        assert dates.total == dates.mask.bit_count()


def _pairs(question):
    for part in question.split("&") if question else ():
        name, value = part.split("=")
        yield name, value


def change(house, dice):
    """One change, as somebody makes it."""
    group = dice.choice(house.groups)
    db.session.refresh(group)
    coming = db.session.scalars(
        select(Occurrence)
        .where(Occurrence.group_id == group.id, Occurrence.status == OccurrenceStatus.SCHEDULED)
        .order_by(Occurrence.start, Occurrence.id)
    ).all()
    one = dice.choice(coming) if coming else None
    match dice.randrange(11):
        case 0:
            edit(house, group, title=dice.choice(["Tea", "Circle", "Quiet hour"]))
        case 1:
            edit(house, group, hidden=not group.hidden)
        case 2:
            edit(house, group, orientation=dice.choice(["secular", "faith", None]))
        case 3:
            edit(house, group, access=dice.choice([Access.ENROL, Access.REFERRAL]))
        case 4 if group.state == GroupState.PUBLISHED:
            retire_group(house.system, group)
        case 4:
            offer_again(house.system, group)
        case 5 if one is not None:
            cancel_occurrence(house.system, one, "The heating is out.")
        case 6 if one is not None:
            change_dates(
                house.system, group, SetOfDate(one.id, {DateField.PLACE: dice.choice(house.places).id})
            )
        case 7 if one is not None:
            change_dates(
                house.system, group, SetOfDate(one.id, {DateField.LEADS: (dice.choice(house.leads).id,)})
            )
        case 8:
            new = house.group(f"New {dice.random()}", orientation="secular")
            house.series(new, datetime(2026, 11, 27, dice.randrange(6, 22)), dates=2)
            house.groups.append(new)
        case 9 if group is not house.groups[0]:
            house.enrol(group, dice.choice([house.jo, house.client()]))
        case 10:
            place = house.places[1]
            save_row(house.system, place, {"step_free": not place.step_free}, place.version)
    db.session.commit()


def edit(house, group, **fields):
    update_group(house.system, group, replace(fields_of(group), **fields), group.version)


@pytest.mark.parametrize("seed", range(2))
def test_whatever_changes_the_answer_is_that_of_a_process_that_knows_nothing_yet(house, seed):
    dice = random.Random(seed)
    for step in range(15):
        change(house, dice)
        asked = dice.sample(QUESTIONS, 3)
        # Every window was read before, at some revision: what it has of others is to be mended now.
        quick = [list(answers(house, question)) for question in asked]
        held = [dict(memory._kept) for memory in (find._kept, find_by_group._kept)]
        forget()
        plain = [list(answers(house, question)) for question in asked]
        assert quick == plain, f"seed {seed}, step {step}"
        for memory, before in zip((find._kept, find_by_group._kept), held, strict=True):
            memory.clear()
            memory._kept.update(before)


def test_after_a_change_of_one_group_that_one_is_read_and_no_other(house, client, statements):
    client.get("/sessions")
    edit(house, house.groups[2], title="Tea")
    db.session.commit()
    begin = len(statements())
    assert "Tea" in client.get("/sessions?q=tea").text
    read = [one for one in statements()[begin:] if "FROM group_offered" in one and "EXISTS" not in one]
    assert read
    assert all("group_offered.id IN" in one for one in read), read


def test_dates_that_the_horizon_makes_are_found(house):
    group = house.group("Endless")
    house.series(group, datetime(2026, 11, 26, 10), dates=None)
    asked = FindFilters.parse({"from": ["2028-02-01"], "to": ["2028-02-28"]})
    assert find_groups(Anonymous(house.program.id), asked).total == 0
    with clock.at(NOW + timedelta(days=60)):
        extend_horizon(clock.now())
        db.session.commit()
        found = find_groups(Anonymous(house.program.id), asked)
        assert [one.group for one in found.shown] == [group.id]


def test_changes_of_long_ago_are_not_kept_and_who_missed_them_reads_everything(house):
    asker, asked = Anonymous(house.program.id), FindFilters.parse({"q": ["tea"]})
    find_groups(asker, asked)
    house.program.catalogue_revision = 1999
    db.session.commit()
    edit(house, house.groups[2], title="Tea")
    db.session.commit()
    kept_ones = db.session.scalars(select(CatalogueChange.revision).order_by(CatalogueChange.revision)).all()
    assert kept_ones == [2000]
    assert find_groups(asker, asked).total == 1
