"""Groups as bits: whom a question finds, how many each choice would show, and in which order."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from groupsched.core.text import searchable
from groupsched.enrolment.rules import FindFilters, GroupDate, GroupIndex, ways_out

MONDAY = datetime(2026, 11, 23, 8, tzinfo=UTC)
DAY = st.sampled_from(["mo", "tu", "we"])
PART = st.sampled_from(["morning", "evening"])
ROWS = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 5), DAY, PART), max_size=25)
ASKED = st.fixed_dictionaries(
    {}, optional={"day": st.lists(DAY, max_size=2), "time": st.lists(PART, max_size=2),
                  "q": st.sampled_from([["tea"], ["mañ"]])},
)  # fmt: skip
TEXTS = {1: searchable("Tea and talk"), 2: searchable("Mañana, with TEA"), 3: searchable("Yoga")}
SAID = {"tea": {1, 2}, "mañ": {2}}


def build(rows):
    return [
        GroupDate(
            number, group, MONDAY + timedelta(hours=hours), MONDAY + timedelta(hours=hours + 1), (day, part),
            group, {"day": (day,), "time": (part,)},
        )
        for number, (hours, group, day, part) in enumerate(rows, start=1)
    ]  # fmt: skip


def answers(one, filters):
    wanted = all(set(values) & set(one.facets[name]) for name, values in filters.values.items())
    return wanted and one.group in SAID.get(filters.q, range(9))


@settings(deadline=None)
@given(ROWS, ASKED, st.sets(st.integers(1, 25)), st.integers(0, 62))
def test_groups_are_found_counted_and_put_in_order_as_a_plain_walk_over_their_dates_does(
    rows, asked, full, hours
):
    dates, now = build(rows), MONDAY + timedelta(hours=hours)
    index, filters = GroupIndex(dates, TEXTS), FindFilters.parse(asked)
    base = index.to_come(now)
    mask = index.matches(filters, base, 0)
    # A slot counts as long as one date of it is to come.
    alive = {(one.group, one.slot) for one in dates if one.end > now}
    right = [one for one in dates if (one.group, one.slot) in alive and answers(one, filters)]
    assert index.count(mask) == len({one.group for one in right})
    counts = index.counts(filters, base, 0)
    for name in ("day", "time"):
        others = filters.without(name)
        for value, count in counts[name].items():
            showing = {
                one.group
                for one in dates
                if (one.group, one.slot) in alive and value in one.facets[name] and answers(one, others)
            }
            assert count == len(showing)

    turns = list(index.in_turn(mask, now, lambda one: one.id in full))
    ahead = sorted((one for one in right if one.end > now), key=lambda one: (one.start, one.group, one.id))
    free = [one for one in ahead if one.start > now and one.id not in full]
    soonest = list(dict.fromkeys(one.group for one in free))
    rest = [group for group in dict.fromkeys(one.group for one in ahead) if group not in soonest]
    assert [turn.group for turn in turns] == soonest + rest
    assert [turn.free for turn in turns] == [True] * len(soonest) + [False] * len(rest)
    assert turns == sorted(turns, key=lambda turn: turn.key), (
        "a page goes on behind the key of the one before"
    )
    assert index.among(mask, range(9)) == sorted({one.group for one in right})
    assert sorted(index.among(index.without(mask, [1, 3]), range(9))) == sorted(
        {one.group for one in right} - {1, 3}
    )


@given(ROWS, st.sets(st.integers(1, 25)))
def test_open_slots_are_those_with_a_free_date_ahead(rows, full):
    dates = build(rows)
    index, now = GroupIndex(dates, {}), MONDAY + timedelta(hours=20)
    mask = index.open_at(now, lambda one: one.id in full)
    open_groups = {one.group for one in dates if one.start > now and one.id not in full}
    assert index.among(mask, range(9)) == sorted(open_groups)


def test_a_group_on_monday_morning_and_tuesday_evening_does_not_meet_on_monday_evening():
    index = GroupIndex(build([(0, 1, "mo", "morning"), (34, 1, "tu", "evening")]), {})
    asked = FindFilters.parse({"day": ["mo"], "time": ["evening"]})
    assert index.matches(asked, index.everything, 0) == 0
    assert ways_out(index, asked, index.everything, 0) == [("day", "mo", 1), ("time", "evening", 1)]


def test_nothing_at_all():
    index = GroupIndex([], {})
    assert index.count(index.to_come(MONDAY)) == 0
    assert list(index.in_turn(0, MONDAY, lambda _one: False)) == []
    assert index.start_of(MONDAY, 5) == MONDAY


@settings(deadline=None)
@given(
    ROWS,
    st.lists(st.tuples(st.sets(st.integers(1, 5)), ROWS), min_size=1, max_size=3),
    ASKED,
    st.sets(st.integers(1, 253)),
    st.integers(0, 62),
    st.sets(st.integers(1, 6)),
)
def test_an_index_in_which_groups_were_replaced_answers_as_one_that_is_made_anew(
    rows, changes, asked, full, hours, some
):
    rows, texts = [one._replace(id=10 * one.id) for one in build(rows)], dict(TEXTS)
    index = GroupIndex(rows, texts)
    for turn, (groups, others) in enumerate(changes, start=1):
        texts |= {group: searchable(f"Tea {turn}") for group in groups}
        fresh = [one._replace(id=10 * one.id + turn) for one in build(others) if one.group in groups]
        index = index.mended(groups, GroupIndex(fresh, texts))
        rows = [one for one in rows if one.group not in groups] + fresh
    filters, now = FindFilters.parse(asked), MONDAY + timedelta(hours=hours)
    mended, anew = (answer_of(one, filters, now, full, some) for one in (index, GroupIndex(rows, texts)))
    assert mended == anew


def answer_of(index, filters, now, full, some):
    """All that a page asks of an index."""
    base = index.to_come(now)
    open_ones = index.open_at(now, lambda one: one.id in full)
    mask = index.matches(filters, base, 0)
    less = index.without(mask, some)
    return {
        "turns": list(index.in_turn(mask, now, lambda one: one.id in full)),
        "counts": index.counts(filters, base, base & ~open_ones),
        "ways": ways_out(index, filters, base, 0),
        "less": (index.count(less), index.among(less, range(9))),
        "open": index.among(base & open_ones, range(9)),
        "others": index.among(index.sharing(mask), range(9)),
        "groups": sorted(index.groups),
        "slots": [index.slots_of(group) for group in range(9)],
    }
