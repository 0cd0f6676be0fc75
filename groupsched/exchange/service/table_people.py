"""People of a program from the rows of a table, known by their record numbers."""

from dataclasses import replace

from sqlalchemy import select

from groupsched.access.identity import Identity, Role
from groupsched.access.queries import sites
from groupsched.accounts.models import Person
from groupsched.accounts.queries import with_mail, write_rights
from groupsched.accounts.service import PersonFields, add_person, change_person
from groupsched.accounts.words import shares_mail_words
from groupsched.core.db import db
from groupsched.core.errors import DomainError
from groupsched.core.i18n import LANGUAGES, _
from groupsched.core.text import fold
from groupsched.enrolment.queries import seen_by
from groupsched.exchange.rules import CellFault, CellUnfit, TableRow
from groupsched.exchange.service.cells import known
from groupsched.exchange.service.numbers import KnownNumbers
from groupsched.exchange.service.outcomes import SAME, CellChange, RowAction, RowDone

LONGEST = {"record_number": 12, "first_name": 80, "last_name": 80, "email": 254, "phone": 40}


class HasItAlready(DomainError):
    """A cell says of a row's person what is said of another one: `person`, where whoever asks may see who it is. `shows` is
    their number, where they were here before this table: that they were named is written down."""

    def __init__(self, column: str, person: Person | None, *, new: bool = False) -> None:
        name = person.name if person is not None else _("Another person")
        hint = _("Leave it out here. On the page of the person it can be used for both.")
        words = {
            "record_number": _(
                "%(name)s has it already. Same person? Then change the name there.", name=name
            ),
            "email": f"{shares_mail_words(person)} {hint}",
        }
        super().__init__(words[column], field=column, code="has-it-already")
        self.shows = person.id if person is not None and not new else None


class PeopleTable:
    """The work of one table of people; `created` are the public ids of those who are new, each with their version."""

    def __init__(self, identity: Identity) -> None:
        self.identity = identity
        self.created: list[tuple[str, str]] = []
        self.new: set[int] = set()
        self.numbers = KnownNumbers(identity)
        here = sites(identity)
        self.sites = {name.casefold(): site.id for site in here for name in (site.key, site.name)}
        self.site_names = {site.id: site.name for site in here}
        self.only_site = here[0].id if len(here) == 1 else None
        self.languages = {one.casefold(): code for code, name in LANGUAGES.items() for one in (code, name)}

    def put(self, row: TableRow) -> RowDone:
        """Add or change the person of a row. An empty cell changes nothing."""
        for name, most in LONGEST.items():
            if len(row[name]) > most:
                raise CellUnfit(CellFault.TOO_LONG, name, row[name][:80])
        person = self._person(self.numbers.meant(row["record_number"]))
        if person is not None and write_rights(self.identity, person) and not _may_be(person, row):
            raise HasItAlready("record_number", person)
        self._refuse_mail_of_another(row, person)
        return self._add(row) if person is None else self._change(row, person)

    def _add(self, row: TableRow) -> RowDone:
        number, roles = row["record_number"], frozenset({Role.CLIENT})
        start = PersonFields("", language=next(iter(LANGUAGES)), site_id=self.only_site)
        added = add_person(self.identity, self._fields(row, start), roles, record_number=number)
        alike = self.numbers.alike(number)
        self.numbers.add(number)
        self.new.add(added.id)
        self.created.append((added.uid, str(added.version)))
        notes = []
        if alike:
            notes.append(
                _("%(number)s looks like %(other)s, and is somebody else.", number=number, other=alike)
            )
        if added.site_id is None:
            notes.append(_("Without a site: not found at a door, nor by the desk."))
        return RowDone(RowAction.NEW, note=" ".join(map(str, notes)))

    def _change(self, row: TableRow, person: Person) -> RowDone:
        before = PersonFields(
            person.first_name, person.last_name, person.email, person.phone, person.language, person.site_id
        )
        after = self._fields(row, before)
        if after == before:
            return SAME
        change_person(self.identity, person, after)
        return RowDone(RowAction.CHANGED, self._changes(before, after), shows=person.id)

    def _changes(self, before: PersonFields, after: PersonFields) -> tuple[CellChange, ...]:
        was, now = self._in_words(before), self._in_words(after)
        return tuple(CellChange(name, was[name], now[name]) for name in was if was[name] != now[name])

    def _in_words(self, fields: PersonFields) -> dict[str, str]:
        return {
            "first_name": fields.first_name,
            "last_name": fields.last_name,
            "email": fields.email or "",
            "phone": fields.phone,
            "language": LANGUAGES.get(fields.language, fields.language),
            "site": self.site_names.get(fields.site_id or 0, ""),
        }

    def _refuse_mail_of_another(self, row: TableRow, person: Person | None) -> None:
        mail = row["email"].lower()
        if not mail or (person is not None and (person.email or "").lower() == mail):
            return
        others = with_mail(self.identity.program_id, mail, person.uid if person else None)
        if db.session.scalar(others.limit(1)) is not None:
            shown = db.session.scalar(others.where(seen_by(self.identity)).limit(1))
            raise HasItAlready("email", shown, new=shown is not None and shown.id in self.new)

    def _person(self, record_number: str) -> Person | None:
        of_program = Person.program_id == self.identity.program_id
        return db.session.scalar(select(Person).where(of_program, Person.record_number == record_number))

    def _fields(self, row: TableRow, start: PersonFields) -> PersonFields:
        said = {name: row[name] for name in ("first_name", "last_name", "email", "phone") if row[name]}
        fields = replace(start, **said)  # type: ignore[arg-type]
        if row["language"]:
            fields = replace(fields, language=known(row, "language", self.languages))
        if row["site"]:
            fields = replace(fields, site_id=known(row, "site", self.sites))
        return fields


def _may_be(person: Person, row: TableRow) -> bool:
    """Whether a row can mean a person: the first or the last name is the same. Else the number is a slip."""
    first, last = fold(row["first_name"]), fold(row["last_name"])
    return fold(person.first_name) == first or (bool(last) and fold(person.last_name) == last)
