"""Bringing in listings of another directory: a file, what would happen, yes. And the settings of its source."""

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from groupsched.access.identity import current
from groupsched.access.models import Program
from groupsched.access.policy import Permission, requires
from groupsched.access.queries import current_program
from groupsched.core.db import db
from groupsched.core.errors import DomainError, NotFound
from groupsched.core.fields import add_refusal
from groupsched.core.i18n import _, ngettext
from groupsched.exchange.forms import ListingsForm, SourceForm
from groupsched.exchange.queries import get_source, sources
from groupsched.exchange.routes.blueprint import blueprint
from groupsched.exchange.routes.upload import SealedUpload, came_back, fields_of, mark_of
from groupsched.exchange.rules import ImportAction, kind_of
from groupsched.exchange.service import SHRUNK, ImportReport, ImportRow, change_source, import_listings
from groupsched.exchange.words import reason_words

KIND = "listings"
EXAMPLES = 5
SHOWN = 100


@dataclass(frozen=True)
class AlikeRows:
    """Rows that are refused, or doubted, for the same reason: the sentence, how many, and the first of them."""

    kind: str
    count: int
    first: tuple[ImportRow, ...]


@blueprint.get("/import/listings")
@requires(Permission.CATALOG_WRITE)
def listings() -> str:
    """The sources there are, and the form for a file."""
    known = request.args.get("source", "")
    source = get_source(current(), known) if known else None
    form = _form(ListingsForm(obj=source, formdata=None), source.timezone if source else "")
    return _page(form)


@blueprint.post("/import/listings")
@requires(Permission.CATALOG_WRITE)
def bring_listings() -> Any:
    """Read a file and say what would happen; with the yes to that, do it."""
    form = _form(ListingsForm())
    try:
        upload = came_back(KIND)
        if upload is not None and "yes" in request.form:
            return _bring(upload)
        upload = upload if upload is not None else _sent(form)
    except DomainError as refusal:
        add_refusal(form, refusal)
        return _page(form), 422
    if upload is None:
        return _page(form), 422
    if "meant" in request.form:
        upload = SealedUpload(upload.data, {**upload.about, "fewer": True}, "")
    return _tried(upload, form)


@blueprint.route("/import/sources/<uid>", methods=["GET", "POST"])
@requires(Permission.CATALOG_WRITE)
def source(uid: str) -> Any:
    """The settings of a source."""
    row = get_source(current(), uid)
    form = _form(SourceForm(obj=row), row.timezone)
    if form.validate_on_submit():
        try:
            change_source(
                current(), row, form.name.data or "", fellowship=form.fellowship.data, timezone=form.timezone.data
            )  # fmt: skip
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            flash(_("Saved. It counts from the next file on."))
            return redirect(url_for("exchange.listings"), 303)
    return render_template("exchange/source.html", form=form, source=row), 422 if form.errors else 200


def _sent(form: ListingsForm) -> SealedUpload | None:
    """The file of the form, None where something is missing."""
    valid = form.validate()
    data = form.file.data.read() if form.file.data else b""
    if not data:
        form.file.errors = [*form.file.errors, _("Choose a file.")]
        valid = False
    about = {
        "source": form.name.data, "fellowship": form.fellowship.data, "timezone": form.timezone.data,
        "fewer": False, "file": getattr(form.file.data, "filename", ""),
    }  # fmt: skip
    return SealedUpload(data, about, "") if valid else None


def _tried(upload: SealedUpload, form: ListingsForm, *, changed: bool = False) -> Any:
    """The page that says what would happen."""
    try:
        report = _import(upload, dry_run=True)
    except DomainError as refusal:
        add_refusal(form, refusal)
        return _page(form), 422
    seen = SealedUpload(upload.data, upload.about, mark_of(report))
    page = render_template(
        "exchange/try_listings.html",
        report=report,
        about=upload.about,
        fields=fields_of(seen, KIND),
        refused=_alike(report),
        may_be_meant=report.refusal_code == SHRUNK,
        named={
            action.value: _named(report, action)
            for action in (ImportAction.ADDED, ImportAction.CHANGED, ImportAction.REMOVED)
        },
        changed=changed,
        reason_words=reason_words,
    )
    return page, 409 if changed else 200


def _bring(upload: SealedUpload) -> Any:
    if mark_of(_import(upload, dry_run=True)) != upload.seen:
        return _tried(upload, _form(ListingsForm(formdata=None)), changed=True)
    report = _import(upload, dry_run=False)
    number = report.added + report.changed + report.removed
    done = ngettext("%(num)d listing is different now.", "%(num)d listings are different now.", number)
    flash(done if number else _("Nothing had to change."))
    return redirect(url_for("exchange.review") if report.to_review else url_for("exchange.listings"), 303)


def _import(upload: SealedUpload, *, dry_run: bool) -> ImportReport:
    about = upload.about
    try:
        text = upload.data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        words = _("This is not a text in UTF-8: byte %(number)s does not fit.", number=error.start + 1)
        raise DomainError(words, field="file") from error
    return import_listings(
        current(), _program(), text, source=about["source"], fellowship=about["fellowship"] or None,
        timezone=about["timezone"] or None, dry_run=dry_run, fewer=about["fewer"],
    )  # fmt: skip


def _alike(report: ImportReport) -> list[AlikeRows]:
    """What is refused or doubted, each reason once."""
    found: dict[str, list[ImportRow]] = {}
    for row in report.rows:
        if row.reason:
            found.setdefault(kind_of(row.reason), []).append(row)
    return [AlikeRows(kind, len(rows), tuple(rows[:EXAMPLES])) for kind, rows in found.items()]


def _named(report: ImportReport, action: ImportAction) -> list[str]:
    """The first names of what would be added, changed or taken out."""
    return [row.name or row.slug for row in report.rows if row.action is action][:SHOWN]


def _form(form: Any, zone: str = "") -> Any:
    form.choose(zone or _program().timezone)
    if not form.timezone.data:
        form.timezone.data = zone or _program().timezone
    return form


def _page(form: ListingsForm) -> str:
    db.session.rollback()  # a file that was refused left nothing, and the page reads as any other
    return render_template("exchange/listings.html", form=form, sources=sources(current()))


def _program() -> Program:
    program = current_program(current())
    if program is None:
        raise NotFound
    return program
