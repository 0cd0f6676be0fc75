"""What is asked with a request for a seat: on the page where one asks, and choosing it for a group."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from groupsched.access.identity import current
from groupsched.access.policy import Permission, requires
from groupsched.catalog.models import Group
from groupsched.catalog.queries import get_group
from groupsched.catalog.service import ask_with_request
from groupsched.core.i18n import _
from groupsched.enrolment.routes.blueprint import blueprint
from groupsched.questionnaires.models import QuestionnaireVersion
from groupsched.questionnaires.queries import newest_by_id, newest_of_kind
from groupsched.questionnaires.rules import (
    Form,
    FormKind,
    Given,
    Item,
    ItemType,
    read_sent,
    shown,
    urgent_helps,
)
from groupsched.questionnaires.words import no_answer_words


@dataclass(frozen=True)
class AskedWithSeat:
    """What somebody is asked with a request, and what they said so far. Nobody has to answer."""

    version: QuestionnaireVersion
    given: Mapping[str, Given]
    unread: tuple[str, ...] = ()
    asked: frozenset[str] = frozenset()
    helped: str = ""

    @property
    def form(self) -> Form:
        """The form that asks."""
        return self.version.form

    @property
    def items(self) -> tuple[Item, ...]:
        """The questions that these answers show."""
        return tuple(one for one in shown(self.form, self.given) if one.type is not ItemType.HEADING)

    @property
    def helps(self) -> tuple[str, ...]:
        """Which help the answers show at once."""
        return tuple(one.value for one in urgent_helps(self.form, self.given))

    @property
    def comes_back(self) -> bool:
        """Whether the page comes again before anybody is asked: with help for an answer, with a question that follows from one, or with
        words beside one that could not be read."""
        more = {one.key for one in self.items} - self.asked
        return bool(self.unread or more or (self.helps and ",".join(self.helps) != self.helped))


def question_of(group: Group) -> AskedWithSeat | None:
    """What is asked with a request for a seat in a group, with what this page sent of it; None where nothing is asked."""
    version = newest_by_id(group.question_id) if group.question_id is not None else None
    if version is None:
        return None
    sent = request.form.to_dict(flat=False)
    given, unread = read_sent(version.form.questions, sent)
    asked = frozenset(sent.get("asked", ()))
    return AskedWithSeat(version, given, unread, asked, request.form.get("helped", ""))


def question_sent(group: Group) -> AskedWithSeat | None:
    """The same, where the page asked it."""
    return question_of(group) if request.form.getlist("asked") else None


def follows(group: Group) -> list[tuple[str, str]]:
    """Why the page with the questions comes again, with where to look."""
    said = question_sent(group)
    if said is None:
        return []
    found = [(f"#a-{key}", no_answer_words()) for key in said.unread]
    more = [one.key for one in said.items if one.key not in said.asked]
    words = _("One more question follows from your answer. Answer it if you like, then ask.")
    return [*found, *((f"#a-{key}", words) for key in more[:1])]


@blueprint.post("/groups/<uid>/question")
@requires(Permission.GROUP_WRITE)
def choose_question(uid: str) -> Response:
    """Choose what who asks for a seat is asked with it."""
    group = get_group(current(), uid, Permission.GROUP_WRITE)
    known = {
        one.questionnaire.uid: one.questionnaire
        for one in newest_of_kind(group.program_id, FormKind.REFERRAL)
    }
    ask_with_request(current(), group, known.get(request.form.get("question", "")))
    flash(_("Saved."))
    return redirect(url_for("enrolment.roster", uid=uid, _anchor="question"), 303)  # type: ignore[return-value]
