"""Asking for a call now: who is told, and how it climbs until somebody has taken it. And the list of who is on duty."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import update

from groupsched.access.identity import Identity, System
from groupsched.access.models import Site
from groupsched.access.policy import Facts, Permission, ensure
from groupsched.access.queries import main_site
from groupsched.accounts.models import Person
from groupsched.accounts.queries import own_person
from groupsched.accounts.service import lock_people
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import record
from groupsched.care.models import CallRequest, CallTold, DutyTurn
from groupsched.care.queries import (
    call_facts,
    calls_waiting,
    duty_people,
    duty_turns,
    open_call_of,
    rungs_of,
    urgent_items,
)
from groupsched.care.rules import Turn, climbs, may_ask_the_next, told_after, told_at
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict, DomainError, NotFound
from groupsched.core.i18n import _
from groupsched.core.text import clean_line
from groupsched.outbox.service import MessageDraft, enqueue_all, withdraw
from groupsched.questionnaires.models import QuestionnaireResponse

PHONE, FEWEST_DIGITS, MOST_TURNS = 60, 3, 200


def ask_for_call(
    identity: Identity, phone: str, response: QuestionnaireResponse | None = None, items: Collection[str] = ()
) -> CallRequest:
    """Ask to be called now at a number. Whoever is on duty is told at once; asking again while it waits is the same call. Of a response
    of theirs those answers go along that they chose (`items`) and that are urgent. Raises DomainError for no number, NotFound for a
    response of somebody else."""
    person = own_person(identity)
    number = clean_line(phone, PHONE)
    if sum(char.isdigit() for char in number) < FEWEST_DIGITS:
        raise DomainError(_("Write the number to call."), field="phone", code="no-phone")
    lock_people([person.id])
    found = open_call_of(person.id)
    if found is not None:
        found.phone = number
        _send_along(found, response, items)
        return found
    site = db.session.get(Site, person.site_id) if person.site_id else main_site(person.program)
    if site is None:
        raise NotFound
    now = clock.now()
    row = CallRequest(
        program_id=person.program_id, site=site, person=person, phone=number, asked_at=now, rung=0, rung_at=now, told=[]
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    _send_along(row, response, items)
    record(identity, AuditAction.CALL_ASKED, row, [person])
    _tell(row, now)
    return row


def _send_along(row: CallRequest, response: QuestionnaireResponse | None, items: Collection[str]) -> None:
    """Whoever takes the call reads these answers; without one, as it was."""
    if response is None:
        return
    if response.subject_id != row.person_id:
        raise NotFound
    row.response, row.response_id = response, response.id
    row.shared_items = [one.key for one in urgent_items(response) if one.key in items]
    db.session.flush()


def withdraw_call(identity: Identity, row: CallRequest) -> None:
    """Take back that one asked, as long as nobody has taken it. Raises NotFound, Conflict where somebody calls already."""
    _lock(row)
    if identity.person != row.person_id:
        raise NotFound
    if row.taken_at is not None:
        raise Conflict(_("Somebody has taken it and calls you."), code="taken")
    if row.withdrawn_at is None:
        row.withdrawn_at = clock.now()
        db.session.flush()
        withdraw([_about(row)])
        record(identity, AuditAction.CALL_TAKEN_BACK, row, [row.person_id])


def take_call(identity: Identity, row: CallRequest) -> None:
    """Say that one calls now; nobody else is told any more. Raises NotFound, Conflict where somebody else has it or it was taken
    back."""
    ensure(identity, Permission.CALL_TAKE, call_facts(row))
    _lock(row)
    if row.taken_by_id is not None and row.taken_by_id == identity.person:
        return
    if not row.waits:
        raise Conflict(_("Somebody has this call already, or it was taken back."), code="taken")
    row.taken_at, row.taken_by_id = clock.now(), identity.person
    db.session.flush()
    withdraw([_about(row)])
    db.session.expire(row, ["taken_by"])
    record(identity, AuditAction.CALL_TAKEN, row, [row.person_id])


def finish_call(identity: Identity, row: CallRequest, *, reached: bool) -> None:
    """Say what came of a call that one took: they spoke, or nobody answered and it is for the next ones. Raises NotFound, Conflict."""
    ensure(identity, Permission.CALL_TAKE, call_facts(row))
    _lock(row)
    if row.taken_by_id != identity.person or row.done_at is not None:
        raise Conflict(_("This call is not yours any more."), code="not-yours")
    if reached:
        row.done_at = clock.now()
        db.session.flush()
        record(identity, AuditAction.CALL_FINISHED, row, [row.person_id])
    else:
        row.rang_at = clock.now()
        _let_go(identity, row, but=identity.person)


def ask_the_next(identity: Identity, row: CallRequest) -> None:
    """No call came from whoever took it: it climbs on, at once. Raises NotFound for anybody but who asks, Conflict where it is over, or
    where others were told or took it within the last minute."""
    _lock(row)
    if identity.person != row.person_id:
        raise NotFound
    if row.done_at is not None or row.withdrawn_at is not None:
        raise Conflict(_("This is over. You can ask again."), code="over")
    if not may_ask_the_next(max(row.rung_at, row.taken_at or row.rung_at), clock.now()):
        raise Conflict(
            _("Somebody has just been told. Please give them a minute, then ask the next person."),
            code="too-soon",
        )
    _let_go(identity, row)


def climb_calls(now: datetime) -> int:
    """Tell the next ones of every call that nobody took for some minutes; how many climbed. For the worker, in each of its rounds."""
    climbed = 0
    for number in calls_waiting():
        row = db.session.get_one(CallRequest, number)
        _lock(row)
        if row.waits and climbs(row.rung_at, now):
            row.rung, row.rung_at = row.rung + 1, now
            _tell(row, now)
            climbed += 1
    return climbed


def set_duty(identity: Identity, site: Site, turns: Sequence[Turn]) -> None:
    """Put another list of duty in the place of a site's. Raises NotFound, DomainError for somebody who is not on staff."""
    ensure(identity, Permission.DUTY_WRITE, Facts(program=site.program_id, site=site.id))
    known = {one.id for one in duty_people(site.program_id)}
    if len(turns) > MOST_TURNS or any(turn.person_id not in known for turn in turns):
        raise DomainError(_("Choose somebody of the list."), field="person", code="no-colleague")
    for old in duty_turns(site):
        db.session.delete(old)
    db.session.flush()
    for turn in dict.fromkeys(turns):
        db.session.add(
            DutyTurn(
                site_id=site.id,
                person_id=turn.person_id,
                weekday=turn.weekday,
                begins=turn.begins,
                ends=turn.ends,
            )
        )
    db.session.flush()
    record(identity, AuditAction.DUTY_CHANGED, site)


