"""When somebody is called: the rules of a program, as sentences."""

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from groupsched.access.identity import current
from groupsched.access.models import Program
from groupsched.access.policy import Permission, requires
from groupsched.access.queries import current_program
from groupsched.attendance import queries, service
from groupsched.attendance.models import AbsenceRule
from groupsched.attendance.routes.blueprint import sent
from groupsched.attendance.routes.calls import blueprint
from groupsched.attendance.rules import FollowUpKind
from groupsched.catalog.rules import Access
from groupsched.catalog.service import save_row
from groupsched.catalog.words import accesses
from groupsched.core.db import db
from groupsched.core.errors import ChangedMeanwhile, DomainError, NotFound
from groupsched.core.i18n import _

MOST_RULES = 8


@dataclass(frozen=True)
class WrittenRule:
    """A line of the form as it was written; without a number it is none."""

    access: str = ""
    missed: str = ""
    within: str = ""


@blueprint.get("/program/calls")
@requires(Permission.CATALOG_WRITE)
def rules() -> str:
    """Show the rules, and a line for one more."""
    program = _program()
    lines = [
        WrittenRule(row.access or "", str(row.missed), str(row.within_days))
        for row in queries.absence_rules(program.id)
    ]
    return _rules_page(program, lines, str(program.unseen_days))


def _program() -> Program:
    found = current_program(current())
    if found is None:
        raise NotFound
    return found


def _rules_page(
    program: Program, lines: list[WrittenRule], days: str, error: DomainError | None = None
) -> str:
    spare = [WrittenRule()] if len(lines) < MOST_RULES else []
    return render_template(
        "attendance/call_rules.html", program=program, lines=[*lines, *spare], days=days, error=error,
        accesses=accesses(),
    )  # fmt: skip


@blueprint.post("/program/calls")
@requires(Permission.CATALOG_WRITE)
def save_rules() -> Response | tuple[str, int]:
    """Keep the rules as they are written now."""
    program = _program()
    lines = [
        WrittenRule(*(sent(f"{name}-{n}", 12) for name in ("access", "missed", "within")))
        for n in range(MOST_RULES)
    ]
    lines = [line for line in lines if line.missed]
    try:
        days = _number(sent("days"), 0, 365, "days")
        made = [_rule(line, n) for n, line in enumerate(lines)]
        save_row(current(), program, {"unseen_days": days}, request.form.get("version", 0, type=int))
        service.change_rules(current(), program, made)
    except ChangedMeanwhile as refusal:
        db.session.rollback()
        return _rules_page(_program(), lines, sent("days"), refusal), 409
    except DomainError as refusal:
        db.session.rollback()
        return _rules_page(_program(), lines, sent("days"), refusal), refusal.status
    flash(_("Saved."))
    return redirect(url_for("calls.rules"), 303)


def _rule(line: WrittenRule, number: int) -> AbsenceRule:
    access = Access(line.access) if line.access in list(Access) else None
    missed = _number(line.missed, 1, 20, f"missed-{number}")
    within = _number(line.within or "0", 0, 60, f"within-{number}")
    return AbsenceRule(access=access, missed=missed, within_days=within, kind=FollowUpKind.CALL)


def _number(text: str, least: int, most: int, field: str) -> int:
    """A whole number of the form. Raises DomainError with the field."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 5 else -1
    if not least <= number <= most:
        raise DomainError(
            _("Write a number from %(least)s to %(most)s.", least=least, most=most), field=field
        )
    return number
