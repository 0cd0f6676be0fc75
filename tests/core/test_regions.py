"""A region writes dates and times its own way, in the language of the page, and reads what its people write."""

from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groupsched.core import regions
from groupsched.core.i18n import LANGUAGES, force_locale

DAY = date(2026, 12, 1)
WAYS = {
    ("en", "US"): ("Tue, Dec 1", "Tuesday, December 1, 2026", "9:05 AM", "10:00–11:30 AM", "10:00 AM–2:30 PM"),
    ("en", "GB"): ("Tue 1 Dec", "Tuesday 1 December 2026", "09:05", "10:00–11:30", "10:00–14:30"),
    ("es", "US"): ("mar 1 dic", "martes 1 de diciembre de 2026", "9:05 a.m.", "10:00–11:30 a.m.", "10:00 a.m.–2:30 p.m."),
    ("es", "ES"): ("mar 1 dic", "martes 1 de diciembre de 2026", "9:05", "10:00–11:30", "10:00–14:30"),
    # CLDR has neither: the language's own way, with the hours of the region.
    ("es", "GB"): ("mar 1 dic", "martes 1 de diciembre de 2026", "09:05", "10:00–11:30", "10:00–14:30"),
    ("en", "MX"): ("Tue, Dec 1", "Tuesday, December 1, 2026", "9:05 AM", "10:00–11:30 AM", "10:00 AM–2:30 PM"),
}  # fmt: skip


@pytest.fixture
def writing(app):
    """Write in a language, in the way of a region."""
    from flask import g

    def write(language, region):
        g.way = regions.WayOfWriting(region)
        return force_locale(language)

    return write


@pytest.mark.on_sqlite
@pytest.mark.parametrize(("language", "region"), WAYS, ids="-".join)
def test_each_region_writes_its_own_way(writing, language, region):
    with writing(language, region):
        short, full, at, morning, long = WAYS[language, region]
        assert regions.dated(DAY, "MMMEd") == short
        assert regions.dated(DAY, "yMMMMEEEEd") == full
        assert regions.clock(time(9, 5)) == at
        assert regions.clock_range(time(10), time(11, 30)) == morning
        assert regions.clock_range(time(10), time(14, 30)) == long


def test_a_time_past_midnight_names_no_days(writing):
    with writing("en", "US"):
        late, early = datetime(2026, 12, 1, 22), datetime(2026, 12, 2, 0, 30)
        assert regions.clock_range(late, early) == "10:00 PM–12:30 AM"
    with writing("en", "GB"):
        assert regions.clock_range(late, early) == "22:00–00:30"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("10", time(10)), ("10am", time(10)), ("10 AM", time(10)), ("10 a.m.", time(10)), ("10:00 PM", time(22)),
        ("22:00", time(22)), ("22.15", time(22, 15)), ("9h30", time(9, 30)), ("9:30p", time(21, 30)), ("12am", time(0)),
        ("12 PM", time(12)), (" 7 : 45 pm ", time(19, 45)), ("00:00", time(0)), ("10:00\u202fPM", time(22)),
        ("10 p. m.", time(22)), ("1800", time(18)), ("noon", None), ("24:00", None), ("25", None), ("10:60", None),
        ("13 pm", None), ("0 am", None), ("", None), ("ten", None), ("10:0", None), ("10-11", None), ("²", None),
    ],
)  # fmt: skip
def test_what_people_write_is_read(typed, meant):
    if meant is None:
        with pytest.raises(ValueError):
            regions.parse_clock(typed)
    else:
        assert regions.parse_clock(typed) == meant


@given(
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    st.sampled_from(["US", "GB", "ES", "MX", "IN"]),
)
def test_every_time_is_read_as_it_was_written(at, region):
    for language in LANGUAGES:
        locale, hours = regions._locale(language, region)
        assert regions.parse_clock(regions.format_time(at, hours, locale=locale)) == at


def test_a_zone_lies_in_a_region():
    found = {
        zone: regions.of_zone(zone)
        for zone in ("America/New_York", "Europe/Madrid", "America/Mexico_City", "UTC", "x")
    }
    assert found == {
        "America/New_York": "US",
        "Europe/Madrid": "ES",
        "America/Mexico_City": "MX",
        "UTC": "GB",
        "x": "GB",
    }


def test_regions_are_listed_by_their_names(app):
    with force_locale("es"):
        names = regions.names()
    assert names["US"] == "Estados Unidos"
    assert names["ES"] == "España"
    assert len(names) > 50
