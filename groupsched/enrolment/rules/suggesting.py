"""Groups that differ on purpose in one thing from one that somebody is in, or was in: what is compared, what may differ, and in
which order they stand. No score, and no ranking: the soonest free date stands first, a few of each rule.

What is compared is what the group says: its kind, whether faith is part of it, how it goes, its size, whether it meets in a room
or online, and when: days of work or the weekend, and the part of the day. Where one of the two does not say, they are not alike
in it, and they are not known to differ.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, StrEnum, auto

from groupsched.catalog.rules import Orientation, PlaceMode, Structure
from groupsched.enrolment.rules.admission import WALKED_INTO
from groupsched.enrolment.rules.filters import PartOfDay
from groupsched.enrolment.rules.group_index import GroupDate, GroupIndex
from groupsched.enrolment.rules.weekdays import WEEK, like_days

FEW = 8
ADDS = "adds"
"""That a kind adds to other care alone; beside the kinds of clearance what is asked before somebody joins (`asks`)."""
MOST_OF_A_RULE, MOST_SUGGESTED = 2, 8


class GroupSize(StrEnum):
    """Whether few people are in a group: eight at most."""

    SMALL = "small"
    LARGE = "large"


class ComparedThing(Enum):
    """In what two groups are alike, or differ."""

    ORIENTATION = auto()
    STRUCTURE = auto()
    TIME = auto()
    MODE = auto()
    SIZE = auto()
    KIND = auto()


class SuggestionRule(StrEnum):
    """A rule of suggestions, by what the other group is instead. A program reads each as a sentence, and may switch it off."""

    SECULAR = "secular"
    FAITH = "faith"
    STRUCTURED = "structured"
    RELAXED = "relaxed"
    OTHER_DAY = "other_day"
    OTHER_PART = "other_part"
    ONLINE = "online"
    IN_PERSON = "in_person"
    SMALLER = "smaller"
    LARGER = "larger"
    OTHER_KIND = "other_kind"


THING: Mapping[SuggestionRule, ComparedThing] = {
    SuggestionRule.SECULAR: ComparedThing.ORIENTATION,
    SuggestionRule.FAITH: ComparedThing.ORIENTATION,
    SuggestionRule.STRUCTURED: ComparedThing.STRUCTURE,
    SuggestionRule.RELAXED: ComparedThing.STRUCTURE,
    SuggestionRule.OTHER_DAY: ComparedThing.TIME,
    SuggestionRule.OTHER_PART: ComparedThing.TIME,
    SuggestionRule.ONLINE: ComparedThing.MODE,
    SuggestionRule.IN_PERSON: ComparedThing.MODE,
    SuggestionRule.SMALLER: ComparedThing.SIZE,
    SuggestionRule.LARGER: ComparedThing.SIZE,
    SuggestionRule.OTHER_KIND: ComparedThing.KIND,
}
"""In what the other group differs."""

_TURNED: Mapping[SuggestionRule, tuple[str, str, str]] = {
    SuggestionRule.SECULAR: ("orientation", Orientation.FAITH, Orientation.SECULAR),
    SuggestionRule.FAITH: ("orientation", Orientation.SECULAR, Orientation.FAITH),
    SuggestionRule.STRUCTURED: ("structure", Structure.RELAXED, Structure.STRUCTURED),
    SuggestionRule.RELAXED: ("structure", Structure.STRUCTURED, Structure.RELAXED),
    SuggestionRule.SMALLER: ("size", GroupSize.LARGE, GroupSize.SMALL),
    SuggestionRule.LARGER: ("size", GroupSize.SMALL, GroupSize.LARGE),
}
_WAYS = {SuggestionRule.ONLINE: PlaceMode.ONLINE, SuggestionRule.IN_PERSON: PlaceMode.ROOM}


@dataclass(frozen=True)
class OwnGroup:
    """A group that somebody is in, or was in. `again`: False, where they said that they would not go again; then the same at
    another time is no suggestion."""

    id: int
    again: bool = True


@dataclass(frozen=True)
class SuggestionLimits:
    """What bounds suggestions: the rules that are on, groups that are not to be suggested, whether somebody said that they want
    no faith, and what of `asks` they are not ready for."""

    rules: frozenset[SuggestionRule] = frozenset(SuggestionRule)
    never: frozenset[int] = frozenset()
    no_faith: bool = False
    not_ready: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Suggestion:
    """A group like one of somebody's own, but for one thing, with its next date that they could come to."""

    group: int
    like: int
    rule: SuggestionRule
    date: int


def size_of(capacity: int | None) -> GroupSize:
    """Whether a group with so many seats is a small one; None: as many as come.

    >>> size_of(8), size_of(9), size_of(None)
    (<GroupSize.SMALL: 'small'>, <GroupSize.LARGE: 'large'>, <GroupSize.LARGE: 'large'>)
    """
    return GroupSize.SMALL if capacity is not None and capacity <= FEW else GroupSize.LARGE


