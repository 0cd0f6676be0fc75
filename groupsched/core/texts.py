"""Rows that say the same in several languages: the first words in columns of their own, those of others in `texts`."""

from collections.abc import MutableMapping
from typing import Any

from sqlalchemy import ColumnElement, func
from sqlalchemy.ext.hybrid import hybrid_property

from groupsched.core.i18n import SOURCE, current_language


def said(name: str) -> hybrid_property[str]:
    """A text of a row in the language of the page; where it has none in that, the first words: the column `plain_<name>`.

    In a query it is the same, so that a list is sorted by what it shows. To set it is to set the first words.
    """
    plain = f"plain_{name}"

    def read(row: Any) -> str:
        return str((row.texts or {}).get(current_language(), {}).get(name) or getattr(row, plain))

    def write(row: Any, words: str) -> None:
        setattr(row, plain, words)

    def asked(table: Any) -> ColumnElement[str]:
        first, language = getattr(table, plain), current_language()
        return first if language == SOURCE else func.coalesce(table.texts[language, name].as_string(), first)

    def inserted(cls: Any, mapping: MutableMapping[str, Any], value: Any) -> None:
        mapping[plain] = value

    read.__name__ = name
    return hybrid_property(read, write, None, asked, bulk_dml_setter=inserted)
