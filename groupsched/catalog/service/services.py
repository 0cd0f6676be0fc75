"""What a group counts as: the product's service types, units and credentials for a program, and which kinds have which."""

from typing import Any

from sqlalchemy import select, update

from groupsched.access.models import Program
from groupsched.accounts.models import Qualification
from groupsched.catalog.models import Modality, ServiceType, UnitPreset
from groupsched.catalog.service.rows import add_missing
from groupsched.core.db import db
from groupsched.core.i18n import LANGUAGES
from groupsched.core.resources import content
from groupsched.core.tokens import public_id


def load_default_services(program: Program) -> None:
    """Add the product's units, service types and credentials to a program, and say which kinds of sessions have which; what
    the program made of them stays as it is."""
    told = content("services")
    _add(UnitPreset, program, told["units"], "minutes", "rounding", "source", "checked")
    _add(Qualification, program, told["credentials"], "clinical")
    units = _numbers(UnitPreset, program)
    types = [
        row | {"in_group_id": units[row["in_group"]], "alone_id": units[row["alone"]]}
        for row in told["service_types"]
    ]
    _add(ServiceType, program, types, "in_group_id", "alone_id", "signed")
    numbers = _numbers(ServiceType, program)
    for row in told["service_types"]:
        unsaid = (Modality.program_id == program.id, Modality.service_type_id.is_(None))
        db.session.execute(
            update(Modality)
            .where(*unsaid, Modality.key.in_(row["kinds"]))
            .values(service_type_id=numbers[row["key"]])
        )


def _add(table: Any, program: Program, told: list[dict[str, Any]], *names: str) -> None:
    rows = [
        {"uid": public_id(), "program_id": program.id, "key": row["key"], "position": number, "version": 1}
        | {"texts": {language: row[language] for language in LANGUAGES if language in row}}
        | {name: row[name] for name in names}
        for number, row in enumerate(told)
    ]
    add_missing(table, rows, "program_id", "key")


def _numbers(table: Any, program: Program) -> dict[str, int]:
    query = select(table.key, table.id).where(table.program_id == program.id)
    return {row.key: row.id for row in db.session.execute(query)}
