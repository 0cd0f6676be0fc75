"""Which groups are suggested beside one's own: those that differ in one thing, by their soonest free date, a few of each rule."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from groupsched.enrolment.rules import (
    MOST_OF_A_RULE,
    MOST_SUGGESTED,
    THING,
    ComparedThing,
    GroupDate,
    GroupIndex,
    OwnGroup,
    SuggestionLimits,
    SuggestionRule,
    like_days,
    suggest,
)

MONDAY = datetime(2026, 11, 23, 8, tzinfo=UTC)
THINGS = {
    "kind": ["support", "art"],
    "orientation": ["secular", "faith", "unset"],
    "structure": ["structured", "relaxed", "unset"],
    "size": ["small", "large"],
    "mode": ["room", "online", "both"],
    "setting": ["group", "slots"],
    "access": ["open", "referral"],
    "language": ["en", "es"],
    "audience": ["all", "women"],
    "needs": ["none", "step-free"],
    "tradition": ["none", "Quaker"],
    "asks": ["nothing", "touch", "adds"],
}
USUAL = {name: st.sampled_from([values[0]] * 6 + values) for name, values in THINGS.items()}
SLOT = st.tuples(
    st.sampled_from(["mo", "mo", "tu", "sa"]),
    st.sampled_from(["morning", "morning", "evening"]),
    st.integers(0, 40),
)
GROUPS = st.lists(
    st.tuples(st.fixed_dictionaries(USUAL), st.lists(SLOT, min_size=1, max_size=3)), min_size=1, max_size=14
)
LIMITS = st.builds(
    SuggestionLimits,
    rules=st.sets(st.sampled_from(list(SuggestionRule)), min_size=6).map(frozenset),
    never=st.sets(st.integers(1, 14), max_size=2).map(frozenset),
    no_faith=st.booleans(),
    not_ready=st.sets(st.sampled_from(["touch", "adds"]), max_size=2).map(frozenset),
)  # fmt: skip
SILENT = {"all", "none", "nothing"}


def facets(said):
    values = {name: () if value in SILENT else (value,) for name, value in said.items()}
    return {**values, "mode": ("room", "online") if said["mode"] == "both" else (said["mode"],)}


def build(groups):
    dates = []
    for group, (said, slots) in enumerate(groups, start=1):
        for day, part, hours in slots:
            start = MONDAY + timedelta(hours=hours)
            found = {**facets(said), "day": (day,), "time": (part,)}
            dates.append(
                GroupDate(len(dates) + 1, group, start, start + timedelta(hours=1), (day, part), group, found)
            )
    return dates, GroupIndex(dates, {})


def times(slots):
    return {(like_days(day), part) for day, part, _hours in slots}


def differ(mine, theirs):
    """In which things two groups differ, leaving time out."""
    one, other = facets(mine), facets(theirs)
    found = {name for name in ("kind", "structure", "size") if one[name] != other[name]}
    if one["orientation"] != other["orientation"]:
        found.add("orientation")
    elif one["tradition"] != other["tradition"]:
        found.add("tradition")
    return found | (set() if set(one["mode"]) & set(other["mode"]) else {"mode"})


def as_easy(mine, theirs):
    one, other = facets(mine), facets(theirs)
    needs = set(one["needs"]) <= set(other["needs"]) and set(other["audience"]) <= set(one["audience"])
    return needs and one["setting"] == other["setting"] and one["language"] == other["language"]


def is_what_it_says(rule, mine, theirs):
    """Whether the other group is what the rule names, and one's own says that it is not."""
    turned = {
        "secular": ("orientation", "faith", "secular"), "faith": ("orientation", "secular", "faith"),
        "structured": ("structure", "relaxed", "structured"), "relaxed": ("structure", "structured", "relaxed"),
        "smaller": ("size", "large", "small"), "larger": ("size", "small", "large"),
        "online": ("mode", "room", "online"), "in_person": ("mode", "online", "room"),
    }  # fmt: skip
    if rule not in turned:
        return True
    name, was, now = turned[rule]
    return (
        mine[name] == was and theirs[name] in (now, "both" if name == "mode" else now) and theirs[name] != was
    )


def allowed(limits, said, group):
    faith = limits.no_faith and said["orientation"] == "faith"
    ready = not (limits.not_ready & set(facets(said)["asks"]))
    return said["access"] == "open" and ready and not faith and group not in limits.never


