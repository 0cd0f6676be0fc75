"""Rows that are found by their words: what they say is stored folded, and asked for by the beginnings of words."""

from collections.abc import Mapping
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, Text, and_, event, false, inspect, true
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from groupsched.core.text import beginnings, searchable


class Findable:
    """A row that is found by its words. `folded` follows the columns of `found_by` by itself, in every INSERT and in each
    change of a loaded row; an UPDATE statement that sets one of them must set it too (a test looks for such)."""

    found_by: ClassVar[tuple[str, ...]]

    @classmethod
    def words(cls, values: Mapping[str, Any]) -> list[str]:
        """What a row is found by, of the values of these columns."""
        return [values.get(name) or "" for name in cls.found_by]

    @declared_attr
    def folded(cls) -> Mapped[str]:
        """The words of the columns as `searchable` keeps them."""

        def as_inserted(context: Any) -> str:
            return searchable(*cls.words(context.get_current_parameters()))

        return mapped_column(Text, default=as_inserted)


@event.listens_for(Findable, "before_update", propagate=True)
def _follow(_mapper: Any, _connection: Any, row: Any) -> None:
    if any(inspect(row).attrs[name].history.has_changes() for name in row.found_by):
        row.folded = searchable(*row.words({name: getattr(row, name) for name in row.found_by}))


def matches(folded: Any, asked: str) -> ColumnElement[bool]:
    """`is_found` as a condition: each of the asked words begins a word of the folded column."""
    words = beginnings(asked)
    if not words:
        return false() if asked.strip() else true()
    # Nothing to escape: `fold` leaves neither % nor _ in a word. Words that come from elsewhere would need it.
    return and_(*(folded.contains(word) for word in words))
