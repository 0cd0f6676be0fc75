"""Living through the weeks before now: people join, say that they cannot come, and sheets are marked and finished.

Every act goes through the service that people use, at its own moment of the past.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import partial
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from groupsched.access.identity import Identity
from groupsched.accounts.cookie import member
from groupsched.attendance.models import Sheet
from groupsched.attendance.rules import AttendanceStatus, QueuedOperation, attendee_uid
from groupsched.attendance.service import add_walk_in, apply, did_not_meet, finish, new_op_id
from groupsched.care.queries import dates_to_try, next_reflection
from groupsched.care.service import begin_trial, reflect
from groupsched.core import clock
from groupsched.core.db import db, unit_of_work
from groupsched.enrolment.queries import dates_ahead, roster, standings
from groupsched.enrolment.rules import EnrolmentMode, GuestRelation, GuestSeats, StandingState
from groupsched.enrolment.service import (
    GuestWish,
    ask_for_guest,
    cannot_come,
    confirm_guest,
    enrol,
    set_guest_seats,
)
from groupsched.operations.demo.cast import DemoCast, story
from groupsched.operations.demo.cohorts import ask_for_it, begin_cohort, screen_next
from groupsched.operations.demo.rules import StoryMark, away, mark
from groupsched.operations.demo.world import joins
from groupsched.questionnaires.rules import Audience, Given
from groupsched.schedule.models import Occurrence
from groupsched.schedule.rules import OccurrenceStatus
from groupsched.schedule.service import ask_for_cover, cancel_occurrence, decline_cover, enter_time_off

BEFORE, AFTER = timedelta(hours=5), timedelta(minutes=5)


@dataclass(frozen=True)
class StoryAct:
    """Something that happens at a moment of the story."""

    moment: datetime
    do: Callable[[], None]


class DemoStory:
    """The story of a cast up to `now`; `since` is how far an earlier start had lived."""

    def __init__(self, cast: DemoCast, now: datetime) -> None:
        self.cast, self.now = cast, now
        self.patterns = story()["attendance_patterns"]
        self.clients = {row["key"]: row for row in story()["clients"]}
        self.keys = {person.id: key for key, person in cast.people.items()}
        self.series = {group.id: key for key, group in cast.groups.items()}

    def live(self, since: datetime, *, first: bool) -> None:
        """Everything between two moments, in its order; a day is a transaction. The first time people join, too."""
        acts = [*self._past_dates(since, special=self._special() if first else {})]
        if first:
            acts += [*self._joins(), *self._cancelled_date(), *self._cover(), *self._offer(), *self._trial()]
            acts += [*self._brings(), *self._cohorts()]
        zone = ZoneInfo(self.cast.program.timezone)
        ordered = sorted(acts, key=lambda act: act.moment)
        for _day, together in groupby(ordered, key=lambda act: act.moment.astimezone(zone).date()):
            with unit_of_work():
                for act in together:
                    with clock.at(act.moment):
                        act.do()

    # --- joining --------------------------------------------------------------------------------------------

    def _joins(self) -> Iterator[StoryAct]:
        for join in joins(self.cast, self.now):
            group, person = self.cast.groups[join.group], self.cast.people[join.client]
            yield StoryAct(join.moment, partial(self._enrol, group, person))

    def _enrol(self, group: Any, person: Any) -> None:
        if not group.has_slots:
            enrol(self.cast.system, group, person, accept_clash=True)
        elif dates := dates_ahead(group):
            chosen = EnrolmentMode.DATES
            enrol(self.cast.system, group, person, mode=chosen, occurrences=dates, accept_clash=True)

    # --- dates that were --------------------------------------------------------------------------------------

    def _past_dates(self, since: datetime, special: dict[int, str]) -> Iterator[StoryAct]:
        for occurrence in self._without_sheet(since):
            number = occurrence.id
            leader = self.cast.leader(occurrence.group)
            told = special.get(number, "")
            yield StoryAct(occurrence.start - BEFORE, partial(self._say_who_cannot_come, number))
            yield StoryAct(occurrence.end + AFTER, partial(self._meet, number, leader, told))

    def _without_sheet(self, since: datetime) -> list[Occurrence]:
        """The story's own dates that ended since then and that nobody has marked."""
        query = (
            select(Occurrence)
            .outerjoin(Sheet, Sheet.occurrence_id == Occurrence.id)
            .where(
                Occurrence.group_id.in_(self.series),
                Occurrence.end > since,
                Occurrence.end <= self.now - AFTER,
                Occurrence.status == OccurrenceStatus.SCHEDULED,
                Sheet.id.is_(None),
            )
            .order_by(Occurrence.start, Occurrence.id)
        )
        return list(db.session.scalars(query))

    def _special(self) -> dict[int, str]:
        """The dates on which something happens on purpose, by number."""
        wanted = {
            one["series"]: one
            for one in story()["situations"]
            if one["key"] in ("unfinished-sheet", "did-not-meet", "two-answers")
        }
        found = {}
        past = self._without_sheet(self.now - timedelta(weeks=11))
        for key, situation in wanted.items():
            dates = [one.id for one in past if one.group_id == self.cast.groups[key].id]
            if len(dates) >= -situation["date_index"]:
                found[dates[situation["date_index"]]] = situation["key"]
        return found

    def _mark(self, occurrence: Occurrence, person_id: int) -> StoryMark | None:
        """What a person of the story did then; people whom visitors of the demo enrolled come like steady ones."""
        key = self.keys.get(person_id, "")
        tries = self._situation("try-three")
        if key == tries["client"] and self.series[occurrence.group_id] in tries["tried"]:
            return StoryMark(AttendanceStatus.PRESENT)
        name = self.clients[key]["pattern"] if key in self.clients else "steady"
        if away(name, self.patterns[name], occurrence.start, self.now):
            return StoryMark(AttendanceStatus.EXCUSED)
        told = f"{self.series[occurrence.group_id]}/{occurrence.original_local}/{key or person_id}"
        return mark(story()["seed"], told, self.patterns[name])

    def _say_who_cannot_come(self, number: int) -> None:
        occurrence = db.session.get_one(Occurrence, number)
        for expected in roster(occurrence):
            said = self._mark(occurrence, expected.person.id)
            if said is not None and said.status == AttendanceStatus.CANCELLED and not expected.given_up:
                cannot_come(member(expected.person), occurrence, expected.person)

    def _meet(self, number: int, leader: Identity, special: str) -> None:
        occurrence = db.session.get_one(Occurrence, number)
        if special == "did-not-meet":
            return self._did_not_meet(occurrence, leader)
        marks = self._operations(occurrence)
        if special == "unfinished-sheet":
            marks = marks[: -self._situation(special)["unmarked"]]
        apply(leader, occurrence, marks)
        self._guests(occurrence, leader)
        if special == "two-answers":
            return self._two_answers(occurrence)
        if special != "unfinished-sheet":
            finish(leader, occurrence)
        return None

    def _operations(self, occurrence: Occurrence) -> list[QueuedOperation]:
        expected = [one.person for one in roster(occurrence) if not one.given_up]
        marks = ((person, self._mark(occurrence, person.id)) for person in expected)
        return [
            self.operation(occurrence, person.uid, said)
            for person, said in marks
            if said is not None and said.status in (AttendanceStatus.PRESENT, AttendanceStatus.EXCUSED)
        ]

    @staticmethod
    def operation(
        occurrence: Occurrence, person_uid: str, said: StoryMark, device: str = ""
    ) -> QueuedOperation:
        """A mark of the story as an operation on the sheet."""
        came = occurrence.start + timedelta(minutes=said.after)
        here = said.status == AttendanceStatus.PRESENT
        return QueuedOperation(
            op_id=new_op_id(), attendee_id=attendee_uid(occurrence.uid, person_uid), status=said.status,
            observed_at=came, base_version=0, time_in=came if here else None, device=device,
            time_out=occurrence.end - timedelta(minutes=said.early) if said.early else None,
        )  # fmt: skip

    # --- what happens on purpose ------------------------------------------------------------------------------

    @staticmethod
    def _situation(key: str) -> dict[str, Any]:
        found: dict[str, Any] = next(one for one in story()["situations"] if one["key"] == key)
        return found

    def _did_not_meet(self, occurrence: Occurrence, leader: Identity) -> None:
        did_not_meet(leader, occurrence, self._situation("did-not-meet")["reason"]["en"])

    def _guests(self, occurrence: Occurrence, leader: Identity) -> None:
        """Family and friends are counted, not named."""
        key = self.series[occurrence.group_id]
        told = next((one for one in story()["series"] if one["key"] == key), None)
        for _guest in range(sum(told.get("guests", {}).values()) if told else 0):
            add_walk_in(leader, occurrence, None, "Guest")

    def _two_answers(self, occurrence: Occurrence) -> None:
        """Two people marked one row without knowing of each other; somebody has to choose."""
        told = self._situation("two-answers")
        person = self.cast.people[told["client"]]
        for answer in (told["first"], told["second"]):
            said = self.operation(
                occurrence, person.uid, StoryMark(AttendanceStatus(answer["mark"])), device=answer["by"]
            )
            apply(self.cast.member(answer["by"]), occurrence, [said])

    def _cancelled_date(self) -> Iterator[StoryAct]:
        """The next date of a group was cancelled yesterday, and its people were told."""
        told = self._situation("cancelled-with-notice")
        group = self.cast.groups[told["series"]]
        query = select(Occurrence).where(Occurrence.group_id == group.id, Occurrence.start > self.now)
        coming = db.session.scalars(query.order_by(Occurrence.start).limit(1)).first()
        if coming is not None:
            yield StoryAct(
                self.now - timedelta(hours=20), partial(self._cancel, coming.id, told["reason"]["en"])
            )

    def _cover(self) -> Iterator[StoryAct]:
        """Somebody is looked for to lead a date, and one answer is pending; somebody else will be away."""
        told = self._situation("sub-request")
        group = self.cast.groups[told["series"]]
        query = select(Occurrence.id).where(Occurrence.group_id == group.id, Occurrence.start > self.now)
        coming = db.session.scalars(query.order_by(Occurrence.start)).all()
        if told["date_index"] < len(coming):
            asked = partial(self._ask_for_cover, coming[told["date_index"]], told)
            yield StoryAct(self.now - timedelta(hours=told["hours_ago"]), asked)
        yield StoryAct(self.now - timedelta(days=1), self._time_off)

    def _ask_for_cover(self, number: int, told: dict[str, Any]) -> None:
        occurrence = db.session.get_one(Occurrence, number)
        people = [self.cast.people[key] for key in told["asked"]]
        row = ask_for_cover(
            self.cast.leader(occurrence.group), occurrence, people, reason=told["reason"]["en"]
        )
        for key in told["declined"]:
            decline_cover(self.cast.member(key), row, self.cast.people[key])

    def _offer(self) -> Iterator[StoryAct]:
        """Somebody gave back a date of a full group, and it is kept for who waits for that one."""
        told = self._situation("seat-offered")
        group = self.cast.groups[told["series"]]
        query = select(Occurrence.id).where(Occurrence.group_id == group.id, Occurrence.start > self.now)
        coming = db.session.scalars(query.order_by(Occurrence.start)).all()
        if told["date_index"] < len(coming):
            moment = self.now - timedelta(hours=told["hours_ago"])
            yield StoryAct(moment, partial(self._offer_date, coming[told["date_index"]], told))

    def _offer_date(self, number: int, told: dict[str, Any]) -> None:
        occurrence = db.session.get_one(Occurrence, number)
        waits, gives = self.cast.people[told["asked"]], self.cast.people[told["given_back"]]
        enrol(
            self.cast.system, occurrence.group, waits, mode=EnrolmentMode.DATES, occurrences=[occurrence],
            accept_clash=True,
        )  # fmt: skip
        cannot_come(self.cast.system, occurrence, gives)

    def _cohorts(self) -> Iterator[StoryAct]:
        """A closed group runs as cohorts: one is half way, and people are screened for the next one."""
        told = self._situation("closed-cohort")
        group = self.cast.groups[told["series"]]
        query = select(Occurrence).where(Occurrence.group_id == group.id)
        dates = db.session.scalars(query.order_by(Occurrence.start)).all()
        first, last = dates[0].local_date, dates[-1].local_date
        begin = partial(begin_cohort, self.cast, told["series"], first, last)
        yield StoryAct(dates[0].start - BEFORE, begin)
        screened = self.now - timedelta(days=told["screened_days_ago"])
        yield StoryAct(screened, partial(screen_next, self.cast, told, dates[-1]))
        yield StoryAct(self.now - timedelta(days=1), partial(ask_for_it, self.cast, told))

    def _trial(self) -> Iterator[StoryAct]:
        """Somebody is in the middle of three kinds in two weeks: one was tried, and they said how it was."""
        told = self._situation("try-three")
        begin = self.now - timedelta(days=told["days_ago"])
        yield StoryAct(begin, partial(self._begin_trial, told))
        tried = self._first_after(told["tried"][0], begin)
        if tried is not None and tried.end < self.now - timedelta(hours=1):
            yield StoryAct(tried.end + timedelta(minutes=30), partial(self._reflect, tried.id, told))

    def _begin_trial(self, told: dict[str, Any]) -> None:
        """The next date of what was tried by now, and dates ahead of the others."""
        person, begin = self.cast.people[told["client"]], clock.now()
        open_ones = {one.uid for one in dates_to_try(member(person), person, begin).shown.values()}
        chosen = [
            self._first_after(key, begin if key in told["tried"] else self.now + timedelta(hours=12))
            for key in told["picked"]
        ]
        uids = [one.uid for one in chosen if one is not None and one.uid in open_ones]
        if len(uids) == len(chosen):
            begin_trial(member(person), person, uids)

    def _first_after(self, key: str, moment: datetime) -> Occurrence | None:
        group = self.cast.groups[key]
        ours = (Occurrence.group_id == group.id, Occurrence.status == OccurrenceStatus.SCHEDULED)
        query = select(Occurrence).where(*ours, Occurrence.start > moment)
        return db.session.scalars(query.order_by(Occurrence.start).limit(1)).first()

    def _reflect(self, number: int, told: dict[str, Any]) -> None:
        person, occurrence = self.cast.people[told["client"]], db.session.get_one(Occurrence, number)
        said = {key: Given(value) for key, value in told["said"].items()}
        if next_reflection(person.id, clock.now()) == occurrence:
            reflect(member(person), occurrence, said, Audience.ONLY_ME)

    def _brings(self) -> Iterator[StoryAct]:
        """Clients bring somebody to the next dates: one is expected, one waits for a yes."""
        for told in story()["guests"]:
            yield StoryAct(self.now - timedelta(hours=told["hours_ago"]), partial(self._bring, told))

    def _bring(self, told: dict[str, Any]) -> None:
        host, group = self.cast.people[told["host"]], self.cast.groups[told["series"]]
        set_guest_seats(self.cast.system, group, GuestSeats.BESIDE)
        coming = dates_ahead(group)[: told["dates"]]
        theirs = standings(host.id, coming)
        dates = [one for one in coming if one.id in theirs and theirs[one.id].state is StandingState.ACTIVE]
        if dates:
            wish = GuestWish(
                told["first_name"], GuestRelation(told["relation"]), dates, word=True, adult=True
            )
            guest = ask_for_guest(member(host), group, host, wish)
            if told["expected"]:
                confirm_guest(self.cast.leader(group), guest, asked_alone=True, agreed=True)

    def _time_off(self) -> None:
        told = self._situation("time-off")
        zone = ZoneInfo(self.cast.program.timezone)
        first = self.now.astimezone(zone).date() + timedelta(days=told["days_from_today"])
        days = (first, first + timedelta(days=told["days"]))
        start, end = (datetime.combine(day, time(), zone).astimezone(UTC) for day in days)
        person = self.cast.people[told["who"]]
        enter_time_off(self.cast.member(told["who"]), person, start, end, told["note"]["en"])

    def _cancel(self, number: int, reason: str) -> None:
        occurrence = db.session.get_one(Occurrence, number)
        cancel_occurrence(self.cast.leader(occurrence.group), occurrence, reason)
