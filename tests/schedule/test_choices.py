"""From the form's choices to a rule and back."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from hypothesis import given, settings

from groupsched.schedule.rules import (
    Ends,
    MonthlyBy,
    RepeatChoices,
    Repeats,
    RuleRefused,
    build_rule,
    choices_of,
    end_time,
    local_dates,
    minutes_between,
    parse_rule,
)
from tests.schedule.refusals import is_said_well
from tests.schedule.test_rules_against_others import rules

BASE = RepeatChoices(date(2026, 12, 1), time(18), 60, "Europe/Berlin", weekdays=(1,))


@pytest.mark.parametrize(
    ("changes", "rrule"),
    [
        ({"repeats": Repeats.ONCE}, ""),
        ({"repeats": Repeats.DAILY}, "FREQ=DAILY"),
        ({"repeats": Repeats.WEEKDAYS}, "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
        ({"weekdays": (3, 1)}, "FREQ=WEEKLY;BYDAY=TU,TH"),
        ({"repeats": Repeats.BIWEEKLY}, "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"),
        ({"repeats": Repeats.WEEKS, "every": 5}, "FREQ=WEEKLY;INTERVAL=5;BYDAY=TU"),
        ({"repeats": Repeats.MONTHLY}, "FREQ=MONTHLY;BYMONTHDAY=1"),
        ({"repeats": Repeats.MONTHLY, "monthly_by": MonthlyBy.NTH}, "FREQ=MONTHLY;BYDAY=1TU"),
        ({"repeats": Repeats.MONTHLY, "monthly_by": MonthlyBy.LAST}, "FREQ=MONTHLY;BYDAY=-1TU"),
        ({"ends": Ends.AFTER, "count": 12}, "FREQ=WEEKLY;BYDAY=TU;COUNT=12"),
    ],
)
def test_each_choice_has_its_rule(changes, rrule):
    assert build_rule(replace(BASE, **changes)).rrule == rrule


@pytest.mark.parametrize("day", range(1, 32))
def test_a_month_is_counted_in_weeks_from_its_first_day(day):
    first = date(2026, 12, day)
    made = build_rule(replace(BASE, starts_on=first, repeats=Repeats.MONTHLY, monthly_by=MonthlyBy.NTH))
    assert made.starts_on == first, "its own weekday is the one it says"
    assert made.recurrence.nth == sum(
        date(2026, 12, one).weekday() == first.weekday() for one in range(1, day + 1)
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"repeats": Repeats.DAILY}, {"repeats": Repeats.WEEKDAYS}, {"weekdays": (1, 3)}, {"repeats": Repeats.BIWEEKLY, "every": 2},
        {"repeats": Repeats.WEEKS, "every": 5}, {"ends": Ends.AFTER, "count": 12}, {"ends": Ends.ON, "until": date(2027, 3, 2)},
        {"repeats": Repeats.ONCE},
        *({"repeats": Repeats.MONTHLY, "monthly_by": by, "starts_on": date(2026, 12, 8 if by is MonthlyBy.NTH else 29)} for by in MonthlyBy),
    ],
)  # fmt: skip
def test_a_form_opens_with_what_was_chosen_in_it(changes):
    chosen = replace(BASE, **changes)
    found = choices_of(build_rule(chosen))
    named = [*changes, "repeats", "ends"]
    assert {name: getattr(found, name) for name in named} == {name: getattr(chosen, name) for name in named}


@pytest.mark.parametrize(
    ("rrule", "repeats"),
    [
        ("FREQ=DAILY", Repeats.DAILY), ("FREQ=WEEKLY", Repeats.WEEKLY), ("FREQ=MONTHLY", Repeats.MONTHLY),
        ("FREQ=WEEKLY;INTERVAL=2", Repeats.BIWEEKLY), ("FREQ=DAILY;INTERVAL=3", Repeats.CUSTOM),
    ],
)  # fmt: skip
def test_what_the_first_date_implies_is_chosen_in_the_form(rrule, repeats):
    made = parse_rule(
        starts_on=BASE.starts_on, start_time=time(18), duration_minutes=60, timezone="UTC", rrule=rrule
    )
    assert choices_of(made).repeats is repeats


def test_the_first_date_moves_to_the_first_chosen_day():
    assert build_rule(replace(BASE, weekdays=(3,))).starts_on == date(2026, 12, 3)
    last = replace(BASE, repeats=Repeats.MONTHLY, monthly_by=MonthlyBy.LAST)
    assert build_rule(last).starts_on == date(2026, 12, 29)


def test_an_end_that_was_not_chosen_is_ignored():
    found = build_rule(replace(BASE, ends=Ends.OPEN, count=3, until=date(2026, 1, 1)))
    assert (found.rrule, found.until) == ("FREQ=WEEKLY;BYDAY=TU", None)
    assert build_rule(replace(BASE, repeats=Repeats.ONCE, ends=Ends.AFTER, count=None)).rrule == ""


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"weekdays": ()}, "weekdays"),
        ({"repeats": Repeats.WEEKS, "every": 0}, "every"),
        ({"repeats": Repeats.WEEKS, "every": 53}, "every"),
        ({"ends": Ends.AFTER}, "count"),
        ({"ends": Ends.AFTER, "count": 1000}, "count"),
        ({"ends": Ends.ON}, "until"),
        ({"ends": Ends.ON, "until": date(2026, 11, 1)}, "until"),
        ({"repeats": Repeats.CUSTOM, "custom": "FREQ=YEARLY"}, "rrule"),
        ({"timezone": "Nowhere"}, "timezone"),
    ],
)
def test_a_choice_that_makes_no_sense_names_its_field(changes, field):
    with pytest.raises(RuleRefused) as found:
        build_rule(replace(BASE, **changes))
    assert found.value.field == field
    assert is_said_well(found.value), found.value


@settings(max_examples=200, deadline=None)
@given(rules())
def test_every_rule_can_be_edited_without_changing_a_date(rule):
    again = build_rule(choices_of(rule), rule.skip)
    window = (rule.starts_on, rule.starts_on + timedelta(days=700))
    assert list(local_dates(again, *window)) == list(local_dates(rule, *window))
    assert (again.start_time, again.duration_minutes, again.until) == (
        rule.start_time,
        rule.duration_minutes,
        rule.until,
    )


def test_a_rule_beyond_the_form_is_kept_as_it_is():
    rule = parse_rule(
        starts_on=date(2026, 12, 1), start_time=time(18), duration_minutes=60, timezone="UTC",
        rrule="FREQ=DAILY;INTERVAL=3;COUNT=9",
    )  # fmt: skip
    assert choices_of(rule).repeats is Repeats.CUSTOM
    assert build_rule(replace(choices_of(rule), count=5)).rrule == "FREQ=DAILY;INTERVAL=3;COUNT=5"


def test_ends_are_after_starts_and_a_night_is_at_most_six_hours():
    assert minutes_between(time(18), time(19)) == 60
    assert minutes_between(time(23, 30), time(0, 45)) == 75
    assert minutes_between(time(18), time(7)) is None
    assert minutes_between(time(18), time(18, 1)) == 1
    assert minutes_between(time(20), time(2)) == 360
    assert minutes_between(time(20), time(2, 1)) is None
    assert minutes_between(time(18), time(18)) is None
    assert end_time(time(23, 30), 75) == time(0, 45)
