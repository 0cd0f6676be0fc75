"""What people answered, as somebody may see it."""

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select, true
from sqlalchemy.orm import aliased, joinedload, selectinload

from groupsched.access.events import CARES, CareTeamAsked, InCareAsked
from groupsched.access.identity import ApiToken, Identity, Member, Role, Scope, System
from groupsched.access.policy import CARE_TEAM, Facts, Permission, can, ensure
from groupsched.access.standing import leans_on
from groupsched.accounts.models import Person
from groupsched.core.db import db
from groupsched.core.errors import NotFound
from groupsched.core.events import ask
from groupsched.questionnaires.models import QuestionnaireResponse, QuestionnaireVersion
from groupsched.questionnaires.rules import (
    SHARED,
    Audience,
    FormKind,
    ResponseStatus,
)

OPEN = QuestionnaireResponse.status == ResponseStatus.IN_PROGRESS


def response_facts(response: QuestionnaireResponse) -> Facts:
    """What the policy may know of a response: until it is handed over it is its writer's alone, as long as they may still write it;
    then that of whom it is about and of whoever of their care team of today it was handed to."""
    if response.is_open:
        return Facts(subject=response.author_id if _still_writes(response) else None)
    if response.audience not in SHARED:
        return Facts(subject=response.subject_id)
    return Facts(
        program=response.program_id,
        subject=response.subject_id,
        care_team=_team(response.subject_id, response.program_id, response.audience),
    )


def _still_writes(response: QuestionnaireResponse) -> bool:
    """Whether who began a response may go on: whom it is about, else one of their care team of today; and where it amends one, of
    those who may read that one by now."""
    if response.author_id == response.subject_id:
        return True
    audience = response.amends.audience if response.amends else Audience.CARE_TEAM
    team = _team(response.subject_id, response.program_id, audience) if audience in SHARED else frozenset()
    return response.author_id in team


def writing_facts(person: Person) -> Facts:
    """What the policy may know of a person where somebody begins a form about them: themselves, or one of their care team."""
    team = _team(person.id, person.program_id, Audience.CARE_TEAM)
    leans_on(f"{CARES}{person.id}", team)
    return Facts(program=person.program_id, subject=person.id, care_team=team)


def _team(person_id: int, program_id: int, audience: Audience) -> frozenset[int]:
    asked = ask(CareTeamAsked(person_id, program_id, counselors=audience is Audience.MY_COUNSELOR))
    return frozenset(number for query in asked for number in db.session.scalars(query))


def responses_seen_by(identity: Identity) -> ColumnElement[bool]:
    """RESPONSE_READ as a condition on QuestionnaireResponse: the same as `can()` says."""
    if isinstance(identity, System):
        return true()
    table = QuestionnaireResponse
    if isinstance(identity, ApiToken):
        may = true() if identity.may(Scope.CARE) else false()
        return and_(may, table.program_id == identity.program_id, ~OPEN, table.audience.in_(SHARED))
    if not isinstance(identity, Member):
        return false()
    own = and_(table.subject_id == identity.person_id, or_(~OPEN, table.author_id == identity.person_id))
    return or_(own, *_written_by(identity), *_shared_with(identity))


def _written_by(identity: Member) -> list[ColumnElement[bool]]:
    """What somebody began about others and may go on with: as `_still_writes` says."""
    table, before = QuestionnaireResponse, aliased(QuestionnaireResponse)
    ways: list[ColumnElement[bool]] = []
    for audience in SHARED:
        asked = InCareAsked(
            identity.person_id, identity.program_id or 0, counselors=audience is Audience.MY_COUNSELOR
        )
        is_so = exists().where(before.id == table.amends_id, before.audience == audience)
        first = and_(table.amends_id.is_(None), true() if audience is Audience.CARE_TEAM else false())
        about = (OPEN, table.author_id == identity.person_id, table.program_id == (identity.program_id or 0))
        ways.extend(and_(*about, or_(first, is_so), table.subject_id.in_(theirs)) for theirs in ask(asked))
    return ways


def _shared_with(identity: Member) -> list[ColumnElement[bool]]:
    program = identity.program_id or 0
    if identity.glass is not None and identity.holds(Role.SUPERVISOR, program):
        table = QuestionnaireResponse
        shared = (table.audience.in_(SHARED), table.program_id == program)
        return [and_(~OPEN, *shared, table.subject_id != identity.person_id)]
    return shared_in_care(identity)


def shared_in_care(identity: Member) -> list[ColumnElement[bool]]:
    """What was handed over to somebody as one of a care team of today."""
    program = identity.program_id or 0
    if not any(identity.holds(one.role, program) for one in CARE_TEAM):
        return []
    table = QuestionnaireResponse
    ways: list[ColumnElement[bool]] = []
    for audience in SHARED:
        asked = InCareAsked(identity.person_id, program, counselors=audience is Audience.MY_COUNSELOR)
        about = (
            table.audience == audience,
            table.program_id == program,
            table.subject_id != identity.person_id,
        )
        ways.extend(and_(~OPEN, *about, table.subject_id.in_(theirs)) for theirs in ask(asked))
    return ways


