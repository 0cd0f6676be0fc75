"""A run sheet on paper: for who leads, for the wall of the room, and what has to be laid out."""

from flask import render_template, request, url_for

from groupsched.access.identity import current
from groupsched.access.policy import Permission, requires
from groupsched.core.errors import NotFound
from groupsched.core.i18n import _
from groupsched.facilitation import queries
from groupsched.facilitation.routes.blueprint import blueprint
from groupsched.facilitation.rules import PaperFor, timed
from groupsched.facilitation.words import (
    company_words,
    flag_words,
    in_words,
    lines_in_words,
    materials_of,
    phase_words,
    role_words,
)


@blueprint.get("/occurrences/<uid>/run-sheet/print")
@requires(Permission.RUN_SHEET_READ)
def date_paper(uid: str) -> str:
    """The run sheet of a date, to print."""
    date = queries.get_date(current(), uid, Permission.RUN_SHEET_READ)
    sheet, asked = queries.sheet_of_date(date).sheet, request.args.get("for", PaperFor.LEAD.value)
    if sheet is None or asked not in set(PaperFor):
        raise NotFound
    here = url_for("facilitation.date_paper", uid=uid)
    ways = {PaperFor.LEAD: _("Who leads"), PaperFor.ROOM: _("The room"), PaperFor.MATERIALS: _("Materials")}
    return render_template(
        "facilitation/paper.html",
        o=date,
        sheet=sheet,
        rows=timed(sheet.phases, date.start),
        paper=PaperFor(asked),
        ways=[(f"{here}?for={one.value}", words, "", one == asked) for one, words in ways.items()],
        agreements=[in_words(_texts(one.texts)) for one in queries.agreements_of(date.group)],
        materials=materials_of(sheet),
        before=lines_in_words(sheet.before),
        after=lines_in_words(sheet.after),
        words=phase_words,
        flag_words=flag_words(),
        company_words=company_words(),
        role_words=role_words(),
    )


def _texts(texts: dict[str, dict[str, str]]) -> dict[str, str]:
    return {code: said["text"] for code, said in texts.items()}
