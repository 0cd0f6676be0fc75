"""Guests of a client: asked for by that client's word, confirmed by staff, ended at any time."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, select

from groupsched.access.identity import Identity, System
from groupsched.access.policy import Permission, ensure
from groupsched.access.queries import get_program
from groupsched.accounts.models import Person
from groupsched.accounts.service import PersonFields, add_person
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import record
from groupsched.catalog.models import Group
from groupsched.catalog.queries import facts as group_facts
from groupsched.core import clock
from groupsched.core.db import db, savepoint
from groupsched.core.errors import Conflict, DomainError
from groupsched.core.events import publish
from groupsched.core.i18n import _
from groupsched.core.text import clean_line
from groupsched.enrolment.events import EnrolmentsChanged
from groupsched.enrolment.models import Guest, GuestDate, GuestRule
from groupsched.enrolment.queries import (
    asking_first,
    facts,
    facts_to_enrol,
    guest_seats,
    known_guest,
    partners,
    standings,
    today_of,
)
from groupsched.enrolment.rules import (
    GUESTS_COME,
    GuestAsked,
    GuestRefusal,
    GuestRelation,
    GuestSeats,
    GuestState,
    StandingState,
    refusal_to_bring,
    refusal_to_confirm,
)
from groupsched.enrolment.service.apart import ask_supervisor
from groupsched.enrolment.service.deciding import hold_people
from groupsched.enrolment.service.guests_in_words import tell_host
from groupsched.enrolment.service.moving import advance
from groupsched.enrolment.service.seats import DateFull, give_back, take_one, take_these
from groupsched.enrolment.service.telling import tell
from groupsched.enrolment.service.undoable import UNDO_FOR
from groupsched.schedule.models import Occurrence
from groupsched.schedule.rules import SeatPool
from groupsched.schedule.service import lock

GUEST_NAME = 80


@dataclass(frozen=True)
class GuestWish:
    """Whom a client brings, and to which dates. `word`: the client says "I want … to come with me", themself or to who writes
    it down; `adult`: the guest is 18 or older."""

    first_name: str
    relation: GuestRelation
    dates: Sequence[Occurrence]
    word: bool
    adult: bool


def set_guest_seats(identity: Identity, group: Group, seats: GuestSeats | None) -> None:
    """Say whether a group takes guests, and whether each takes a seat of it. Those who are confirmed keep what they have."""
    ensure(identity, Permission.GROUP_WRITE, group_facts(group))
    lock(group.id)
    rule = db.session.get(GuestRule, group.id)
    was = rule.seats if rule is not None else None
    if was == seats:
        return
    if seats is None:
        db.session.delete(rule)
    elif rule is None:
        db.session.add(GuestRule(group_id=group.id, seats=seats))
    else:
        rule.seats = seats
    db.session.flush()
    record(identity, AuditAction.GROUP_CHANGED, group)


def ask_for_guest(identity: Identity, group: Group, host: Person, wish: GuestWish) -> Guest:
    """A client asks to bring somebody to dates on which they have a seat; staff who write it down have their word. Somebody of
    the house confirms it. The same name asked for again is the same guest, with these dates besides.

    Raises DomainError with the field where it cannot be, NotFound for who may not.
    """
    if host.id == identity.person:
        ensure(identity, Permission.ENROL_SELF, facts(group, host))
    else:
        ensure(identity, Permission.ENROL_OTHERS, facts_to_enrol(identity, group, host))
    hold_people([host.id])
    lock(group.id)
    name, dates = clean_line(wish.first_name, GUEST_NAME), list(dict.fromkeys(wish.dates))
    known = _standing(host, group, name)
    _refuse(
        refusal_to_bring(guest_seats(group) is not None, _asked(host, group, wish, name, dates, known)), group
    )
    guest = known or _new(identity, group, host, wish, name)
    had = {one.occurrence_id for one in guest.dates}
    again = {one.occurrence_id: one for one in _lost(guest.id)}
    for one in (one for one in dates if one.id not in had):
        row = again.get(one.id) or GuestDate(occurrence_id=one.id)
        row.lost_at = None
        guest.dates.append(row)
    if known is not None and known.state is GuestState.COMES and len(guest.dates) > len(had):
        if _kept_apart(guest):
            # To the client it is a date without a seat: they learn of no pair.
            raise _no_seat() if host.id == identity.person else ask_supervisor([guest.person_id])
        _seat(guest, group)
    db.session.flush()
    record(identity, AuditAction.GUEST_ASKED, guest, [host])
    _tell_rooms(guest)
    return guest


def confirm_guest(identity: Identity, guest: Guest, *, asked_alone: bool, agreed: bool) -> None:
    """Say yes to a guest: the client was asked alone, and the guest agreed to confidentiality; both are noted, by whom and when.
    Doing it twice has one effect.

    Raises DomainError where one of them is missing, Conflict (`full`) where a date has no seat left, or (`ask_supervisor`)
    where the guest is kept apart from somebody there.
    """
    _staff(identity, guest)
    hold_people([guest.host_id, guest.person_id])
    lock(guest.group_id)
    db.session.refresh(guest)
    if guest.state is GuestState.COMES:
        return
    if guest.state is not GuestState.ASKED:
        raise Conflict(_("This was ended or answered meanwhile. Nothing has changed."), code="not-asking")
    _refuse(refusal_to_confirm(asked_alone=asked_alone, agreed=agreed), guest.group)
    if _kept_apart(guest):
        raise ask_supervisor([guest.person_id])
    guest.state, guest.confirmed_at, guest.confirmed_by_id = GuestState.COMES, clock.now(), identity.person
    _seat(guest, guest.group)
    db.session.flush()
    record(identity, AuditAction.GUEST_CONFIRMED, guest, [guest.host])
    tell_host(guest)
    _tell_rooms(guest)


def decline_guest(identity: Identity, guest: Guest) -> None:
    """Say no to a guest. Doing it twice has one effect."""
    _staff(identity, guest)
    _end(identity, guest, GuestState.DECLINED)


def end_guest(identity: Identity, guest: Guest) -> None:
    """The client takes their word back, or staff end it: the guest gets no more dates, and their seats go on. Doing it twice has
    one effect."""
    if guest.host_id != identity.person:
        _staff(identity, guest)
    _end(identity, guest, GuestState.ENDED)


def follow_hosts(event: EnrolmentsChanged) -> None:
    """A guest comes where their client comes: without the client's seat on a date there is none for the guest."""
    query = (
        select(GuestDate)
        .join(GuestDate.guest)
        .join(GuestDate.occurrence)
        .where(
            Guest.group_id == event.group_id,
            Guest.host_id.in_(event.person_ids),
            Guest.state.in_(GUESTS_COME),
            Occurrence.start > clock.now(),
        )
        .order_by(GuestDate.id)
    )
    coming, now = list(db.session.scalars(query.where(GuestDate.lost_at.is_(None)))), clock.now()
    lost = [one for one in coming if not _is_there(one.guest.host_id, [one.occurrence])]
    if lost:
        give_back((one.occurrence_id, SeatPool.ROOM) for one in lost if one.seated)
        for one in lost:
            one.lost_at, one.seated = now, False
        db.session.flush()
        _read_anew(lost)
        tell(advance(event.group_id).moved_up)
    bring_guests_back(event.group_id, event.person_ids)


