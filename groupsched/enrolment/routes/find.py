"""/sessions: a question in the address, the answer a card a group, or dates by day, week or month."""

from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app, render_template, request, url_for

from groupsched.access.identity import Member, current
from groupsched.access.policy import Permission, requires
from groupsched.access.queries import current_program
from groupsched.core import clock
from groupsched.core.filters import day as day_words
from groupsched.core.filters import day_of_month, local, relative_day
from groupsched.core.i18n import _, month_name, ngettext, weekday_name
from groupsched.core.regions import dated
from groupsched.core.web import is_part, settings
from groupsched.enrolment.queries import (
    FindPage,
    FoundDate,
    FoundGroups,
    find_groups,
    find_occurrences,
    listings,
    load,
    own_dates,
)
from groupsched.enrolment.routes.blueprint import address, blueprint
from groupsched.enrolment.routes.find_groups import group_cards
from groupsched.enrolment.rules import UNSET, FindFilters, FindView, PartOfDay
from groupsched.enrolment.words import choices, legends, value_word
from groupsched.schedule.rules import OccurrenceStatus

WEEK = 7
CELL = 6
MOST_CHIPS = 12
STYLES = ("orientation", "structure")
ALWAYS = ("kind", "day", "time", "structure", "orientation", "needs", "mode", "access", "free")


@dataclass(frozen=True)
class FilterChip:
    """A chip: a value, its words, how many dates it would show, whether it is chosen."""

    value: str
    label: str
    count: int | None
    on: bool


@dataclass(frozen=True)
class FilterRow:
    """A row of chips."""

    name: str
    legend: str
    choices: list[FilterChip]


@blueprint.get("/sessions")
@requires(Permission.PUBLIC)
def find() -> str:
    """Find a group: the form with its counts, and the groups, the days, the week or the month that answer it."""
    asked = FindFilters.parse(request.args.to_dict(flat=False))
    today = clock.today(_zone())
    page = "enrolment/_find.html" if is_part() else "enrolment/find.html"
    if asked.view == FindView.GROUPS:
        groups = find_groups(current(), asked)
        return render_template(page, **{**_question(asked, groups, today), **group_cards(asked, groups)})
    if asked.view == FindView.WEEK:
        asked = _one_week(asked, today)
    looked = _one_month(asked, today) if asked.view == FindView.MONTH else asked
    found = find_occurrences(current(), looked)
    match asked.view:
        case FindView.MONTH:
            answer = _month(asked, looked, found, today)
        case FindView.WEEK:
            answer = _week(asked, found, today)
        case _:
            answer = _list(asked, found, today)
    return render_template(page, **{**_question(asked, found, today), **answer})


def _zone() -> str:
    """The zone whose days the page shows."""
    program = current_program(current())
    return program.timezone if program else "UTC"


def _day_words(day: date) -> str:
    return day_words(day, _zone())


def _one_week(asked: FindFilters, today: date) -> FindFilters:
    first, last = asked.window(today)
    return replace(asked, last=min(last, first + timedelta(WEEK - 1)) if asked.last else None)


def _one_month(asked: FindFilters, today: date) -> FindFilters:
    """The days of the month in which the question begins that are still to come; all of them in another month."""
    first, _last = asked.window(today)
    begin, end = first.replace(day=1), first.replace(day=monthrange(first.year, first.month)[1])
    return replace(asked, first=max(begin, today) if today <= end else begin, last=end)


