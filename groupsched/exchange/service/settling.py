"""Settling by hand what listings do not say."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from groupsched.access.identity import Identity
from groupsched.access.policy import Facts, Permission, ensure
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import record
from groupsched.catalog.models import Group
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.exchange.queries import table_of
from groupsched.exchange.rules import ENDS, MATTERS, Listing, read_row
from groupsched.exchange.service.writing import catalogue_changed, rule_of, touch
from groupsched.schedule.service import add_listed_series


def settle(identity: Identity, groups: Iterable[Group], decisions: Mapping[str, str | None]) -> int:
    """Answer open questions about listings; None closes a question without an answer. Returns how many changed.

    An answer to how long one lasts is its minutes: with it the listing has dates.

    What a listing says itself stays. A later import keeps the answers, as long as its row says nothing else.
    """
    settled = [group for group in groups if _settle(identity, group, decisions)]
    if settled:
        record(identity, AuditAction.LISTING_SETTLED, count=len(settled), answers=dict(decisions))
        catalogue_changed(settled[0].program_id)
    return len(settled)


def _settle(identity: Identity, group: Group, decisions: Mapping[str, str | None]) -> bool:
    ensure(identity, Permission.LISTINGS_REVIEW, Facts(program=group.program_id))
    answered = [name for name in group.review if name in decisions]
    for name in answered:
        if name in MATTERS:
            setattr(group, name, decisions[name])
    if ENDS in answered and decisions[ENDS]:
        _give_dates(group, int(decisions[ENDS] or 0))
    if answered:
        group.review = [name for name in group.review if name not in answered]
        touch(group, clock.now())
    return bool(answered)


def _give_dates(group: Group, minutes: int) -> None:
    read = read_row(group.source_row, 0, table_of(group.source.fellowship if group.source else None), None)
    if isinstance(read, Listing) and read.active:
        db.session.flush()
        add_listed_series([(group, rule_of(replace(read, minutes=minutes), clock.now()))])
