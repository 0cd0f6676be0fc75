"""One date of the reader's own, to show how titles would read."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import joinedload

from groupsched.access.identity import Identity
from groupsched.access.queries import current_program
from groupsched.catalog.models import Group
from groupsched.catalog.queries import groups_led_by
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.i18n import _
from groupsched.enrolment.models import Enrolment
from groupsched.enrolment.queries import standings
from groupsched.enrolment.rules import EnrolmentState
from groupsched.feeds.queries.links import own_words
from groupsched.feeds.queries.saying import facts_of
from groupsched.feeds.rules import EventText, FeedKind, GroupFacts, TitleMode, words_for
from groupsched.feeds.words import labels
from groupsched.schedule.models import Occurrence
from groupsched.schedule.rules import OccurrenceStatus


@dataclass(frozen=True)
class TitleSample:
    """A date as a phone would show it, in each title mode."""

    start: datetime
    end: datetime
    zone: str
    modes: tuple[tuple[str, EventText], ...]

    @property
    def next_hour(self) -> datetime:
        """The full hour at or after its end: the next line of the phone's day."""
        return self.end + timedelta(minutes=-self.end.minute % 60)


def own_groups(identity: Identity) -> list[Group]:
    """The groups that could be in a calendar of the person who asks, by title."""
    query = select(Group).where(_mine(identity) | _led(identity)).order_by(Group.title, Group.id)
    return list(db.session.scalars(query))


def sample_of(identity: Identity, kind: FeedKind) -> TitleSample:
    """The next date of the reader's own groups in every mode, or an invented one where there is none."""
    which = _led(identity) if kind == FeedKind.LEADING else _mine(identity)
    row = db.session.scalar(_next_date().where(which))
    if row is None:
        program = current_program(identity)
        return _invented(program.timezone if program else "UTC")
    where = standings(identity.person, [row]).get(row.id) if kind != FeedKind.LEADING else None
    facts = facts_of(row.group, row.place, pool=where.pool if where is not None else None)
    own = own_words(identity.person or 0).get(row.group_id, "")
    return TitleSample(row.start, row.end, row.timezone, _in_every_mode(facts, own))


def _next_date() -> Select[Occurrence]:
    return (
        select(Occurrence)
        .join(Occurrence.group)
        .options(joinedload(Occurrence.group).joinedload(Group.modality), joinedload(Occurrence.place))
        .where(Occurrence.start > clock.now(), Occurrence.status == OccurrenceStatus.SCHEDULED)
        .order_by(Occurrence.start, Occurrence.id)
        .limit(1)
    )


def _mine(identity: Identity) -> ColumnElement[bool]:
    mine = select(Enrolment.group_id).where(
        Enrolment.person_id == identity.person, Enrolment.state == EnrolmentState.ACTIVE
    )
    return Group.id.in_(mine)


def _led(identity: Identity) -> ColumnElement[bool]:
    return Group.id.in_(groups_led_by(identity.person))


def _invented(zone: str) -> TitleSample:
    start = (clock.now().astimezone(ZoneInfo(zone)) + timedelta(days=1)).replace(hour=9, minute=0)
    facts = GroupFacts(_("Morning group"), room=_("Oak Room"), description=_("People talk, or listen."))
    return TitleSample(start, start + timedelta(minutes=90), zone, _in_every_mode(facts, ""))


def _in_every_mode(facts: GroupFacts, own: str) -> tuple[tuple[str, EventText], ...]:
    return tuple((mode, words_for(mode, facts, labels(), own)) for mode in TitleMode)
