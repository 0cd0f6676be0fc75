"""What staff open first: what runs now, what comes next, what waits for somebody."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import render_template, request

from groupsched.access.identity import Identity, Role, current
from groupsched.access.policy import Permission, can, requires
from groupsched.access.queries import current_program, main_site, numbers_to_check
from groupsched.accounts.cookie import UNATTENDED
from groupsched.accounts.models import BreakGlass, Person
from groupsched.accounts.queries import glass_of_program, lost_invitations
from groupsched.accounts.rules import GLASS_NEWS_FOR
from groupsched.attendance import queries
from groupsched.attendance.queries import SheetCount
from groupsched.attendance.rules import THE_SAME_HOUR
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import saw, saw_anew
from groupsched.catalog.models import Group
from groupsched.catalog.queries import facts
from groupsched.core import clock
from groupsched.core.filters import local
from groupsched.core.i18n import _
from groupsched.core.web import go
from groupsched.enrolment.models import Cohort
from groupsched.enrolment.queries import (
    PeopleToTell,
    Seeker,
    cohorts_to_tend,
    left_with_complementary,
    unreached,
    waiting_groups,
    who_sought_many,
)
from groupsched.enrolment.rules import CohortNews
from groupsched.facilitation.queries import date_facts
from groupsched.home.navigation import link
from groupsched.home.queries import waiting_counts
from groupsched.home.routes.blueprint import blueprint
from groupsched.home.rules import TaskKind
from groupsched.outbox.queries import last_round
from groupsched.outbox.rules import nobody_works
from groupsched.questionnaires.models import QuestionnaireResponse
from groupsched.questionnaires.queries import to_read
from groupsched.questionnaires.rules import promised_by
from groupsched.questionnaires.words import in_words, read_when_words
from groupsched.schedule.models import Occurrence, Substitution
from groupsched.schedule.queries import LedOtherwise, covers_open, days_closed, led_otherwise
from groupsched.schedule.rules import OccurrenceStatus, decide_by
from groupsched.schedule.words import age
from groupsched.upkeep.queries import BackupState, backup_state, unread_restoration
from groupsched.upkeep.rules import Restoration
from groupsched.upkeep.service import mark_read

NEWS_FOR = timedelta(days=3)
"""So long it stands here that somebody leads otherwise than before."""
SOON = timedelta(minutes=15)
"""A session is shown as running a little before its start: people arrive."""
LOOKED_AT = timedelta(hours=12)
"""So long the page that refreshes itself is one look at those whom it names."""


@dataclass(frozen=True)
class TodayDate:
    """One date on the page, with its counters; before its sheet is opened the seats taken stand for the expected."""

    occurrence: Occurrence
    count: SheetCount
    opened: bool

    @property
    def leaders(self) -> list[str]:
        """The first names of those who lead it."""
        return [person.first_name for person in self.occurrence.leaders]


@dataclass(frozen=True)
class WaitingTask:
    """Something that waits for somebody: a sheet not finished, or two answers."""

    kind: TaskKind
    card: TodayDate


@dataclass(frozen=True)
class TodayPage:
    """The whole page."""

    now: datetime
    zone: str
    running: list[TodayDate]
    coming: list[TodayDate]
    tomorrow: list[TodayDate]
    waits: list[WaitingTask]
    to_settle: int
    asking: list[tuple[Group, int]]
    to_call: list[tuple[Group, int]]
    guests: list[tuple[Group, int]]
    unreached: PeopleToTell
    lost: list[Person]
    glass: list[BreakGlass]
    to_look_at: list[Group]
    silent: list[Group]
    to_read: list[tuple[QuestionnaireResponse, date | None]]
    adding_only: list[Person]
    seekers: list[Seeker]
    cohorts: list[tuple[Cohort, CohortNews]]
    following: Occurrence | None
    covers: list[Substitution] = field(default_factory=list)
    reader: int | None = None
    few: list[tuple[Occurrence, datetime]] = field(default_factory=list)
    led_otherwise: list[LedOtherwise] = field(default_factory=list)
    calls: int = 0
    calls_now: int = 0
    on_closed_days: int = 0
    restored: Restoration | None = None
    backup: BackupState | None = None
    check_numbers: bool = False
    nobody_delivers: bool = False
    delivered_at: datetime | None = None

    @property
    def no_backup(self) -> bool:
        """Whether the backup of a night is missing. Where no worker runs that is said already, and is why."""
        found = self.backup
        return found is not None and not self.nobody_delivers and (found.late or found.problem is not None)

    @property
    def to_lead(self) -> list[Substitution]:
        """The dates that the reader is asked to lead and has not answered for."""
        return [one for one in self.covers if self._asks(one)]

    @property
    def to_lead_together(self) -> list[list[Substitution]]:
        """The same by who asks, in order of time."""
        found: dict[int, list[Substitution]] = {}
        for one in self.to_lead:
            found.setdefault(one.asked_by_id or one.part_of_id, []).append(one)
        return list(found.values())

    @property
    def to_cover(self) -> list[Substitution]:
        """Those for which others are looked for."""
        return [one for one in self.covers if not self._asks(one)]

    @property
    def to_cover_together(self) -> list[list[Substitution]]:
        """The same by whose part it is, in order of time."""
        found: dict[int, list[Substitution]] = {}
        for one in self.to_cover:
            found.setdefault(one.part_of_id, []).append(one)
        return list(found.values())

    @property
    def uncovered(self) -> dict[int, int]:
        """How many are asked, by the number of the date."""
        return {one.occurrence_id: len(one.asks) for one in self.covers}

    def _asks(self, cover: Substitution) -> bool:
        return any(ask.person_id == self.reader and ask.declined_at is None for ask in cover.asks)

    @property
    def empty(self) -> bool:
        """Whether nothing is planned for the rest of the day."""
        return not self.running and not self.coming


@blueprint.get("/today")
@requires(Permission.STAFF_PAGES)
def today() -> str:
    """Now, next, what needs attention; tomorrow folded. Facilitators see their own groups, a desk its own site."""
    identity = current()
    may_create, day = can(identity, Permission.GROUP_CREATE), day_of(identity)
    people = [one.person for one in (*day.unreached.waiting, *day.unreached.to_answer, *day.unreached.told)]
    people += [*(row.subject for row, _by in day.to_read), *day.adding_only]
    if UNATTENDED in request.headers:
        saw_anew(identity, AuditAction.PERSON_LISTED, [*people, *day.lost], day.now - LOOKED_AT)
    else:
        saw(identity, AuditAction.PERSON_LISTED, [*people, *day.lost])
    return render_template(
        "home/today.html",
        today=day,
        may_create=may_create,
        at_door=queries.door_of(getattr(identity, "device", None)) is not None,
        age=age,
        calls_now=day.calls_now,
        new_group_href=link("schedule.new_group"),
        run_sheet_facts=date_facts,
        said=in_words,
        reads=read_when_words(),
    )


@blueprint.post("/today/restored")
@requires(Permission.STAFF_READ)
def restored_read() -> Any:
    """Somebody has read that the data were put back."""
    mark_read(current())
    return go("home.today", _("Thank you. It stands in what was done and seen."))


def day_of(identity: Identity) -> TodayPage:
    """Everything on /today for this identity, at this moment."""
    now, zone = clock.now(), _zone(identity)
    midnight, second, third = _midnights(now, zone)
    waiting = queries.waiting_sheets(identity, now, min(midnight, now), third)
    dates, late, torn = waiting.dates, waiting.unfinished, waiting.torn
    counts = queries.counts_of({one.id: one for one in (*dates, *late, *torn)}.values())
    planned = [one for one in dates if one.status == OccurrenceStatus.SCHEDULED]
    following = queries.next_of(identity, third) if not planned else None
    # Whoever may do something about it: the machine is an administrator's.
    looks_after, groups = can(identity, Permission.STAFF_WRITE), waiting_groups(identity)
    delivered_at = last_round() if looks_after else None
    # A call of a late group is due within the hour, which midnight may cut.
    counted = waiting_counts(identity, max(second, now + THE_SAME_HOUR), now - GLASS_NEWS_FOR)
    return TodayPage(
        now=now,
        zone=zone,
        running=_cards((one for one in planned if one.start - SOON <= now < one.end), counts),
        coming=_cards((one for one in planned if now < one.start - SOON and one.start < second), counts),
        tomorrow=_cards((one for one in planned if one.start >= second and one.start - SOON > now), counts),
        waits=_waits(late, torn, counts),
        to_settle=waiting.late_marks,
        asking=groups.asking,
        to_call=groups.to_call,
        guests=groups.guests,
        unreached=unreached(identity),
        lost=lost_invitations(identity) if can(identity, Permission.CLIENT_WRITE) else [],
        glass=glass_of_program(identity, now - GLASS_NEWS_FOR) if counted.glass else [],
        to_look_at=groups.to_look_at,
        silent=groups.silent,
        to_read=_to_read(identity, zone),
        adding_only=left_with_complementary(identity, now),
        seekers=who_sought_many(identity, midnight) if can(identity, Permission.AUDIT_READ) else [],
        cohorts=cohorts_to_tend(identity, now),
        following=following or next((one for one in planned if one.start >= second), None),
        covers=covers_open(identity, now) if can(identity, Permission.COVER_ASK) else [],
        reader=identity.person,
        led_otherwise=_led_otherwise(identity, now),
        few=[
            (one, decide_by(one.start, one.group.decide_hours or 0))
            for one in planned
            if _decides(identity, one, now)
        ],
        on_closed_days=counted.on_closed_days,
        calls=counted.due,
        calls_now=counted.calls_now,
        restored=unread_restoration(identity) if can(identity, Permission.STAFF_READ) else None,
        backup=backup_state(identity, now) if looks_after else None,
        check_numbers=_numbers_unchecked(identity),
        nobody_delivers=looks_after and nobody_works(delivered_at, now),
        delivered_at=delivered_at,
    )


def _numbers_unchecked(identity: Identity) -> bool:
    """Whether nobody has looked over the numbers to call that the program was made with."""
    site = main_site(current_program(identity)) if can(identity, Permission.CATALOG_WRITE) else None
    return site is not None and numbers_to_check(site)


def _led_otherwise(identity: Identity, now: datetime) -> list[LedOtherwise]:
    """What others changed lately of who leads what the reader led, or leads now."""
    if identity.person is None or Role.FACILITATOR not in identity.roles():
        return []
    return led_otherwise(now, now - NEWS_FOR, person_id=identity.person)


def _to_read(identity: Identity, zone: str) -> list[tuple[QuestionnaireResponse, date | None]]:
    """What was handed over to the reader and nobody has opened, with the day until which it was promised to be read."""
    rows = to_read(identity) if can(identity, Permission.RESPONSE_WRITE) else []
    closed = days_closed(identity.program_id or 0, rows[0].saved_at, zone) if rows else {}

    def by(row: QuestionnaireResponse) -> date | None:
        of_site = closed.get(row.subject.site_id or 0, frozenset())
        return promised_by(local(row.saved_at, zone).date(), row.published.form.read_when, of_site)

    return [(row, by(row)) for row in rows]


def _decides(identity: Identity, one: Occurrence, now: datetime) -> bool:
    """Whether a date has few people, and it is theirs to say whether it takes place."""
    return one.is_few(now) and can(identity, Permission.GROUP_WRITE, facts(one.group))


def _zone(identity: Identity) -> str:
    program = current_program(identity)
    return program.timezone if program else "UTC"


def _midnights(now: datetime, zone: str) -> tuple[datetime, datetime, datetime]:
    """The starts of today, tomorrow and the day after, on the clock of the program."""
    # Days are added on the calendar, and the zone comes last: twice a year one of them has 23 or 25 hours.
    day = now.astimezone(ZoneInfo(zone)).date()
    first, second, third = (
        datetime.combine(day + timedelta(days=n), time(), ZoneInfo(zone)).astimezone(clock.UTC)
        for n in range(3)
    )
    return first, second, third


def _cards(dates: Iterable[Occurrence], counts: dict[int, SheetCount]) -> list[TodayDate]:
    return [_card(one, counts) for one in dates]


def _card(one: Occurrence, counts: dict[int, SheetCount]) -> TodayDate:
    unopened = SheetCount(expected=one.taken, here=0, late=0, unmarked=one.taken, two=0)
    return TodayDate(one, counts.get(one.id, unopened), one.id in counts)


def _waits(
    late: Sequence[Occurrence], torn: Sequence[Occurrence], counts: dict[int, SheetCount]
) -> list[WaitingTask]:
    """Two answers first: somebody may still remember, and finishing asks for them; then what nobody finished."""
    found = [WaitingTask(TaskKind.TWO_ANSWERS, _card(one, counts)) for one in torn]
    settled = {one.id for one in torn}
    return found + [
        WaitingTask(TaskKind.UNFINISHED, _card(one, counts)) for one in late if one.id not in settled
    ]
