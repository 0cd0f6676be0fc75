"""A window of dates and any question about it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from groupsched.core.text import searchable
from groupsched.enrolment.rules import FindFilters
from groupsched.enrolment.rules.index import DateIndex, IndexEntry, ways_out

MONDAY = datetime(2026, 11, 23, 8, tzinfo=UTC)


def entry(number, hours, group=1, **facets):
    start = MONDAY + timedelta(hours=hours)
    return IndexEntry(number, group, start, start + timedelta(hours=1), start.date(), group, facets)


def ids(index, mask):
    return list(index.page(mask, None, 1000).ids)


DAY = st.sampled_from(["mo", "tu", "we"])
PART = st.sampled_from(["morning", "evening"])
ROWS = st.lists(
    st.tuples(st.integers(0, 60), st.integers(1, 4), DAY, st.lists(PART, unique=True)), max_size=25
)
ASKED = st.fixed_dictionaries(
    {},
    optional={
        "day": st.lists(DAY, max_size=2),
        "time": st.lists(PART, max_size=2),
        "q": st.sampled_from([["tea"], ["mañ"]]),
    },
)
TEXTS = {1: searchable("Tea and talk"), 2: searchable("Mañana, with TEA"), 3: searchable("Yoga")}


def build(rows):
    return [
        entry(number, hours, group, day=(day,), time=tuple(parts))
        for number, (hours, group, day, parts) in enumerate(rows, start=1)
    ]


def answers(row, filters, full):
    said = {"tea": {1, 2}, "mañ": {2}}.get(filters.q, {1, 2, 3, 4})
    wanted = all(set(values) & set(row.facets[name]) for name, values in filters.values.items())
    return wanted and row.words in said and not (filters.free and row.id in full)


@settings(deadline=None)
@given(ROWS, ASKED, st.sets(st.integers(1, 25)), st.booleans())
def test_the_index_finds_and_counts_what_a_plain_walk_over_the_rows_finds(rows, asked, full, free):
    entries = build(rows)
    index = DateIndex(entries, TEXTS)
    filters = FindFilters.parse({**asked, "free": ["1"] if free else []})
    mask = index.matches(filters, index.everything, index.of(full))
    right = [row.id for row in sorted(entries, key=lambda e: (e.start, e.id)) if answers(row, filters, full)]
    assert ids(index, mask) == right
    counts = index.counts(filters, index.everything, index.of(full))
    for name in ("day", "time"):
        for value, count in counts[name].items():
            others = filters.without(name)
            assert count == sum(
                1 for row in entries if value in row.facets[name] and answers(row, others, full)
            )


@settings(deadline=None)
@given(ROWS, st.integers(1, 7))
def test_pages_follow_each_other_without_a_gap_or_a_repeat(rows, limit):
    index = DateIndex(build(rows), {})
    seen, after = [], None
    while True:
        page = index.page(index.everything, after, limit)
        seen += page.ids
        if page.after is None:
            break
        after = page.after
    assert seen == list(index.ids)


def test_a_date_that_runs_is_still_shown_and_one_that_ended_is_not():
    index = DateIndex([entry(1, 0), entry(2, 1), entry(3, 2)], {})
    assert ids(index, index.to_come(MONDAY + timedelta(hours=1))) == [2, 3]
    assert ids(index, index.to_come(MONDAY + timedelta(hours=1, minutes=30))) == [2, 3]


def test_accents_and_case_do_not_matter_in_a_search():
    index = DateIndex([entry(1, 0, group=2)], TEXTS)
    assert ids(index, index.saying("MANANA tea")) == [1]
    assert ids(index, index.saying("manana yoga")) == []


def test_a_word_can_be_how_a_value_of_the_date_is_said():
    rows = [
        entry(1, 0, group=1, day=("mo",)),
        entry(2, 24, group=1, day=("tu",)),
        entry(3, 48, group=3, day=("mo",)),
    ]
    index = DateIndex(rows, TEXTS, {("day", "mo"): searchable("Monday", "lunes")})
    assert ids(index, index.saying("mondays")) == []
    assert ids(index, index.saying("LUNES")) == [1, 3]
    assert ids(index, index.saying("monday tea")) == [1]
    assert ids(index, index.saying("?!")) == []


def test_an_empty_answer_says_what_would_show_something():
    index = DateIndex(
        [entry(1, 0, day=("mo",), time=("morning",)), entry(2, 24, day=("tu",), time=("morning",))], {}
    )
    filters = FindFilters.parse({"day": ["mo"], "time": ["evening"]})
    assert index.matches(filters, index.everything, 0) == 0
    assert ways_out(index, filters, index.everything, 0) == [("time", "evening", 1)]


def test_a_window_within_the_index_takes_whole_local_days():
    index = DateIndex([entry(1, 0), entry(2, 24), entry(3, 48)], {})
    assert ids(index, index.within(date(2026, 11, 24), date(2026, 11, 25))) == [2, 3]


def test_an_empty_window_answers_every_question_with_nothing():
    index = DateIndex([], {})
    assert index.page(index.everything, None, 50).ids == ()
    assert index.matches(FindFilters.parse({"day": ["mo"]}), index.everything, 0) == 0


def test_the_words_of_a_search_can_be_the_way_out():
    index = DateIndex([entry(1, 0, day=("mo",))], TEXTS)
    filters = FindFilters.parse({"day": ["mo"], "q": ["yoga"]})
    assert ways_out(index, filters, index.everything, 0) == [("q", "yoga", 1)]


CHANGES = st.lists(st.tuples(st.sets(st.integers(1, 4)), ROWS), min_size=1, max_size=3)


@settings(deadline=None)
@given(ROWS, CHANGES, ASKED, st.sets(st.integers(1, 253)), st.integers(0, 62), st.integers(1, 5))
def test_an_index_in_which_groups_were_replaced_answers_as_one_that_is_made_anew(
    rows, changes, asked, full, hours, size
):
    rows, texts = [replace(row, id=10 * row.id) for row in build(rows)], dict(TEXTS)
    index = DateIndex(rows, texts)
    for turn, (groups, others) in enumerate(changes, start=1):
        texts |= {group: searchable(f"Tea {turn}") for group in groups}
        fresh = [replace(row, id=10 * row.id + turn) for row in build(others) if row.group in groups]
        index = index.mended(groups, DateIndex(fresh, texts))
        rows = [row for row in rows if row.group not in groups] + fresh
    anew, now = DateIndex(rows, texts), MONDAY + timedelta(hours=hours)
    filters = FindFilters.parse(asked)
    for one in (index, anew):
        base, without_seat = one.to_come(now), one.of(full)
        mask = one.matches(filters, base, without_seat)
        pages = [one.page(mask, None, size)]
        while pages[-1].after:
            pages.append(one.page(mask, pages[-1].after, size))
        monday = set(ids(one, one.on(MONDAY.date())))
        counts = one.counts(filters, base, without_seat), one.values("day")
        answer = pages, counts, monday, ways_out(one, filters, base, without_seat), ids(one, one.everything)
        if one is index:
            mended = answer
    assert mended == answer
