"""/run-sheets and /occurrences/{id}/run-sheet: how meetings run, in and out."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask.views import MethodView

from groupsched.access.identity import current
from groupsched.access.policy import Permission, requires
from groupsched.api.routes.blueprint import NounBlueprint
from groupsched.api.routes.lists import by_id
from groupsched.api.schemas import (
    DateSheetChange,
    DateSheetSchema,
    PageQuery,
    RunSheetCreation,
    RunSheetSchema,
    paged,
)
from groupsched.core.errors import DomainError
from groupsched.core.i18n import SOURCE, _
from groupsched.facilitation import queries, service
from groupsched.facilitation.models import RunSheetTemplate
from groupsched.facilitation.queries import SheetOfDate
from groupsched.facilitation.rules import (
    Phase,
    PhaseWords,
    RunSheet,
    RunSheetKind,
    phase_data,
    phase_of,
    words_data,
)

blueprint = NounBlueprint("run-sheets-api", __name__, description="How meetings run")
WORDS = tuple(words_data(PhaseWords()))


@blueprint.route("/occurrences/<occurrence_id>/run-sheet")
class DateSheets(MethodView):
    """The run sheet of a date."""

    @requires(Permission.RUN_SHEET_READ)
    @blueprint.response(200, DateSheetSchema)
    def get(self, occurrence_id: str) -> dict[str, Any]:
        """Read the run sheet of a date."""
        date = queries.get_date(current(), occurrence_id, Permission.RUN_SHEET_READ)
        return _of_date(queries.sheet_of_date(date))

    @requires(Permission.RUN_SHEET_WRITE)
    @blueprint.arguments(DateSheetChange)
    @blueprint.response(200, DateSheetSchema)
    def put(self, data: dict[str, Any], occurrence_id: str) -> dict[str, Any]:
        """Write the run sheet of a date: it is its own from then on."""
        date = queries.get_date(current(), occurrence_id, Permission.RUN_SHEET_WRITE)
        found = queries.sheet_of_date(date)
        was = found.sheet or RunSheet(RunSheetKind.TIMED, queries.minutes_of(date))
        said = replace(was, phases=_phases(data["phases"]))
        number = found.number if data["version"] is None else data["version"]
        service.change_date_sheet(current(), date, said, number)
        return _of_date(queries.sheet_of_date(date))


@blueprint.route("/run-sheets")
class RunSheets(MethodView):
    """The run sheets of the program."""

    @requires(Permission.CATALOG_READ)
    @blueprint.arguments(PageQuery, location="query")
    @blueprint.response(200, paged(RunSheetSchema))
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """List the run sheets of the program."""
        rows = queries.library(current().program_id)
        page = by_id(rows, RunSheetTemplate.id, query["limit"], query["cursor"])
        return {"items": [_of_template(row) for row in page.items], "next_cursor": page.next_cursor}

    @requires(Permission.RUN_SHEETS_WRITE)
    @blueprint.arguments(RunSheetCreation)
    @blueprint.response(201, RunSheetSchema)
    def post(self, data: dict[str, Any]) -> dict[str, Any]:
        """Add a run sheet, or say what one says from now on."""
        if not data["id"]:
            begun = RunSheet(RunSheetKind(data["kind"]), data["minutes"])
            return _of_template(service.add_template(current(), _with(begun, data)))
        row = queries.get_template(current(), data["id"], to_write=True)
        number = row.number if data["version"] is None else data["version"]
        service.write_template(current(), row, _with(row.sheet, data), number)
        return _of_template(row)


def _with(sheet: RunSheet, data: Mapping[str, Any]) -> RunSheet:
    if not data["name"]:
        raise DomainError(_("Give it a name."), field="name", code="no-name")
    return replace(
        sheet,
        kind=RunSheetKind(data["kind"]),
        minutes=data["minutes"],
        name=data["name"],
        intro=data["intro"],
        phases=_phases(data["phases"]),
    )


def _phases(rows: list[dict[str, Any]]) -> tuple[Phase, ...]:
    return tuple(_phase(one) for one in rows)


def _phase(row: Mapping[str, Any]) -> Phase:
    texts = {**row["texts"], SOURCE: {name: row[name] for name in WORDS if name in row}}
    return phase_of(
        {
            "key": row["id"],
            "minutes": row["minutes"],
            "company": row["who"],
            "flags": row["flags"],
            "roles": row["roles"],
            "carries": row["carry_over"],
            "texts": texts,
        }
    )


def _told(phase: Phase) -> dict[str, Any]:
    data = phase_data(phase)
    return {
        "id": phase.key,
        "minutes": phase.minutes,
        "who": data["company"],
        "flags": data["flags"],
        "roles": data["roles"],
        "carry_over": phase.carries,
        **words_data(phase.words(SOURCE)),
        "texts": {code: said for code, said in data["texts"].items() if code != SOURCE},
    }


def _of_date(found: SheetOfDate) -> dict[str, Any]:
    return {
        "phases": [_told(one) for one in found.sheet.phases] if found.sheet else [],
        "minutes": queries.minutes_of(found.occurrence),
        "source": "own" if found.own else "template",
        "version": found.number,
        "live": None,
    }


def _of_template(row: RunSheetTemplate) -> dict[str, Any]:
    sheet = row.sheet
    return {
        "id": row.uid,
        "key": row.key,
        "version": row.number,
        "kind": sheet.kind.value,
        "minutes": sheet.minutes,
        "name": sheet.name,
        "intro": sheet.intro,
        "phases": [_told(one) for one in sheet.phases],
        "retired": row.retired_at is not None,
    }
