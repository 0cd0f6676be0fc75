"""Which dates are too near to those of somebody else, however many there are."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from groupsched.enrolment.rules import OtherDate, SiteDate, TimeSpan, too_near

BEGIN = datetime(2026, 3, 3, tzinfo=UTC)


@st.composite
def at_a_site(draw, keys):
    start = BEGIN + timedelta(minutes=draw(st.integers(0, 300)))
    end = start + timedelta(minutes=draw(st.integers(1, 90)))
    site = draw(st.sampled_from([None, 1, 2]))
    return SiteDate(TimeSpan(draw(keys), start, end), draw(st.integers(1, 3)), site)


MINE = st.lists(at_a_site(st.integers(0, 9)), max_size=6)
THEIRS = st.lists(
    st.builds(
        OtherDate, st.just(5), at_a_site(st.integers(5, 14)), st.sampled_from([0, 1, 30]), st.booleans()
    ),
    max_size=6,
)


@given(MINE, THEIRS)
def test_a_date_is_too_near_where_one_of_the_others_comes_to_it_or_is_at_its_site_within_the_minutes(
    mine, theirs
):
    def near(wanted, other):
        between = timedelta(minutes=other.minutes)
        at_once = (
            wanted.span.start < other.date.span.end + between
            and other.date.span.start - between < wanted.span.end
        )
        here = wanted.site_id is not None and wanted.site_id == other.date.site_id
        return wanted.span.key == other.date.span.key or (bool(other.minutes) and here and at_once)

    expected = {one.span.key for one in mine if any(near(one, other) for other in theirs if other.comes)}
    assert too_near(mine, theirs) == expected
