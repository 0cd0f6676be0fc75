"""Pages of a list in a stable order: by the row's number, by start and number, or in an order of its own."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Select, tuple_

from groupsched.api.rules import BadCursor, ListPage, decode_cursor, encode_cursor
from groupsched.core.db import db
from groupsched.core.errors import DomainError
from groupsched.core.i18n import _


def by_id(query: Select[Any], column: Any, limit: int, cursor: str | None) -> ListPage:
    """One page of `query`, ordered by a number column."""
    if cursor:
        query = query.where(column > _key(cursor, 1)[0])
    rows = list(db.session.scalars(query.order_by(None).order_by(column).limit(limit + 1)).unique())
    more = len(rows) > limit
    return ListPage(rows[:limit], encode_cursor(rows[limit - 1].id) if more else None)


def latest_first(query: Select[Any], column: Any, limit: int, cursor: str | None) -> ListPage:
    """One page of `query`, ordered by a number column, the highest first."""
    if cursor:
        query = query.where(column < _key(cursor, 1)[0])
    rows = list(db.session.scalars(query.order_by(None).order_by(column.desc()).limit(limit + 1)).unique())
    return ListPage(rows[:limit], encode_cursor(rows[limit - 1].id) if len(rows) > limit else None)


def by_start(query: Select[Any], start: Any, column: Any, limit: int, cursor: str | None) -> ListPage:
    """One page of `query`, ordered by a moment and a number."""
    if cursor:
        text, number = _key(cursor, 2)
        try:
            moment = datetime.fromisoformat(text).astimezone(UTC)
        except (TypeError, ValueError, OverflowError):
            raise _bad() from None
        query = query.where(tuple_(start, column) > (moment, number))
    rows = list(db.session.scalars(query.order_by(None).order_by(start, column).limit(limit + 1)).unique())
    last = rows[limit - 1] if len(rows) > limit else None
    return ListPage(rows[:limit], encode_cursor(last.start.isoformat(), last.id) if last else None)


def of_rows(rows: Sequence[Any], limit: int, cursor: str | None) -> ListPage:
    """One page of a short list that was read whole, in its own order."""
    begin = 0
    if cursor:
        ids = [row.id for row in rows]
        last = _key(cursor, 1)[0]
        if last not in ids:
            raise _bad()
        begin = ids.index(last) + 1
    items, more = list(rows[begin : begin + limit]), len(rows) > begin + limit
    return ListPage(items, encode_cursor(items[-1].id) if more else None)


def _key(cursor: str, length: int) -> list[Any]:
    try:
        key = decode_cursor(cursor, length)
    except BadCursor:
        raise _bad() from None
    if type(key[-1]) is not int or abs(key[-1]) > 2**53:
        raise _bad()
    return key


def _bad() -> DomainError:
    return DomainError(_("This cursor is not one of ours. Begin again without it."), field="cursor")
