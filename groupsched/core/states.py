"""States are types: a column that holds members of an enum, the condition that says the same in SQL, and their order."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, String, case, event
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import QueryableAttribute
from sqlalchemy.types import TypeDecorator

from groupsched.core.db import Base

E = TypeVar("E", bound=StrEnum)


class MemberOf(TypeDecorator[E]):
    """A member of an enum, stored by its value. Refuses every other value; gives the member back, on load and when set."""

    impl = String
    cache_ok = True

    def __init__(self, kind: type[E], length: int) -> None:
        super().__init__(length)
        self.kind = kind
        self.length = length

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else self.kind(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> E | None:
        return None if value is None else self.kind(value)


@event.listens_for(Base, "attribute_instrument", propagate=True)
def _keep_members(_class: type, _name: str, attribute: QueryableAttribute[Any]) -> None:
    """A value that is set on an object becomes a member at once, so that `is` holds before it was ever loaded."""
    columns = getattr(attribute.property, "columns", None)
    if columns and isinstance(columns[0].type, MemberOf):
        kind = columns[0].type.kind

        def member(_object: object, value: Any, _old: object, _by: object) -> Any:
            return None if value is None else kind(value)

        event.listen(attribute, "set", member, retval=True)


def among(column: str, members: Iterable[StrEnum]) -> str:
    """The condition of a CHECK or of a partial index: a column holds one of these, in the order of their enum."""
    # A set has no order of its own: the words of a condition would be others in each process, and in each migration.
    chosen = frozenset(members)
    (kind,) = {type(member) for member in chosen}
    values = ", ".join(f"'{member.value}'" for member in kind if member in chosen)
    return f"{column} IN ({values})"


def rank(column: QueryableAttribute[E], order: Iterable[E]) -> ColumnElement[int]:
    """What to sort by where states have an order of their own: never the letters of their values."""
    return case(*((column == member, place) for place, member in enumerate(order)))
