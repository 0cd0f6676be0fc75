"""Verbs of what groups are made of: kinds of work and places."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from groupsched.access.identity import Identity
from groupsched.access.models import Program
from groupsched.access.policy import Facts, Permission, ensure
from groupsched.audit.service import record
from groupsched.catalog.models import Modality, Place
from groupsched.catalog.service.filling import ChangedMeanwhile
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.resources import content
from groupsched.core.tokens import public_id

_UNSET = {"unset": None, "faith-based": "faith"}


def load_default_modalities(program: Program) -> int:
    """Add the product's kinds of work to a program; what is there already stays as it is. Returns how many are new."""
    rows = [
        _default(program.id, number, row) for number, row in enumerate(content("modalities")["modalities"])
    ]
    dialect: Any = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    insert = dialect.insert(Modality).on_conflict_do_nothing(index_elements=["program_id", "key"])
    return len([row for row in rows if db.session.scalar(insert.values(row).returning(Modality.id))])


def _default(program_id: int, position: int, row: dict[str, Any]) -> dict[str, Any]:
    return {
        "uid": public_id(),
        "program_id": program_id,
        "position": position,
        "version": 1,
        "capacity": row["capacity"]["max"],
        "texts": {language: row[language] for language in ("en", "es") if language in row},
        "run_sheet": row["run_sheet"] or "",
        "structure": _UNSET.get(row["structure"], row["structure"]),
        "orientation": _UNSET.get(row["orientation"], row["orientation"]),
        **{
            name: row[name]
            for name in (
                "key",
                "category",
                "kind",
                "setting",
                "minutes",
                "icon",
                "clinician_decides",
                "complementary",
            )
        },
    }


def save_row(
    identity: Identity, row: Modality | Place, values: dict[str, Any], version: int | None = None
) -> None:
    """Add or change a modality or place; `values` are checked by their form. Raises ChangedMeanwhile."""
    ensure(identity, Permission.CATALOG_WRITE, Facts(program=identity.program_id))
    is_new = row.id is None
    if not is_new:
        db.session.refresh(row, ["version"], with_for_update=True)
    if not is_new and row.version != version:
        raise ChangedMeanwhile
    for name, value in values.items():
        setattr(row, name, value)
    if is_new:
        row.program_id = identity.program_id  # type: ignore[assignment]
        db.session.add(row)
    else:
        row.version += 1
    db.session.flush()
    record(identity, f"{type(row).__name__.lower()}.{'created' if is_new else 'changed'}", row)


def retire_row(identity: Identity, row: Modality | Place, *, retired: bool) -> None:
    """Take a modality or place out of the choices for new groups, or bring it back; groups that have it keep it."""
    ensure(identity, Permission.CATALOG_WRITE, Facts(program=identity.program_id))
    if (row.retired_at is not None) == retired:
        return
    row.retired_at = clock.now() if retired else None
    row.version += 1
    db.session.flush()
    record(identity, f"{type(row).__name__.lower()}.{'retired' if retired else 'restored'}", row)
