"""Two things at the same time."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from groupsched.core.i18n import force_locale
from groupsched.enrolment.queries import own_spans
from groupsched.enrolment.rules import Clash, TimeSpan, clashes

NINE = datetime(2026, 12, 3, 9, tzinfo=UTC)


def span(key, start, end):
    return TimeSpan(key, NINE + timedelta(minutes=start), NINE + timedelta(minutes=end))


def test_touching_ends_are_no_clash():
    assert clashes([span(1, 0, 60)], [span(2, 60, 90), span(3, -30, 0)]) == []


def test_one_minute_together_is_a_clash():
    wanted, mine = span(1, 0, 60), span(2, 59, 90)
    assert clashes([wanted], [mine]) == [Clash(wanted, mine)]


def test_a_date_does_not_clash_with_itself():
    assert clashes([span(1, 0, 60)], [span(1, 0, 60)]) == []


SPANS = st.lists(
    st.tuples(st.integers(1, 30), st.integers(0, 40), st.integers(1, 15)),
    unique_by=lambda row: row[0],
    max_size=10,
).map(lambda rows: [span(key, start, start + length) for key, start, length in rows])


@given(SPANS, SPANS)
def test_every_overlap_is_found_once_and_nothing_else(wanted, mine):
    expected = {
        (a.key, b.key) for a in wanted for b in mine if a.key != b.key and a.start < b.end and b.start < a.end
    }
    found = [(clash.wanted.key, clash.mine.key) for clash in clashes(wanted, mine)]
    assert len(found) == len(set(found))
    assert set(found) == expected


def test_what_one_has_then_is_called_as_the_language_of_the_page_calls_it(world):
    robin, group = world.client(), world.group("Tea group")
    group.texts = {"es": {"title": "Grupo de té"}}
    date = world.soon(group, in_minutes=60)
    world.enrol(group, robin)
    said = []
    for language in ("en", "es", "en"):
        with force_locale(language):
            said += [one.title for one in own_spans(robin.id, date.start, date.end)]
    assert said == ["Tea group", "Grupo de té", "Tea group"]
