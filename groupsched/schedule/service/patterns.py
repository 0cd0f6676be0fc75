"""Verbs of a program's own templates: a group is saved as one, renamed, taken off the list."""

from collections.abc import Mapping
from typing import Any

from groupsched.access.identity import Identity
from groupsched.access.policy import Facts, Permission, can, ensure
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import record
from groupsched.catalog.models import Group
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import NotFound
from groupsched.schedule.models import SavedPattern, rule_plain
from groupsched.schedule.queries import current_series
from groupsched.schedule.service.rows import may_write
from groupsched.schedule.service.topics import topics_to_keep


def save_pattern(identity: Identity, group: Group, name: str, said: Mapping[str, Any]) -> SavedPattern:
    """Save a group as a template of its program: what its form says, without people, when it meets, and its topics."""
    may_write(identity, group)
    series = current_series(group)
    saved = SavedPattern(
        program_id=group.program_id,
        name=name,
        said=dict(said),
        rule=rule_plain(series.rule) if series is not None else None,
        topics=topics_to_keep(group),
        created_by_id=identity.person,
    )
    db.session.add(saved)
    db.session.flush()
    record(identity, AuditAction.GROUP_CHANGED, group, template=saved.uid)
    return saved


def may_keep(identity: Identity, saved: SavedPattern) -> bool:
    """Whether a template is theirs to rename and remove: who saved it, and who keeps the catalogue."""
    own = saved.created_by_id is not None and saved.created_by_id == identity.person
    return own or can(identity, Permission.CATALOG_WRITE, Facts(program=saved.program_id))


def rename_pattern(identity: Identity, saved: SavedPattern, name: str) -> None:
    """Call a template something else. Raises NotFound for whom it is not theirs."""
    _keep(identity, saved)
    if saved.name != name:
        saved.name = name
        record(identity, AuditAction.TEMPLATE_RENAMED, saved)


def remove_pattern(identity: Identity, saved: SavedPattern) -> None:
    """Take a template off the list; groups that began with it stay as they are. Raises NotFound as above."""
    _keep(identity, saved)
    saved.removed_at = clock.now()
    record(identity, AuditAction.TEMPLATE_REMOVED, saved)


def _keep(identity: Identity, saved: SavedPattern) -> None:
    ensure(identity, Permission.GROUP_CREATE, Facts(program=saved.program_id))
    if not may_keep(identity, saved):
        raise NotFound
