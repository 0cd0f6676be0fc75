"""The sheets, prompts and agreements that come with the product, read from its content."""

from collections.abc import Mapping, Sequence
from typing import Any

from groupsched.facilitation.rules.choosing import (
    AgreementFacts,
    GroupStage,
    PromptFacts,
    PromptFaith,
    PromptList,
)
from groupsched.facilitation.rules.data import sheet_of
from groupsched.facilitation.rules.sheet import RunSheet, RunSheetKind

_OPEN, _FOR_TWO = "relaxed-support", "one-to-one"
_KINDS = {_OPEN: RunSheetKind.OPEN, _FOR_TWO: RunSheetKind.ONE_TO_ONE}


def ready_sheet(row: Mapping[str, Any], content: Mapping[str, Any], languages: Sequence[str]) -> RunSheet:
    """The sheet that a row of the content says, with what the content says is looked after before and after each."""
    return sheet_of(
        {
            "kind": _KINDS.get(row["key"], RunSheetKind.TIMED),
            "minutes": row["minutes"],
            "name": _by_language(row, "name", languages),
            "intro": _by_language(row, "intro", languages),
            "phases": [_phase(one, languages) for one in row["phases"]],
            "before": {one: content["before"][one] for one in languages if one in content["before"]},
            "after": {one: content["after"][one] for one in languages if one in content["after"]},
        }
    )


def _phase(row: Mapping[str, Any], languages: Sequence[str]) -> dict[str, Any]:
    return {
        "key": row["key"],
        "minutes": row["minutes"],
        "company": row["who"],
        "flags": row["flags"],
        "carries": row.get("carry_over", False),
        "texts": {one: row[one] for one in languages if one in row},
    }


def ready_prompts(
    content: Mapping[str, Any], languages: Sequence[str]
) -> list[tuple[PromptFacts, dict[str, str]]]:
    """The prompts of the content with their words, list by list. Cards come in decks, which are one list here."""
    found = []
    for deck in PromptList:
        rows = content[deck]
        flat = [row for part in rows.values() for row in part] if isinstance(rows, Mapping) else rows
        found += [(_prompt(row, deck), _words(row, languages)) for row in flat]
    return found


def _prompt(row: Mapping[str, Any], deck: PromptList) -> PromptFacts:
    return PromptFacts(
        row["key"],
        deck,
        tuple(row["modalities"]),
        PromptFaith(row["orientation"]),
        tuple(GroupStage(one) for one in row["stage"]),
        row["minutes"],
    )


def _words(row: Mapping[str, Any], languages: Sequence[str]) -> dict[str, str]:
    """What a prompt says; a card says a word, and in a line what is meant by it."""
    texts = {code: row[code] for code in languages if code in row}
    return {
        code: said if isinstance(said, str) else f"{said['word']}. {said['line']}"
        for code, said in texts.items()
    }


def ready_agreements(
    content: Mapping[str, Any], languages: Sequence[str]
) -> list[tuple[AgreementFacts, dict[str, Any]]]:
    """The agreements of the content, each with its words and its reason."""
    return [
        (
            AgreementFacts(row["key"], tuple(row["tags"]), row["default"]),
            {one: row[one] for one in languages if one in row},
        )
        for row in content["agreements"]
    ]


def _by_language(row: Mapping[str, Any], name: str, languages: Sequence[str]) -> dict[str, str]:
    return {one: row[one][name] for one in languages if name in row.get(one, {})}
