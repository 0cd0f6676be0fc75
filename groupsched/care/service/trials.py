"""Three kinds in two weeks: begin, another day, stop. Seats are taken and given back by the verbs of enrolment."""

from collections.abc import Sequence

from groupsched.access.identity import Identity
from groupsched.accounts.models import Person
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import record
from groupsched.care.models import Trial, TrialDate
from groupsched.care.queries import TrialProgress, TriedDate, TryOffer, dates_to_try, trial_progress
from groupsched.care.rules import KINDS, TrialState, TryDate, apart, stands
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict, DomainError, NotFound
from groupsched.core.i18n import _
from groupsched.enrolment.queries import other_care
from groupsched.enrolment.rules import RefusalReason
from groupsched.enrolment.service import adds_only_words, enrol_in_each, hold_people
from groupsched.schedule.models import Occurrence


def begin_trial(identity: Identity, person: Person, chosen: Sequence[str]) -> Trial:
    """Take a seat on three dates (public ids), each of another kind: all of them or none. An earlier trial that is over ends.

    Raises DomainError where these are not three kinds, Conflict where they do not fit together (`clash`, `adds_only`), one is not to be had
    any more (`gone`, or as `enrol_in_each`), or three are on their way already (`going`); NotFound for what the identity may not do.
    """
    hold_people([person.id])
    now = clock.now()
    before = trial_progress(person.id, now)
    if before is not None and before.state is TrialState.GOING:
        raise Conflict(
            _("Three kinds are on their way already. Stop them first, to choose anew."), code="going"
        )
    offer = dates_to_try(identity, person, now)
    dates = offer.of(chosen)
    _ensure_three(dates, chosen)
    _ensure_fit(person, dates)
    enrol_in_each(identity, person, _shown(offer, dates))
    if before is not None:
        before.trial.ended_at = now
        db.session.flush()
    trial = Trial(person=person, by_id=identity.person, began_at=now)
    trial.dates = [TrialDate(occurrence_id=one.key) for one in dates]
    db.session.add(trial)
    db.session.flush()
    record(identity, AuditAction.TRIAL_BEGUN, trial, [person], kinds=[one.kind for one in dates])
    return trial


def _ensure_three(dates: Sequence[TryDate], chosen: Sequence[str]) -> None:
    if len(dates) < len(set(chosen)):
        raise Conflict(
            _("One of these dates cannot be had any more. Nothing was taken: please look at them again."),
            code="gone",
        )
    if len(dates) != KINDS or len({one.kind for one in dates}) != KINDS:
        raise DomainError(_("Choose three different kinds, with one date of each."), code="not-three")


def _ensure_fit(person: Person, dates: Sequence[TryDate]) -> None:
    if any(not apart(one, other) for n, one in enumerate(dates) for other in dates[n + 1 :]):
        raise Conflict(
            _("Two of these dates are at the same time. Choose another day for one of them."),
            code=RefusalReason.CLASH,
        )
    if not stands(dates, other_care(person.id, clock.now())):
        raise Conflict(adds_only_words(), code=RefusalReason.ADDS_ONLY)


def _shown(offer: TryOffer, dates: Sequence[TryDate]) -> list[Occurrence]:
    return [offer.shown[one.key] for one in dates]


def change_day(identity: Identity, person: Person, uid: str, chosen: str) -> TrialDate:
    """Another date, of the same kind or of one that is not among the three yet, in the place of one of a trial; the old one is given back,
    and stays where the new one cannot be had.

    Raises Conflict for a date that they were at (`been`), or one that is not to be had any more (`gone`, or as `enrol_in_each`);
    NotFound where the date is none of their trial, or for what the identity may not do.
    """
    hold_people([person.id])
    progress = _own(person)
    old = own_date(progress, uid)
    if not old.open:
        raise Conflict(_("You were at this one already."), code="been")
    offer = days_instead(identity, person, progress, old)
    dates = offer.of([chosen])
    if not dates:
        raise Conflict(
            _("This date cannot be had any more. You keep what you have: please choose another one."),
            code="gone",
        )
    enrol_in_each(identity, person, _shown(offer, dates), [old.occurrence] if old.ahead else [])
    old.row.occurrence_id = dates[0].key
    db.session.flush()
    db.session.expire(old.row, ["occurrence"])
    record(identity, AuditAction.TRIAL_CHANGED, progress.trial, [person], kind=dates[0].kind)
    return old.row


def days_instead(identity: Identity, person: Person, progress: TrialProgress, old: TriedDate) -> TryOffer:
    """What could take the place of a date of a trial: of the same kind, or of one that is not among the three."""
    leaving = [old.occurrence.id] if old.ahead else []
    offer = dates_to_try(identity, person, clock.now(), leaving)
    taken = {one.kind for one in progress.dates if one is not old}
    return TryOffer([one for one in offer.dates if one.kind not in taken], offer.shown)


def stop_trial(identity: Identity, person: Person) -> list[Occurrence]:
    """Stop trying: what is still ahead is given back, and returned. Doing it twice has one effect. Raises NotFound for what the identity may
    not do."""
    hold_people([person.id])
    progress = trial_progress(person.id, clock.now())
    if progress is None:
        return []
    ahead = [one.occurrence for one in progress.dates if one.ahead and not one.kept]
    enrol_in_each(identity, person, [], ahead)
    progress.trial.ended_at = clock.now()
    db.session.flush()
    record(identity, AuditAction.TRIAL_ENDED, progress.trial, [person])
    return ahead


def own_date(progress: TrialProgress, uid: str) -> TriedDate:
    """A date of a trial by its public id. Raises NotFound."""
    found = next((one for one in progress.dates if one.occurrence.uid == uid), None)
    if found is None:
        raise NotFound
    return found


def _own(person: Person) -> TrialProgress:
    progress = trial_progress(person.id, clock.now())
    if progress is None:
        raise NotFound
    return progress