def fits(rule, mine, theirs, slot):
    """Whether a date of the other group in this slot differs from one's own group in the one thing of this rule alone."""
    (said, slots), (other, others) = mine, theirs
    day, part, _hours = slot
    here, thing = (like_days(day), part), THING[rule]
    if not as_easy(said, other) or not is_what_it_says(rule, said, other):
        return False
    if thing is ComparedThing.TIME:
        same_day = {part for days, part in times(slots) if days == here[0]}
        same_part = {days for days, when in times(slots) if when == part}
        turned = bool(same_part - {here[0]}) if rule == "other_day" else bool(same_day - {part})
        return not differ(said, other) and turned and not times(slots) & times(others)
    return (
        differ(said, other) - {"tradition"} == {thing.name.lower()}
        and (thing is ComparedThing.ORIENTATION or "tradition" not in differ(said, other))
        and here in times(slots)
    )


@settings(deadline=None, max_examples=400)
@given(
    GROUPS,
    st.lists(st.tuples(st.integers(1, 4), st.booleans()), min_size=1, max_size=3),
    LIMITS,
    st.sets(st.integers(1, 42)),
    st.integers(0, 20),
)
def test_each_differs_in_one_thing_may_be_joined_and_none_that_would_is_left_out(
    groups, mine, limits, full, hours
):
    dates, index = build(groups)
    now = MONDAY + timedelta(hours=hours)
    own = [OwnGroup(group, again) for group, again in dict(mine).items()]
    found = suggest(index, own, limits, now, lambda one: one.id in full)
    at = {one.id: one for one in dates}

    def reasons(one):
        """What speaks for a date, in the order of one's own groups and of the rules."""
        said, slots = groups[one.group - 1]
        slot = (one.facets["day"][0], one.facets["time"][0], 0)
        if one.start <= now or one.id in full or not allowed(limits, said, one.group):
            return []
        return [
            (ours.id, rule)
            for ours in own
            if ours.id <= len(groups) and one.group not in {each.id for each in own}
            for rule in SuggestionRule
            if rule in limits.rules
            and (ours.again or THING[rule] is not ComparedThing.TIME)
            and fits(rule, groups[ours.id - 1], (said, slots), slot)
        ]

    right, many, seen = [], dict.fromkeys(SuggestionRule, 0), set()
    for one in sorted(dates, key=lambda each: (each.start, each.id)):
        if one.group in seen or len(right) == MOST_SUGGESTED:
            continue
        reason = next(((like, rule) for like, rule in reasons(one) if many[rule] < MOST_OF_A_RULE), None)
        if reason is not None:
            right.append((one.group, *reason, one.id))
            many[reason[1]] += 1
            seen.add(one.group)
    assert [(one.group, one.like, one.rule, one.date) for one in found] == right
    starts = [at[one.date].start for one in found]
    assert starts == sorted(starts), "by the soonest free date, and nothing else"
    if limits.no_faith:
        assert not [one for one in found if groups[one.group - 1][0]["orientation"] == "faith"]


def plain(**said):
    usual = {name: values[0] for name, values in THINGS.items()}
    return {**usual, **said}


def of(groups, own=1, **limits):
    _dates, index = build(groups)
    found = suggest(
        index, [OwnGroup(own)], SuggestionLimits(**limits), MONDAY - timedelta(1), lambda _one: False
    )
    return [(one.group, one.rule) for one in found]


THURSDAY = [("tu", "evening", 10)]


def test_what_is_alike_in_everything_and_what_differs_in_two_things_is_none():
    twin, two = plain(), plain(orientation="faith", structure="relaxed")
    assert of([(plain(), THURSDAY), (twin, THURSDAY), (two, THURSDAY)]) == []


def test_who_says_nothing_of_a_thing_is_not_known_to_differ_in_it():
    silent = plain(orientation="unset")
    assert of([(plain(), THURSDAY), (silent, THURSDAY)]) == []
    assert of([(silent, THURSDAY), (plain(), THURSDAY)]) == []


def test_another_faith_is_a_second_thing():
    quaker = plain(orientation="faith", tradition="Quaker")
    other = plain(orientation="faith", kind="art")
    assert of([(quaker, THURSDAY), (other, THURSDAY)]) == []
    assert of([(quaker, THURSDAY), ({**quaker, "kind": "art"}, THURSDAY)]) == [(2, SuggestionRule.OTHER_KIND)]


def test_a_few_of_each_rule_and_the_soonest_of_them():
    groups = [(plain(), THURSDAY), *((plain(structure="relaxed"), [("tu", "evening", n)]) for n in (9, 5, 7))]
    assert of(groups) == [(3, SuggestionRule.RELAXED), (4, SuggestionRule.RELAXED)]
    assert of(groups, never=frozenset({3})) == [(4, SuggestionRule.RELAXED), (2, SuggestionRule.RELAXED)]
    assert of(groups, rules=frozenset(SuggestionRule) - {SuggestionRule.RELAXED}) == []
