"""The labels of a program: the terms of its three vocabularies."""

from typing import Any

from flask import render_template, request
from werkzeug.wrappers import Response

from groupsched.access.identity import Identity, current
from groupsched.access.policy import Permission, requires
from groupsched.catalog import queries
from groupsched.catalog.forms import TermForm, key_of_term
from groupsched.catalog.models import Term
from groupsched.catalog.routes.blueprint import Answer, blueprint, edit, retire
from groupsched.catalog.rules import Vocabulary
from groupsched.catalog.words import own_name, vocabularies
from groupsched.core.i18n import LANGUAGES, SOURCE
from groupsched.core.tokens import public_id


@blueprint.get("/catalog/labels")
@requires(Permission.CATALOG_READ)
def terms() -> str:
    """The program's tags, audiences and languages, and how many groups carry each."""
    rows = queries.terms(current(), retired=True)
    uses = queries.uses_of_terms(current())
    lists = {
        key: (key, words, [row for row in rows if row.vocabulary == key])
        for key, words in vocabularies().items()
    }
    return render_template("catalog/terms.html", lists=lists, uses=uses, name=own_name)


@blueprint.route("/catalog/labels/new", methods=["GET", "POST"])
@requires(Permission.CATALOG_WRITE)
def new_term() -> Answer:
    """Add a tag, an audience or a language."""
    return _term(Term(uid=public_id()))


@blueprint.route("/catalog/labels/<uid>", methods=["GET", "POST"])
@requires(Permission.CATALOG_WRITE)
def term(uid: str) -> Answer:
    """Rename a tag, an audience or a language."""
    return _term(queries.get_term(current(), uid))


@blueprint.post("/catalog/labels/<uid>/retire")
@requires(Permission.CATALOG_WRITE)
def retire_term(uid: str) -> Response:
    """Take a tag, an audience or a language out of the choices, or bring it back."""
    return retire(queries.get_term(current(), uid), "catalog.terms")


def _term(row: Term) -> Answer:
    form = TermForm(data=_said_of_term(row) if request.method == "GET" else None)
    form.vocabulary.choices = list(vocabularies().items())
    if row.id:
        del form.vocabulary

    def vocabulary() -> Vocabulary:
        return row.vocabulary if row.id else Vocabulary(form.vocabulary.data)

    def values(_identity: Identity) -> dict[str, Any]:
        key = key_of_term(vocabulary(), form.name_en.data or "") or row.uid
        new = {"vocabulary": vocabulary(), "key": key, "position": 1000}
        return form.values() | ({} if row.id else new)

    def others() -> list[str]:
        rows = [one for one in queries.terms(current(), retired=True) if one.vocabulary == vocabulary()]
        return [one.texts.get(SOURCE, {}).get("name", "") for one in rows if one is not row]

    def theirs() -> TermForm:
        found = TermForm(formdata=None, data=_said_of_term(row))
        del found.vocabulary
        return found

    return edit(row, form, "term", values, others, theirs)


def _said_of_term(row: Term) -> dict[str, Any]:
    if not row.id:
        return {"vocabulary": request.args.get("list", Vocabulary.TAG)}
    names = {f"name_{language}": row.texts.get(language, {}).get("name", "") for language in LANGUAGES}
    return {"version": row.version} | names