def _question(asked: FindFilters, found: FindPage | FoundGroups, today: date) -> dict[str, Any]:
    first, last = asked.window(today)
    parts = {part.name: part for part in _parts(asked, found)}
    styles = [parts.pop(name) for name in STYLES]
    return {
        "asked": asked,
        "like_mine": isinstance(current(), Member) and not current().is_staff,
        "styles": styles,
        "parts": list(parts.values()),
        "more_chosen": sum(c.on for part in parts.values() for c in part.choices),
        "first": first,
        "last": last,
        "zone": _zone(),
        "total": found.total,
        "found": _found_words(asked, found.total),
        "clear_href": address(FindFilters(view=asked.view)),
        "groups_href": address(replace(asked, view=FindView.GROUPS, after=None)),
        "list_href": address(replace(asked, view=FindView.LIST, after=None)),
        "week_href": address(replace(asked, view=FindView.WEEK, after=None)),
        "month_href": address(replace(asked, view=FindView.MONTH, after=None)),
        "next_href": address(asked.shifted(today, (last - first).days + 1)),
        "next_words": _next_words((last - first).days + 1),
        "calendar_url": _calendar_url(asked),
        "before_href": _before(asked, today),
        "ways_out": [
            {"label": value_word(name, value, found.index, current().program_id), "count": count,
             "href": address(asked.without(name, value))}
            for name, value, count in found.ways_out
        ],
    }  # fmt: skip


def _calendar_url(asked: FindFilters) -> str:
    """The public calendar of what is chosen, of all days; empty where this installation has none."""
    if "feeds.public" not in current_app.view_functions:
        return ""
    chosen = replace(asked, first=None, last=None, after=None, view=FindView.GROUPS).query()
    return settings().base_url + url_for("feeds.public") + (f"?{chosen}" if chosen else "")


def _before(asked: FindFilters, today: date) -> str:
    first, last = asked.window(today)
    days = min((last - first).days + 1, (first - today).days)
    if days <= 0:
        return ""
    earlier = asked.shifted(today, -days)
    return address(
        replace(earlier, first=None, last=None) if earlier.first == today and days == WEEK else earlier
    )


def _next_words(days: int) -> str:
    return {1: _("Show the next day"), WEEK: _("Show next week")}.get(days) or _("Show the next days")


def _found_words(asked: FindFilters, total: int) -> str:
    if asked.first is None and asked.last is None:
        return ngettext("%(num)s session in the next 7 days", "%(num)s sessions in the next 7 days", total)
    if asked.first == asked.last and asked.first is not None:
        on = _day_words(asked.first)
        return ngettext("%(num)s session on %(day)s", "%(num)s sessions on %(day)s", total, day=on)
    return ngettext("%(num)s session in these days", "%(num)s sessions in these days", total)


# --- chips ---


def _parts(asked: FindFilters, found: FindPage | FoundGroups) -> Iterator[FilterRow]:
    for name, legend in legends().items():
        if name == "external":
            chips = [FilterChip("1", choices(name)["1"], None, asked.external)] if found.listings else []
        elif name == "free":
            # How many groups have one is not counted before it is asked: each date of all of them would have to be looked at.
            free = (
                found.counts.get(name, {}).get("1", 0) if asked.free or isinstance(found, FindPage) else None
            )
            chips = [FilterChip("1", choices(name)["1"], free, asked.free)]
        else:
            chips = _chips(name, asked, found)
        yield FilterRow(name, legend, chips)


def _chips(name: str, asked: FindFilters, found: FindPage | FoundGroups) -> list[FilterChip]:
    counts = found.counts.get(name, {})
    program = current().program_id
    known = choices(name, program)
    if not known:
        top = sorted(counts, key=lambda value: (-counts[value], value))[:MOST_CHIPS]
        known = {
            value: value_word(name, value, found.index, program)
            for value in [*top, *asked.values.get(name, ())]
        }
        known = dict(sorted(known.items(), key=lambda item: item[1].casefold()))
    chips = [
        FilterChip(value, label, counts.get(value, 0), asked.has(name, value))
        for value, label in known.items()
    ]
    kept = [chip for chip in chips if chip.count or chip.on]
    if name in ALWAYS:
        return [chip for chip in chips if chip in kept or chip.value != UNSET]
    return kept if len(kept) > 1 or any(chip.on for chip in kept) else []


# --- answers ---


def _list(asked: FindFilters, found: FindPage, today: date) -> dict[str, Any]:
    rows = listings(current(), found.occurrences)
    days = [
        {
            "day": day, "today": day == today, "rows": list(group), "date": day_of_month(day, _zone()),
            "relative": relative_day(day, _zone()) if 0 <= (day - today).days < WEEK else "",
        }
        for day, group in groupby(rows, key=lambda row: local(row.start, _zone()).date())
    ]  # fmt: skip
    more = address(replace(asked, after=found.after)) if found.after else ""
    return {"days": days, "more_href": more}


