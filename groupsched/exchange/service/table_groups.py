"""Groups of a program from the rows of a table, known by the keys that their program gave them."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, time
from typing import TypeVar

from sqlalchemy import select

from groupsched.access.identity import Identity
from groupsched.access.queries import current_program, sites
from groupsched.catalog.models import Group
from groupsched.catalog.queries import leaders, modalities, places, terms
from groupsched.catalog.rules import (
    Access,
    AttendanceMode,
    GroupFields,
    Orientation,
    Structure,
    Vocabulary,
)
from groupsched.catalog.service import fields_of
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import DomainError, NotFound
from groupsched.core.i18n import _, in_every_language
from groupsched.exchange.queries import mark_of_group
from groupsched.exchange.rules import CellFault, CellUnfit, TableRow
from groupsched.exchange.service.cells import (
    choice,
    day_of,
    known,
    names_of,
    number_of,
    parts,
    time_of,
    weekdays_of,
    yes,
)
from groupsched.exchange.words import ACCESS_WORDS, ORIENTATION_WORDS, REPEATS_WORDS, STYLE_WORDS
from groupsched.schedule.queries import current_series
from groupsched.schedule.rules import (
    Ends,
    RepeatChoices,
    Repeats,
    RuleRefused,
    SeriesRule,
    build_rule,
    minutes_between,
    rest_of,
)
from groupsched.schedule.service import (
    SeenVersions,
    define_group,
    offer_group,
    redefine_group,
    series_version,
)

V = TypeVar("V")
_LETTERS = "23456789abcdefghjkmnpqrstvwxyz"
KEY_LENGTH = 60


class GroupTable:
    """The work of one table of groups; `created` are the public ids of those that are new, each with its versions."""

    def __init__(self, identity: Identity) -> None:
        program = current_program(identity)
        if program is None:
            raise NotFound
        self.identity, self.program = identity, program
        self.created: list[tuple[str, str]] = []
        self.kinds = {
            name: kind.key
            for kind in modalities(identity)
            for name in names_of(kind.key, in_every_language(kind.texts, "name"))
        }
        here = places(identity)
        self.places = {name: place for place in here for name in names_of(place.key, [place.name])}
        self.zones = {site.id: site.timezone for site in sites(identity)}
        self.leaders = {
            name: person.uid
            for person in leaders(program.id)
            for name in names_of(person.record_number, [person.name, person.email or ""])
        }
        spoken = [term for term in terms(identity) if term.vocabulary == Vocabulary.LANGUAGE]
        self.languages = {
            name: term.key
            for term in spoken
            for name in names_of(term.key, in_every_language(term.texts, "name"))
        }

    def put(self, row: TableRow) -> bool | None:
        """Whether the group of a row is new (True), changed (False) or as before (None). An empty cell changes nothing."""
        if len(row["key"]) > KEY_LENGTH:
            raise CellUnfit(CellFault.TOO_LONG, "key", row["key"])
        uid = uid_of(self.program.uid, row["key"])
        of_program = Group.program_id == self.program.id
        group = db.session.scalar(select(Group).where(of_program, Group.uid == uid))
        try:
            return self._new(row, uid) if group is None else self._again(row, group)
        except RuleRefused as refused:
            raise DomainError(_(refused.text, **refused.values), field=refused.field) from refused

    def _new(self, row: TableRow, uid: str) -> bool:
        fields = self._fields(row, GroupFields("", "", languages=(self.program.languages[0],)))
        group = define_group(
            self.identity, fields, self._rule(row, fields), publish=yes(row, "publish"), uid=uid
        )
        self.created.append((uid, mark_of_group(group, current_series(group))))
        return True

    def _again(self, row: TableRow, group: Group) -> bool | None:
        series = current_series(group)
        seen = SeenVersions(group.version, series_version(series))
        rule, fields = self._rule(row, fields_of(group)), self._fields(row, fields_of(group))
        if series is not None and rule is not None and _goes_on_alike(series.rule, rule):
            rule = series.rule
        redefine_group(self.identity, group, fields, rule, seen, publish=False)
        if yes(row, "publish") and not group.published:
            offer_group(self.identity, group)
        now = SeenVersions(group.version, series_version(current_series(group)))
        return None if now == seen else False

    def _fields(self, row: TableRow, start: GroupFields) -> GroupFields:
        said = {name: row[name] for name in ("title", "description", "online_link") if row[name]}
        fields = replace(start, modality=self._one("kind", row, self.kinds) or start.modality, **said)  # type: ignore[arg-type]
        place, seats = self._one("place", row, self.places), number_of(row, "seats")
        fields = replace(
            fields,
            place=place.uid if place is not None else fields.place,
            capacity=fields.capacity if seats is None else seats,
            access=choice(row, "access", Access, ACCESS_WORDS) or fields.access,
            structure=choice(row, "style", Structure, STYLE_WORDS) or fields.structure,
            orientation=choice(row, "orientation", Orientation, ORIENTATION_WORDS) or fields.orientation,
            languages=self._many("languages", row, self.languages) or fields.languages,
            facilitators=self._many("leaders", row, self.leaders) or fields.facilitators,
        )
        return replace(fields, attendance_mode=_mode(fields))

    def _rule(self, row: TableRow, fields: GroupFields) -> SeriesRule | None:
        """When it meets; None where the row says nothing of it."""
        if not any(row[name] for name in ("first_date", "starts", "ends")):
            return None
        needed = {name: row[name] for name in ("first_date", "starts", "ends")}
        for name, written in needed.items():
            if not written:
                raise CellUnfit(CellFault.MISSING, name)
        first = day_of(row, "first_date") or date.min
        starts, ends = time_of(row, "starts") or time.min, time_of(row, "ends") or time.min
        minutes, last = minutes_between(starts, ends), day_of(row, "last_date")
        if minutes is None:
            raise CellUnfit(CellFault.NOT_A_TIME, "ends", row["ends"])
        rule = build_rule(
            RepeatChoices(
                first, starts, minutes, self._zone(fields),
                repeats=choice(row, "repeats", Repeats, REPEATS_WORDS) or Repeats.WEEKLY, weekdays=weekdays_of(row, "days"),
                ends=Ends.ON if last else Ends.OPEN, until=last,
            )
        )  # fmt: skip
        return rest_of(rule, max(first, clock.today(rule.timezone))) or rule

    def _zone(self, fields: GroupFields) -> str:
        place = next((one for one in self.places.values() if one.uid == fields.place), None)
        site = self.zones.get(place.site_id) if place is not None and place.site_id else None
        return site or self.program.timezone

    @staticmethod
    def _one(column: str, row: TableRow, names: Mapping[str, V]) -> V | None:
        return known(row, column, names) if row[column] else None

    @staticmethod
    def _many(column: str, row: TableRow, names: Mapping[str, V]) -> tuple[V, ...]:
        each = (TableRow(row.line, {column: part}) for part in parts(row[column]))
        return tuple(dict.fromkeys(known(one, column, names) for one in each))


def uid_of(program_uid: str, key: str) -> str:
    """The public id of the group with this key: always the same one, so that a table can come again."""
    number = int.from_bytes(hashlib.sha256(f"{program_uid}\x1f{key}".encode()).digest(), "big")
    letters = []
    for _letter in range(14):
        number, at = divmod(number, len(_LETTERS))
        letters.append(_LETTERS[at])
    return "".join(letters)


def _goes_on_alike(one: SeriesRule, other: SeriesRule) -> bool:
    """Whether two rules mean the same dates from today on."""
    today = clock.today(one.timezone)
    return rest_of(one, today) == rest_of(other, today)


def _mode(fields: GroupFields) -> AttendanceMode:
    if not fields.online_link:
        return fields.attendance_mode if not fields.place else AttendanceMode.IN_PERSON
    return AttendanceMode.HYBRID if fields.place else AttendanceMode.ONLINE