def suggest(
    index: GroupIndex,
    own: Sequence[OwnGroup],
    limits: SuggestionLimits,
    now: datetime,
    cannot: Callable[[GroupDate], bool],
) -> list[Suggestion]:
    """The groups that differ in one thing from one of these, each once, by their next date that can be come to (`cannot`: full,
    or at the same time as something else). The first of one's own groups that a group is like is the one that is named."""
    offered = _offered(index, own, limits, now)
    reasons = [
        (one.id, rule, mask.to_bytes((index.size + 7) // 8, "little"), mask)
        for one in own
        for rule, mask in _reasons(index, one, offered, limits)
        if mask
    ]
    every = 0
    for _like, _rule, _inside, mask in reasons:
        every |= mask
    found: list[Suggestion] = []
    many, seen = Counter[SuggestionRule](), set[int]()
    for place, one in index.placed(every, now):
        if one.start <= now or one.group in seen or cannot(one):
            continue
        for like, rule, inside, _mask in reasons:
            if many[rule] < MOST_OF_A_RULE and inside[place >> 3] >> (place & 7) & 1:
                found.append(Suggestion(one.group, like, rule, one.id))
                many[rule] += 1
                seen.add(one.group)
                break
        if len(found) == MOST_SUGGESTED or all(many[rule] == MOST_OF_A_RULE for _l, rule, *_m in reasons):
            break
    return found


def _offered(index: GroupIndex, own: Sequence[OwnGroup], limits: SuggestionLimits, now: datetime) -> int:
    """What may be suggested at all, whatever it is like."""
    offered = index.to_come(now) & index.having("access", WALKED_INTO)
    offered &= ~index.having("asks", limits.not_ready)
    if limits.no_faith:
        offered &= ~index.having("orientation", [Orientation.FAITH])
    return index.without(offered, {*limits.never, *(one.id for one in own)})


def _reasons(
    index: GroupIndex, own: OwnGroup, offered: int, limits: SuggestionLimits
) -> Iterator[tuple[SuggestionRule, int]]:
    """What each rule would suggest beside one group."""
    slots = index.slots_of(own.id)
    if not slots:
        return
    alike, said = _alike(index, slots), offered & _as_easy(index, slots)
    for rule in SuggestionRule:
        thing = THING[rule]
        if rule not in limits.rules or (thing is ComparedThing.TIME and not own.again):
            continue
        found = said & _other(index, rule, slots, alike)
        for name, mask in alike.items():
            if name is not thing:
                found &= mask
        yield rule, found


def _alike(index: GroupIndex, slots: Sequence[Mapping[str, Sequence[str]]]) -> dict[ComparedThing, int]:
    """For each thing, what is like a group with these slots in it."""
    one = slots[0]
    faith = index.having("orientation", one["orientation"])
    traditions = one.get("tradition", ())
    others = [value for value in index.values("tradition") if value not in traditions]
    faith &= index.having("tradition", traditions) if traditions else ~index.having("tradition", others)
    return {
        ComparedThing.ORIENTATION: faith,
        ComparedThing.STRUCTURE: index.having("structure", one["structure"]),
        ComparedThing.TIME: _at(index, slots, like_days, lambda part: [part]),
        ComparedThing.MODE: index.having("mode", one["mode"]),
        ComparedThing.SIZE: index.having("size", one["size"]),
        ComparedThing.KIND: index.having("kind", one["kind"]),
    }


def _as_easy(index: GroupIndex, slots: Sequence[Mapping[str, Sequence[str]]]) -> int:
    """What is said in a language of this group, for the people that it is for, in its setting, and no harder to get into."""
    one = slots[0]
    for_others = [value for value in index.values("audience") if value not in one.get("audience", ())]
    found = index.having("setting", one["setting"]) & ~index.having("audience", for_others)
    if one.get("language"):
        found &= index.having("language", one["language"])
    for need in {value for slot in slots for value in slot.get("needs", ())}:
        found &= index.having("needs", [need])
    return found


def _other(
    index: GroupIndex,
    rule: SuggestionRule,
    slots: Sequence[Mapping[str, Sequence[str]]],
    alike: Mapping[ComparedThing, int],
) -> int:
    """What differs from a group in the one thing of a rule, as it says itself; nothing where the group does not say it."""
    one = slots[0]
    if rule in _TURNED:
        name, mine, theirs = _TURNED[rule]
        return index.having(name, [theirs]) if mine in one[name] else 0
    if rule in _WAYS:
        way = _WAYS[rule]
        return 0 if way in one["mode"] else index.having("mode", [way]) & ~alike[ComparedThing.MODE]
    if rule is SuggestionRule.OTHER_KIND:
        return index.everything & ~alike[ComparedThing.KIND]
    if rule is SuggestionRule.OTHER_DAY:
        found = _at(
            index, slots, lambda day: [d for d in WEEK if d not in like_days(day)], lambda part: [part]
        )
    else:
        found = _at(index, slots, like_days, lambda part: [p for p in PartOfDay if p != part])
    # Who meets at this time too does not differ in it.
    return found & ~index.sharing(alike[ComparedThing.TIME])


def _at(
    index: GroupIndex,
    slots: Sequence[Mapping[str, Sequence[str]]],
    days: Callable[[str], Collection[str]],
    parts: Callable[[str], Collection[str]],
) -> int:
    """What meets on one of these days and in one of these parts of the day, for any of the times of a group."""
    times = {(slot["day"][0], slot["time"][0]) for slot in slots}
    found = 0
    for day, part in times:
        found |= index.having("day", days(day)) & index.having("time", parts(part))
    return found
