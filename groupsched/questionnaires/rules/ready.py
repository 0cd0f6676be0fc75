"""The ready forms that come with the product, read into forms."""

from collections.abc import Mapping
from typing import Any

from groupsched.questionnaires.rules.form import Audience, Form, FormKind, ReadWhen, form_of

_TEXTS = ("text", "help", "anchor_min", "anchor_max")
WHO_ANSWERS = "who_answers"
"""Who answers a request for a seat: they read there what was said with it, so it is no reader to choose."""
_READERS, _TIMES = frozenset(one.value for one in Audience), frozenset(one.value for one in ReadWhen)


def ready_form(row: Mapping[str, Any], languages: tuple[str, ...]) -> Form | None:
    """The form that a row of the content says. None where its words promise readers or times that nothing keeps: it would say what
    is not true."""
    readers = [one for one in row["readers"] if one != WHO_ANSWERS or row["kind"] != FormKind.REFERRAL]
    if not _READERS.issuperset(readers) or row["read_when"] not in _TIMES:
        return None
    totals = [Audience.TOTALS] if row["kind"] == FormKind.REFLECTION else []
    return form_of(
        {
            "kind": row["kind"],
            "title": _by_language(row, "title", languages),
            "intro": _by_language(row, "intro", languages),
            "readers": list(dict.fromkeys([Audience.ONLY_ME, *readers, *totals])),
            "shared_with": row["default_visibility"],
            "read_when": row["read_when"],
            "minutes": row["minutes"],
            "items": [_item(item, languages) for item in row["items"]],
        }
    )


def _item(row: Mapping[str, Any], languages: tuple[str, ...]) -> dict[str, Any]:
    names = ("key", "type", "min", "max", "allow_own", "safety", "shown_when", "urgent_when")
    item = {name: row[name] for name in names if name in row}
    item |= {name: _by_language(row, name, languages) for name in _TEXTS}
    item["options"] = [
        {"key": option["key"], "words": {one: option[one] for one in languages if one in option}}
        for option in row.get("options", ())
    ]
    return item


def _by_language(row: Mapping[str, Any], name: str, languages: tuple[str, ...]) -> dict[str, str]:
    return {one: row[one][name] for one in languages if name in row.get(one, {})}
