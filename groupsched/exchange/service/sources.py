"""The settings of a source: its name, whose codes it uses, the zone of its rows."""

from groupsched.access.identity import Identity
from groupsched.access.policy import Facts, Permission, ensure
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import record
from groupsched.catalog.models import ListingSource
from groupsched.core.db import db
from groupsched.core.errors import DomainError
from groupsched.core.i18n import _
from groupsched.core.text import clean_line
from groupsched.exchange.queries import source_like

SOURCE_LENGTH = 80


def change_source(
    identity: Identity, source: ListingSource, name: str, *, fellowship: str, timezone: str
) -> None:
    """Change how a source is called and how its next import is read. Raises DomainError with the field `name`."""
    ensure(identity, Permission.CATALOG_WRITE, Facts(program=source.program_id))
    name = source_name(name, "name")
    like = source_like(source.program_id, name)
    if like is not None and like is not source:
        raise DomainError(already_there(like), field="name")
    before = {key: getattr(source, key) for key in ("name", "fellowship", "timezone")}
    after = {"name": name, "fellowship": fellowship, "timezone": timezone}
    if before == after:
        return
    source.name, source.fellowship, source.timezone = name, fellowship, timezone
    db.session.flush()
    changed = sorted(key for key in after if after[key] != before[key])
    record(identity, AuditAction.LISTING_SOURCE_CHANGED, source, changed=changed)


def source_name(name: str, field: str) -> str:
    """The name of a source, clean. Raises DomainError where there is none, or it is too long."""
    name = clean_line(name)
    if not 1 <= len(name) <= SOURCE_LENGTH:
        words = _("The name of a source has 1 to %(most)s characters.", most=SOURCE_LENGTH)
        raise DomainError(words, field=field)
    return name


def already_there(like: ListingSource) -> str:
    """Why a name cannot be taken."""
    return str(
        _("There is a source “%(name)s” already: names differ by more than capital letters.", name=like.name)
    )
