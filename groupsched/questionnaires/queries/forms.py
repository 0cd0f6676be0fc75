"""The forms of a program: what is asked, and how often it was answered."""

from functools import cache

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from groupsched.access.identity import Identity
from groupsched.access.policy import Facts, Permission, ensure
from groupsched.core.db import db
from groupsched.core.errors import NotFound
from groupsched.core.i18n import LANGUAGES
from groupsched.core.resources import content
from groupsched.questionnaires.models import Questionnaire, QuestionnaireResponse, QuestionnaireVersion
from groupsched.questionnaires.rules import (
    ASKED_IN_PLACE,
    Form,
    FormKind,
    ResponseStatus,
    ready_form,
)

OPEN = QuestionnaireResponse.status == ResponseStatus.IN_PROGRESS


@cache
def ready_forms() -> dict[str, Form]:
    """The forms that come with the product, by their keys, in the order of the file."""
    rows = content("questionnaires")["questionnaires"]
    found = {row["key"]: ready_form(row, tuple(LANGUAGES)) for row in rows}
    return {key: form for key, form in found.items() if form is not None}


def form_facts(questionnaire: Questionnaire) -> Facts:
    """What the policy may know of a form."""
    return Facts(program=questionnaire.program_id)


def questionnaires(program_id: int | None) -> list[Questionnaire]:
    """All forms of a program with their versions, in the order they came."""
    query = select(Questionnaire).where(Questionnaire.program_id == program_id)
    query = query.options(selectinload(Questionnaire.versions), joinedload(Questionnaire.draft_by))
    return list(db.session.scalars(query.order_by(Questionnaire.id)))


def get_questionnaire(identity: Identity, uid: str) -> Questionnaire:
    """A form that this identity may change. Raises NotFound."""
    found = db.session.scalar(select(Questionnaire).where(Questionnaire.uid == uid))
    if found is None:
        raise NotFound
    ensure(identity, Permission.QUESTIONNAIRE_WRITE, form_facts(found))
    return found


def _newest() -> Select[QuestionnaireVersion]:
    newest = (
        select(func.max(QuestionnaireVersion.number))
        .where(QuestionnaireVersion.questionnaire_id == Questionnaire.id)
        .correlate(Questionnaire)
        .scalar_subquery()
    )
    query = select(QuestionnaireVersion).join(QuestionnaireVersion.questionnaire)
    query = query.options(joinedload(QuestionnaireVersion.questionnaire))
    return query.where(Questionnaire.retired_at.is_(None), QuestionnaireVersion.number == newest)


def published(program_id: int) -> list[QuestionnaireVersion]:
    """What a program asks now: the newest version of each of its forms, in the order they came."""
    return list(
        db.session.scalars(_newest().where(Questionnaire.program_id == program_id).order_by(Questionnaire.id))
    )


def to_begin(program_id: int) -> list[QuestionnaireVersion]:
    """What of it somebody may begin whenever they like."""
    return [one for one in published(program_id) if one.form.kind not in ASKED_IN_PLACE]


def to_begin_with_others(program_id: int) -> list[QuestionnaireVersion]:
    """What of that staff may fill in with somebody: what stays with its person alone is theirs alone to begin."""
    return [one for one in to_begin(program_id) if one.form.reads_staff]


def newest_of_kind(program_id: int, kind: FormKind) -> list[QuestionnaireVersion]:
    """What of it is of one kind."""
    return [one for one in published(program_id) if one.form.kind is kind]


def newest_by_id(questionnaire_id: int) -> QuestionnaireVersion | None:
    """The newest version of a form by its number, where it is asked now."""
    return db.session.scalar(_newest().where(Questionnaire.id == questionnaire_id))


def newest_of(program_id: int, uid: str) -> QuestionnaireVersion:
    """The newest version of a form that may be begun, by the public id of the form. Raises NotFound."""
    found = db.session.scalar(
        _newest().where(Questionnaire.program_id == program_id, Questionnaire.uid == uid)
    )
    if found is None or found.form.kind in ASKED_IN_PLACE:
        raise NotFound
    return found


def newest_by_key(program_id: int, key: str) -> QuestionnaireVersion | None:
    """The newest version of a form by its key, where it is asked now."""
    return db.session.scalar(
        _newest().where(Questionnaire.program_id == program_id, Questionnaire.key == key)
    )


def answered(questionnaire: Questionnaire) -> dict[int, tuple[int, int]]:
    """How many people handed over each version of a form, and how many are in the middle of it, by the number of the version."""
    people = func.count(QuestionnaireResponse.subject_id.distinct())
    query = (
        select(QuestionnaireVersion.number, people.filter(~OPEN), people.filter(OPEN))
        .join(QuestionnaireResponse, QuestionnaireResponse.version_id == QuestionnaireVersion.id)
        .where(QuestionnaireVersion.questionnaire_id == questionnaire.id)
        .group_by(QuestionnaireVersion.number)
    )
    return {number: (over, open_) for number, over, open_ in db.session.execute(query)}
