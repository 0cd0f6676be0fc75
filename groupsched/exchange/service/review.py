"""Settling by hand what listings do not say."""

from collections.abc import Iterable, Mapping

from groupsched.access.identity import Identity
from groupsched.access.policy import Facts, Permission, ensure
from groupsched.audit.service import record
from groupsched.catalog.models import Group
from groupsched.core import clock
from groupsched.exchange.queries import MATTERS
from groupsched.exchange.service.writing import catalogue_changed, touch


def settle(identity: Identity, groups: Iterable[Group], decisions: Mapping[str, str | None]) -> int:
    """Answer open questions about listings; None closes a question without an answer. Returns how many changed.

    What a listing says itself stays. A later import keeps the answers, as long as its row says nothing else.
    """
    settled = [group for group in groups if _settle(identity, group, decisions)]
    if settled:
        record(identity, "listings.settle", count=len(settled), answers=dict(decisions))
        catalogue_changed(settled[0].program_id)
    return len(settled)


def _settle(identity: Identity, group: Group, decisions: Mapping[str, str | None]) -> bool:
    ensure(identity, Permission.LISTINGS_REVIEW, Facts(program=group.program_id))
    answered = [name for name in group.review if name in decisions and name in MATTERS]
    for name in answered:
        setattr(group, name, decisions[name])
    if answered:
        group.review = [name for name in group.review if name not in answered]
        touch(group, clock.now())
    return bool(answered)
