"""Tables of the record that go out as files: what stands in each column, with the notice above."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from groupsched.accounts.words import labels_of
from groupsched.attendance.queries import PersonMark, SheetRow, SheetView
from groupsched.attendance.rules import AttendanceStatus, minutes
from groupsched.attendance.words import status_words
from groupsched.core.filters import local
from groupsched.core.i18n import _
from groupsched.schedule.rules import OccurrenceStatus


def notice() -> list[str]:
    """The sentence that goes with records wherever they go (42 CFR 2.32)."""
    return [_("42 CFR Part 2 prohibits unauthorized use or disclosure of these records.")]


def group_table(views: Iterable[SheetView]) -> Iterator[list[str]]:
    """A row for each person, or guest, on each date; who is not marked too."""
    views = list(views)
    called = labels_of(row.person for view in views for row in view.rows if row.person)
    yield notice()
    yield [_("Date"), _("Start"), _("End"), _("Name"), *_marks_head()]
    for view in views:
        if view.occurrence.status is OccurrenceStatus.DID_NOT_MEET:
            yield [*day_and_hours(view), "", _("Did not meet")]
            continue
        for row in view.rows:
            name = called[row.person.id] if row.person else row.guest_name or _("Guest")
            yield [*day_and_hours(view), name, *_marked(view, row)]


def person_table(marks: Iterable[PersonMark]) -> Iterator[list[str]]:
    """A row for each date on which somebody was marked."""
    yield notice()
    yield [_("Date"), _("Start"), _("End"), _("Group"), *_marks_head()]
    for mark in marks:
        yield [*day_and_hours(mark.view), mark.occurrence.title, *_marked(mark.view, mark.row)]


def _marks_head() -> list[str]:
    return [_("Marked"), _("Late"), _("Left early"), _("Time in"), _("Time out"), _("Minutes")]


def _marked(view: SheetView, row: SheetRow) -> list[str]:
    answer, zone = row.state.answer, view.occurrence.timezone
    here = answer.status is AttendanceStatus.PRESENT
    return [
        _("Two answers") if row.state.rival else status_words(answer.status),
        _("yes") if view.late(row) else "",
        _("yes") if view.left_early(row) else "",
        hour(answer.time_in, zone),
        hour(answer.time_out, zone),
        str(minutes(answer, view.elapsed)) if here else "",
    ]


def day_and_hours(view: SheetView) -> list[str]:
    """Day, start and end at the place, as any program reads them."""
    one = view.occurrence
    return [one.local_date.isoformat(), hour(one.start, one.timezone), hour(one.end, one.timezone)]


def hour(moment: datetime | None, zone: str) -> str:
    """`09:05`, empty where nobody knows."""
    return f"{local(moment, zone):%H:%M}" if moment else ""