def _week(asked: FindFilters, found: FindPage, today: date) -> dict[str, Any]:
    first, last = asked.window(today)
    days = [first + timedelta(n) for n in range((last - first).days + 1)]
    cells = {(day, part): found.mask & found.index.on(day) & found.index.having("time", [part])
             for day in days for part in PartOfDay}  # fmt: skip
    ids = [one for mask in cells.values() for one in found.index.page(mask, None, CELL).ids]
    rows = {row.occurrence.id: row for row in listings(current(), load(tuple(ids)))}
    return {"days": [_day(asked, found, day, today, cells, rows) for day in days]}


def _day(
    asked: FindFilters,
    found: FindPage,
    day: date,
    today: date,
    cells: dict[tuple[date, PartOfDay], int],
    rows: dict[int, FoundDate],
) -> dict[str, Any]:
    def part(when: PartOfDay) -> dict[str, Any]:
        mask = cells[day, when]
        shown: Sequence[int] = found.index.page(mask, None, CELL).ids
        only = replace(
            asked,
            first=day,
            last=day,
            view=FindView.LIST,
            values={**asked.values, "time": (when,)},
            after=None,
        )
        return {
            "rows": [rows[one] for one in shown if one in rows],
            "more": mask.bit_count() - len(shown),
            "href": address(only),
            "words": choices("time")[when],
        }

    near = {0: _("Today"), 1: _("Tomorrow")}.get((day - today).days, "")
    return {
        "day": day,
        "today": day == today,
        "near": near,
        "short": weekday_name(day.weekday(), "abbreviated"),
        "month": month_name(day.month, "abbreviated"),
        "words": _day_words(day),
        "parts": [part(p) for p in PartOfDay],
    }


def _month(asked: FindFilters, looked: FindFilters, found: FindPage, today: date) -> dict[str, Any]:
    """A page of a wall calendar, without the weeks that are over: how many sessions a day has, and where the reader has a seat."""
    first, last = looked.window(today)
    begin = first.replace(day=1)
    monday = first - timedelta(first.weekday())
    mine = found.mask & found.index.of(_own(first, last))
    weeks = (last - monday).days // WEEK + 1

    def cell(day: date) -> dict[str, Any]:
        mask = found.mask & found.index.on(day)
        only = replace(asked, first=day, last=day, view=FindView.LIST, after=None)
        return {
            "day": day, "today": day == today, "inside": first <= day <= last, "words": _day_words(day),
            "count": mask.bit_count(), "mine": (mine & mask).bit_count(), "href": address(only),
        }  # fmt: skip

    name = dated(begin, "yMMMM")
    return {
        "first": first,
        "last": last,
        "month": name,
        "found": ngettext(
            "%(num)s session in %(month)s", "%(num)s sessions in %(month)s", found.total, month=name
        ),
        "weekdays": [(weekday_name(n, "abbreviated"), weekday_name(n)) for n in range(WEEK)],
        "weeks": [[cell(monday + timedelta(WEEK * w + n)) for n in range(WEEK)] for w in range(weeks)],
        "next_href": address(replace(asked, first=last + timedelta(1), last=None, after=None)),
        "next_words": _("Show the next month"),
        "before_href": _month_before(asked, begin, today),
    }


def _month_before(asked: FindFilters, begin: date, today: date) -> str:
    """The month before, if it has days to come."""
    if begin <= today:
        return ""
    before = (begin - timedelta(1)).replace(day=1)
    return address(replace(asked, first=before if before > today else None, last=None, after=None))


def _own(first: date, last: date) -> list[int]:
    """The dates of these days on which the reader has a seat."""
    person = current().person
    if person is None:
        return []
    zone = ZoneInfo(_zone())
    start, end = (datetime.combine(day, time(), zone) for day in (first, last + timedelta(1)))
    return [one.id for one in own_dates(person, start, end) if one.status == OccurrenceStatus.SCHEDULED]
