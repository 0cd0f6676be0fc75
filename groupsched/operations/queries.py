"""What waits for staff in all programs: for the worker, which tells them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload

from groupsched.access.identity import Role
from groupsched.access.models import Program, Site
from groupsched.accounts.models import Person
from groupsched.accounts.queries import holds_now
from groupsched.accounts.rules import StaffMail
from groupsched.attendance.models import Sheet
from groupsched.attendance.queries import counts_of
from groupsched.audit.models import AuditRow
from groupsched.audit.rules import ActorKind, AuditAction, AuditObject, words_of
from groupsched.care.models import CareTeamMember
from groupsched.care.queries import handed_over_since
from groupsched.catalog.models import Group
from groupsched.catalog.rules import DECIDE_HOURS, GroupState
from groupsched.core.db import db
from groupsched.enrolment.models import DateSeat, Enrolment, Guest, GuestDate
from groupsched.enrolment.queries import seekers
from groupsched.enrolment.rules import DateSeatState, EnrolmentMode, EnrolmentState, GuestState
from groupsched.enrolment.service import UNDO_FOR, answered_by
from groupsched.operations.rules import LEADS_SOON, LEADS_WAIT, NEWS_FOR, SHEET_AFTER, StaffNews
from groupsched.outbox.models import Message
from groupsched.outbox.rules import Unreached
from groupsched.outbox.service import untold
from groupsched.questionnaires.queries import readers_of, waiting_to_be_read
from groupsched.schedule.models import Occurrence, Series
from groupsched.schedule.queries import asks_open, led_otherwise
from groupsched.schedule.rules import NOTICE, OccurrenceStatus, decide_by

CHANGES = (
    AuditAction.GROUP_CHANGED,
    AuditAction.GROUP_PUBLISHED,
    AuditAction.GROUP_RETIRED,
    AuditAction.SERIES_CREATED,
    AuditAction.SERIES_CHANGED,
    AuditAction.OCCURRENCE_CANCELLED,
    AuditAction.OCCURRENCE_CHANGED,
)


@dataclass(frozen=True)
class StaffReader:
    """Somebody on staff who gets mails about their work, the zone they live in, and the roles by which they get them."""

    person: Person
    zone: str
    roles: frozenset[Role]

    def reads(self, news: StaffNews) -> bool:
        """Whether this is theirs to read."""
        if news.to_whoever_cares:
            return self.person.id in news.readers
        role = Role.SUPERVISOR if news.to_supervisors else Role.FACILITATOR
        return self.person.id in news.readers and role in self.roles


def staff_readers(numbers: Collection[int]) -> list[StaffReader]:
    """Those of these people who lead groups or supervise at this moment, have an address and want such mails."""
    held = {role: holds_now(role) for role in (Role.FACILITATOR, Role.SUPERVISOR)}
    query = (
        select(Person, func.coalesce(Site.timezone, Program.timezone), *held.values())
        .join(Program, Program.id == Person.program_id)
        .outerjoin(Site, Site.id == Person.site_id)
        .where(
            Person.id.in_(numbers),
            or_(*held.values()),
            Person.email.is_not(None),
            Person.staff_mail != StaffMail.NONE,
        )
        .order_by(Person.id)
    )
    return [
        StaffReader(person, zone, frozenset(role for role, has in zip(held, holds, strict=True) if has))
        for person, zone, *holds in db.session.execute(query)
    ]


def staff_news(now: datetime) -> list[StaffNews]:
    """All that is open: requests, sheets, what others changed, messages that did not arrive, people who looked up many,
    dates to lead instead, who leads otherwise, dates with fewer people than they need, people handed over, forms to read. Each by its own kind."""
    found = (_requests, _sheets, _changes, _undelivered, _sought, _covers, _few, _leads, _handed_over, _forms)
    return [news for kind in found for news in kind(now)]


def _requests(now: datetime) -> Iterator[StaffNews]:
    query = (
        select(Enrolment, Group, Program.timezone)
        .join(Group, Group.id == Enrolment.group_id)
        .join(Program, Program.id == Group.program_id)
        .options(
            selectinload(Group.facilitators),
            selectinload(Enrolment.date_seats).joinedload(DateSeat.occurrence),
        )
        .where(
            Enrolment.state == EnrolmentState.REQUESTED,
            # A proposal is answered by others than who leads, and says nothing to them.
            ~Enrolment.is_proposal,
            Enrolment.created_at > now - NEWS_FOR,
        )
        .order_by(Enrolment.id)
    )
    for asked, group, zone in db.session.execute(query):
        yield StaffNews(
            "staff_request",
            f"staff/request/{asked.uid}",
            asked.created_at,
            _leaders(group) - {asked.person_id},
            f"/groups/{group.uid}/people",
            answered_by(asked.created_at, _first_asked(asked)),
            zone,
        )
    yield from _guests(now)


def _first_asked(asked: Enrolment) -> datetime | None:
    """When the first of the single dates begins for which somebody asks."""
    if asked.mode != EnrolmentMode.DATES:
        return None
    waiting = (one.occurrence.start for one in asked.date_seats if one.state == DateSeatState.WAITING)
    return min(waiting, default=None)


def _guests(now: datetime) -> Iterator[StaffNews]:
    """Whom clients ask to bring, to be answered before the first date on which they would come."""
    query = (
        select(Guest, Program.timezone)
        .join(Guest.group)
        .join(Program, Program.id == Group.program_id)
        .options(contains_eager(Guest.group).selectinload(Group.facilitators))
        .options(selectinload(Guest.dates).joinedload(GuestDate.occurrence))
        .where(Guest.state == GuestState.ASKED, Guest.word_at > now - NEWS_FOR)
        .order_by(Guest.id)
    )
    for guest, zone in db.session.execute(query):
        starts = [one.occurrence.start for one in guest.dates if one.occurrence.start > now]
        if starts:
            yield StaffNews(
                "staff_request",
                f"staff/guest/{guest.uid}",
                guest.word_at,
                _leaders(guest.group) - {guest.host_id},
                f"/groups/{guest.group.uid}/people#guests",
                answered_by(guest.word_at, min(starts)),
                zone,
            )


def _sheets(now: datetime) -> Iterator[StaffNews]:
    query = (
        select(Occurrence)
        .join(Group, Group.id == Occurrence.group_id)
        .outerjoin(Sheet, Sheet.occurrence_id == Occurrence.id)
        .options(
            joinedload(Occurrence.assignments), joinedload(Occurrence.group).selectinload(Group.facilitators)
        )
        .where(
            # Each program by its index of dates: none lasts longer than a day.
            Occurrence.program_id.in_(select(Program.id)),
            Occurrence.external.is_(False),
            Occurrence.start > now - NEWS_FOR,
            Occurrence.end <= now - SHEET_AFTER,
            Occurrence.status == OccurrenceStatus.SCHEDULED,
            Group.state == GroupState.PUBLISHED,
            Sheet.finished_at.is_(None),
            or_(Occurrence.taken > 0, Sheet.id.is_not(None)),
        )
        .order_by(Occurrence.start, Occurrence.id)
    )
    dates = db.session.scalars(query).unique().all()
    counts = counts_of(dates) if dates else {}
    for one in dates:
        found = counts.get(one.id)
        two = found.two if found else 0
        yield StaffNews(
            "staff_unfinished_sheet",
            f"staff/sheet/{one.uid}",
            one.end + SHEET_AFTER,
            frozenset(one.leader_ids),
            f"/sheet/{one.uid}/finish",
            one.start,
            one.timezone,
            two or (found.unmarked if found else one.taken),
            "staff_two_answers" if two else "",
        )


def _changes(now: datetime) -> Iterable[StaffNews]:
    """What one person changed of one group in one minute is one piece of news."""
    found: dict[str, StaffNews] = {}
    for row, group, zone in db.session.execute(_changed(now)):
        about = f"staff/change/{group.uid}/{row.actor_id or 0}/{row.at:%Y%m%d%H%M}"
        readers, page = _leaders(group) - {row.actor_id}, f"/groups/{group.uid}"
        found.setdefault(about, StaffNews("staff_changed", about, row.at, readers, page, row.at, zone))
    return found.values()


def _changed(now: datetime) -> Select[AuditRow, Group, str]:
    own = aliased(Group)

    def done_to(kind: AuditObject, table: type[Group] | type[Occurrence] | type[Series]) -> object:
        return and_(AuditRow.object_type == kind.value, AuditRow.object_uid == table.uid)

    return (
        select(AuditRow, Group, Program.timezone)
        .outerjoin(own, done_to(AuditObject.GROUP, own))  # type: ignore[arg-type]
        .outerjoin(Series, done_to(AuditObject.SERIES, Series))  # type: ignore[arg-type]
        .outerjoin(Occurrence, done_to(AuditObject.OCCURRENCE, Occurrence))  # type: ignore[arg-type]
        .join(Group, Group.id == func.coalesce(own.id, Series.group_id, Occurrence.group_id))
        .join(Program, Program.id == Group.program_id)
        .options(selectinload(Group.facilitators))
        .where(
            AuditRow.program_id.in_(select(Program.id)),
            AuditRow.at > now - NEWS_FOR,
            AuditRow.actor_kind.in_([ActorKind.PERSON, ActorKind.API_TOKEN]),
            AuditRow.word.in_(words_of(CHANGES)),
            Group.state != GroupState.DRAFT,
        )
        .order_by(AuditRow.id)
    )


def _undelivered(now: datetime) -> Iterator[StaffNews]:
    query = (
        select(Message, Group)
        .join(Group, Group.id == Message.group_id)
        .options(selectinload(Group.facilitators))
        .where(untold(), Message.unreached == Unreached.FAILED, Message.claimed_at > now - NEWS_FOR)
        .order_by(Message.id)
    )
    for message, group in db.session.execute(query):
        readers = _leaders(group) - {message.person_id}
        at = message.claimed_at or message.created_at
        yield StaffNews("staff_undelivered", f"staff/message/{message.uid}", at, readers, "/today", at, "UTC")


def _sought(now: datetime) -> Iterator[StaffNews]:
    """Once a day of the program, to its supervisors: who leads groups and looked up many different people."""
    for program in db.session.scalars(select(Program).order_by(Program.id)):
        day = now.astimezone(ZoneInfo(program.timezone)).date()
        midnight = datetime.combine(day, time(), ZoneInfo(program.timezone)).astimezone(UTC)
        found = seekers(AuditRow.program_id == program.id, since=midnight)
        readers = _supervisors(program) if found else frozenset()
        for one in found:
            about = f"staff/sought/{one.person.uid}/{day:%Y%m%d}"
            yield StaffNews(
                "staff_sought", about, one.at, readers - {one.person.id}, "/today", one.at, program.timezone, one.number,
                to_supervisors=True,
            )  # fmt: skip


def _covers(now: datetime) -> Iterator[StaffNews]:
    for ask in asks_open(now):
        one = ask.substitution.occurrence
        about = f"staff/cover/{ask.substitution.uid}"
        yield StaffNews(
            "staff_cover", about, ask.asked_at, frozenset({ask.person_id}), f"/covers/{ask.substitution.uid}", one.start,
            one.timezone,
        )  # fmt: skip


def _leads(now: datetime) -> Iterator[StaffNews]:
    """Once it is not to be taken back without a word; what begins soon is told at once."""
    for one in led_otherwise(now, now - NEWS_FOR):
        if one.at > now - LEADS_WAIT and one.first > now + LEADS_SOON:
            continue
        about = f"staff/leads/{one.change}"
        yield StaffNews(
            "staff_leads", about, one.at, frozenset({one.person_id}), "/today", one.first,
            one.timezone, one.count, says="" if one.leads else "staff_leads_no_more",
        )  # fmt: skip


def _handed_over(now: datetime) -> Iterable[StaffNews]:
    """What one person handed over to another in one minute is one piece of news, once it is not to be taken back lightly."""
    acts: dict[str, list[tuple[CareTeamMember, str]]] = defaultdict(list)
    for row, zone in handed_over_since(now - NEWS_FOR, now - UNDO_FOR):
        acts[f"staff/care/{row.member.uid}/{row.entered_by_id or 0}/{row.entered_at:%Y%m%d%H%M}"].append(
            (row, zone)
        )
    for about, rows in acts.items():
        row, zone = rows[0]
        first = datetime.combine(row.from_day, time(12), ZoneInfo(zone))
        yield StaffNews(
            "staff_care", about, row.entered_at + UNDO_FOR, frozenset({row.member_id}), "/in-my-care", first, zone,
            len(rows),
        )  # fmt: skip


def _forms(now: datetime) -> Iterator[StaffNews]:
    for row, zone in waiting_to_be_read(now - NEWS_FOR):
        readers = frozenset(one.id for one in readers_of(row)) - {row.author_id}
        yield StaffNews(
            "staff_form", f"staff/form/{row.uid}", row.saved_at, readers, "/today", row.saved_at, zone, to_whoever_cares=True,
        )  # fmt: skip


def _few(now: datetime) -> Iterator[StaffNews]:
    query = (
        select(Occurrence)
        .join(Group, Group.id == Occurrence.group_id)
        .options(
            joinedload(Occurrence.assignments), joinedload(Occurrence.group).selectinload(Group.facilitators)
        )
        .where(
            Occurrence.program_id.in_(select(Program.id)),
            Occurrence.external.is_(False),
            Occurrence.start > now,
            Occurrence.start <= now + NOTICE + timedelta(hours=max(DECIDE_HOURS)),
            Occurrence.status == OccurrenceStatus.SCHEDULED,
            Occurrence.taken < Group.min_to_run,
            Group.state == GroupState.PUBLISHED,
        )
        .order_by(Occurrence.start, Occurrence.id)
    )
    for one in db.session.scalars(query).unique():
        if one.is_few(now):
            by = decide_by(one.start, one.group.decide_hours or 0)
            about, readers = f"staff/few/{one.uid}", frozenset(one.leader_ids)
            yield StaffNews("staff_few", about, by - NOTICE, readers, "/today", by, one.timezone, one.taken)


def _supervisors(program: Program) -> frozenset[int]:
    query = select(Person.id).where(Person.program_id == program.id, holds_now(Role.SUPERVISOR))
    return frozenset(db.session.scalars(query))


def _leaders(group: Group) -> frozenset[int]:
    return frozenset(row.person_id for row in group.facilitators)
