"""How a sheet reads: every tile, counter and message, made once for the page and for the JSON of its rows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from groupsched.attendance.queries import SheetRow, SheetView
from groupsched.attendance.rules import (
    AttendanceStatus,
    CallOutcome,
    FollowUpKind,
    MeetingHours,
    RowAnswer,
    RowKind,
    RowState,
    TileState,
    everyone_else,
    greeting,
    is_late,
    left_early,
    shown,
)
from groupsched.core.filters import clock_time, day, local, machine, weekday
from groupsched.core.i18n import _, ngettext, pgettext
from groupsched.core.text import searchable

LOOKS = {
    TileState.UNMARKED: "none", TileState.HERE: "here", TileState.LATE: "late", TileState.EXCUSED: "exc", TileState.CANCELLED: "off",
    TileState.ABSENT: "gone", TileState.TWO: "two",
}  # fmt: skip


@dataclass(frozen=True)
class SheetCounter:
    """One of the counters above the list, which filter it."""

    key: str
    look: str
    words: str
    count: int


@dataclass(frozen=True)
class SheetReader:
    """Who reads, with the names of those who gave an answer: what a tile needs beside its row."""

    view: SheetView
    viewer: int | None
    names: Mapping[int, str]
    since: Mapping[int, datetime] = field(default_factory=dict)
    apart: Mapping[int, str] = field(default_factory=dict)

    @property
    def meeting(self) -> MeetingHours:
        """When people meet."""
        return self.view.meeting

    @property
    def zone(self) -> str:
        """The zone of the place."""
        return self.view.occurrence.timezone

    @property
    def first_time(self) -> bool:
        """Whether nobody was ever seen in this group: then nobody is new in it."""
        return not any(row.last_seen for row in self.view.rows)

    def draw(self, row: SheetRow) -> dict[str, Any]:
        """One row as plain data: what the page draws, and what a device keeps."""
        seen = self.view.shown(row)
        look = LOOKS[TileState.TWO] if seen is TileState.TWO else self.look(row.state.answer)
        answer = row.state.answer
        own = row.person is not None and row.person.id == self.viewer
        return {
            "id": row.attendee_id,
            "version": row.version,
            "label": row.label,
            "status": row.state.status,
            "late": self.view.late(row),
            "left_early": self.view.left_early(row),
            "time_in": machine(answer.time_in) if answer.time_in else None,
            "time_out": machine(answer.time_out) if answer.time_out else None,
            "standing": row.standing,
            "counter": seen if row.counts else "",
            "look": look,
            "tint": LOOKS[seen],
            "line": self.line(row),
            "note": self.note(row),
            "hint": self.hint(row),
            "two": self.two(row.state),
            "since": self.member_since(row),
            "note_text": "" if own else row.note,
            "own": own,
            "removable": row.standing in (RowKind.WALK_IN, RowKind.GUEST),
            "found": found_by(row),
            "by": self.by(row),
        }

    def by(self, row: SheetRow) -> str:
        """The first name of who had the last word on a row, where that was staff and not who reads."""
        said = self.view.said_by.get(row.attendee_id)
        theirs = row.person is not None and row.person.id == said
        return "" if said is None or said == self.viewer or theirs else self.names.get(said, "")

    def member_since(self, row: SheetRow) -> str:
        """Since when a person comes, or how they came today; of namesakes what tells them apart."""
        apart = self.apart.get(row.person.id) if row.person else None
        return "; ".join(filter(None, (apart, self._came(row))))

    def _came(self, row: SheetRow) -> str:
        if row.standing is RowKind.WALK_IN:
            return _("Came without a seat today")
        if row.standing is RowKind.GUEST:
            return _("A guest: counted, without a record")
        since = self.since.get(row.person.id) if row.person else None
        return _("In this group since %(day)s", day=day(since, self.zone)) if since else ""

    def line(self, row: SheetRow) -> str:
        """The second line of a tile: the state in words."""
        if row.state.untouched and row.standing is RowKind.NOT_YET:
            return _("Joins from the next date")
        if row.state.untouched and row.standing is RowKind.LATELY:
            return _("Came lately")
        if row.state.rival is not None:
            return _("Two answers")
        return says(row.state.answer, self.meeting, self.zone)

    def note(self, row: SheetRow) -> str:
        """A quiet third line: when somebody told us, or why they are not in the group."""
        answer = row.state.answer
        if row.standing is RowKind.WALK_IN:
            return _("Walk-in")
        if row.standing is RowKind.GUEST:
            return _("Guest")
        beforehand = answer.observed_at is not None and answer.observed_at < self.meeting.start
        if not beforehand or answer.observed_at is None:
            return ""
        if answer.status is AttendanceStatus.CANCELLED:
            return _("Said so %(when)s", when=self.moment(answer.observed_at))
        return (
            _("Told us %(when)s", when=self.moment(answer.observed_at))
            if answer.status is AttendanceStatus.EXCUSED
            else ""
        )

    def hint(self, row: SheetRow) -> str:
        """New today, or back after some weeks: a reason to greet, shown until the row is marked."""
        if row.standing is not RowKind.EXPECTED or not row.state.untouched or self.first_time:
            return ""
        today = self.view.occurrence.local_date
        seen = local(row.last_seen, self.zone).date() if row.last_seen else None
        greet = greeting(seen, today)
        if greet is None:
            return ""
        if not greet.weeks:
            return _("New today")
        return ngettext("Back after %(num)s week", "Back after %(num)s weeks", greet.weeks)

    def two(self, state: RowState) -> list[dict[str, str | None]]:
        """Both answers with who gave them and when, as two buttons."""
        if state.rival is None:
            return []
        both = (("first", state.answer), ("second", state.rival))
        return [
            {
                "pick": pick,
                "look": self.look(answer),
                "words": says(answer, self.meeting, self.zone, times=False),
                "who": self.who(answer),
                "status": answer.status,
                "time_in": machine(answer.time_in) if answer.time_in else None,
                "time_out": machine(answer.time_out) if answer.time_out else None,
            }
            for pick, answer in both
        ]

    def look(self, answer: RowAnswer) -> str:
        """The glyph of one answer."""
        seen = shown(RowState(answer=answer), self.meeting)
        return "left" if seen is TileState.HERE and left_early(answer, self.meeting) else LOOKS[seen]

    def who(self, answer: RowAnswer) -> str:
        """`Ana, 09:03`, or `you, 09:04`."""
        name = _("you") if answer.actor == self.viewer else self.names.get(answer.actor or 0, _("a device"))
        return f"{name}, {clock_time(answer.observed_at, self.zone)}" if answer.observed_at else name

    def moment(self, moment: Any) -> str:
        """`21:10` in the day before the session, else the weekday."""
        near = self.meeting.start - moment < timedelta(days=1)
        return clock_time(moment, self.zone) if near else weekday(moment, self.zone)


FOUND_BY = 4
"""As many letters of each name stand in the page as it takes to find somebody; what is seen is first name and initial."""


def found_by(row: SheetRow) -> str:
    """The beginnings of a person's names, folded, for the search in place."""
    names = row.person.folded if row.person else searchable(row.label)
    return " ".join(name[:FOUND_BY] for name in names.split())


