"""What comes with the product, as rows of a program."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import insert, select

from groupsched.access.models import Program
from groupsched.core.db import db
from groupsched.facilitation.models import (
    LibraryAgreement,
    LibraryPrompt,
)
from groupsched.facilitation.queries import (
    library_rows,
    ready_library,
    ready_sheets,
)
from groupsched.facilitation.service.kept import (
    added,
)


def load_ready_sheets(program: Program) -> None:
    """Give a program the sheets, prompts and agreements that come with the product and that it does not have."""
    there = {row.key for row in library_rows(program.id)}
    for key, sheet in ready_sheets().items():
        if key not in there:
            added(program.id, key, sheet, None, None)
    prompts, agreements = ready_library()
    _fill(
        LibraryPrompt,
        program.id,
        (
            {
                "key": one.key, "deck": one.deck, "modalities": list(one.modalities), "faith": one.faith,
                "stages": [stage.value for stage in one.stages], "minutes": one.minutes, "texts": texts,
            }
            for one, texts in prompts
        ),
    )  # fmt: skip
    _fill(
        LibraryAgreement,
        program.id,
        (
            {"key": one.key, "tags": list(one.tags), "by_default": one.by_default, "texts": texts}
            for one, texts in agreements
        ),
    )


def _fill(table: Any, program_id: int, rows: Iterable[dict[str, Any]]) -> None:
    there = set(db.session.scalars(select(table.key).where(table.program_id == program_id)))
    new = [
        {"program_id": program_id, "position": position, **row}
        for position, row in enumerate(rows)
        if row["key"] not in there
    ]
    if new:
        db.session.execute(insert(table), new)
