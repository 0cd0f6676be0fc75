"""A sheet as data that JSON can carry, and back."""

from collections.abc import Mapping
from typing import Any

from groupsched.facilitation.rules.sheet import (
    Company,
    Phase,
    PhaseFlag,
    PhaseRole,
    PhaseWords,
    RunSheet,
    RunSheetKind,
)


def sheet_data(sheet: RunSheet) -> dict[str, Any]:
    """A sheet as it is kept and sent; `sheet_of` reads it back."""
    return {
        "kind": sheet.kind.value,
        "minutes": sheet.minutes,
        "name": dict(sheet.name),
        "intro": dict(sheet.intro),
        "phases": [phase_data(one) for one in sheet.phases],
        "before": {code: list(lines) for code, lines in sheet.before.items()},
        "after": {code: list(lines) for code, lines in sheet.after.items()},
    }


def phase_data(phase: Phase) -> dict[str, Any]:
    """A phase as it is kept."""
    return {
        "key": phase.key,
        "minutes": phase.minutes,
        "company": phase.company.value,
        "flags": [one.value for one in PhaseFlag if one in phase.flags],
        "carries": phase.carries,
        "roles": [one.value for one in phase.roles],
        "texts": {code: words_data(said) for code, said in phase.texts.items()},
    }


def words_data(said: PhaseWords) -> dict[str, Any]:
    """The words of a phase as they are kept."""
    return {
        "name": said.name,
        "purpose": said.purpose,
        "prompts": list(said.prompts),
        "how": said.how,
        "materials": list(said.materials),
        "note": said.note,
    }


def sheet_of(data: Mapping[str, Any]) -> RunSheet:
    """The sheet that such data say. Raises KeyError, TypeError or ValueError where they say none."""
    return RunSheet(
        kind=RunSheetKind(data["kind"]),
        minutes=data["minutes"],
        name=dict(data.get("name", {})),
        intro=dict(data.get("intro", {})),
        phases=tuple(phase_of(one) for one in data.get("phases", ())),
        before={code: tuple(lines) for code, lines in data.get("before", {}).items()},
        after={code: tuple(lines) for code, lines in data.get("after", {}).items()},
    )


def phase_of(data: Mapping[str, Any]) -> Phase:
    """The phase that such data say."""
    return Phase(
        key=data["key"],
        minutes=data["minutes"],
        company=Company(data.get("company", Company.WHOLE)),
        flags=frozenset(PhaseFlag(one) for one in data.get("flags", ())),
        carries=bool(data.get("carries")),
        roles=tuple(PhaseRole(one) for one in data.get("roles", ())),
        texts={code: words_of(said) for code, said in data.get("texts", {}).items()},
    )


def words_of(data: Mapping[str, Any]) -> PhaseWords:
    """The words that such data say."""
    return PhaseWords(
        name=data.get("name", ""),
        purpose=data.get("purpose", ""),
        prompts=tuple(data.get("prompts", ())),
        how=data.get("how", ""),
        materials=tuple(data.get("materials", ())),
        note=data.get("note", ""),
    )
