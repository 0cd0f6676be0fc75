"""Shapes of JSON that more than one room reads."""

from typing import Any

from marshmallow import RAISE, Schema, fields, validate

from groupsched.core.text import clean_line, clean_prose

SHORT = validate.Length(max=255)


class StrictSchema(Schema):
    """A schema that refuses unknown fields."""

    class Meta:
        unknown = RAISE


def choice(*values: str, **kwargs: Any) -> fields.String:
    """A string out of a closed list."""
    return fields.String(validate=validate.OneOf(values), **kwargs)


class LineText(fields.String):
    """One line of text, clean from the moment it arrives."""

    def _deserialize(self, *args: Any, **kwargs: Any) -> Any:
        return clean_line(super()._deserialize(*args, **kwargs))


class ProseText(fields.String):
    """Some lines of text, clean from the moment they arrive."""

    def _deserialize(self, *args: Any, **kwargs: Any) -> Any:
        return clean_prose(super()._deserialize(*args, **kwargs))


def keepable(value: Any) -> bool:
    """Whether every text in a JSON value can be kept: no half of a character (a lone surrogate), no NUL.

    >>> keepable({"name": ["Tea", 3]}), keepable({"na\\0me": 1}), keepable(["\\ud83d"])
    (True, False, False)
    """
    left = [value]
    while left:
        one = left.pop()
        if isinstance(one, dict):
            left += [*one.keys(), *one.values()]
        elif isinstance(one, list):
            left += one
        elif isinstance(one, str) and any(c == "\0" or "\ud800" <= c <= "\udfff" for c in one):
            return False
    return True
