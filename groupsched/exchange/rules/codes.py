"""Type codes of a Meeting Guide feed, read in the table of the fellowship that published it.

The same letter means different things: `A` is "secular" for AA and "age 18 and over" for ACA. What no code says,
or what two codes say against each other, stays unset: nothing is guessed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True)
class CodeMeaning:
    """What one code says; None where it says nothing about that."""

    name: str
    orientation: str | None = None
    structure: str | None = None
    access: str | None = None
    audience: str | None = None
    language: str | None = None
    need: str | None = None
    tag: str | None = None
    modality: str | None = None
    place: str | None = None


@dataclass(frozen=True)
class CodeTable:
    """The codes of one fellowship, the common ones included; `known` is False when it has no table of its own."""

    fellowship: str
    known: bool
    meanings: Mapping[str, CodeMeaning]
    names: Mapping[str, str]
    typing_errors: Mapping[str, str]

    def code(self, written: str) -> str | None:
        """The code meant by what a feed says: `onl`, `Open`, `ASBI` → ONL, O, ABSI; None when there is no such code."""
        for candidate in (written, written.upper(), self.typing_errors.get(written.upper(), "")):
            if candidate in self.meanings:
                return candidate
        return self.names.get(written.lower())


@dataclass(frozen=True)
class RowMeaning:
    """What the codes of one row say together."""

    orientation: str | None
    structure: str | None
    access: str | None
    modality: str | None
    audience: tuple[str, ...]
    languages: tuple[str, ...]
    needs: tuple[str, ...]
    tags: tuple[str, ...]
    room_closed: bool
    unknown: tuple[str, ...]


def code_table(content: Mapping[str, Any], fellowship: str | None) -> CodeTable:
    """The table of one fellowship out of content/fellowships.yaml; without one, only the common codes."""
    key = (fellowship or "").strip().lower()
    own = content["fellowships"].get(key)
    rows = dict(content["common"])
    if own is not None:
        rows |= (content["fellowships"][own["like"]] if "like" in own else own)["codes"]
    known_fields = {field.name for field in fields(CodeMeaning)}
    meanings = {
        str(code): CodeMeaning(**{k: v for k, v in row.items() if k in known_fields})
        for code, row in rows.items()
    }
    names = {meaning.name.lower(): code for code, meaning in meanings.items()}
    return CodeTable(key, own is not None, meanings, names, content["typing_errors"])


def codes_of(types: object) -> tuple[str, ...]:
    """The codes as written, whatever shape they came in: a list, or a string.

    >>> codes_of(["O", "D", "O"]), codes_of("[open]"), codes_of("O, D"), codes_of(None)
    (('O', 'D'), ('open',), ('O', 'D'), ())
    """
    if isinstance(types, str):
        types = types.strip("[] ").split(",")
    if not isinstance(types, list):
        return ()
    written = (str(one).strip().strip("'\"") for one in types if isinstance(one, str | int))
    return tuple(dict.fromkeys(code[:40] for code in written if code))


def say(table: CodeTable, written: Iterable[str]) -> RowMeaning:
    """What these codes say in this table. Two codes that say different things about one matter say nothing."""
    found = {one: table.code(one) for one in written}
    meant = [table.meanings[code] for code in found.values() if code is not None]
    return RowMeaning(
        orientation=_one(m.orientation for m in meant),
        structure=_one(m.structure for m in meant),
        access=_one(m.access for m in meant),
        modality=_one(m.modality for m in meant),
        audience=_all(m.audience for m in meant),
        languages=_all(m.language for m in meant),
        needs=_all(m.need for m in meant),
        tags=_all(m.tag for m in meant),
        room_closed=any(m.place == "closed" for m in meant),
        unknown=tuple(one for one, code in found.items() if code is None),
    )


def _one(values: Iterable[str | None]) -> str | None:
    said = {value for value in values if value}
    return said.pop() if len(said) == 1 else None


def _all(values: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(sorted({value for value in values if value}))
