"""Twenty seconds after a date, and what of it a leader reads."""

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from groupsched.access.identity import current
from groupsched.access.policy import Permission, requires
from groupsched.accounts.models import Person
from groupsched.accounts.queries import own_person
from groupsched.care import queries, service
from groupsched.care.routes.blueprint import blueprint
from groupsched.care.rules import ReflectionAnswer, of_batches, readers_of_reflection
from groupsched.catalog.queries import get_group
from groupsched.core import clock
from groupsched.core.errors import DomainError, NotFound
from groupsched.core.i18n import _
from groupsched.enrolment.queries import get_own_group
from groupsched.questionnaires.models import QuestionnaireVersion
from groupsched.questionnaires.queries import newest_by_key
from groupsched.questionnaires.rules import OPTION_TYPES, Audience, Given, Unreadable, read
from groupsched.questionnaires.words import audience_meanings, audience_words, in_words
from groupsched.schedule.models import Occurrence


@blueprint.get("/my/reflections/<uid>")
@requires(Permission.RECORD_READ_OWN)
def reflection(uid: str) -> Response | str:
    """How a date was: three taps and a line. Where it was said already, what was said."""
    person = own_person(current())
    said = queries.reflected_on(person.id, uid)
    if said is not None and said.response is not None:
        return redirect(url_for("questionnaires.response", uid=said.response.uid), 303)  # type: ignore[return-value]
    occurrence = queries.date_to_reflect(person.id, uid)
    form = _asked(person).form
    counselors = queries.counselors_of(person)
    words, meanings = audience_words(), audience_meanings()
    if occurrence.external:
        words[Audience.TOTALS] = _("Supervisors, as totals")
    return render_template(
        "care/reflection.html",
        occurrence=occurrence,
        form=form,
        said=in_words,
        audiences=[
            (one, words[one], meanings[one]) for one in readers_of_reflection(bool(counselors), form.readers)
        ],
        led_by=[one for one in counselors if one in occurrence.leaders],
    )


@blueprint.get("/sessions/<uid>/went")
@requires(Permission.RECORD_READ_OWN)
def went(uid: str) -> Response | str:
    """That one went to a meeting that others run: to how it was, where one date of the last days is meant."""
    person, group = own_person(current()), get_own_group(current(), uid)
    if not group.external:
        raise NotFound
    dates = queries.meetings_of(person, group)
    if len(dates) == 1:
        return redirect(url_for("care.reflection", uid=dates[0].uid), 303)  # type: ignore[return-value]
    return render_template("care/went.html", group=group, dates=dates)


@blueprint.post("/my/reflections/<uid>")
@requires(Permission.RECORD_READ_OWN)
def reflect(uid: str) -> Response:
    """Keep it, be asked later, or not at all."""
    person = own_person(current())
    occurrence, answer = queries.date_to_reflect(person.id, uid), request.form.get("answer", "")
    keeps = answer not in (ReflectionAnswer.LATER, ReflectionAnswer.SKIP)
    if keeps and all(given.is_blank for given in _said(_asked(person)).values()):
        flash(_("Nothing is answered yet, so nothing was kept. One tap is enough, or skip it."))
        return redirect(url_for("care.reflection", uid=uid), 303)  # type: ignore[return-value]
    flash(_answered(person, occurrence, answer))
    said = queries.reflected_on(person.id, uid)
    no_fit = said is not None and queries.groups_instead(current(), said, clock.now())
    to = url_for("care.another_group", uid=uid) if no_fit else url_for("home.my")
    return redirect(to, 303)  # type: ignore[return-value]


@blueprint.get("/my/reflections/<uid>/another")
@requires(Permission.RECORD_READ_OWN)
def another_group(uid: str) -> str:
    """After a date that was not for somebody: groups like it, each with the one step into it, and that nothing has to change."""
    said = queries.reflected_on(own_person(current()).id, uid)
    found = queries.groups_instead(current(), said, clock.now()) if said is not None else None
    if found is None:
        raise NotFound
    mine, others = found
    return render_template("care/another.html", mine=mine, others=others)


@blueprint.get("/groups/<uid>/reflections")
@requires(Permission.REFLECTION_READ)
def totals(uid: str) -> str:
    """What people said of a group, in whole batches of five and more: for who leads it."""
    group = get_group(current(), uid, Permission.REFLECTION_READ)
    batches = queries.batches_of(group)
    version = newest_by_key(group.program_id, service.REFLECTION)
    rows = []
    for item in version.form.questions if version else ():
        if item.type in OPTION_TYPES:
            counts = of_batches([batch.counts for batch in batches], item.key, item.keys)
            rows.append((item, list(zip(item.options, counts, strict=True))))
    return render_template(
        "care/totals.html",
        group=group,
        rows=rows,
        answers=sum(batch.people for batch in batches),
        made_at=batches[-1].made_at if batches else None,
        said=in_words,
    )


def _answered(person: Person, occurrence: Occurrence, answer: str) -> str:
    """Do what the button says; the words for it. Raises DomainError."""
    if answer == ReflectionAnswer.LATER:
        service.put_off_reflection(current(), occurrence)
        return _("We’ll ask you again tomorrow.")
    if answer == ReflectionAnswer.SKIP:
        service.skip_reflection(current(), occurrence)
        return _("Skipped. Nothing is kept of it.")
    sent = request.form.get("audience", "")
    if sent not in set(Audience):
        raise DomainError(_("Choose who may read it."), field="audience", code="no-reader")
    service.reflect(current(), occurrence, _said(_asked(person)), Audience(sent))
    return _("Thank you. It is saved the way you chose.")


def _asked(person: Person) -> QuestionnaireVersion:
    version = newest_by_key(person.program_id, service.REFLECTION)
    if version is None:
        raise NotFound
    return version


def _said(version: QuestionnaireVersion) -> Mapping[str, Given]:
    """What the page sent, blank where it is no answer."""
    answers = {}
    for item in version.form.questions:
        try:
            answers[item.key] = read(item, request.form.getlist(f"a-{item.key}"))
        except Unreadable:
            answers[item.key] = Given()
    return answers
