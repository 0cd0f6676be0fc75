"""Answers for closed days: what series do then, whose public holidays a site keeps, and dates of which somebody is asked."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from groupsched.access.identity import Identity
from groupsched.access.models import Site
from groupsched.access.policy import Facts, Permission, ensure
from groupsched.accounts.models import Person
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import record
from groupsched.catalog.models import Group
from groupsched.core import holidays
from groupsched.core.db import db
from groupsched.core.errors import DomainError
from groupsched.core.i18n import _
from groupsched.outbox.service import sent_together
from groupsched.schedule.models import Closure, Occurrence, Series
from groupsched.schedule.queries import asked_dates
from groupsched.schedule.rules import ClosedDays, MoveDate
from groupsched.schedule.service.closure_times import proposed_times
from groupsched.schedule.service.closures import Answers, Ripple, RippleDate, change_closed
from groupsched.schedule.service.substitutes import lapse_covers


def dates_to_decide(identity: Identity) -> list[RippleDate]:
    """The dates on closed days of which nobody has decided, each with the number of its closure and a time to move to."""
    found = asked_dates(identity)
    free = proposed_times(
        [one for one, _closure in found], [(row.starts_at, row.ends_at) for _one, row in found]
    )
    return [RippleDate(one, row.id, ClosedDays.ASK, free.get(one.id)) for one, row in found]


def decide_dates(identity: Identity, answers: Answers) -> Ripple:
    """Decide of these dates on closed days; of others, and those that are decided already, nothing. Whom it touches is told, each
    in one mail. Raises Conflict where a date cannot move where it is to."""
    ensure(identity, Permission.CLOSURE_WRITE, Facts(program=identity.program_id))
    meant = [(one, row, answers[one.uid]) for one, row in asked_dates(identity) if one.uid in answers]
    by_group = defaultdict[Group, list[tuple[Occurrence, Closure, ClosedDays | datetime]]](list)
    for one, row, answer in meant:
        by_group[one.group].append((one, row, answer))
        if answer is ClosedDays.KEEP:
            one.kept_closure = row.id
    db.session.flush()
    people, off, moved = set[Person](), set[int](), dict[int, datetime]()
    with sent_together():
        for group, parts in sorted(by_group.items(), key=lambda pair: pair[0].id):
            skip = {one.id: (row.id, row.name) for one, row, answer in parts if answer is ClosedDays.SKIP}
            moves = tuple(
                MoveDate(one.id, answer, answer + (one.end - one.start))
                for one, _row, answer in parts
                if isinstance(answer, datetime)
            )
            shut, elsewhere = change_closed(identity, group, skip, moves, people)
            off |= {now.key or 0 for now in shut.cancelled}
            moved |= {now.key or 0: now.start for _was, now in elsewhere.moved}
    lapse_covers(off)
    dates = [one for one, _row, _answer in meant]
    return Ripple(
        off=tuple(one for one in dates if one.id in off),
        people=frozenset(people),
        moved=tuple((one, moved[one.id]) for one in dates if one.id in moved),
    )


def answer_of_series(identity: Identity, answers: Mapping[int, ClosedDays | None]) -> None:
    """Say what series do on closed days, by their number; None: what is usual. Dates that are made stay as they are."""
    ensure(identity, Permission.CLOSURE_WRITE, Facts(program=identity.program_id))
    query = select(Series).join(Series.group).where(
        Series.id.in_(answers), Group.program_id == identity.program_id
    )  # fmt: skip
    for series in db.session.scalars(query.order_by(Series.id)):
        if series.closed_days != answers[series.id]:
            series.closed_days = answers[series.id]
            record(identity, AuditAction.SERIES_CHANGED, series, group=series.group.uid, closed_days=True)


def keep_holidays_of(identity: Identity, site: Site, country: str, part: str) -> None:
    """Say whose public holidays a site is offered: a country's, or those of a part of it. What is not known is none."""
    ensure(identity, Permission.CLOSURE_WRITE, Facts(program=identity.program_id))
    if country not in holidays.countries():
        raise DomainError(_("Choose one of the list."), field="country", code="unknown-country")
    part = part if part in holidays.parts(country) else ""
    if (site.holiday_country, site.holiday_part) != (country, part):
        site.holiday_country, site.holiday_part = country, part
        site.version += 1
        record(identity, AuditAction.SITE_CHANGED, site)
