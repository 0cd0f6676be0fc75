"""How a mark that waits for review reads: its story in a sentence, and what would count."""

from collections.abc import Mapping

from groupsched.attendance.models import MarkToReview
from groupsched.attendance.queries import SheetView
from groupsched.attendance.rules import QueuedKind, QueuedOperation, ReviewReason, RowAnswer
from groupsched.attendance.words.sheet import says
from groupsched.core.filters import clock_time, when
from groupsched.core.i18n import _, ngettext


def review_words(reason: ReviewReason | None) -> str | None:
    """Why a mark waits for somebody to settle it; None where it does not."""
    if reason is None:
        return None
    return {
        ReviewReason.FINISHED: _("The sheet was finished before this came."),
        ReviewReason.CANCELLED: _("This date is cancelled."),
        ReviewReason.DID_NOT_MEET: _("This date is marked as “did not meet”."),
        ReviewReason.REMOVED: _("This person is not on the sheet any more."),
        ReviewReason.OUT_OF_BOUNDS: _("Its time is far from the session."),
        ReviewReason.WHO_IS_IT: _("Nobody was looked up: who is it?"),
    }[reason]


def story_of(mark: MarkToReview, view: SheetView, names: Mapping[int, str]) -> str:
    """What happened, in one or two sentences. `names` are the first names of who finished the sheet."""
    zone = view.occurrence.timezone
    tapped, came = clock_time(mark.observed_at, zone), when(mark.received_at, zone)
    if mark.reason is ReviewReason.FINISHED and view.sheet and view.sheet.finished_at:
        return _(
            "%(name)s finished the sheet at %(finished)s. This was tapped at %(tapped)s and came in %(came)s.",
            name=names.get(view.sheet.finished_by_id or 0) or _("Somebody"),
            finished=clock_time(view.sheet.finished_at, zone), tapped=tapped, came=came,
        )  # fmt: skip
    if mark.reason in (ReviewReason.CANCELLED, ReviewReason.DID_NOT_MEET):
        return _(
            "%(why)s This was tapped at %(tapped)s. Did it take place?",
            why=review_words(mark.reason) or "", tapped=tapped,
        )  # fmt: skip
    if mark.reason is ReviewReason.OUT_OF_BOUNDS:
        return _(
            "Its time, %(tapped)s, is far from the session. It came in %(came)s.",
            tapped=when(mark.observed_at, zone),
            came=when(mark.received_at, zone),
        )
    if mark.reason is ReviewReason.WHO_IS_IT:
        return _("The name was typed at %(tapped)s, and nobody was looked up. Who is it?", tapped=tapped)
    return _("%(why)s This was tapped at %(tapped)s.", why=review_words(mark.reason) or "", tapped=tapped)


def act_words(op: QueuedOperation, view: SheetView) -> str:
    """What would count."""
    if op.kind in (QueuedKind.MARK, QueuedKind.RESOLVE):
        answer = RowAnswer(op.status, op.time_in, op.time_out)
        return says(answer, view.meeting, view.occurrence.timezone)
    if op.kind is QueuedKind.BULK:
        count = len(op.rows)
        return ngettext("%(num)s person is here", "%(num)s people are here", count)
    return {
        QueuedKind.UNDO: _("Take the mark back"),
        QueuedKind.WALK_IN: _("A walk-in: %(name)s", name=op.name or _("somebody we know")),
        QueuedKind.GUEST: _("A guest: %(name)s", name=op.name or _("without a name")),
        QueuedKind.NOTE: _("Keep the note"),
        QueuedKind.REMOVE: _("Take them off the sheet"),
        QueuedKind.FINISH: _("Finish the sheet"),
        QueuedKind.HOW: _("How the sheet is marked"),
    }[op.kind]