def bring_guests_back(group_id: int, host_ids: Collection[int]) -> None:
    """Where a client has their seat on a date again that they gave back a moment ago, their guests have theirs, as far as there is
    one. The caller holds the lock."""
    since = clock.now() - UNDO_FOR
    query = (
        select(GuestDate)
        .join(GuestDate.guest)
        .join(GuestDate.occurrence)
        .where(
            Guest.group_id == group_id,
            Guest.host_id.in_(host_ids),
            Guest.state.in_(GUESTS_COME),
            GuestDate.lost_at > since,
            Occurrence.start > clock.now(),
        )
        .order_by(GuestDate.id)
    )
    lost = list(db.session.scalars(query))
    for one in (one for one in lost if _is_there(one.guest.host_id, [one.occurrence])):
        seats = guest_seats(one.guest.group) is GuestSeats.SEATED and one.guest.state is GuestState.COMES
        if not seats or take_one(one.occurrence_id, SeatPool.ROOM):
            one.lost_at, one.seated = None, seats
    db.session.flush()
    _read_anew(lost)


def consent_to_guest() -> str:
    """The sentence to which a client says yes, in the first person."""
    return _("I want my guest to come with me and to know this much.")


def refusal_words(why: GuestRefusal, young: str = "") -> str:
    """Why somebody cannot come as a guest, or not yet; `young` is the program's rule for who is under 18."""
    return {
        GuestRefusal.NO_GUESTS: _("This group takes no guests."),
        GuestRefusal.NO_NAME: _("Write a first name, or what you call them."),
        GuestRefusal.NO_WORD: _("Please say that you want this. It is your choice."),
        GuestRefusal.TOO_YOUNG: young
        or _("Guests are 18 or older here. Please talk with your counselor first."),
        GuestRefusal.NO_DATES: _("Choose one to twelve dates."),
        GuestRefusal.NOT_THERE: _("Choose dates on which you come yourself."),
        GuestRefusal.TOO_MANY: _("Four guests are the most. Take one back first."),
        GuestRefusal.ASK_ALONE: _("Ask the client alone first, and note it here."),
        GuestRefusal.NOT_AGREED: _("The guest agrees to confidentiality first. Note it here."),
    }[why]


FIELDS = {
    GuestRefusal.NO_NAME: "first_name",
    GuestRefusal.NO_WORD: "word",
    GuestRefusal.TOO_YOUNG: "adult",
    GuestRefusal.NO_DATES: "dates",
    GuestRefusal.NOT_THERE: "dates",
    GuestRefusal.ASK_ALONE: "asked_alone",
    GuestRefusal.NOT_AGREED: "agreed",
}


