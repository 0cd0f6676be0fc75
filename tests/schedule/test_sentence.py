"""A schedule said in one sentence."""

from datetime import date, time

import pytest

from groupsched.core.i18n import force_locale
from groupsched.core.regions import zone_name
from groupsched.schedule.rules import SeriesRule, parse_rule
from groupsched.schedule.words import sentence
from tests.factories import tomorrow_at

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.on_sqlite]
WEDNESDAY = date(2025, 12, 10)
ENDLESS = (
    ", from 10 December 2025, without an end",
    ", a partir del 10 de diciembre de 2025, sin fecha final",
)


def rule(rrule, starts_on=WEDNESDAY, **fields):
    given = {"start_time": time(10), "duration_minutes": 90, "timezone": "America/New_York"} | fields
    return parse_rule(starts_on=starts_on, rrule=rrule, **given)


def said(found, lang="en", since=None):
    with force_locale(lang):
        return sentence(found, since=since)


def zone_said(zone, lang="en"):
    with force_locale(lang):
        return zone_name(zone)


def test_the_example_of_the_product_reads_as_promised():
    found = rule("FREQ=WEEKLY;BYDAY=WE;COUNT=12", skip=[date(2025, 12, 24), date(2025, 12, 31)])
    assert said(found) == (
        "Every Wednesday 10:00–11:30, New York time, 12 times from 10 December 2025 until 25 February 2026, "
        "not on 24 and 31 December 2025"
    )
    assert said(found, "es") == (
        "Cada miércoles de 10:00 a 11:30, hora de Nueva York, 12 veces desde el 10 de diciembre de 2025 hasta el "
        "25 de febrero de 2026, excepto el 24 y el 31 de diciembre de 2025"
    )


def test_a_series_whose_first_days_are_left_out_is_said_from_its_first_real_date():
    """It read: from November 27, 2026, without an end, not on November 27, 2026."""
    first = [WEDNESDAY, date(2025, 12, 17)]
    assert said(rule("FREQ=WEEKLY;BYDAY=WE", skip=first)).endswith(", from 24 December 2025, without an end")
    some = rule("FREQ=WEEKLY;BYDAY=WE;COUNT=5", skip=[WEDNESDAY, date(2025, 12, 31)])
    assert said(some, since=date(2025, 12, 12)).endswith(
        ", 4 times from 17 December 2025 until 7 January 2026, not on 31 December 2025"
    )
    every = rule("FREQ=WEEKLY;BYDAY=WE;COUNT=2", skip=first)
    assert "not on 10 and 17 December 2025" in said(every)


