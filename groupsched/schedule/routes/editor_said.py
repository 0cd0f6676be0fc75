"""What the form for a group says when it is opened: of a group, a template, a time that was found, or nothing yet."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

from flask import request

from groupsched.access.identity import Identity, Member
from groupsched.access.models import Program
from groupsched.access.queries import current_program
from groupsched.catalog.group_templates import GroupTemplate
from groupsched.catalog.models import Group, Modality
from groupsched.catalog.queries import (
    leaders,
    places,
)
from groupsched.catalog.rules import (
    AttendanceMode,
    GroupFields,
    field_in,
)
from groupsched.catalog.service import fields_of
from groupsched.core import clock
from groupsched.core.filters import local
from groupsched.schedule.models import SavedPattern, Series, rule_from
from groupsched.schedule.rules import (
    Ends,
    RepeatChoices,
    Repeats,
    SeriesRule,
    choices_of,
    end_time,
    first_on,
    next_dates,
)

# What "every few weeks" starts with.
FEW_WEEKS = 3
OF_PEOPLE = frozenset({"lead", "others", "named_person", "secular_pair"})


def said_in_fields(fields: GroupFields, *, is_draft: bool) -> dict[str, Any]:
    """What the fields of the form say of a group, by their names."""
    said = {
        name: value
        for name, value in fields.__dict__.items()
        if name not in ("facilitators", "site", "texts", "slot_breaks")
    }
    texts: dict[str, Any] = {
        field_in(name, code): text for code, words in fields.texts.items() for name, text in words.items()
    }
    lists = {name: list(said[name]) for name in ("languages", "audience", "tags")}
    lead, *others = fields.facilitators or ("",)
    pairs = [*(one.split("-") for one in fields.slot_breaks), ("", ""), ("", "")][:2]
    names = ("break_start", "break_end", "second_start", "second_end")
    texts |= dict(
        zip(names, (time.fromisoformat(one) if one else None for pair in pairs for one in pair), strict=True)
    )
    blanks = {name: said[name] or "" for name in ("orientation", "structure", "place")}
    # A draft in which nothing was said of seats asks for them when it is published.
    unlimited = fields.capacity is None and not is_draft and fields.slot_minutes is None
    return said | texts | lists | blanks | {"lead": lead, "others": others, "no_limit": unlimited}


def said_of_time(choices: RepeatChoices, series: Series | SeriesRule) -> dict[str, Any]:
    """What the fields that say when hold, by their names."""
    when = {
        name: value
        for name, value in choices.__dict__.items()
        if name not in ("duration_minutes", "timezone")
    }
    skip = (series if isinstance(series, SeriesRule) else series.rule).skip
    ends = end_time(choices.start_time, choices.duration_minutes)
    every = choices.every if choices.repeats is Repeats.WEEKS else FEW_WEEKS
    return when | {"weekdays": list(choices.weekdays), "every": every, "end_time": ends, "skip": skip}


def said_of(group: Group) -> dict[str, Any]:
    """What the form says of a group, for a template: no people, and nothing of one occasion."""
    said = said_in_fields(fields_of(group), is_draft=False)
    return {name: value for name, value in said.items() if name not in OF_PEOPLE}


def as_saved(saved: SavedPattern) -> dict[str, Any]:
    """What a saved template fills in: its rule from its next day on, after tomorrow."""
    if saved.rule is None:
        return saved.said
    rule = rule_from(saved.rule)
    tomorrow = clock.today(rule.timezone) + timedelta(days=1)
    shifted = replace(rule, starts_on=tomorrow, until=None, skip=frozenset())
    first = next((found.day for found in next_dates(shifted, tomorrow, 1)), tomorrow)
    choices = choices_of(replace(shifted, starts_on=first))
    if choices.repeats is Repeats.CUSTOM:
        return saved.said
    return saved.said | said_of_time(choices, rule) | {"starts_on": first, "skip": set()}


def said_by_template(modality: Modality, pattern: GroupTemplate, identity: Identity) -> dict[str, Any]:
    """What the template of a kind of session fills in."""
    weekly = Repeats.BIWEEKLY if pattern.every == 2 else Repeats.WEEKLY
    repeats = Repeats.DAILY if len(pattern.weekdays) == 7 else weekly
    mode = AttendanceMode.ONLINE if pattern.online else AttendanceMode.IN_PERSON
    return {
        "modality": modality.key, "title": pattern.title, "description": pattern.description,
        "not_asked": pattern.not_asked, "orientation": pattern.orientation or "",
        "structure": pattern.structure or "", "access": pattern.access, "setting": pattern.setting,
        "capacity": None if pattern.slot_minutes else pattern.capacity, "no_limit": pattern.capacity is None,
        "slot_minutes": pattern.slot_minutes, "slot_gap": pattern.slot_gap, "start_time": pattern.start, "end_time": end_time(pattern.start, pattern.minutes),
        "weekdays": list(pattern.weekdays), "repeats": repeats, "count": pattern.count, "tags": list(pattern.tags),
        "ends": Ends.AFTER if pattern.count else Ends.OPEN, "attendance_mode": mode,
        "starts_on": _first_day(pattern, current_program(identity)),
    }  # fmt: skip


def said_of_found_time(identity: Identity) -> dict[str, Any]:
    """What was found on the page that looks for a time; nothing where its address says none."""
    try:
        begin, until = (datetime.fromisoformat(request.args.get(name, "")) for name in ("begin", "until"))
        room = next((one for one in places(identity) if one.uid == request.args.get("room")), None)
        program = current_program(identity)
        start, end = (local(moment, program.timezone if program else "UTC") for moment in (begin, until))
    except (ValueError, OverflowError):
        return {}
    known = {one.uid for one in leaders(identity.program_id)}
    lead, *others = [uid for uid in request.args.getlist("lead")[:9] if uid in known] or [""]
    led = {"lead": lead, "others": others} if lead else {}
    return led | {
        "place": room.uid if room else "", "starts_on": start.date(), "start_time": start.time(), "end_time": end.time(),
        "weekdays": [start.weekday()], "repeats": Repeats.WEEKLY,
    }  # fmt: skip


def _first_day(pattern: GroupTemplate, program: Program | None) -> Any:
    """The first of the pattern's weekdays after today."""
    return first_on(pattern.weekdays, clock.today(program.timezone if program else "UTC"))


def self_as_lead(identity: Identity) -> str:
    """Whoever writes, where they may lead; else nobody."""
    if not isinstance(identity, Member):
        return ""
    return next((p.uid for p in leaders(identity.program_id) if p.id == identity.person_id), "")
