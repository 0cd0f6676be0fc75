"""The blueprint of forms, and what its views share."""

from typing import Any

from flask import Blueprint, request

from groupsched.access.identity import current
from groupsched.accounts.models import Person
from groupsched.core.errors import DomainError
from groupsched.core.events import ask
from groupsched.core.i18n import _
from groupsched.questionnaires.events import CallUnderWayAsked
from groupsched.questionnaires.models import QuestionnaireResponse
from groupsched.questionnaires.rules import Audience
from groupsched.questionnaires.words import audience_meanings, audience_words, in_words, nobody_words

blueprint = Blueprint("questionnaires", __name__)


def audience_sent() -> Audience:
    """Who is to read it, as the form says. Raises DomainError where it says nobody that there is."""
    sent = request.form.get("audience", "")
    if sent not in set(Audience):
        raise DomainError(_("Choose who may read it."), field="audience", code="no-reader")
    return Audience(sent)


def said_of_audiences(
    response: QuestionnaireResponse, there: frozenset[Audience]
) -> list[tuple[Audience, str, str]]:
    """The readers that a person can choose among, with their words and what each means; of those who are not `there` yet that
    nobody is."""
    words, meanings = audience_words(), audience_meanings()
    meanings |= {one: said for one, said in nobody_words().items() if one not in there}
    return [(one, words[one], meanings[one]) for one in response.published.form.readers]


def call_of(person: Person) -> Any:
    """The call that somebody asked for and that is not over, where they look at it themselves."""
    if person.id != current().person:
        return None
    return next(iter(ask(CallUnderWayAsked(person.id))), None)


def is_own(response: QuestionnaireResponse) -> bool:
    """Whether it is about who asks."""
    return response.subject_id == current().person


def title_of(response: QuestionnaireResponse) -> str:
    """What its form is called."""
    return in_words(response.published.form.title)
