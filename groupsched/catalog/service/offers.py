"""Verbs of what groups are made of: kinds of sessions, places, terms."""

from collections.abc import Mapping
from typing import Any, TypeVar

from sqlalchemy import select

from groupsched.access.identity import Identity
from groupsched.access.models import Program, Site
from groupsched.access.policy import Facts, Permission, ensure
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import record
from groupsched.catalog.events import OfferChanged, PlaceMoved
from groupsched.catalog.models import Facilitator, Group, Modality, Place, ServiceType, Term, UnitPreset
from groupsched.catalog.rules import Orientation
from groupsched.catalog.service.rows import add_missing
from groupsched.catalog.service.services import load_default_services
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import ChangedMeanwhile
from groupsched.core.events import publish
from groupsched.core.i18n import LANGUAGES, SOURCE
from groupsched.core.resources import content
from groupsched.core.tokens import public_id

_UNSET = {"unset": None, "faith-based": Orientation.FAITH}


Row = Modality | Place | Term
Saved = Row | Site | Program | ServiceType | UnitPreset
Spoken = TypeVar("Spoken", Modality, Term)

CREATED = {
    Modality: AuditAction.MODALITY_CREATED,
    Place: AuditAction.PLACE_CREATED,
    Site: AuditAction.SITE_CREATED,
    Term: AuditAction.TERM_CREATED,
    UnitPreset: AuditAction.UNIT_PRESET_CREATED,
}
CHANGED = {
    Modality: AuditAction.MODALITY_CHANGED,
    Place: AuditAction.PLACE_CHANGED,
    Term: AuditAction.TERM_CHANGED,
    Program: AuditAction.PROGRAM_CHANGED,
    Site: AuditAction.SITE_CHANGED,
    ServiceType: AuditAction.SERVICE_TYPE_CHANGED,
    UnitPreset: AuditAction.UNIT_PRESET_CHANGED,
}
RETIRED = {
    Modality: AuditAction.MODALITY_RETIRED,
    Place: AuditAction.PLACE_RETIRED,
    Term: AuditAction.TERM_RETIRED,
}
RESTORED = {
    Modality: AuditAction.MODALITY_RESTORED,
    Place: AuditAction.PLACE_RESTORED,
    Term: AuditAction.TERM_RESTORED,
}


ACTS_OF_SAVING: Mapping[type, tuple[AuditAction, ...]] = {
    table: tuple(acts[table] for acts in (CHANGED, RETIRED, RESTORED) if table in acts) for table in CHANGED
}
"""What makes a new version of each kind of row."""


def load_defaults(program: Program) -> None:
    """Add the product's kinds of sessions, terms and service types to a program, and their texts in a language that came later; what the
    program made of them stays as it is."""
    load_default_modalities(program)
    load_default_terms(program)
    load_default_services(program)


def load_default_modalities(program: Program) -> int:
    """Add the product's kinds of sessions to a program. Returns how many are new."""
    told = content("modalities")["modalities"]
    rows = [_default(program.id, number, row) for number, row in enumerate(told)]
    _add_languages(Modality, rows, "key")
    return add_missing(Modality, rows, "program_id", "key")


def load_default_terms(program: Program) -> int:
    """Add the product's tags, audiences and languages to a program. Returns how many are new."""
    rows = [
        {
            "uid": public_id(), "program_id": program.id, "vocabulary": vocabulary, "key": row["key"],
            "position": number, "version": 1, "texts": {language: {"name": row[language]} for language in LANGUAGES if language in row},
        }
        for vocabulary, told in content("terms")["terms"].items()
        for number, row in enumerate(told)
    ]  # fmt: skip
    _add_languages(Term, rows, "vocabulary", "key")
    added = add_missing(Term, rows, "program_id", "vocabulary", "key")
    if added:
        new_revision(program.id)
    return added


def _add_languages(table: type[Spoken], rows: list[dict[str, Any]], *names: str) -> None:
    """Add the texts of further languages to the rows that are there and were never changed."""
    told = {tuple(row[name] for name in names): row["texts"] for row in rows}
    query = select(table).where(table.program_id == rows[0]["program_id"], table.version == 1)
    for row in db.session.scalars(query.order_by(table.id)):
        texts = told.get(tuple(getattr(row, name) for name in names), {})
        if texts.keys() > row.texts.keys() and row.texts[SOURCE] == texts[SOURCE]:
            # Another dict: a column of JSON does not notice a change inside the one it has.
            row.texts = texts | row.texts
    if db.session.dirty:
        new_revision(rows[0]["program_id"])


def _default(program_id: int, position: int, row: dict[str, Any]) -> dict[str, Any]:
    return {
        "uid": public_id(),
        "program_id": program_id,
        "position": position,
        "version": 1,
        "capacity": row["capacity"]["max"],
        "texts": {language: row[language] for language in LANGUAGES if language in row},
        "run_sheet": row["run_sheet"] or "",
        "clearance": row.get("clearance"),
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


def save_row(identity: Identity, row: Saved, values: dict[str, Any], version: int | None = None) -> None:
    """Add or change a modality, place, term, site or unit, or change the program or a service type; `values` are checked by their form.

    Raises ChangedMeanwhile.
    """
    ensure(identity, Permission.CATALOG_WRITE, Facts(program=identity.program_id))
    is_new = row.id is None
    if not is_new:
        db.session.refresh(row, ["version"], with_for_update=True)
    if not is_new and row.version != version:
        raise ChangedMeanwhile
    was = _where(row)
    for name, value in values.items():
        setattr(row, name, value)
    if is_new:
        row.program_id = identity.program_id  # type: ignore[assignment, union-attr]
        db.session.add(row)
    else:
        row.version += 1
    db.session.flush()
    program_id = row.id if isinstance(row, Program) else row.program_id
    new_revision(program_id)
    if not is_new and not isinstance(row, Term | ServiceType | UnitPreset):
        publish(OfferChanged(program_id))
    if not is_new and was is not None and was != _where(row):
        publish(was)
    record(identity, (CREATED if is_new else CHANGED)[type(row)], row)


def _where(row: Saved) -> PlaceMoved | None:
    return PlaceMoved(row.id, row.site_id, row.online_link) if isinstance(row, Place) else None


def retire_row(identity: Identity, row: Row, *, retired: bool) -> None:
    """Take a modality, place or term out of the choices for new groups, or bring it back; groups that have it keep it."""
    ensure(identity, Permission.CATALOG_WRITE, Facts(program=identity.program_id))
    if (row.retired_at is not None) == retired:
        return
    row.retired_at = clock.now() if retired else None
    row.version += 1
    db.session.flush()
    record(identity, (RETIRED if retired else RESTORED)[type(row)], row)


def leader_renamed(person_id: int) -> None:
    """Whoever leads a group is found by another name: what was read of the catalogue is out of date."""
    led = select(Group.program_id).join(Facilitator).where(Facilitator.person_id == person_id).distinct()
    for program_id in db.session.scalars(led.order_by(Group.program_id)):
        new_revision(program_id)


def new_revision(program_id: int) -> None:
    """Have whatever was kept of the catalogue (names, the index of /sessions, the public calendar) be read anew."""
    program = db.session.get_one(Program, program_id)
    # The database adds: two who read the same number would both write the next one, and what was kept of the first change
    # would count as that of the second.
    program.catalogue_revision = Program.catalogue_revision + 1
    db.session.flush()
