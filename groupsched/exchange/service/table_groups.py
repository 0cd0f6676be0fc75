"""Groups of a program from the rows of a table, known by the keys that their program gave them."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from sqlalchemy import select

from groupsched.access.identity import Identity
from groupsched.access.queries import current_program, sites
from groupsched.catalog.models import Group, Place
from groupsched.catalog.queries import leaders, modalities, places, terms
from groupsched.catalog.rules import (
    AttendanceMode,
    GroupFields,
    GroupState,
    PlaceMode,
    Vocabulary,
    cleaned,
    with_seats_online,
)
from groupsched.catalog.service import fields_of
from groupsched.catalog.words import attendance_modes
from groupsched.core.db import db
from groupsched.core.errors import DomainError, NotFound
from groupsched.core.i18n import _, in_every_language, ngettext
from groupsched.core.text import clean_line
from groupsched.exchange.queries import mark_of_group
from groupsched.exchange.rules import CellFault, CellUnfit, TableRow, plain_key
from groupsched.exchange.service.cells import choice, known, names_of, number_of, parts, yes
from groupsched.exchange.service.outcomes import SAME, CellChange, RowAction, RowDone, WouldTell
from groupsched.exchange.service.table_times import change_of_rule, rule_of
from groupsched.exchange.words import ACCESS_WORDS, ORIENTATION_WORDS, STYLE_WORDS
from groupsched.schedule.models import Series
from groupsched.schedule.queries import current_series
from groupsched.schedule.rules import RuleRefused, SeriesRule
from groupsched.schedule.service import (
    SeenVersions,
    define_group,
    offer_group,
    plan_change,
    redefine_group,
    series_version,
)

V = TypeVar("V")
_LETTERS = "23456789abcdefghjkmnpqrstvwxyz"
KEY_LENGTH = 60
SHOWN = 200
# What rows say of groups, each with its column. How people come to one follows from its place and its link.
FIELDS = {
    "title": "title", "modality": "kind", "description": "description", "place": "place", "online_link": "online_link",
    "attendance_mode": "place", "capacity": "seats", "access": "access", "structure": "style", "orientation": "orientation",
    "languages": "languages", "facilitators": "leaders",
}  # fmt: skip


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
        here, people = places(identity), leaders(program.id)
        self.places = {name: place for place in here for name in names_of(place.key, [place.name])}
        self.zones = {site.id: site.timezone for site in sites(identity)}
        self.leader_names = {person.uid: person.name for person in people}
        self.leaders = {
            name: person.uid
            for person in people
            for name in names_of(person.record_number, [person.name, person.email or ""])
        }
        self.languages = {
            name: term.key
            for term in terms(identity)
            for name in names_of(term.key, in_every_language(term.texts, "name"))
            if term.vocabulary == Vocabulary.LANGUAGE
        }

    def put(self, row: TableRow) -> RowDone:
        """Make or change the group of a row. An empty cell changes nothing."""
        if len(row["key"]) > KEY_LENGTH:
            raise CellUnfit(CellFault.TOO_LONG, "key", row["key"])
        group = self._group(row["key"])
        try:
            return self._new(row) if group is None else self._again(row, group)
        except RuleRefused as refused:
            raise DomainError(_(refused.text, **refused.values), field=refused.field) from refused

    def _group(self, key: str) -> Group | None:
        uids = uids_of(self.program.uid, key)
        here = select(Group).where(Group.program_id == self.program.id, Group.uid.in_(uids))
        found = {group.uid: group for group in db.session.scalars(here)}
        return next((found[uid] for uid in uids if uid in found), None)

    def _new(self, row: TableRow) -> RowDone:
        uid = uid_of(self.program.uid, row["key"])
        fields = self._fields(row, GroupFields("", "", languages=(self.program.languages[0],)))
        rule = rule_of(row, None, self._zone(fields))
        group = define_group(self.identity, fields, rule, publish=yes(row, "publish"), uid=uid)
        self.created.append((uid, mark_of_group(group, current_series(group))))
        return RowDone(RowAction.NEW, tuple(change_of_rule(row, None, rule)))

    def _again(self, row: TableRow, group: Group) -> RowDone:
        if group.state == GroupState.RETIRED:
            words = _("This group is no longer offered. Publish it on its page first, or leave the row out.")
            raise DomainError(words, field="key")
        series, publishes = current_series(group), yes(row, "publish") and not group.published
        before = fields_of(group)
        fields = cleaned(self._fields(row, before))
        rule = rule_of(row, rule_was := series.rule if series is not None else None, self._zone(fields))
        changes = (
            *self._changes(group, before, fields),
            *change_of_rule(row, rule_was, rule),
            *([CellChange("publish", _("Draft"), _("Published"))] if publishes else []),
        )
        if not changes:
            return SAME
        self._refuse_to_tell(group, series, fields, rule, changes)
        seen = SeenVersions(group.version, series_version(series))
        redefine_group(self.identity, group, fields, rule, seen, publish=False)
        if publishes:
            offer_group(self.identity, group)
        return RowDone(RowAction.CHANGED, changes)

    def _refuse_to_tell(
        self,
        group: Group,
        series: Series | None,
        fields: GroupFields,
        rule: SeriesRule | None,
        changes: tuple[CellChange, ...],
    ) -> None:
        rule = rule or (series.rule if series is not None else None)
        if not group.published or rule is None:
            return
        planned = plan_change(group, series, fields, self._place(fields) or group.place, rule)
        number = len(planned.told | planned.let_in) if planned is not None else 0
        if number:
            words = ngettext(
                "%(num)d person would hear of it. Please change it on its page, which says who.",
                "%(num)d people would hear of it. Please change it on its page, which says who.",
                number,
            )
            raise WouldTell(words, changes)

    def _changes(self, group: Group, before: GroupFields, after: GroupFields) -> list[CellChange]:
        changed = [name for name in FIELDS if getattr(before, name) != getattr(after, name)]
        if not changed:
            return []
        was, now = self._in_words(group, before), self._in_words(group, after)
        columns = FIELDS if before.place != after.place else {**FIELDS, "attendance_mode": "online_link"}
        return [CellChange(columns[name], was[name], now[name]) for name in changed]

    def _in_words(self, group: Group, fields: GroupFields) -> dict[str, str]:
        """What is said of a group, as a table would."""
        names = {place.uid: place.name for place in self.places.values()} | self.leader_names
        names |= {row.person.uid: row.person.name for row in group.facilitators}
        if group.place is not None:
            names[group.place.uid] = group.place.name
        texts = {name: getattr(fields, name) for name in ("title", "modality", "description", "online_link")}
        return {name: clean_line(str(text), SHOWN) for name, text in texts.items()} | {
            "place": names.get(fields.place or "", ""),
            "attendance_mode": dict(attendance_modes())[fields.attendance_mode],
            "capacity": _("No limit") if fields.capacity is None else str(fields.capacity),
            "access": fields.access,
            "structure": fields.structure or "",
            "orientation": fields.orientation or "",
            "languages": ", ".join(fields.languages),
            "facilitators": ", ".join(names.get(uid, uid) for uid in fields.facilitators),
        }

    def _fields(self, row: TableRow, start: GroupFields) -> GroupFields:
        said = {name: row[name] for name in ("title", "description", "online_link") if row[name]}
        fields = replace(start, modality=self._one("kind", row, self.kinds) or start.modality, **said)  # type: ignore[arg-type]
        place, seats = self._one("place", row, self.places), number_of(row, "seats")
        fields = replace(
            fields,
            capacity=fields.capacity if seats is None else seats,
            access=choice(row, "access", ACCESS_WORDS) or fields.access,
            structure=choice(row, "style", STYLE_WORDS) or fields.structure,
            orientation=choice(row, "orientation", ORIENTATION_WORDS) or fields.orientation,
            languages=self._many("languages", row, self.languages) or fields.languages,
            facilitators=self._many("leaders", row, self.leaders) or fields.facilitators,
        )
        if place is not None and place.uid != start.place:
            # Its site is that of the place where it meets.
            fields = replace(fields, place=place.uid, site=None)
        return with_seats_online(replace(fields, attendance_mode=self._mode(start, fields)), start)

    def _mode(self, start: GroupFields, fields: GroupFields) -> AttendanceMode:
        """How people come: as before, unless the row gives another place or another link."""
        in_person = start.attendance_mode == AttendanceMode.IN_PERSON
        links = fields.online_link != start.online_link
        if fields.place == start.place:
            now = AttendanceMode.HYBRID if fields.place else AttendanceMode.ONLINE
            return now if links and in_person else start.attendance_mode
        place = self._place(fields)
        if place is not None and place.mode == PlaceMode.ONLINE:
            return AttendanceMode.ONLINE
        linked = bool(fields.online_link or (place is not None and place.online_link))
        return AttendanceMode.HYBRID if links or (linked and not in_person) else AttendanceMode.IN_PERSON

    def _place(self, fields: GroupFields) -> Place | None:
        return next((one for one in self.places.values() if one.uid == fields.place), None)

    def _zone(self, fields: GroupFields) -> str:
        place = self._place(fields)
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
    """The public id of the group with this key, however it is spelled: always the same one, so that a table can come again."""
    return _hashed(program_uid, plain_key(key))


def uids_of(program_uid: str, key: str) -> list[str]:
    """The public ids that the group with this key can have. Once a key counted as it was spelled: groups from then are found by
    the spelling they came with, and by the usual ones."""
    plain = plain_key(key)
    spellings = dict.fromkeys([key, plain, plain.upper(), plain.title(), plain.capitalize()])
    return [_hashed(program_uid, spelling) for spelling in spellings]


def _hashed(program_uid: str, key: str) -> str:
    number = int.from_bytes(hashlib.sha256(f"{program_uid}\x1f{key}".encode()).digest(), "big")
    letters = []
    for _letter in range(14):
        number, at = divmod(number, len(_LETTERS))
        letters.append(_LETTERS[at])
    return "".join(letters)
