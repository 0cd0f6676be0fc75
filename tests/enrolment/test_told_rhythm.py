"""Who joins every date reads in which rhythm they come, whatever weeks are left out; else how many there are."""

from dataclasses import replace
from datetime import date, time

import pytest
from sqlalchemy import select

from groupsched.access.identity import System
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment import service
from groupsched.enrolment.queries import dates_ahead
from groupsched.enrolment.rules import EnrolmentMode
from groupsched.outbox.models import Message
from groupsched.outbox.rules import render
from groupsched.outbox.service import wording
from groupsched.schedule.service import add_series
from tests.conftest import identity_of
from tests.enrolment.test_told_changes import NOW, THURSDAYS

pytestmark = pytest.mark.on_sqlite


@pytest.fixture
def joined(world):
    """What somebody reads who joins every date of a group with these rules, in English and in Spanish."""
    world.program.region = "US"

    def read(*rules):
        group = world.group("Tea", led_by=world.facilitator())
        for rule in rules:
            add_series(System(), group, rule)
        people = [
            world.client(name, email=f"{name}@example.org", language=language)
            for name, language in (("robin", "en"), ("reed", "es"))
        ]
        for one in people:
            service.enrol(identity_of(one), group, one)
        rows = list(db.session.scalars(select(Message).order_by(Message.id)))
        return [
            render(wording(), row.kind, one.language, row.fields).text.split("\n")[2]
            for row, one in zip(rows, people, strict=True)
        ]

    with clock.at(NOW):
        yield read


def rule(rrule, **fields):
    return replace(THURSDAYS, rrule=rrule, **fields)


def test_a_week_left_out_at_the_beginning_does_not_lose_the_rhythm(joined):
    skip = frozenset({date(2026, 12, 3)})
    assert joined(rule("FREQ=WEEKLY;BYDAY=TH;COUNT=8", skip=skip)) == [
        "you have an appointment every Thursday at 11:00 AM, from Thu, Nov 26 on.",
        "tienes una cita cada jueves a las 11:00 a.m., desde el jue 26 nov.",
    ]


def test_two_days_a_week_of_which_one_begins_later(joined):
    skip = frozenset({date(2026, 12, 1), date(2026, 12, 10)})
    said, _dicho = joined(rule("FREQ=WEEKLY;BYDAY=TU,TH;COUNT=12", skip=skip))
    assert said == "you have an appointment every Tuesday and Thursday at 11:00 AM, from Thu, Nov 26 on."


@pytest.mark.parametrize(
    ("rrule", "said", "dicho"),
    [
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TH", "every 2 weeks on Thursday", "cada 2 semanas, el jueves"),
        ("FREQ=MONTHLY;BYDAY=4TH", "every month on the fourth Thursday", "cada mes, el cuarto jueves"),
        ("FREQ=MONTHLY;BYMONTHDAY=26", "every month on day 26", "cada mes, el día 26"),
        ("FREQ=DAILY;INTERVAL=3", "every 3 days", "cada 3 días"),
    ],
)
def test_every_other_rhythm_is_said_as_its_rule_says_it(joined, rrule, said, dicho):
    assert joined(rule(rrule)) == [
        f"you have an appointment {said} at 11:00 AM, from Thu, Nov 26 on.",
        f"tienes una cita {dicho} a las 11:00 a.m., desde el jue 26 nov.",
    ]


def test_where_no_rule_alone_says_it_there_are_so_many_dates(joined):
    assert joined(
        rule(""), rule("", starts_on=date(2026, 12, 1)), rule("", starts_on=date(2026, 12, 18))
    ) == [
        "you have 3 appointments, the first on Thu, Nov 26 at 11:00 AM.",
        "tienes 3 citas, la primera a las 11:00 a.m. del jue 26 nov.",
    ]


def test_the_only_date_that_is_left_is_one_appointment(joined):
    skip = frozenset({date(2026, 12, 3)})
    said, _dicho = joined(rule("FREQ=WEEKLY;BYDAY=TH;COUNT=2", skip=skip))
    assert said == "you have an appointment on Thu, Nov 26 at 11:00 AM."


def test_a_date_besides_does_not_lose_the_rhythm(world, joined):
    once = replace(THURSDAYS, rrule="", starts_on=date(2026, 12, 1), start_time=time(13))
    said, dicho = joined(rule("FREQ=WEEKLY;BYDAY=TH;COUNT=8"), once)
    assert said == dicho.replace("estas son tus fechas:", "these are your dates:") == "these are your dates:"
    lists = [row.fields["dates"] for row in db.session.scalars(select(Message).order_by(Message.id))]
    assert lists == [
        "– Every Thursday at 11:00 AM, from Thu, Nov 26 on\n– Tue, Dec 1, 1:00 PM",
        "– Cada jueves a las 11:00 a.m., desde el jue 26 nov\n– mar 1 dic, 1:00 p.m.",
    ]


def test_who_leaves_single_dates_reads_which(world):
    with clock.at(NOW):
        group = world.group("Tea", led_by=world.facilitator())
        add_series(System(), group, rule("FREQ=WEEKLY;BYDAY=TH;COUNT=8"))
        robin = world.client(email="robin@example.org")
        first = dates_ahead(group)[:1]
        me = identity_of(robin)
        seat = service.enrol(me, group, robin, mode=EnrolmentMode.DATES, occurrences=first).enrolment
        service.leave(me, seat)
        row = db.session.scalars(select(Message).order_by(Message.id.desc())).first()
        text = render(wording(), row.kind, "en", row.fields).text
    assert "You gave these dates back:\n\n– Thu 26 Nov, 11:00\n" in text
    assert "regular" not in text