def _refuse(why: GuestRefusal | None, group: Group) -> None:
    if why is not None:
        program = get_program(group.program_id)
        words = refusal_words(why, program.young_guests if program else "")
        raise DomainError(words, field=FIELDS.get(why, "first_name"), code=why.value)


def _staff(identity: Identity, guest: Guest) -> None:
    ensure(identity, Permission.ENROL_OTHERS, facts_to_enrol(identity, guest.group, guest.host))


def _standing(host: Person, group: Group, name: str) -> Guest | None:
    query = (
        select(Guest)
        .join(Guest.person)
        .where(
            Guest.host_id == host.id,
            Guest.group_id == group.id,
            Guest.state.in_(GUESTS_COME),
            Person.first_name == name,
        )
    )
    return db.session.scalars(query.order_by(Guest.id)).first()


def _asked(
    host: Person, group: Group, wish: GuestWish, name: str, dates: Sequence[Occurrence], known: Guest | None
) -> GuestAsked:
    program = get_program(group.program_id)
    others = select(func.count()).select_from(Guest)
    others = others.where(Guest.host_id == host.id, Guest.group_id == group.id, Guest.state.in_(GUESTS_COME))
    return GuestAsked(
        named=bool(name),
        word=wish.word,
        adult=wish.adult,
        rule_for_young=bool(program and program.young_guests),
        dates=len(dates),
        there=all(one.group_id == group.id for one in dates) and _is_there(host.id, dates),
        others=(db.session.scalar(others) or 0) - (known is not None),
    )


def _is_there(person_id: int, dates: Sequence[Occurrence]) -> bool:
    where = standings(person_id, dates)
    now = clock.now()
    return all(
        one.start > now and one.id in where and where[one.id].state is StandingState.ACTIVE for one in dates
    )


def _new(identity: Identity, group: Group, host: Person, wish: GuestWish, name: str) -> Guest:
    person = known_guest(host, name) or add_person(
        System(program_id=group.program_id), PersonFields(name, site_id=host.site_id), frozenset()
    )
    guest = Guest(
        group=group,
        host=host,
        person=person,
        relation=wish.relation,
        state=GuestState.ASKED,
        words=clean_line(consent_to_guest(), 300),
        word_by_id=identity.person,
    )
    db.session.add(guest)
    db.session.flush()
    return guest


def _kept_apart(guest: Guest) -> bool:
    """Whether the guest is kept apart from their own client, or from somebody in the group."""
    if partners([guest.person_id], today_of(guest.group.program_id)) & {guest.host_id}:
        return True
    return bool(asking_first(guest.group.program_id, guest.person_id, [guest.group_id]))


def _seat(guest: Guest, group: Group) -> None:
    """A seat on each coming date of the guest that has none yet, where guests are counted in. Raises Conflict."""
    if guest_seats(group) is not GuestSeats.SEATED:
        return
    db.session.flush()
    waiting = [one for one in guest.dates if not one.seated and _ahead(one)]
    try:
        with savepoint():
            take_these((one.occurrence_id, SeatPool.ROOM) for one in waiting)
    except DateFull as full:
        raise _no_seat() from full
    for one in waiting:
        one.seated = True


def _no_seat() -> Conflict:
    return Conflict(_("One of these dates has no seat left for a guest."), code="full")


def _ahead(one: GuestDate) -> bool:
    return db.session.get_one(Occurrence, one.occurrence_id).start > clock.now()


def _end(identity: Identity, guest: Guest, state: GuestState) -> None:
    lock(guest.group_id)
    db.session.refresh(guest)
    if guest.state not in GUESTS_COME:
        return
    _drop([one for one in guest.dates if _ahead(one)])
    guest.state, guest.ended_at, guest.ended_by_id = state, clock.now(), identity.person
    db.session.flush()
    record(identity, AuditAction.GUEST_ENDED, guest, [guest.host])
    tell_host(guest)
    tell(advance(guest.group_id).moved_up)
    _tell_rooms(guest)


def _lost(guest_id: int) -> list[GuestDate]:
    query = select(GuestDate).where(GuestDate.guest_id == guest_id, GuestDate.lost_at.is_not(None))
    return list(db.session.scalars(query.order_by(GuestDate.id)))


def _read_anew(dates: Collection[GuestDate]) -> None:
    for guest in {one.guest for one in dates}:
        db.session.expire(guest, ["dates"])


def _drop(dates: Collection[GuestDate]) -> None:
    give_back((one.occurrence_id, SeatPool.ROOM) for one in dates if one.seated)
    _remove(one.id for one in dates)
    _read_anew(dates)


def _remove(numbers: Iterable[int]) -> None:
    gone = delete(GuestDate).where(GuestDate.id.in_(list(numbers)))
    db.session.execute(gone.execution_options(synchronize_session="fetch"))


def _tell_rooms(guest: Guest) -> None:
    publish(EnrolmentsChanged(guest.group_id, (guest.host_id,)))
