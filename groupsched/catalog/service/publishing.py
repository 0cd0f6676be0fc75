"""Publishing a group, looking at it before, and taking it off the list."""

from groupsched.access.identity import Identity
from groupsched.access.policy import Facts, Permission, can, ensure
from groupsched.access.queries import get_program
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import record
from groupsched.catalog.events import GroupChanged, GroupRetired, RetiringUndone
from groupsched.catalog.models import Group
from groupsched.catalog.queries import facts
from groupsched.catalog.rules import GroupState, publishing_problems
from groupsched.catalog.service.filling import refuse_external, refuse_first
from groupsched.catalog.service.groups import fields_of, has_link, hold, touch
from groupsched.core import clock
from groupsched.core.errors import DomainError
from groupsched.core.events import publish
from groupsched.core.i18n import _
from groupsched.core.text import clean_line

WORD_BACK = 300


def publish_group(identity: Identity, group: Group) -> Group:
    """Offer a group to people. Doing it twice has one effect. Raises DomainError for what is still missing.

    Where the program looks at groups first, that of somebody who may not say the yes waits for it, as the draft it is.
    """
    ensure(identity, Permission.GROUP_WRITE, facts(group))
    refuse_external(group)
    hold(group)
    if group.state == GroupState.PUBLISHED:
        return group
    refuse_first(publishing_problems(fields_of(group), linked=has_link(group)))
    if needs_yes(identity, group.program_id):
        return _ask_for_yes(identity, group)
    group.state, group.retired_at = GroupState.PUBLISHED, None
    group.yes_asked_at, group.yes_asked_by_id, group.sent_back = None, None, ""
    group.published_at = group.published_at or clock.now()
    touch(identity, group)
    record(identity, AuditAction.GROUP_PUBLISHED, group)
    publish(GroupChanged(group.id, group.program_id, by=identity))
    return group


def needs_yes(identity: Identity, program_id: int | None) -> bool:
    """Whether what this identity publishes in a program waits for a supervisor's yes."""
    program = get_program(program_id) if program_id is not None else None
    reviewed = program is not None and program.reviews_groups
    return reviewed and not can(identity, Permission.GROUP_PUBLISH, Facts(program=program_id))


def _ask_for_yes(identity: Identity, group: Group) -> Group:
    if group.yes_asked_at is None:
        group.yes_asked_at, group.yes_asked_by_id, group.sent_back = clock.now(), identity.person, ""
        touch(identity, group)
        record(identity, AuditAction.REVIEW_ASKED, group)
    return group


def send_group_back(identity: Identity, group: Group, words: str) -> Group:
    """Answer a group that waits for a yes with a word back to who leads it: it is a draft as before. Twice has one effect.

    Raises NotFound for who may not say the yes, DomainError without a word.
    """
    ensure(identity, Permission.GROUP_PUBLISH, facts(group))
    hold(group)
    if group.yes_asked_at is None:
        return group
    said = clean_line(words, WORD_BACK)
    if not said:
        raise DomainError(_("Please say what is missing."), field="words", code="required")
    group.yes_asked_at, group.yes_asked_by_id, group.sent_back = None, None, said
    touch(identity, group)
    record(identity, AuditAction.REVIEW_DECLINED, group)
    return group


def retire_group(identity: Identity, group: Group) -> Group:
    """Stop offering a group: its coming dates end, its past stays. Doing it twice has one effect."""
    ensure(identity, Permission.GROUP_WRITE, facts(group))
    refuse_external(group)
    hold(group)
    if group.state == GroupState.RETIRED:
        return group
    group.state, group.retired_at = GroupState.RETIRED, clock.now()
    group.yes_asked_at, group.yes_asked_by_id = None, None
    touch(identity, group)
    record(identity, AuditAction.GROUP_RETIRED, group)
    publish(GroupRetired(group.id, identity))
    return group


def offer_again(identity: Identity, group: Group) -> None:
    """Have a group be as it was before it was taken off the list; whoever has its dates come back calls this first."""
    ensure(identity, Permission.GROUP_WRITE, facts(group))
    hold(group)
    if group.retired_at is None:
        return
    since, group.retired_at = group.retired_at, None
    group.state = GroupState.PUBLISHED if group.published_at else GroupState.DRAFT
    touch(identity, group)
    record(identity, AuditAction.GROUP_PUBLISHED, group)
    publish(RetiringUndone(group.id, since))
