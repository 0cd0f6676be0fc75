"""How long records are kept: an administrator sets it, class by class, and sees before each yes what would go."""

from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response

from groupsched.access.identity import current
from groupsched.access.models import Program
from groupsched.access.policy import Permission, requires
from groupsched.access.queries import current_program
from groupsched.accounts.queries import number_held
from groupsched.core.errors import DomainError, NotFound
from groupsched.core.fields import add_refusal
from groupsched.core.i18n import _
from groupsched.upkeep import queries, service, words
from groupsched.upkeep.forms import RetentionForm
from groupsched.upkeep.rules import RecordKind

blueprint = Blueprint("upkeep", __name__)
blueprints = (blueprint,)


@blueprint.get("/program/retention")
@requires(Permission.RETENTION_WRITE)
def retention() -> str:
    """Every class of records, with its rule."""
    program = _program()
    return render_template(
        "upkeep/retention.html",
        rules=queries.rules_of(program.id),
        names=words.kind_names(),
        told=words.kinds_told(),
        span=words.span,
        held=number_held(program.id),
        zone=program.timezone,
    )


@blueprint.route("/program/retention/<key>", methods=["GET", "POST"])
@requires(Permission.RETENTION_WRITE, asks_again="/program/retention")
def rule(key: str) -> Response:
    """Set a rule in two steps: what it would remove, then the yes."""
    kind, program = _kind(key), _program()
    row = queries.rule_of(program.id, kind)
    stands = row.seen if row else ""
    form = RetentionForm(obj=row, seen=stands)
    if not form.validate_on_submit():
        return _page(form, kind, program)
    looked_at, months = form.looked_at.data, form.months.data or 0
    try:
        if looked_at == str(months):
            service.set_rule(current(), kind, months, form.source.data or "", form.seen.data or "")
            flash(_("Saved. It is carried out each night, from the coming one on."))
            return redirect(url_for("upkeep.retention"), 303)
        service.check_rule(kind, months, form.source.data or "")
    except DomainError as refusal:
        add_refusal(form, refusal)
        form.seen.data = stands
        return _page(form, kind, program)
    found = service.would_remove(program.id, kind, months)
    form.looked_at.data = str(months)
    said = (words.would_go(kind, months, found, program.timezone), words.on_hold(found.on_hold))
    return _page(form, kind, program, said)


@blueprint.post("/program/retention/<key>/end")
@requires(Permission.RETENTION_WRITE)
def end_rule(key: str) -> Response:
    """Keep records of a class without end again; nothing that is gone comes back."""
    kind = _kind(key)
    service.end_rule(current(), kind)
    flash(_("%(what)s: kept without end from now on.", what=words.kind_names()[kind]))
    return redirect(url_for("upkeep.retention"), 303)


def _page(form: RetentionForm, kind: RecordKind, program: Program, said: tuple[str, ...] = ()) -> Response:
    page = render_template(
        "upkeep/rule.html",
        form=form,
        said=said,
        kind=kind,
        name=words.kind_names()[kind],
        told=words.kinds_told()[kind],
        has_rule=queries.rule_of(program.id, kind) is not None,
    )
    return make_response(page, 422 if form.errors else 200)


def _kind(key: str) -> RecordKind:
    """The class that an address names. Raises NotFound for any other."""
    try:
        return RecordKind(key)
    except ValueError:
        raise NotFound from None


def _program() -> Program:
    program = current_program(current())
    if program is None:
        raise NotFound
    return program