def says(answer: RowAnswer, meeting: MeetingHours, zone: str, *, times: bool = True) -> str:
    """An answer in words: `Here 08:58`, `Late 09:14, left 10:05`, `Excused`."""
    if answer.status is not AttendanceStatus.PRESENT:
        return status_words(answer.status)
    came = clock_time(answer.time_in, zone) if answer.time_in and times else ""
    late = is_late(answer, meeting)
    words = (_("Late %(time)s", time=came) if late else _("Here %(time)s", time=came)).strip()
    if left_early(answer, meeting) and answer.time_out and times:
        return _("%(here)s, left %(time)s", here=words, time=clock_time(answer.time_out, zone))
    return words


def status_words(status: AttendanceStatus) -> str:
    """The word for a status."""
    return {
        AttendanceStatus.UNMARKED: _("Not marked"),
        AttendanceStatus.PRESENT: _("Here"),
        AttendanceStatus.EXCUSED: _("Excused"),
        AttendanceStatus.ABSENT: _("Not here"),
        AttendanceStatus.CANCELLED: pgettext("said by staff", "Can’t come"),
    }[status]


def spent_words(minutes: int) -> str:
    """A length of time as people say it: `45 min`, `1 h`, `10 h 30 min`."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("%(n)s min", n=rest)
    return _("%(hours)s h %(n)s min", hours=hours, n=rest) if rest else _("%(hours)s h", hours=hours)


def counters(view: SheetView) -> list[SheetCounter]:
    """The counters, not marked first; those of nobody are left out but for the first two."""
    words = {
        TileState.UNMARKED: _("Not marked"), TileState.HERE: _("Here"), TileState.LATE: _("Late"), TileState.EXCUSED: _("Excused"),
        TileState.CANCELLED: pgettext("said by staff", "Can’t come"), TileState.ABSENT: _("Not here"), TileState.TWO: _("Two answers"),
    }  # fmt: skip
    found = view.totals.shown
    return [
        SheetCounter(key, LOOKS[key], text, found[key])
        for key, text in words.items()
        if found[key] or key in (TileState.UNMARKED, TileState.HERE)
    ]


def still_open(view: SheetView) -> int:
    """How many rows "Everyone else is here" would fill."""
    return len(everyone_else(row.line for row in view.rows))


def undone_words(view: SheetView, rows: Iterable[SheetRow]) -> str:
    """What stands after an undo: of one person, the state that is back."""
    kept = [row for row in rows if view.row(row.attendee_id)]
    return done_words(kept, view) if len(kept) == 1 else _("Taken back")


def done_words(rows: Iterable[SheetRow], view: SheetView) -> str:
    """What was just done, for the snack: `Sorrel B. here, 09:06`, or `3 people are here`."""
    rows = list(rows)
    if len(rows) != 1:
        return ngettext("%(num)s person is here", "%(num)s people are here", len(rows))
    (row,) = rows
    answer, zone = row.state.answer, view.occurrence.timezone
    if row.state.rival is not None:
        return _("%(name)s: two answers", name=row.label)
    return _("%(name)s: %(state)s", name=row.label, state=says(answer, view.meeting, zone))


def outcome_words(outcome: CallOutcome) -> str:
    """What came of a call, in a word or two."""
    return _outcomes()[outcome][0]


def outcome_pairs(kind: FollowUpKind) -> list[tuple[CallOutcome, str, str]]:
    """What can come of a task of this kind: its value, its words, what they mean."""
    shown = list(CallOutcome) if kind is FollowUpKind.CALL else [CallOutcome.REACHED, CallOutcome.NOT_NEEDED]
    return [(one, *_outcomes()[one]) for one in shown]


def _outcomes() -> dict[CallOutcome, tuple[str, str]]:
    return {
        CallOutcome.REACHED: (_("Reached"), _("all right, comes again")),
        CallOutcome.MORE_SUPPORT: (_("More support"), _("somebody of the team looks today")),
        CallOutcome.NO_ANSWER: (_("No answer"), _("again in half an hour")),
        CallOutcome.LEFT_MESSAGE: (_("Left a message"), _("only where they allow it; again in half an hour")),
        CallOutcome.SOMEBODY_ELSE: (_("Somebody else"), _("I said nothing; again in half an hour")),
        CallOutcome.NOT_NEEDED: (_("Not needed"), _("we know why")),
    }