def forget_numbers(person_ids: Collection[int]) -> None:
    """Take out at which number people asked to be called, and what they sent along. That they asked stays. For rules of retention,
    which know who left."""
    gone = update(CallRequest).where(CallRequest.person_id.in_(person_ids))
    gone = gone.values(phone="", response_id=None, shared_items=[])
    db.session.execute(gone.execution_options(synchronize_session=False))


def _let_go(identity: Identity, row: CallRequest, but: int | None = None) -> None:
    """It waits again, and the next ones are told at once: others before whoever rang (`but`)."""
    now = clock.now()
    row.taken_at = row.taken_by_id = None
    row.rung, row.rung_at = row.rung + 1, now
    db.session.flush()
    db.session.expire(row, ["taken_by"])
    record(identity, AuditAction.CALL_RELEASED, row, [row.person_id])
    _tell(row, now, but)


def _tell(row: CallRequest, now: datetime, but: int | None = None) -> None:
    """Who stands on this rung sees it from now on and gets a message, which names nobody and is taken back where it is no more
    news before it goes out."""
    rungs = rungs_of(row.site, row.person_id, now)
    row.rung, people = told_after(rungs, row.rung, but) if but else (row.rung, told_at(rungs, row.rung))
    messages = []
    for number in sorted(people):
        person = db.session.get_one(Person, number)
        row.told.append(CallTold(person_id=number, person=person, rung=row.rung, at=now))
        key = f"call:{row.uid}:{row.rung}:{person.uid}"
        fields = {"link": f"/calls-now/{row.uid}"}
        messages.append(MessageDraft("staff_call_now", person, key, fields, about=_about(row)))
    enqueue_all(messages)
    db.session.flush()
    record(
        System(program_id=row.program_id),
        AuditAction.CALL_ANNOUNCED,
        row,
        [row.person_id],
        people=len(people),
    )


def _about(row: CallRequest) -> str:
    return f"call/{row.uid}"


def _lock(row: CallRequest) -> None:
    columns = ["rung", "rung_at", "taken_at", "taken_by_id", "withdrawn_at", "done_at"]
    db.session.refresh(row, columns, with_for_update=True)


def let_go_of_response(response_id: int) -> None:
    """What somebody answered and threw away goes along with no call any more."""
    of_it = update(CallRequest).where(CallRequest.response_id == response_id)
    db.session.execute(of_it.values(response_id=None, shared_items=[]))
