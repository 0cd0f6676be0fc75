"""Making the demo's program, places, people and groups, and who joined when."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from groupsched.access.identity import Role, System
from groupsched.access.models import Program, Site
from groupsched.access.queries import numbers_of
from groupsched.accounts.models import Person
from groupsched.accounts.service import PersonFields, add_person, set_qualification
from groupsched.attendance.service import load_absence_rules
from groupsched.care.queries import today_in
from groupsched.care.rules import CareRole
from groupsched.care.service import join_team
from groupsched.catalog.models import Group, Place
from groupsched.catalog.rules import (
    Access,
    AttendanceMode,
    ClearanceKind,
    GroupFields,
    LineMode,
    Orientation,
    PlaceMode,
    Setting,
    Structure,
)
from groupsched.catalog.service import create_group, load_defaults, publish_group, save_row
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.i18n import LANGUAGES, SOURCE
from groupsched.core.regions import of_zone
from groupsched.core.resources import content
from groupsched.enrolment.rules import ApartSpan
from groupsched.enrolment.service import ApartWish, keep_apart, note_clearance
from groupsched.facilitation.service import load_ready_sheets
from groupsched.operations.demo.cast import PROGRAM, DemoCast, story
from groupsched.operations.demo.rules import PLANTED, first_day, joined, rrule
from groupsched.questionnaires.queries import questionnaires
from groupsched.questionnaires.service import load_ready_forms, publish_draft
from groupsched.schedule.rules import SeriesRule, TopicOrder
from groupsched.schedule.service import add_series, add_topics, order_topics

HISTORY = timedelta(weeks=10, days=1)
LOOKED_OVER = {"first-talk", "after-check-in", "warning-signs", "referral-question"}
"""The ready forms that the program asks."""
_TAGS = {"step_free": "step-free", "chair_version": "chair", "no_touch": "no-touch"}


@dataclass(frozen=True)
class StoryJoin:
    """Somebody joins a group at a moment."""

    moment: datetime
    group: str
    client: str


def beginning(now: datetime, zone: str) -> datetime:
    """The first moment of the story: at six in the morning, the day before ten weeks ago."""
    first = (now - HISTORY).astimezone(ZoneInfo(zone))
    return first.replace(hour=6, minute=0, second=0, microsecond=0)


def make_world(zone: str, now: datetime) -> DemoCast:
    """The program with everything that stands still: places, people, groups and their dates. Call it at its beginning."""
    cast = DemoCast(_program(zone))
    places = _places(cast)
    _people(cast)
    db.session.flush()
    _care_teams(cast)
    _kept_apart(cast)
    _on_file(cast)
    for series in story()["series"]:
        _groups(cast, series, places, now.astimezone(ZoneInfo(zone)))
    _pair(cast)
    return cast


def _program(zone: str) -> Program:
    told = story()["program"]
    program = Program(
        key=PROGRAM,
        name=told["name"],
        timezone=zone,
        languages=told["languages"],
        region=of_zone(zone),
        demo=True,
    )
    crisis = story()["crisis_block"]["demo_values"] | numbers_of(of_zone(zone))
    for site in story()["sites"]:
        program.sites.append(
            Site(
                key=site["key"], name=site["name"], timezone=zone, step_free=site["step_free"],
                desk_open=site["desk"]["open"], desk_close=site["desk"]["close"],
                **{name: crisis[name] for name in ("emergency_number", "crisis_number", "program_number", "program_hours")},
            )
        )  # fmt: skip
    db.session.add(program)
    db.session.flush()
    load_defaults(program)
    load_absence_rules(program)
    load_ready_forms(program)
    load_ready_sheets(program)
    for row in questionnaires(program.id):
        if row.key in LOOKED_OVER:
            publish_draft(System(program_id=program.id), row)
    return program


def _places(cast: DemoCast) -> dict[str, Place]:
    sites = {site.key: site for site in cast.program.sites}
    places = {}
    for room in story()["rooms"]:
        place = places[room["key"]] = Place()
        online = "link" in room
        values = {
            "key": room["key"], "name": room["name"], "capacity": room["seats"], "mode": PlaceMode.ONLINE if online else PlaceMode.ROOM,
            "site_id": sites[room["site"]].id, "online_link": room.get("link", ""), "step_free": sites[room["site"]].step_free,
        }  # fmt: skip
        save_row(cast.system, place, values)
    return places


def _people(cast: DemoCast) -> None:
    house = cast.program.sites[0].id
    for told in story()["staff"]:
        cast.people[told["key"]] = _person(cast, told, house, frozenset(Role(role) for role in told["roles"]))
    for told in story()["clients"]:
        cast.people[told["key"]] = _person(cast, told, house, frozenset({Role.CLIENT}))


def _person(cast: DemoCast, told: Mapping[str, Any], site: int, roles: frozenset[Role]) -> Person:
    fields = PersonFields(
        first_name=told["first_name"], last_name=told["last_name"], email=told["mail"],
        phone=told.get("phone", ""), language=told.get("language", "en"), site_id=site,
    )  # fmt: skip
    person = add_person(cast.system, fields, roles)
    person.title = told.get("title", "")
    return person


# --- groups ----------------------------------------------------------------------------------------------------


def _care_teams(cast: DemoCast) -> None:
    day = today_in(cast.program.id)
    for told in story()["care_teams"]:
        for client in told["clients"]:
            member = cast.people[told["member"]]
            join_team(cast.system, cast.people[client], member, CareRole(told["role"]), day)


def _kept_apart(cast: DemoCast) -> None:
    day = today_in(cast.program.id)
    for told in story()["apart"]:
        one, other = (cast.people[key] for key in told["people"])
        keep_apart(cast.system, one, other, ApartWish(ApartSpan(day, None, told["minutes"]), told["reason"]))


def _on_file(cast: DemoCast) -> None:
    """Which credentials colleagues hold, and what is cleared for whom."""
    for member, key in story()["credentials"].items():
        set_qualification(cast.system, cast.people[member], key)
    for kind, clients in story()["clearances"].items():
        for client in clients:
            note_clearance(cast.system, cast.people[client], ClearanceKind(kind), None)


def _groups(cast: DemoCast, series: Mapping[str, Any], places: Mapping[str, Place], wall: datetime) -> None:
    """The group of a series of the story; private hours are a group for each client, one hour after the other,
    with a number that tells them apart in the lists of staff."""
    clients = series["enrolled"] if series.get("setting") == Setting.PRIVATE else [None]
    for number, client in enumerate(clients):
        key = series["key"] if number == 0 else f"{series['key']}-{client}"
        fields = _fields(cast, series, places[series["room"]])
        group = create_group(cast.system, _numbered(fields, number + 1) if client else fields)
        publish_group(cast.system, group)
        add_series(cast.system, group, _rule(series, wall, cast.program.timezone, later=number))
        if "topics" in series:
            _topics(cast, group, series["topics"])
        cast.groups[key] = group


def _topics(cast: DemoCast, group: Group, told: Mapping[str, Any]) -> None:
    """The list of topics of a group of the story, from its first date on."""
    added = add_topics(cast.system, group, "\n".join(one[SOURCE] for one in told["list"]))
    for row, one in zip(added, told["list"], strict=True):
        row.texts = {code: {"name": one[code]} for code in LANGUAGES if code != SOURCE}
    order_topics(cast.system, group, TopicOrder(told["order"]), clock.today(cast.program.timezone))


def _numbered(fields: GroupFields, number: int) -> GroupFields:
    texts = {code: {**said, "title": f"{said['title']} {number}"} for code, said in fields.texts.items()}
    return replace(fields, title=f"{fields.title} {number}", texts=texts)


def _said(series: Mapping[str, Any], language: str) -> dict[str, str]:
    """The title and the tradition of a group of the story in a language."""
    return {"title": series[language]["title"], "tradition": series.get("tradition", {}).get(language, "")}


def _fields(cast: DemoCast, series: Mapping[str, Any], place: Place) -> GroupFields:
    template = next(
        row for row in content("templates_of_groups")["templates"] if row["key"] == series["template"]
    )
    said = series.get("orientation", template["orientation"])
    words = {code: _said(series, code) for code in LANGUAGES if code in series}
    slots = series.get("slots", {})
    leaders = [cast.people[key].uid for key in series["leaders"] if key in cast.people]
    return GroupFields(
        title=words[SOURCE]["title"], tradition=words[SOURCE]["tradition"], modality=template["modality"],
        texts={code: others for code, others in words.items() if code != SOURCE},
        orientation={"secular": Orientation.SECULAR, "faith-based": Orientation.FAITH}.get(said),
        structure=None if template["structure"] == "unset" else Structure(template["structure"]),
        access=Access(series["access"]), setting=Setting(series.get("setting", Setting.GROUP)),
        attendance_mode=AttendanceMode.ONLINE if place.mode == PlaceMode.ONLINE else AttendanceMode.IN_PERSON,
        line_mode=LineMode(series.get("line_mode", LineMode.AT_ONCE)), capacity=series["capacity"], place=place.uid, online_link=place.online_link, facilitators=tuple(leaders),
        tags=tuple(_TAGS.get(tag, tag.replace("_", "-")) for tag in template["tags"] if ":" not in tag),
        hidden=series.get("hidden", False),
        stays_open=series.get("stays_open", False),
        slot_minutes=slots.get("minutes"), slot_gap=slots.get("gap", 0), slot_breaks=tuple(slots.get("breaks", ())),
    )  # fmt: skip


def _rule(series: Mapping[str, Any], wall: datetime, zone: str, *, later: int) -> SeriesRule:
    start = datetime.combine(date.min, time.fromisoformat(series["start"])) + later * timedelta(minutes=60)
    first = first_day(series, wall.date())
    skipped = frozenset(_planted_days(series["key"], wall))
    rule = SeriesRule(first, start.time(), series["minutes"], zone, rrule(series))
    return SeriesRule(
        first, rule.start_time, rule.duration_minutes, zone, rule.rrule,
        skip=frozenset(day for day in rule.dates(max(skipped, default=first)) if day in skipped),
    )  # fmt: skip


def _planted_days(key: str, wall: datetime) -> Iterator[date]:
    """Days on which a planted date stands in for the regular one."""
    for name, planted in story()["planted_dates"].items():
        if name in PLANTED and planted["series"] == key:
            yield PLANTED[name](wall).date()


def _pair(cast: DemoCast) -> None:
    """Beside a faith-based group stands a secular one of the same kind."""
    for series in story()["series"]:
        if "secular_pair" in series:
            cast.groups[series["key"]].secular_pair = cast.groups[series["secular_pair"]]
    db.session.flush()


# --- who joined when -------------------------------------------------------------------------------------------


def joins(cast: DemoCast, now: datetime) -> Iterator[StoryJoin]:
    """Who joins which group when; those at the end of a line are the last to ask."""
    patterns, clients = story()["attendance_patterns"], {row["key"]: row for row in story()["clients"]}
    begin = beginning(now, cast.program.timezone)
    new_today = {row["client"] for row in story()["situations"] if row["key"] == "new-today"}
    today_group = story()["planted_dates"]["running_now"]["series"]
    for series in story()["series"]:
        for key, members in _lists(series):
            for number, client in enumerate(members):
                if client in new_today and series["key"] == today_group:
                    continue
                came = joined(patterns[clients[client]["pattern"]], begin, now)
                waits = timedelta(minutes=number) + (
                    timedelta(hours=1) if client in series["waiting"] else timedelta()
                )
                yield StoryJoin(max(came, begin) + timedelta(hours=1) + waits, key, client)


def _lists(series: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    if series.get("setting") != Setting.PRIVATE:
        yield series["key"], [*series["enrolled"], *series["waiting"]]
        return
    for number, client in enumerate(series["enrolled"]):
        yield (series["key"] if number == 0 else f"{series['key']}-{client}"), [client]
