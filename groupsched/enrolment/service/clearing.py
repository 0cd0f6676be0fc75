"""What has to be known of somebody before they take a seat of some kinds: noted by staff, confirmed by a clinician, asked for
at every way in."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from groupsched.access.identity import Identity, System
from groupsched.access.policy import Permission, ensure
from groupsched.accounts.models import Person
from groupsched.accounts.service import lock_people
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import record
from groupsched.catalog.models import Group
from groupsched.catalog.rules import ClearanceKind
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict, DomainError
from groupsched.core.i18n import _
from groupsched.enrolment.models import Clearance, ClinicianConfirmation, Enrolment
from groupsched.enrolment.queries import (
    adding_only,
    care_of,
    clearances_of,
    client_facts,
    confirmation_of,
    other_care,
    uncleared,
)
from groupsched.enrolment.rules import EnrolmentMode, RefusalReason, is_cleared, too_much_alone
from groupsched.enrolment.service.seats import ComingDate
from groupsched.schedule.models import Occurrence

LONGEST_CLEARANCE = timedelta(days=3 * 366)


def ensure_ready(
    identity: Identity,
    group: Group,
    person: Person,
    dates: Sequence[ComingDate],
    leaving: Collection[int] = (),
    *,
    whole: bool = False,
) -> None:
    """Go on only where a person may take, or wait for, these dates of a group; `leaving` are dates that they give back for them.
    A clearance has to cover each of them; where somebody joins the `whole` group, the first: staff see when it ends. What the
    product does by itself, such as an import of what is, is not asked. Raises Conflict."""
    kind = group.modality
    if isinstance(identity, System) or not dates:
        return
    if kind.clearance is not None and not _covered(person, kind.clearance, dates[:1] if whole else dates):
        raise _no_clearance(kind.clearance)
    if kind.complementary and too_much_alone(other_care(person.id, clock.now(), leaving), len(dates)):
        raise _adds_only()


def ensure_moves_up(identity: Identity, enrolment: Enrolment, dates: Sequence[ComingDate]) -> None:
    """Go on only where somebody who waits for these dates may have them by now, as `ensure_ready`. Raises Conflict."""
    group, whole = enrolment.group, enrolment.mode == EnrolmentMode.WHOLE
    why = why_unready(group, [enrolment.person_id], dates, whole=whole).get(enrolment.person_id)
    if isinstance(identity, System) or why is None:
        return
    kind = group.modality.clearance
    raise _no_clearance(kind) if why is RefusalReason.CLEARANCE and kind is not None else _adds_only()


def why_unready(
    group: Group, person_ids: Collection[int], dates: Sequence[ComingDate], *, whole: bool
) -> dict[int, RefusalReason]:
    """Those of these people, who wait for these dates of a group, who may not have them by now, with why: their clearance ends
    before, or they would have more complementary dates than one, and no other care."""
    kind, found = group.modality, dict[int, RefusalReason]()
    if not person_ids or not dates:
        return found
    if kind.complementary:
        care = care_of(person_ids, clock.now())
        alone = (person for person, own in care.items() if too_much_alone(own, len(dates)))
        found |= dict.fromkeys(alone, RefusalReason.ADDS_ONLY)
    if kind.clearance is not None:
        for one in dates[:1] if whole else dates:
            missing = uncleared(person_ids, kind.clearance, _day_of(one))
            found |= dict.fromkeys(missing, RefusalReason.CLEARANCE)
    return found


def _covered(person: Person, kind: ClearanceKind, dates: Sequence[ComingDate]) -> bool:
    spans = [one.span for one in clearances_of(person.id)]
    return all(is_cleared(kind, spans, _day_of(one)) for one in dates)


def _day_of(one: ComingDate) -> date:
    return one.start.astimezone(ZoneInfo(one.timezone)).date()


def _no_clearance(kind: ClearanceKind) -> Conflict:
    return Conflict(clearance_asked(kind), code=RefusalReason.CLEARANCE)


def _adds_only() -> Conflict:
    return Conflict(adds_only_words(), code=RefusalReason.ADDS_ONLY)


def asked_at_door(occurrence: Occurrence, people: Sequence[Person]) -> dict[int, str]:
    """What staff read of those of these people who come without a seat and of whom something is asked first, by their number: who
    stands there is theirs to decide."""
    kind, ids, found = occurrence.group.modality, [one.id for one in people], dict[int, str]()
    if not ids:
        return found
    if kind.complementary:
        found |= dict.fromkeys(adding_only(ids, clock.now(), [occurrence.id]), adds_only_words())
    if kind.clearance is not None:
        found |= dict.fromkeys(
            uncleared(ids, kind.clearance, occurrence.local_date), clearance_asked(kind.clearance)
        )
    return found


def adds_only_words() -> str:
    """What somebody reads who has complementary kinds alone."""
    return _(
        "This adds to other care and never replaces it. Until a clinician has confirmed it, one such date at a time is "
        "possible. Another kind of session beside it, or a word with a clinician, opens the rest."
    )


def one_alone_words() -> str:
    """What somebody reads who has the one complementary date that is possible alone."""
    return _(
        "This adds to other care and never replaces it. You have one such date ahead, and until a clinician has confirmed it, "
        "one at a time is possible. Give that one back to take another, or join another kind of session beside it."
    )


def clearance_asked(kind: ClearanceKind) -> str:
    """What is asked for before the first time."""
    return {
        ClearanceKind.NEEDLES: _(
            "Before needles, a clearance has to be on file. Your counselor or the desk can note it."
        ),
        ClearanceKind.TOUCH: _(
            "Before touch, a clearance has to be on file. Your counselor or the desk can note it."
        ),
        ClearanceKind.EXERCISE: _(
            "Before exercise, a clearance has to be on file. Your counselor or the desk can note it."
        ),
    }[kind]


def note_clearance(
    identity: Identity, person: Person, kind: ClearanceKind, until_day: date | None
) -> Clearance:
    """Note that something is cleared for a person, until and on a day. Raises DomainError for a day that is past or far off."""
    ensure(identity, Permission.CLEARANCE_WRITE, client_facts(person))
    today = clock.today(person.program.timezone)
    if until_day is not None and not today <= until_day <= today + LONGEST_CLEARANCE:
        raise DomainError(
            _("Choose a day from today on, within three years."), field="until", code="out-of-reach"
        )
    lock_people([person.id])
    row = Clearance(person=person, kind=kind, until_day=until_day, noted_by_id=identity.person)
    db.session.add(row)
    db.session.flush()
    record(identity, AuditAction.CLEARANCE_NOTED, person, [person], kind=kind)
    return row


def end_clearance(identity: Identity, row: Clearance) -> None:
    """It is cleared no longer. What they have already stays. Doing it twice has one effect."""
    ensure(identity, Permission.CLEARANCE_WRITE, client_facts(row.person))
    if row.ended_at is None:
        row.ended_at, row.ended_by_id = clock.now(), identity.person
        db.session.flush()
        record(identity, AuditAction.CLEARANCE_ENDED, row.person, [row.person], kind=row.kind)


def confirm_alone(identity: Identity, person: Person) -> ClinicianConfirmation:
    """A clinician confirms that complementary kinds may stand alone for a person. Doing it twice has one effect. Raises
    Conflict for whoever holds no clinical credential."""
    ensure(identity, Permission.CLEARANCE_WRITE, client_facts(person))
    if not is_clinician(identity):
        raise Conflict(
            _("A clinician confirms this: a colleague with a clinical credential."), code="no-clinician"
        )
    lock_people([person.id])
    found = confirmation_of(person.id)
    if found is not None:
        return found
    row = ClinicianConfirmation(person=person, by_id=identity.person)
    db.session.add(row)
    db.session.flush()
    record(identity, AuditAction.CLEARANCE_CONFIRMED, person, [person])
    return row


def end_confirmation(identity: Identity, person: Person) -> None:
    """It is confirmed no longer. What they have already stays. Doing it twice has one effect."""
    ensure(identity, Permission.CLEARANCE_WRITE, client_facts(person))
    found = confirmation_of(person.id)
    if found is not None:
        found.ended_at, found.ended_by_id = clock.now(), identity.person
        db.session.flush()
        record(identity, AuditAction.CLEARANCE_REVOKED, person, [person])


def is_clinician(identity: Identity) -> bool:
    """Whether somebody holds a clinical credential."""
    person = db.session.get(Person, identity.person) if identity.person is not None else None
    return person is not None and person.qualification is not None and person.qualification.clinical
