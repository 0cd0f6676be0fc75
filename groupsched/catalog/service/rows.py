"""Rows that come with the product: added where a program does not have them."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from groupsched.core.db import db


def add_missing(table: Any, rows: list[dict[str, Any]], *unique: str) -> int:
    """Insert the rows whose unique columns are not taken. Returns how many were."""
    dialect: Any = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    insert = dialect.insert(table).on_conflict_do_nothing(index_elements=unique).returning(table.id)
    return len(db.session.scalars(insert, rows).all())
