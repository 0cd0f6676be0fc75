"""What stands beside a group that says what it believes, and the record that it was shown."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from groupsched.access.identity import Identity
from groupsched.catalog.models import Group
from groupsched.catalog.rules import GroupState, Orientation, Setting
from groupsched.core.db import db
from groupsched.enrolment.models import Enrolment, EquivalentShown
from groupsched.enrolment.queries.cards import paired_dates, similar
from groupsched.enrolment.rules import OTHER
from groupsched.schedule.models import Occurrence
from groupsched.schedule.queries import coming

MOST = 500


def beside(
    identity: Identity, one: Occurrence, now: datetime, *, no_faith: bool = False
) -> Occurrence | None:
    """A date of the group that stands beside that of this date: the pair by hand, else the nearest like it with a seat.

    Nothing beside a group that does not say what it believes; no faith-based one for who said that they want none (`no_faith`).
    """
    said = one.group.orientation
    other = OTHER.get(said) if said is not None else None
    if other is None or one.external or (no_faith and other == Orientation.FAITH):
        return None
    pair = paired_dates([one], now).get(one.id)
    return pair or next(iter(similar(identity, one, now, orientation=other)), None)


def beside_joined(
    identity: Identity, group: Group, date: Occurrence | None, now: datetime
) -> Occurrence | None:
    """The date of a secular group that stands on the page of a faith-based one, or of a date of it; none on that of any other
    group."""
    if group.orientation != Orientation.FAITH or group.external:
        return None
    one = date or next(iter(coming(group, now, 1)), None)
    return beside(identity, one, now) if one is not None else None


def beside_proposed(
    identity: Identity, proposed: Iterable[Enrolment], now: datetime
) -> dict[int, Occurrence]:
    """The same for each group that somebody is proposed, by its number."""
    found = {
        one.group_id: beside_joined(identity, one.group, first_proposed(one), now)
        for one in proposed
        if one.group.orientation == Orientation.FAITH
    }
    return {group: date for group, date in found.items() if date is not None}


def first_proposed(enrolment: Enrolment) -> Occurrence | None:
    """The first date for which somebody is proposed; None, where it is every one."""
    dates = (seat.occurrence for seat in enrolment.date_seats)
    return min(dates, key=lambda one: (one.start, one.id), default=None)


def shown_to(person_id: int) -> list[EquivalentShown]:
    """What somebody was shown, the latest first."""
    query = select(EquivalentShown).where(EquivalentShown.person_id == person_id)
    return list(
        db.session.scalars(
            query.order_by(EquivalentShown.shown_at.desc(), EquivalentShown.id.desc()).limit(MOST)
        )
    )


def shown_between(identity: Identity, start: datetime, end: datetime) -> list[EquivalentShown]:
    """What clients of the program were shown within this time, the latest first, with whom."""
    query = (
        select(EquivalentShown)
        .options(joinedload(EquivalentShown.person))
        .where(
            EquivalentShown.program_id == identity.program_id, EquivalentShown.shown_at.between(start, end)
        )
    )
    return list(
        db.session.scalars(
            query.order_by(EquivalentShown.shown_at.desc(), EquivalentShown.id.desc()).limit(MOST)
        )
    )


def groups_by_belief(identity: Identity, orientation: Orientation) -> Sequence[Group]:
    """The published groups of the program that say so, by title."""
    query = select(Group).where(
        Group.program_id == identity.program_id, Group.orientation == orientation, Group.source_id.is_(None),
        Group.state == GroupState.PUBLISHED, Group.setting != Setting.PRIVATE, Group.hidden.is_(False),
    ).order_by(Group.title, Group.id)  # fmt: skip
    return db.session.scalars(query).all()
