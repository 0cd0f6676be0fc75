"""A form as it is filled in, for whoever writes it: what is answered goes from screen to screen with the page, and is kept nowhere."""

from collections.abc import Mapping
from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from groupsched.access.identity import current
from groupsched.access.policy import Permission, requires
from groupsched.core.errors import NotFound
from groupsched.questionnaires import queries
from groupsched.questionnaires.models import Questionnaire
from groupsched.questionnaires.routes.blueprint import blueprint
from groupsched.questionnaires.routes.screen import (
    BEGIN,
    answers_sent,
    helps_on,
    part_after,
    screen_of,
    screen_shown,
)
from groupsched.questionnaires.rules import NO, YES, Answers, Form, Given, Screen, screens


@blueprint.get("/questionnaires/<uid>/preview/<part>")
@requires(Permission.QUESTIONNAIRE_WRITE)
def preview(uid: str, part: str) -> str:
    """A screen of a form, the draft where there is one, with nothing answered yet; the first one where it is not asked then."""
    row = queries.get_questionnaire(current(), uid)
    form = _shown(row)
    found = screens(form, {})
    if not found:
        raise NotFound
    return _page(row, form, {}, next((one for one in found if one.key == part), found[0]), {})


@blueprint.post("/questionnaires/<uid>/preview/<part>")
@requires(Permission.QUESTIONNAIRE_WRITE)
def try_screen(uid: str, part: str) -> Response | str:
    """The same screen with what an answer shows, the next one, or back to the form. Nothing is kept."""
    row = queries.get_questionnaire(current(), uid)
    form = _shown(row)
    given, wrong = answers_sent(form.questions)
    answers = {key: one for key, one in given.items() if not one.is_blank}
    screen, way = screen_of(form, answers, part), request.form.get("go", "next")
    helps = ",".join(helps_on(form, answers, screen))
    stays = request.headers.get("HX-Request") or (
        way == "next" and (wrong or helps != request.form.get("helped", ""))
    )
    to = part if stays else part_after(form, answers, part, way)
    if to is None:
        return redirect(url_for("questionnaires.form", uid=uid), 303)  # type: ignore[return-value]
    return _page(row, form, answers, screen_of(form, answers, to), wrong if stays else {})


def _shown(row: Questionnaire) -> Form:
    return row.drafted or row.versions[-1].form


def _page(row: Questionnaire, form: Form, answers: Answers, screen: Screen, wrong: Mapping[str, str]) -> str:
    here = {item.key for item in screen.items}
    alone = request.headers.get("HX-Request")
    return render_template(
        "questionnaires/_screen.html" if alone else "questionnaires/preview.html",
        row=row,
        here=url_for("questionnaires.try_screen", uid=row.uid, part=screen.key or BEGIN),
        elsewhere=[_as_sent(key, given) for key, given in answers.items() if key not in here],
        own=True,
        **screen_shown(form, answers, screen, wrong),
    )


def _as_sent(key: str, given: Given) -> tuple[str, list[Any], str]:
    """An answer of another screen, as a form sends it."""
    value = given.value
    if isinstance(value, bool):
        return key, [YES if value else NO], given.own
    values = list(value) if isinstance(value, tuple) else [] if value is None else [value]
    return key, values, given.own
