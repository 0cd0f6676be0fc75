"""A schedule said in one sentence."""

from datetime import date, datetime, time

import pytest

from groupsched.schedule.rules import SeriesRule, parse_rule, sentence, zone_name

WEDNESDAY = date(2025, 12, 10)


def rule(rrule, starts_on=WEDNESDAY, **fields):
    given = {"start_time": time(10), "duration_minutes": 90, "timezone": "America/New_York"} | fields
    return parse_rule(starts_on=starts_on, rrule=rrule, **given)


def test_the_example_of_the_product_reads_as_promised():
    found = rule("FREQ=WEEKLY;BYDAY=WE;COUNT=12", skip=[date(2025, 12, 24), date(2025, 12, 31)])
    assert sentence(found) == (
        "Every Wednesday 10:00–11:30, New York time, 12 times until 25 February, not on 24 and 31 December"
    )
    assert sentence(found, "es") == (
        "Cada miércoles de 10:00 a 11:30, hora de Nueva York, 12 veces hasta el 25 de febrero, "
        "excepto el 24 y el 31 de diciembre"
    )


@pytest.mark.parametrize(
    ("rrule", "english", "spanish"),
    [
        (None, "Once, on Wednesday 10 December 2025, 10:00–11:30", "Una vez, el miércoles 10 de diciembre de 2025, de 10:00 a 11:30"),
        ("FREQ=DAILY", "Every day 10:00–11:30", "Todos los días de 10:00 a 11:30"),
        ("FREQ=DAILY;INTERVAL=3", "Every 3 days 10:00–11:30", "Cada 3 días de 10:00 a 11:30"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "Every weekday 10:00–11:30", "De lunes a viernes de 10:00 a 11:30"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU", "Every day 10:00–11:30", "Todos los días de 10:00 a 11:30"),
        ("FREQ=WEEKLY;BYDAY=MO,WE,FR", "Every Monday, Wednesday and Friday 10:00–11:30", "Cada lunes, miércoles y viernes de 10:00 a 11:30"),
        ("FREQ=WEEKLY;INTERVAL=2", "Every 2 weeks on Wednesday 10:00–11:30", "Cada 2 semanas, el miércoles, de 10:00 a 11:30"),
        ("FREQ=MONTHLY", "Every month on day 10, 10:00–11:30", "Cada mes, el día 10, de 10:00 a 11:30"),
        ("FREQ=MONTHLY;BYDAY=2WE", "Every month on the second Wednesday 10:00–11:30", "Cada mes, el segundo miércoles, de 10:00 a 11:30"),
        ("FREQ=MONTHLY;INTERVAL=2;BYDAY=2WE", "Every 2 months on the second Wednesday 10:00–11:30", "Cada 2 meses, el segundo miércoles, de 10:00 a 11:30"),
    ],
)  # fmt: skip
def test_each_shape_has_its_words(rrule, english, spanish):
    assert sentence(rule(rrule)) == f"{english}, New York time"
    assert sentence(rule(rrule), "es") == f"{spanish}, hora de Nueva York"


def test_the_last_weekday_is_called_last():
    found = rule("FREQ=MONTHLY;BYDAY=-1FR", date(2025, 12, 26))
    assert sentence(found).startswith("Every month on the last Friday 10:00")


def test_an_end_date_is_said_and_a_far_one_with_its_year():
    assert sentence(rule("FREQ=WEEKLY", until=date(2026, 2, 25))).endswith(", until 25 February")
    assert sentence(rule("FREQ=WEEKLY", until=date(2027, 2, 24))).endswith(", until 24 February 2027")
    assert sentence(rule("FREQ=WEEKLY;COUNT=1")).startswith("Once, on Wednesday 10 December 2025, 10:00")


def test_skipped_dates_are_grouped_by_month_and_long_lists_are_cut():
    some = rule("FREQ=DAILY", skip=[date(2025, 12, 24), date(2025, 12, 25), date(2026, 1, 1)])
    assert sentence(some).endswith(", not on 24 and 25 December and 1 January")
    assert sentence(some, since=date(2026, 1, 1)).endswith(", not on 1 January")
    many = rule("FREQ=DAILY", skip=[date(2025, 12, day) for day in range(11, 31)])
    assert sentence(many).endswith("and 17 December and 13 more dates")


def test_a_meeting_past_midnight_ends_on_the_clock():
    assert "23:30–00:45" in sentence(rule("FREQ=DAILY", start_time=time(23, 30), duration_minutes=75))


def test_zones_are_said_as_places():
    assert zone_name("Australia/Lord_Howe") == "Lord Howe time"
    assert zone_name("America/Argentina/Buenos_Aires") == "Buenos Aires time"
    assert zone_name("Europe/Berlin", "es") == "hora de Berlín"
    assert zone_name("UTC") == "UTC"


def test_a_page_says_a_zone_as_the_sentence_does(client, world):
    group = world.group(attendance_mode="online")
    first = world.series(group, datetime(2036, 11, 26, 10))[0]
    client.set_cookie("language", "es")
    page = client.get(f"/sessions/{group.uid}/{first.original_local}").text
    assert "hora de Nueva York" in page
    assert "New York" not in page


def test_a_rule_without_words_is_a_custom_schedule():
    kept = SeriesRule(WEDNESDAY, time(10), 60, "UTC", "FREQ=YEARLY")
    assert sentence(kept) == "Custom schedule"
    assert sentence(kept, "es") == "Horario especial"
