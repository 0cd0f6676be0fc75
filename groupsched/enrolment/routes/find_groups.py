"""The groups that answer a question, as cards, as lines by kind, and those of the reader in one line each."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from groupsched.access.identity import current
from groupsched.core import clock
from groupsched.core.filters import local, time_range
from groupsched.core.i18n import _, ngettext
from groupsched.core.regions import clock_range, dated
from groupsched.enrolment.queries import FoundDate, FoundGroups, listings, load, paired_dates
from groupsched.enrolment.routes.blueprint import address
from groupsched.enrolment.rules import UNSET, FindFilters, GroupTurn
from groupsched.enrolment.words import group_rhythm
from groupsched.schedule.models import Occurrence
from groupsched.schedule.queries import only_rules
from groupsched.schedule.rules import SeriesRule, sentence_parts


@dataclass(frozen=True)
class GroupCard:
    """A group on the page: the date that speaks for it, whether that has a free seat, when it meets in words, and a group like
    it of the other belief."""

    row: FoundDate
    free: bool
    rhythm: str
    times: str
    soon: str
    like: Occurrence | None = None


def group_cards(asked: FindFilters, found: FoundGroups) -> dict[str, Any]:
    """What the page shows of the groups that were found."""
    cards = cards_of(found)
    more = replace(asked, after=found.after)
    return {
        "cards": [cards[one.group] for one in found.turns if one.group in cards],
        "mine": [cards[one.group] for one in found.mine if one.group in cards],
        "kinds": [
            {
                "kind": kind, "count": found.of_kind[kind], "cards": [cards[one.group] for one in turns if one.group in cards],
                "more": found.of_kind[kind] - len(turns), "href": address(_only(asked, kind)),
            }
            for kind, turns in sorted(found.kinds.items(), key=lambda item: -found.of_kind[item[0]])
        ],
        "more_href": address(more) if found.after else "",
        "found": _found_words(asked, found),
        "silent": {name: (count, address(_with_silent(asked, name))) for name, count in found.silent.items() if count},
        "all_groups": found.all,
        "elsewhere": found.elsewhere,
        "elsewhere_href": address(replace(asked, external=True, after=None)),
    }  # fmt: skip


def cards_of(found: FoundGroups) -> dict[int, GroupCard]:
    """What the page knows of each group that it shows, by the group's number."""
    shown = found.shown
    dates = load(tuple({one.date for one in [*shown, *found.like.values()]}))
    at = {one.id: one for one in dates}
    rows = listings(current(), [at[one.date] for one in shown if one.date in at])
    return _cards(found, {row.occurrence.id: row for row in rows}, at)


def _cards(
    found: FoundGroups, rows: Mapping[int, FoundDate], dates: Mapping[int, Occurrence]
) -> dict[int, GroupCard]:
    rules = only_rules({one.group for one in found.shown})
    turns = found.turns if found.pairs else []
    pairs = paired_dates(
        [rows[one.date].occurrence for one in turns if one.date in rows], clock.now(), no_faith=found.no_faith
    )
    cards = {}
    for one in found.shown:
        if (row := rows.get(one.date)) is not None:
            like = pairs.get(one.date) or _date_of(found.like.get(one.group), dates)
            rule = rules.get(one.group)
            said, times = group_rhythm(rule), times_words(rule, row.occurrence)
            cards[one.group] = GroupCard(row, one.free, said, times, soon_words(row.occurrence), like)
    return cards


def _date_of(turn: GroupTurn | None, dates: Mapping[int, Occurrence]) -> Occurrence | None:
    return dates.get(turn.date) if turn is not None else None


def _only(asked: FindFilters, kind: str) -> FindFilters:
    return replace(asked, values={**asked.values, "kind": (kind,)}, after=None)


def _with_silent(asked: FindFilters, name: str) -> FindFilters:
    return replace(asked, values={**asked.values, name: (*asked.values[name], UNSET)}, after=None)


def _found_words(asked: FindFilters, found: FoundGroups) -> str:
    many = found.total
    if not many:
        return _("No group fits all of it")
    if found.by_kind:
        return ngettext("%(num)s group, by kind", "%(num)s groups, by kind", many)
    if asked.first is None and asked.last is None:
        return ngettext(
            "%(num)s group. Soonest free seat first.", "%(num)s groups. Soonest free seat first.", many
        )
    return ngettext("%(num)s group in these days", "%(num)s groups in these days", many)


def times_words(rule: SeriesRule | None, one: Occurrence) -> str:
    """From when to when a group meets: as its rule says it, else as its next date does."""
    parts = sentence_parts(rule) if rule is not None and rule.rrule else None
    if parts is None or parts.start == local(one.start, one.timezone).time():
        return time_range(one.start, one.end, one.timezone, one.group.reached_online)
    return clock_range(parts.start, parts.end)


def soon_words(one: Occurrence) -> str:
    """The day of a date, short: `today`, `tomorrow`, `Thu, Dec 3`."""
    day = local(one.start, one.timezone).date()
    away = (day - clock.today(one.timezone)).days
    return {0: _("today"), 1: _("tomorrow")}.get(away) or dated(day, "MMMEd")