@pytest.mark.parametrize(
    ("rrule", "english", "spanish"),
    [
        (None, "Once, on Wednesday 10 December 2025, 10:00–11:30", "Una vez, el miércoles 10 de diciembre de 2025, de 10:00 a 11:30"),
        ("FREQ=DAILY", "Every day 10:00–11:30", "Todos los días de 10:00 a 11:30"),
        ("FREQ=DAILY;INTERVAL=3", "Every 3 days 10:00–11:30", "Cada 3 días de 10:00 a 11:30"),
        ("FREQ=WEEKLY", "Every Wednesday 10:00–11:30", "Cada miércoles de 10:00 a 11:30"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "Every weekday 10:00–11:30", "De lunes a viernes de 10:00 a 11:30"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU", "Every day 10:00–11:30", "Todos los días de 10:00 a 11:30"),
        ("FREQ=WEEKLY;BYDAY=MO,WE,FR", "Every Monday, Wednesday and Friday 10:00–11:30", "Cada lunes, miércoles y viernes de 10:00 a 11:30"),
        ("FREQ=WEEKLY;BYDAY=WE,SU", "Every Wednesday and Sunday 10:00–11:30", "Cada miércoles y domingo de 10:00 a 11:30"),
        ("FREQ=WEEKLY;INTERVAL=2", "Every 2 weeks on Wednesday 10:00–11:30", "Cada 2 semanas, el miércoles, de 10:00 a 11:30"),
        ("FREQ=WEEKLY;INTERVAL=3;BYDAY=TU,WE,TH", "Every 3 weeks on Tuesday, Wednesday and Thursday 10:00–11:30", "Cada 3 semanas, el martes, miércoles y jueves, de 10:00 a 11:30"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TU,WE,TH,FR", "Every 2 weeks on Monday, Tuesday, Wednesday, Thursday and Friday 10:00–11:30", "Cada 2 semanas, el lunes, martes, miércoles, jueves y viernes, de 10:00 a 11:30"),
        ("FREQ=MONTHLY", "Every month on day 10, 10:00–11:30", "Cada mes, el día 10, de 10:00 a 11:30"),
        ("FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=10", "Every 3 months on day 10, 10:00–11:30", "Cada 3 meses, el día 10, de 10:00 a 11:30"),
        ("FREQ=MONTHLY;BYDAY=2WE", "Every month on the second Wednesday 10:00–11:30", "Cada mes, el segundo miércoles, de 10:00 a 11:30"),
        ("FREQ=MONTHLY;INTERVAL=2;BYDAY=2WE", "Every 2 months on the second Wednesday 10:00–11:30", "Cada 2 meses, el segundo miércoles, de 10:00 a 11:30"),
    ],
)  # fmt: skip
def test_each_shape_has_its_words(rrule, english, spanish):
    ends = ("", "") if rrule is None else ENDLESS
    assert said(rule(rrule)) == f"{english}, New York time{ends[0]}"
    assert said(rule(rrule), "es") == f"{spanish}, hora de Nueva York{ends[1]}"


@pytest.mark.parametrize(
    ("starts_on", "byday", "english", "spanish"),
    [
        (date(2025, 12, 1), "1MO", "first Monday", "primer lunes"),
        (date(2025, 12, 9), "2TU", "second Tuesday", "segundo martes"),
        (date(2025, 12, 18), "3TH", "third Thursday", "tercer jueves"),
        (date(2025, 12, 27), "4SA", "fourth Saturday", "cuarto sábado"),
        (date(2025, 11, 30), "5SU", "fifth Sunday", "quinto domingo"),
        (date(2025, 12, 26), "-1FR", "last Friday", "último viernes"),
    ],
)
def test_each_place_of_a_weekday_in_the_month_has_its_word(starts_on, byday, english, spanish):
    found = rule(f"FREQ=MONTHLY;BYDAY={byday}", starts_on)
    assert said(found).startswith(f"Every month on the {english} 10:00–11:30, New York time, from ")
    assert said(found, "es").startswith(f"Cada mes, el {spanish}, de 10:00 a 11:30, hora de Nueva York, ")
    assert said(found).endswith("without an end, not in months without a fifth Sunday") == (byday == "5SU")


@pytest.mark.parametrize(
    ("rrule", "until", "english", "spanish"),
    [
        ("FREQ=WEEKLY", date(2026, 2, 25), "from 10 December 2025 until 25 February 2026", "desde el 10 de diciembre de 2025 hasta el 25 de febrero de 2026"),
        ("FREQ=WEEKLY;COUNT=2", None, "2 times from 10 December 2025 until 17 December 2025", "2 veces desde el 10 de diciembre de 2025 hasta el 17 de diciembre de 2025"),
    ],
)  # fmt: skip
def test_begin_and_end_are_said_with_their_years(rrule, until, english, spanish):
    found = rule(rrule, until=until)
    assert said(found) == f"Every Wednesday 10:00–11:30, New York time, {english}"
    assert said(found, "es") == f"Cada miércoles de 10:00 a 11:30, hora de Nueva York, {spanish}"


def test_a_single_time_is_once():
    found = rule("FREQ=WEEKLY;COUNT=1")
    assert said(found) == "Once, on Wednesday 10 December 2025, 10:00–11:30, New York time"


def test_skipped_dates_are_grouped_by_month_and_long_lists_are_cut():
    some = rule("FREQ=DAILY", skip=[date(2025, 12, 24), date(2025, 12, 25), date(2026, 1, 1)])
    assert said(some).endswith(", not on 24 and 25 December 2025 and 1 January 2026")
    assert said(some, "es").endswith(", excepto el 24 y el 25 de diciembre de 2025 y 1 de enero de 2026")
    assert said(some, since=date(2026, 1, 1)).endswith(
        ", since 10 December 2025, without an end, not on 1 January 2026"
    )
    assert said(some, since=date(2026, 1, 2)).endswith("without an end")
    many = rule("FREQ=DAILY", skip=[date(2025, 12, day) for day in range(11, 31)])
    assert said(many).endswith(", not on 11, 12, 13, 14, 15, 16 and 17 December 2025 and 13 more dates")
    assert said(many, "es").endswith(
        ", excepto el 11, el 12, el 13, el 14, el 15, el 16 y el 17 de diciembre de 2025 y 13 fechas más"
    )


def test_skipped_dates_of_the_same_month_of_two_years_stand_apart():
    found = rule("FREQ=DAILY", skip=[date(2025, 12, 31), date(2026, 3, 1), date(2026, 12, 30)])
    assert said(found).endswith(", not on 31 December 2025, 1 March and 30 December 2026")
    assert said(found, "es").endswith(
        ", excepto el 31 de diciembre de 2025, 1 de marzo y 30 de diciembre de 2026"
    )


def test_eight_skipped_dates_are_all_said():
    found = rule("FREQ=DAILY", skip=[date(2025, 12, day) for day in range(11, 19)])
    assert said(found).endswith(", not on 11, 12, 13, 14, 15, 16, 17 and 18 December 2025")


def test_months_without_such_a_day_are_said_to_be_left_out_as_the_rule_leaves_them_out():
    last = rule("FREQ=MONTHLY;BYMONTHDAY=31;COUNT=3", date(2025, 12, 31))
    assert said(last).startswith("Every month on day 31, 10:00–11:30")
    assert said(last).endswith(
        "3 times from 31 December 2025 until 31 March 2026, not in months without a day 31"
    )
    assert said(last, "es").endswith("no en los meses sin día 31")
    assert "without a day" not in said(rule("FREQ=MONTHLY;BYMONTHDAY=28", date(2025, 12, 28)))


def test_a_meeting_past_midnight_ends_on_the_clock():
    found = rule("FREQ=DAILY", start_time=time(23, 30), duration_minutes=75)
    assert "23:30–00:45" in said(found)
    assert "de 23:30 a 00:45" in said(found, "es")


@pytest.mark.parametrize(
    ("zone", "english", "spanish"),
    [
        ("America/New_York", "New York time", "hora de Nueva York"),
        ("America/Chicago", "Chicago time", "hora de Chicago"),
        ("America/Los_Angeles", "Los Angeles time", "hora de Los Ángeles"),
        ("America/Mexico_City", "Mexico City time", "hora de Ciudad de México"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires time", "hora de Buenos Aires"),
        ("America/Indiana/Indianapolis", "Indianapolis time", "hora de Indianapolis"),
        ("Europe/Berlin", "Berlin time", "hora de Berlín"),
        ("Europe/London", "London time", "hora de Londres"),
        ("Africa/Cairo", "Cairo time", "hora de El Cairo"),
        ("Australia/Lord_Howe", "Lord Howe Island time", "hora de Lord Howe"),
        ("Etc/GMT+5", "GMT+5 time", "hora de GMT+5"),
        ("EST", "EST time", "hora de EST"),
        ("UTC", "UTC", "UTC"),
    ],
)
def test_zones_are_said_as_places(zone, english, spanish):
    assert (zone_said(zone), zone_said(zone, "es")) == (english, spanish)


def test_a_page_says_a_zone_as_the_sentence_does(client, world):
    group = world.group(attendance_mode="online")
    first = world.series(group, tomorrow_at(10))[0]
    client.set_cookie("language", "es")
    page = client.get(f"/sessions/{group.uid}/{first.original_local}").text
    assert "hora de Nueva York" in page
    assert "New York" not in page


def test_a_rule_without_words_is_a_custom_schedule():
    kept = SeriesRule(WEDNESDAY, time(10), 60, "UTC", "FREQ=YEARLY")
    assert said(kept) == "Custom schedule"
    assert said(kept, "es") == "Horario especial"
