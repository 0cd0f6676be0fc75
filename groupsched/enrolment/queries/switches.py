"""From which group somebody changes into which: what waits to be done, and what was done."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from groupsched.access.events import CareTeamAsked
from groupsched.accounts.models import Person
from groupsched.catalog.models import Facilitator, Group
from groupsched.catalog.rules import Setting
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.events import ask
from groupsched.enrolment.models import DateSeat, Enrolment, GroupSwitch
from groupsched.enrolment.rules import LIVE, DateSeatState, EnrolmentMode, EnrolmentState
from groupsched.schedule.models import Occurrence

_OUT, _INTO = aliased(Enrolment), aliased(Enrolment)


def _switches() -> Select[GroupSwitch]:
    return (
        select(GroupSwitch)
        .join(_OUT, GroupSwitch.out_of)
        .join(_INTO, GroupSwitch.into)
        .options(contains_eager(GroupSwitch.out_of, alias=_OUT).joinedload(Enrolment.group))
        .options(contains_eager(GroupSwitch.into, alias=_INTO).joinedload(Enrolment.group))
        .order_by(GroupSwitch.id)
    )


def _open() -> ColumnElement[bool]:
    stands = and_(GroupSwitch.done_at.is_(None), GroupSwitch.dropped_at.is_(None))
    return and_(stands, _OUT.state.in_(LIVE), _INTO.state.in_(LIVE))


def open_switch(enrolment: Enrolment) -> GroupSwitch | None:
    """The switch out of this enrolment, or into it, that waits until the person has a seat; None where there is none."""
    touches = or_(GroupSwitch.out_of_id == enrolment.id, GroupSwitch.into_id == enrolment.id)
    return db.session.scalars(_switches().where(touches, _open()).limit(1)).first()


def switches_of(person_id: int) -> Sequence[GroupSwitch]:
    """The changes of groups of a person that were done or wait to be, the latest first."""
    stands = or_(GroupSwitch.done_at.is_not(None), _open())
    mine = _switches().where(_OUT.person_id == person_id, GroupSwitch.dropped_at.is_(None), stands)
    return db.session.scalars(mine.order_by(None).order_by(GroupSwitch.id.desc())).all()


def next_switch_to_finish() -> GroupSwitch | None:
    """The first switch whose person has a seat in the new group by now and still has the old one."""
    due = _switches().where(_open(), _INTO.state == EnrolmentState.ACTIVE)
    return db.session.scalars(due.limit(1)).first()


def switched(enrolment: Enrolment, group: Group) -> GroupSwitch | None:
    """The switch by which this enrolment ended in favour of that group, where that stands."""
    done = and_(GroupSwitch.out_of_id == enrolment.id, GroupSwitch.done_at.is_not(None))
    there = and_(_INTO.group_id == group.id, _INTO.state.in_(LIVE), GroupSwitch.dropped_at.is_(None))
    return db.session.scalars(_switches().where(done, there).limit(1)).first()


def still_comes(now: datetime) -> ColumnElement[bool]:
    """Whether an enrolment leads anywhere yet: into every date of its group, or to a date of its own that has not begun."""
    own = exists().where(
        DateSeat.enrolment_id == Enrolment.id,
        DateSeat.state == DateSeatState.HELD,
        DateSeat.occurrence_id == Occurrence.id,
        Occurrence.start > now,
    )
    return or_(Enrolment.mode == EnrolmentMode.WHOLE, own)


def only_been(person: Person, now: datetime) -> frozenset[int]:
    """The groups in which a person had single dates, all of them over by now."""
    mine = (Enrolment.person_id == person.id, Enrolment.state == EnrolmentState.ACTIVE)
    return frozenset(db.session.scalars(select(Enrolment.group_id).where(*mine, ~still_comes(now))))


def to_switch_from(person_id: int | None, group: Group) -> list[Enrolment]:
    """The other groups in which a person has a seat ahead, by title, but for private hours: what they could change from."""
    query = (
        select(Enrolment)
        .join(Enrolment.group)
        .options(
            contains_eager(Enrolment.group).joinedload(Group.modality),
            contains_eager(Enrolment.group).joinedload(Group.facilitators),
            joinedload(Enrolment.person),
        )
        .where(
            Enrolment.person_id == person_id,
            Enrolment.state == EnrolmentState.ACTIVE,
            Enrolment.group_id != group.id,
            still_comes(clock.now()),
            Group.setting != Setting.PRIVATE,
        )
        .order_by(Group.title, Enrolment.id)
    )
    return list(db.session.scalars(query).unique()) if person_id is not None else []


@dataclass(frozen=True)
class CareTeamMate:
    """Somebody on the care team of a person today: reads why that person changes groups. `leads`: one of those groups."""

    name: str
    leads: bool


def care_team_beside(person: Person, groups: Collection[Group]) -> list[CareTeamMate]:
    """Who is on the care team of a person today, by first name, and whether they lead one of these groups besides."""
    asked: Collection[Select[int]] = ask(CareTeamAsked(person.id, person.program_id))
    here = or_(*(Person.id.in_(team) for team in asked)) if asked else Person.id.is_(None)
    of_these = Facilitator.group_id.in_([one.id for one in groups])
    leads = exists().where(Facilitator.person_id == Person.id, of_these)
    found = select(Person.first_name, leads).where(here).order_by(Person.first_name, Person.id)
    return [CareTeamMate(*row) for row in db.session.execute(found)]
