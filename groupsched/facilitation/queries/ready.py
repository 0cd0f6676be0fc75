"""What comes with the product."""

from functools import cache
from typing import Any

from groupsched.core.i18n import LANGUAGES
from groupsched.core.resources import content
from groupsched.facilitation.rules import (
    AgreementFacts,
    PromptFacts,
    RunSheet,
    ready_agreements,
    ready_prompts,
    ready_sheet,
)


@cache
def ready_sheets() -> dict[str, RunSheet]:
    """The sheets that come with the product, by their keys, in the order of the file."""
    rows = content("runsheets")
    return {row["key"]: ready_sheet(row, rows, tuple(LANGUAGES)) for row in rows["run_sheets"]}


@cache
def ready_library() -> tuple[
    list[tuple[PromptFacts, dict[str, str]]], list[tuple[AgreementFacts, dict[str, Any]]]
]:
    """The prompts and the agreements that come with the product."""
    languages = tuple(LANGUAGES)
    return ready_prompts(content("prompts"), languages), ready_agreements(content("agreements"), languages)
