"""The record numbers of a program, found however a table spells them."""

from collections import defaultdict

from sqlalchemy import select

from groupsched.access.identity import Identity
from groupsched.accounts.models import Person
from groupsched.core.db import db
from groupsched.core.errors import DomainError
from groupsched.core.i18n import _
from groupsched.exchange.rules import plain_key


class KnownNumbers:
    """Every record number of a program, read once; new ones are added as they come."""

    def __init__(self, identity: Identity) -> None:
        self.spellings: dict[str, list[str]] = defaultdict(list)
        self.digits: dict[str, list[str]] = defaultdict(list)
        of_program = Person.program_id == identity.program_id
        for number in db.session.scalars(select(Person.record_number).where(of_program).order_by(Person.id)):
            self.add(number)

    def add(self, number: str) -> None:
        """A number is one of somebody now."""
        plain = plain_key(number)
        self.spellings[plain].append(number)
        if plain.isdigit():
            self.digits[plain.lstrip("0")].append(number)

    def meant(self, number: str) -> str:
        """The number here that a table means: the very same, else one that differs only by its spelling, else itself.
        Raises DomainError where there are several of these."""
        found = self.spellings.get(plain_key(number), [])
        if number in found or not found:
            return number
        if len(found) > 1:
            words = _(
                "These are spelled alike: %(names)s. Write the one that is meant.", names=", ".join(found)
            )
            raise DomainError(words, field="record_number")
        return found[0]

    def alike(self, number: str) -> str:
        """Another number here that is the same but for zeros at its beginning; empty where there is none."""
        plain = plain_key(number)
        found = self.digits.get(plain.lstrip("0"), []) if plain.isdigit() else []
        return next((one for one in found if plain_key(one) != plain), "")
