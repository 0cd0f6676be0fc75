"""People of a program from the rows of a table, known by their record numbers."""

from dataclasses import replace

from sqlalchemy import select

from groupsched.access.identity import Identity, Role
from groupsched.access.queries import sites
from groupsched.accounts.models import Person
from groupsched.accounts.service import PersonFields, add_person, change_person
from groupsched.core.db import db
from groupsched.core.i18n import LANGUAGES
from groupsched.exchange.rules import CellFault, CellUnfit, TableRow
from groupsched.exchange.service.cells import known

LONGEST = {"record_number": 12, "first_name": 80, "last_name": 80, "email": 254, "phone": 40}


class PeopleTable:
    """The work of one table of people."""

    def __init__(self, identity: Identity) -> None:
        self.identity = identity
        here = sites(identity)
        self.sites = {name.casefold(): site.id for site in here for name in (site.key, site.name)}
        self.only_site = here[0].id if len(here) == 1 else None
        self.languages = {one.casefold(): code for code, name in LANGUAGES.items() for one in (code, name)}

    def put(self, row: TableRow) -> bool | None:
        """Whether the person of a row is new (True), changed (False) or as before (None). An empty cell changes nothing."""
        for name, most in LONGEST.items():
            if len(row[name]) > most:
                raise CellUnfit(CellFault.TOO_LONG, name, row[name][:80])
        person = self._person(row["record_number"])
        if person is None:
            start = PersonFields("", language=next(iter(LANGUAGES)), site_id=self.only_site)
            roles = frozenset({Role.CLIENT})
            add_person(self.identity, self._fields(row, start), roles, record_number=row["record_number"])
            return True
        before = PersonFields(
            person.first_name, person.last_name, person.email, person.phone, person.language, person.site_id
        )
        after = self._fields(row, before)
        if after == before:
            return None
        change_person(self.identity, person, after)
        return False

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
