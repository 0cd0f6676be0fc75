"""Groups that are suggested to somebody, each with why; what they put aside; and the rules, as sentences."""

from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from groupsched.access.identity import current
from groupsched.access.policy import Permission, requires
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import saw
from groupsched.catalog.models import Group
from groupsched.core.errors import NotFound
from groupsched.core.filters import local
from groupsched.core.i18n import _
from groupsched.enrolment import queries, service
from groupsched.enrolment.queries import SuggestedGroup
from groupsched.enrolment.routes.blueprint import blueprint, myself, own_group, tell
from groupsched.enrolment.routes.find_groups import soon_words, times_words
from groupsched.enrolment.rules import LIVE, SuggestionRule
from groupsched.enrolment.words import because, group_rhythm, rule_sentences
from groupsched.schedule.models import Occurrence
from groupsched.schedule.queries import only_rules


@dataclass(frozen=True)
class SuggestionCard:
    """A suggested group on a page: why, when it meets, and the next date that one could come to."""

    group: Group
    date: Occurrence
    because: str
    rhythm: str
    times: str
    soon: str


def suggestion_cards(found: list[SuggestedGroup]) -> list[SuggestionCard]:
    """What a page says of suggestions, in their order."""
    rules = only_rules({one.id for one in found}) if found else {}
    return [
        SuggestionCard(
            one.date.group,
            one.date,
            because(one.rule, one.like.title, local(one.date.start, one.date.timezone)),
            group_rhythm(rules.get(one.id)),
            times_words(rules.get(one.id), one.date),
            soon_words(one.date),
        )
        for one in found
    ]


@blueprint.get("/my/suggestions")
@requires(Permission.RECORD_READ_OWN)
def suggestions() -> str:
    """Groups like one's own that differ in one thing, and what one put aside."""
    person = myself()
    every = queries.tried_by(person.id)
    found = queries.suggested(person, every)
    return render_template(
        "enrolment/suggestions.html",
        cards=suggestion_cards(found.groups),
        aside=queries.put_aside(person.id),
        no_faith=found.no_faith,
        tried=any(queries.says_something(one) for one in every),
    )


@blueprint.post("/my/suggestions/<uid>/aside")
@requires(Permission.RECORD_READ_OWN)
def put_aside(uid: str) -> Response:
    """Not for me: this group is not suggested any more."""
    group = own_group(uid)
    service.put_suggestion_aside(current(), group)
    undo = {"undo": url_for("enrolment.bring_back", uid=uid)}
    tell(_("%(title)s is not suggested to you any more.", title=group.title), **undo)
    return redirect(url_for("enrolment.suggestions"), 303)


@blueprint.post("/my/suggestions/<uid>/back")
@requires(Permission.RECORD_READ_OWN)
def bring_back(uid: str) -> Response:
    """Suggest it again."""
    group = own_group(uid)
    service.bring_suggestion_back(current(), group)
    tell(_("%(title)s may be suggested to you again.", title=group.title))
    return redirect(url_for("enrolment.suggestions"), 303)


@blueprint.post("/my/suggestions/faith")
@requires(Permission.RECORD_READ_OWN)
def say_of_faith() -> Response:
    """No group with faith in it is suggested, or shown beside others; or such ones too."""
    wanted = request.form.get("no_faith") == "y"
    service.want_no_faith(current(), wanted=wanted)
    tell(
        _("No group with faith in it is suggested to you.")
        if wanted
        else _("Groups with faith in them may be suggested to you.")
    )
    return redirect(url_for("enrolment.suggestions"), 303)


@blueprint.get("/people/<uid>/suggestions")
@requires(Permission.ENROL_OTHERS)
def suggestions_for(uid: str) -> str:
    """For staff: groups like those of a person that one knows of, but for one thing, into which one may bring them. A look is
    written down. Raises NotFound where there is no group into which one may."""
    person = queries.get_person(current(), uid)
    seen = queries.sides(current(), person)
    every = queries.tried_by(person.id)
    live = [one for one in every if one.state in LIVE]
    groups = queries.groups_to_bring_into(current(), person, live) if seen.client else []
    if not groups or person.id == current().person:
        raise NotFound
    saw(current(), AuditAction.PERSON_OPENED, [person], person)
    shown = [one for one in every if queries.shows(current(), one, seen.about.care_team)]
    found = queries.suggested(person, every, shown, {one.id for one in groups})
    return render_template(
        "enrolment/suggestions_for.html",
        person=person,
        cards=suggestion_cards(found.groups),
        tried=any(queries.says_something(one) for one in shown),
        no_faith=found.no_faith,
    )


@blueprint.get("/suggestions")
@requires(Permission.CATALOG_READ)
def suggestion_rules() -> str:
    """How groups are suggested, as sentences."""
    off = queries.rules_off(current().program_id or 0)
    return render_template("enrolment/suggestion_rules.html", sentences=rule_sentences(), off=off)


@blueprint.post("/suggestions")
@requires(Permission.CATALOG_WRITE)
def use_rule() -> Response:
    """Have the program suggest by a rule, or not."""
    said = request.form.get("rule", "")
    if said not in set(SuggestionRule):
        raise NotFound
    service.use_suggestion_rule(current(), SuggestionRule(said), used=request.form.get("used") == "y")
    tell(_("Saved."))
    return redirect(url_for("enrolment.suggestion_rules"), 303)
