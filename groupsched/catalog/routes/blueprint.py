"""The blueprint of the catalogue, and what its pages share: the form of a row, taking a row out."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response
from wtforms import Field

from groupsched.access.identity import Identity, current
from groupsched.access.models import Program, Site
from groupsched.accounts.models import Person
from groupsched.accounts.queries import told_of
from groupsched.accounts.words import told_words
from groupsched.audit.queries import last_done
from groupsched.catalog.models import Group, Modality, Place, ServiceType, Term, UnitPreset
from groupsched.catalog.service import ACTS_OF_SAVING, retire_row, save_row
from groupsched.core import clock
from groupsched.core.db import db, meaning, on_constraint, savepoint
from groupsched.core.errors import ChangedMeanwhile, DomainError
from groupsched.core.i18n import _
from groupsched.core.meanwhile import Meanwhile, look, settle

blueprint = Blueprint("catalog", __name__)
Answer = str | Response | tuple[str, int]
Row = Modality | Place | Term
Edited = Row | Site | Program | ServiceType | UnitPreset
LISTS = {
    "modality": "catalog.modalities",
    "place": "catalog.places",
    "program": "catalog.program",
    "service_type": "catalog.services",
    "site": "catalog.places",
    "term": "catalog.terms",
    "unit_preset": "catalog.services",
}
NAME_FIELDS = {"place": "name", "program": "name", "site": "name"}


def _taken() -> DomainError:
    return DomainError(_("There is one with this name already."), field="name", code="name-taken")


on_constraint("uq_modality_program_id_key", _taken)
on_constraint("uq_place_program_id_key", _taken)
on_constraint("uq_site_program_id_key", _taken)
on_constraint("uq_unit_preset_program_id_key", _taken)
on_constraint("uq_term_program_id_vocabulary_key", _taken)


def edit(
    row: Edited, form: FlaskForm, what: str, values: Callable[[Identity], dict[str, Any]],
    others: Callable[[], list[str]], theirs: Callable[[], FlaskForm],
) -> Answer:  # fmt: skip
    """Show, check and save the form of a row. `others` are the names that people could take it for, `theirs` is the form
    as the row says it now."""
    is_new, status, name = row.id is None, 200, form[NAME_FIELDS.get(what, "name_en")]
    open_choices = settle(form, theirs) if request.method == "POST" and not is_new else []
    if open_choices:
        return _differing(form, what, Meanwhile(open_choices, *_last_saved(row)))
    if request.method == "POST":
        try:
            if form.validate() and _is_unlike(name, others()):
                # PostgreSQL ends a transaction with the first broken constraint: without this the page that tells of it,
                # which reads on, could not be drawn.
                since = clock.now()
                with savepoint():
                    save_row(current(), row, values(current()), _version(form))
                flash(" ".join(filter(None, [_("Saved."), _told(row, since)])))
                return redirect(url_for(LISTS[what]), 303)
        except ChangedMeanwhile:
            db.session.refresh(row)
            form.version.data = str(row.version)
            return _differing(form, what, look(form, theirs(), *_last_saved(row)))
        except IntegrityError as refusal:
            name.errors = [meaning(refusal).message]
        status = 422
    return render_template(f"catalog/{what}.html", form=form, is_new=is_new), status


def _told(row: Edited, since: datetime) -> str:
    """Who hears that a place is elsewhere: how many, for whoever sees no roster."""
    if not isinstance(row, Place):
        return ""
    there = db.session.scalars(select(Group.id).where(Group.place_id == row.id)).all()
    return told_words(told_of(there, since), named=False, phones=False)


def _last_saved(row: Edited) -> tuple[str, datetime | None]:
    """Who changed a row last, and when; nothing of who was no person."""
    found = last_done(row, *ACTS_OF_SAVING[type(row)])
    by = db.session.get(Person, found[0]) if found is not None and found[0] else None
    return (by.short_name, found[1]) if by is not None and found is not None else ("", None)


def _differing(form: FlaskForm, what: str, found: Meanwhile) -> Answer:
    """The form again, with what somebody else says; where that is the same, it is saved."""
    if not found.rows:
        flash(_("Saved."))
        return redirect(url_for(LISTS[what]), 303)
    page = {"form": form, "is_new": False, "meanwhile": found, "sent_over": ChangedMeanwhile().message}
    return render_template(f"catalog/{what}.html", **page), 409


def _is_unlike(name: Field, others: list[str]) -> bool:
    """Whether no other row has this name; else it is said beside the name. The key that the database keeps is another
    matter: a row of the demo or of an older name has a key of its own."""
    if (name.data or "").casefold() not in {other.casefold() for other in others}:
        return True
    name.errors = [_taken().message]
    return False


def _version(form: FlaskForm) -> int:
    text = form.version.data or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def retire(row: Row, endpoint: str) -> Response:
    retired = request.form.get("back") != "1"
    retire_row(current(), row, retired=retired)
    flash(
        _("Taken out of the choices. Groups that have it keep it.")
        if retired
        else _("Back among the choices.")
    )
    return redirect(url_for(endpoint), 303)
