"""Answering those who asked to join: yes or no."""

from dataclasses import dataclass

from groupsched.access.identity import Identity
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import record
from groupsched.catalog.models import Group
from groupsched.catalog.queries import is_public
from groupsched.catalog.rules import LineMode
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict, DomainError
from groupsched.core.i18n import _
from groupsched.core.text import clean_line
from groupsched.enrolment.models import Enrolment
from groupsched.enrolment.queries import asking_first, cohorts_of, ensure_may_change
from groupsched.enrolment.rules import LIVE, DateSeatState, EnrolmentState
from groupsched.enrolment.service.deciding import JoinOutcome, answer_of, hold_people
from groupsched.enrolment.service.joining import enrol
from groupsched.enrolment.service.outcomes import Declined
from groupsched.enrolment.service.screening import give_place_in_cohort
from groupsched.enrolment.service.telling import tell
from groupsched.enrolment.service.undoable import UNDO_FOR, keep
from groupsched.schedule.service import lock


def accept_request(identity: Identity, enrolment: Enrolment) -> JoinOutcome:
    """Say yes to somebody who asked to join or was proposed: a seat where there is one, else a place in line. A clash is theirs to solve.
    In a cohort of a group that asks first the seat is kept for them, and they answer.

    Twice has one effect. Raises Conflict (`not-asking`) where they took it back, or said no thanks: nobody is enrolled then.
    """
    ensure_may_change(identity, enrolment)
    hold_people([enrolment.person_id])
    lock(enrolment.group_id)
    db.session.refresh(enrolment)
    if enrolment.state not in LIVE:
        raise Conflict(
            _("This was answered or taken back meanwhile. Nothing has changed."), code="not-asking"
        )
    if enrolment.state != EnrolmentState.REQUESTED:
        return JoinOutcome(enrolment, answer_of(enrolment))
    if identity.person != enrolment.person_id and _asks_again(enrolment.group):
        return give_place_in_cohort(identity, enrolment)
    dates = [seat.occurrence for seat in enrolment.date_seats if seat.state == DateSeatState.WAITING]
    return enrol(
        identity, enrolment.group, enrolment.person, mode=enrolment.mode, occurrences=dates, accept_clash=True
    )


def _asks_again(group: Group) -> bool:
    """Whether a yes keeps a seat that its person answers for, as those of a line: in cohorts of groups that ask first."""
    return group.line_mode is not LineMode.AT_ONCE and bool(cohorts_of(group))


IDEA = 300


@dataclass(frozen=True)
class OtherIdea:
    """What may suit who asked instead: another group, or none, and a sentence that they read."""

    group: Group | None
    words: str


def decline_request(
    identity: Identity, enrolment: Enrolment, reason: str = "", idea: OtherIdea | None = None
) -> None:
    """Say no to somebody who asked to join; they are told that other options may suit them, once it can be taken back no more,
    and read the `idea` on their week. Twice has one effect. `reason` is kept for the record.

    Raises DomainError with the field for an idea without words, or of a group that nobody finds or that they are in.

    Of a proposal nobody had heard, so nobody is told; the person can take their own "no thanks" back for some minutes.
    """
    ensure_may_change(identity, enrolment)
    lock(enrolment.group_id)
    db.session.refresh(enrolment)
    if enrolment.state != EnrolmentState.REQUESTED:
        return
    _have_another_idea(enrolment, idea)
    proposed, by_staff, now = enrolment.is_proposal, identity.person != enrolment.person_id, clock.now()
    keep(enrolment, now + UNDO_FOR, enrolment.state)
    enrolment.undo_by_staff = by_staff
    enrolment.state, enrolment.ended_at, enrolment.reason = EnrolmentState.LEFT, now, clean_line(reason, 300)
    db.session.flush()
    record(identity, AuditAction.ENROLMENT_DECLINED, enrolment, subjects=[enrolment.person_id])
    if not proposed:
        tell([Declined(enrolment, now, until=now + UNDO_FOR)])


def _have_another_idea(enrolment: Enrolment, idea: OtherIdea | None) -> None:
    words, group = clean_line(idea.words, IDEA) if idea else "", idea.group if idea else None
    if idea is not None and not words:
        raise DomainError(_("Write a sentence that they read."), field="words", code="words")
    if group is not None and (
        not is_public(group) or group.id == enrolment.group_id or _apart(enrolment, group)
    ):
        raise DomainError(_("Choose another group that is listed."), field="idea", code="idea")
    enrolment.idea, enrolment.idea_words = group, words


def _apart(enrolment: Enrolment, group: Group) -> bool:
    return bool(asking_first(group.program_id, enrolment.person_id, [group.id]))