def get_person_asked(identity: Identity, uid: str) -> Person:
    """Somebody with whom this identity may fill in a form. Raises NotFound."""
    person = db.session.scalar(select(Person).where(Person.uid == uid))
    if person is None:
        raise NotFound
    ensure(identity, Permission.RESPONSE_WRITE, writing_facts(person))
    return person


def get_person_read(identity: Identity, uid: str) -> Person:
    """Somebody of whom this identity may read what was handed over. Raises NotFound."""
    person = db.session.scalar(select(Person).where(Person.uid == uid))
    if person is None:
        raise NotFound
    ensure(identity, Permission.RESPONSE_READ, writing_facts(person))
    return person


def seen_of(identity: Identity, person: Person) -> Select[QuestionnaireResponse]:
    """What of the responses of a person this identity may read, in no order."""
    return loaded().where(QuestionnaireResponse.subject_id == person.id, responses_seen_by(identity))


def responses_of(identity: Identity, person: Person) -> list[QuestionnaireResponse]:
    """The same, the latest first."""
    query = seen_of(identity, person)
    return list(
        db.session.scalars(
            query.order_by(QuestionnaireResponse.saved_at.desc(), QuestionnaireResponse.id.desc())
        )
    )


def handed_over_of(identity: Identity, person: Person) -> list[QuestionnaireResponse]:
    """What of it was handed over, with its answers, as it came."""
    query = seen_of(identity, person).where(~OPEN).options(selectinload(QuestionnaireResponse.rows))
    return list(
        db.session.scalars(query.order_by(QuestionnaireResponse.handed_over_at, QuestionnaireResponse.id))
    )


def get_response(identity: Identity, uid: str) -> QuestionnaireResponse:
    """A response that this identity may read. Raises NotFound."""
    query = loaded().where(QuestionnaireResponse.uid == uid, responses_seen_by(identity))
    found = db.session.scalar(query.options(selectinload(QuestionnaireResponse.rows)))
    if found is None:
        raise NotFound
    if found.is_open and found.author_id != found.subject_id:
        ensure(identity, Permission.RESPONSE_WRITE, writing_facts(found.subject))
    return found


def open_response(
    person: Person, author_id: int | None, questionnaire_id: int
) -> QuestionnaireResponse | None:
    """What somebody began of a form about a person and did not hand over yet, the latest; no amendment."""
    query = loaded().where(
        OPEN,
        QuestionnaireResponse.subject_id == person.id,
        QuestionnaireResponse.author_id == author_id,
        QuestionnaireVersion.questionnaire_id == questionnaire_id,
        QuestionnaireResponse.amends_id.is_(None),
    )
    return db.session.scalar(query.order_by(QuestionnaireResponse.id.desc()).limit(1))


def amendment_of(response: QuestionnaireResponse) -> QuestionnaireResponse | None:
    """The row that amends a response, begun or handed over."""
    return db.session.scalar(loaded().where(QuestionnaireResponse.amends_id == response.id))


def amends_shown(identity: Identity, row: QuestionnaireResponse) -> QuestionnaireResponse | None:
    """The response that this one amends, where this identity may read it."""
    before = row.amends
    return before if before and can(identity, Permission.RESPONSE_READ, response_facts(before)) else None


def may_amend(row: QuestionnaireResponse) -> bool:
    """Whether a response that was handed over is open to an amendment: none was handed over, and it stands in no totals and with no
    request."""
    later = amendment_of(row)
    stays = row.audience is Audience.TOTALS or row.published.form.kind is FormKind.REFERRAL
    return not stays and (later is None or later.is_open)


def readers_of(response: QuestionnaireResponse) -> list[Person]:
    """Who on the care team reads a response once it is handed over, by first name."""
    if response.audience not in SHARED:
        return []
    team = _team(response.subject_id, response.program_id, response.audience)
    query = select(Person).where(Person.id.in_(team), Person.id != response.subject_id)
    return list(db.session.scalars(query.order_by(func.lower(Person.first_name), Person.id)))


def reading_now(person: Person) -> frozenset[Audience]:
    """Which readers of forms there are for a person today: somebody is their counselor, somebody is on their team."""
    return frozenset(one for one in SHARED if _team(person.id, person.program_id, one) - {person.id})


def loaded() -> Select[QuestionnaireResponse]:
    """Responses with what pages say of them, in no order."""
    version = joinedload(QuestionnaireResponse.published).joinedload(QuestionnaireVersion.questionnaire)
    return (
        select(QuestionnaireResponse)
        .join(QuestionnaireResponse.published)
        .options(
            version,
            joinedload(QuestionnaireResponse.subject),
            joinedload(QuestionnaireResponse.author),
            joinedload(QuestionnaireResponse.amends),
        )
    )
