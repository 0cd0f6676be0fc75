"""Too few people for a date: who leads is told once and decides; nothing is cancelled by itself unless the group says so."""

from datetime import timedelta

from sqlalchemy import func, select

from groupsched.core import clock
from groupsched.core.db import db
from groupsched.operations.service import tell_staff
from groupsched.outbox.models import Message
from groupsched.schedule.rules import OccurrenceStatus
from groupsched.schedule.service import cancel_few
from tests.factories import tomorrow_at


def told(person):
    query = (
        select(func.count())
        .select_from(Message)
        .where(Message.person_id == person.id, Message.kind == "staff_few")
    )
    return db.session.scalar(query.where(Message.withdrawn_at.is_(None)))


def begun(world, **fields):
    lead = world.facilitator("Tully", "Otterly", email="tully@example.org")
    group = world.group(led_by=lead, min_to_run=4, decide_hours=2, **fields)
    return lead, group, world.series(group, tomorrow_at(18), dates=1)[0]


def test_who_leads_is_told_once_and_runs_it_anyway(client, world):
    lead, group, date = begun(world)
    people = [world.client("Seat", f"Warmer {number}") for number in range(4)]
    world.enrol(group, *people[:3], dates=[date])
    with clock.at(date.start - timedelta(hours=3)):
        tell_staff(clock.now())
        tell_staff(clock.now())
        assert told(lead) == 1
        browser = client.as_(lead)
        page = browser.get("/today").text
        assert "3 of 4 needed, decide by 16:00" in page and "Run anyway" in page
    with clock.at(date.start - timedelta(hours=1)):
        assert cancel_few(clock.now()) == 0 and date.status == OccurrenceStatus.SCHEDULED
    with clock.at(date.start - timedelta(hours=2, minutes=30)):
        browser.post(f"/occurrences/{date.uid}/run-anyway")
        assert "needed, decide by" not in browser.get("/today").text
        tell_staff(clock.now())
        assert told(lead) <= 1


def test_a_group_that_says_so_cancels_by_itself_when_nobody_has_decided(world):
    _lead, group, date = begun(world, cancels_if_few=True)
    rowan = world.client("Rowan", email="rowan@example.org")
    world.enrol(group, rowan, dates=[date])
    assert cancel_few(clock.now()) == 0
    with clock.at(date.start - timedelta(hours=2)):
        assert cancel_few(clock.now()) == 1
        assert cancel_few(clock.now()) == 0
    assert (date.status, date.reason) == (OccurrenceStatus.CANCELLED, "Too few people could come")
    kinds = db.session.scalars(
        select(Message.kind).where(Message.person_id == rowan.id).order_by(Message.id)
    ).all()
    assert kinds[-1] == "cancelled"
