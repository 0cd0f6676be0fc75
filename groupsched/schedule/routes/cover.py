"""Cover: looking for somebody who leads a date instead, and the answer of those who were asked."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from groupsched.access.identity import Identity, current, current_member
from groupsched.access.policy import Facts, Permission, can, requires
from groupsched.access.queries import current_program
from groupsched.accounts.models import Person
from groupsched.accounts.queries import own_person
from groupsched.catalog.queries import facts, leaders
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict, DomainError
from groupsched.core.fields import add_refusal
from groupsched.core.i18n import _, listed, ngettext
from groupsched.core.text import clean_line
from groupsched.schedule import service
from groupsched.schedule.forms import CoverForm
from groupsched.schedule.models import Occurrence, Substitution
from groupsched.schedule.queries import beside, get_cover, get_date_to_cover
from groupsched.schedule.routes.blueprint import blueprint
from groupsched.schedule.rules import BESIDE, TAKEN, AssignmentRole, CoverAct, CoverState
from groupsched.schedule.words import age, beside_words, for_and_against

Answer = str | Response | tuple[str, int]
UID = 20
MOST_AT_ONCE = 60


@blueprint.route("/occurrences/<uid>/cover", methods=["GET", "POST"])
@requires(Permission.COVER_ASK)
def cover(uid: str) -> Answer:
    """Say that somebody cannot lead a date, and ask others, or give it to one of them."""
    identity = current()
    found, live = get_date_to_cover(identity, uid)
    part, form = _part(identity, found, live), CoverForm()
    if request.method == "GET":
        return _page(found, live, part, form)
    try:
        words = _done(identity, found, live, part, form)
    except Conflict:
        raise
    except DomainError as refusal:
        db.session.rollback()
        add_refusal(form, refusal)
        return _page(*get_date_to_cover(identity, uid), part, form), 422
    flash(words)
    return redirect(url_for("schedule.cover", uid=uid), 303)


def _done(
    identity: Identity, found: Occurrence, live: list[Substitution], part: Person | None, form: CoverForm
) -> str:
    """Do what the button says; the words of it."""
    act, reason = request.form.get("act"), form.reason.data or ""
    if act == CoverAct.WITHDRAW:
        wanted = request.form.get("cover")
        for row in live:
            if row.uid == wanted:
                service.withdraw_cover(identity, row)
        return _("It is led as before.")
    known = {one.uid: one for one in leaders(found.program_id)}
    if act == CoverAct.ASSIGN:
        [person] = _chosen(known, [form.person.data or ""])
        service.give_cover(identity, found, person, part_of=part, reason=reason)
        return _("%(name)s leads this date. Its people are told.", name=person.short_name)
    people = _chosen(known, form.people.data or [])
    service.ask_for_cover(identity, found, people, part_of=part, reason=reason)
    return _(
        "Asked: %(names)s. The first to say yes leads.", names=listed([one.short_name for one in people])
    )


@blueprint.post("/occurrences/<uid>/beside")
@requires(Permission.COVER_ASK)
def beside_date(uid: str) -> Response:
    """Have somebody look on at a date, or receive its people; or take that back."""
    identity = current()
    found, _live = get_date_to_cover(identity, uid)
    known = {one.uid: one for one in leaders(found.program_id)}
    person = known.get(clean_line(request.form.get("beside_person", ""), UID))
    role = clean_line(request.form.get("beside_role", ""), UID)
    try:
        if person is None or (role and role not in list(BESIDE)):
            raise DomainError(_("Choose people of the list."), code="people-unknown")
        if role:
            service.put_beside(identity, found, person, AssignmentRole(role))
        else:
            service.take_from_beside(identity, found, person)
    except DomainError as refusal:
        db.session.rollback()
        flash(refusal.message, "warn")
    return redirect(url_for("schedule.cover", uid=uid), 303)


def _chosen(known: dict[str, Person], uids: list[str]) -> list[Person]:
    found = [known[uid] for uid in uids if uid in known]
    if len(found) < len(uids) or not found:
        raise DomainError(_("Choose at least one person."), field="people", code="nobody-asked")
    return found


def _part(identity: Identity, found: Occurrence, live: list[Substitution]) -> Person | None:
    """Whose part of the date is looked for: the one named, one's own, that of an open question, else the lead's."""
    wanted = clean_line(request.values.get("part", ""), UID)
    leading = {one.uid: one for one in found.leaders}
    asked = [row.part_of for row in live if row.state is CoverState.OPEN and row.part_of in found.leaders]
    mine = [one for one in found.leaders if one.id == identity.person]
    return leading.get(wanted) or next(iter([*mine, *asked, *found.leaders]), None)


def _page(found: Occurrence, live: list[Substitution], part: Person | None, form: CoverForm) -> str:
    identity, program = current(), current_program(current())
    waits = service.is_awaited(found) and part is not None
    offered = service.candidates(found, part) if waits and part else []
    form.people.choices = [(one.person.uid, one.person.short_name) for one in offered]
    form.person.choices = [("", _("Choose somebody")), *form.people.choices]
    asking = next((row for row in live if row.state is CoverState.OPEN and row.part_of is part), None)
    answered = {ask.person_id: ask for ask in asking.asks} if asking else {}
    return render_template(
        "schedule/cover.html",
        form=form,
        o=found,
        now=clock.now(),
        age=age,
        for_and_against=for_and_against,
        part=part,
        mine=part is not None and part.id == identity.person,
        awaited=waits,
        asking=asking,
        taken=[row for row in live if row.state in TAKEN],
        offered=[one for one in offered if one.person.id not in answered],
        ticked=form.people.data or [],
        fresh=request.method == "GET" and asking is None,
        may_cancel=can(identity, Permission.GROUP_WRITE, facts(found.group)),
        beside=[(row, beside_words()[row.role]) for row in beside(found)],
        beside_roles=beside_words(),
        may_read_reason=asking is not None and _reads_reason(identity, asking),
        everybody_after=program.cover_hours if program and not (asking and asking.widened_at) else 0,
    )


def _reads_reason(identity: Identity, row: Substitution) -> bool:
    """Whether somebody reads why a person cannot lead: they themselves, who wrote it, and who supervises."""
    coordinates = can(identity, Permission.COVER_ASK, Facts(program=row.program_id))
    return coordinates or identity.person in (row.part_of_id, row.asked_by_id)


@blueprint.post("/covers/yes")
@requires(Permission.COVER_ANSWER)
def cover_yes() -> Response:
    """A yes to several questions at once, from where they stand together."""
    identity = current_member()
    me = own_person(identity)
    rows = [get_cover(identity, clean_line(uid, UID)) for uid in request.form.getlist("cover")[:MOST_AT_ONCE]]
    led = service.accept_covers(identity, rows, me)
    words = ngettext("Thank you. You lead %(num)s date.", "Thank you. You lead %(num)s dates.", len(led))
    if left := len(rows) - len(led):
        words += " " + ngettext(
            "%(num)s date stays as it is: somebody was first, or you are taken then.",
            "%(num)s dates stay as they are: somebody was first, or you are taken then.", left
        )  # fmt: skip
    flash(words, "warn" if left else "message")
    return redirect(url_for("home.today"), 303)


@blueprint.route("/covers/<uid>", methods=["GET", "POST"])
@requires(Permission.COVER_ANSWER)
def cover_answer(uid: str) -> Answer:
    """The question to somebody who was asked, and their yes or no."""
    identity = current_member()
    row, me = get_cover(identity, uid), own_person(identity)
    ask = next((one for one in row.asks if one.person_id == me.id), None)
    if ask is None:
        return redirect(url_for("schedule.cover", uid=row.occurrence.uid), 303)
    if request.method == "POST" and request.form.get("answer") == "no":
        service.decline_cover(identity, row, me)
        flash(_("Thank you for answering."))
        return redirect(url_for("schedule.cover_answer", uid=uid), 303)
    status = 200
    if request.method == "POST":
        try:
            service.accept_cover(identity, row, me)
            flash(_("Thank you. You lead it."))
            return redirect(url_for("schedule.cover_answer", uid=uid), 303)
        except Conflict:
            # Somebody was first, or it is over: the page says which.
            db.session.rollback()
            row, status = get_cover(identity, uid), 409
    return _question(row, me), status


def _question(row: Substitution, me: Person) -> str:
    awaited = row.state is CoverState.OPEN and service.is_awaited(row.occurrence)
    offered = service.candidates(row.occurrence, row.part_of) if awaited else []
    return render_template(
        "schedule/cover_answer.html",
        row=row,
        o=row.occurrence,
        taken=TAKEN,
        for_and_against=for_and_against,
        awaited=awaited,
        mine=row.state in TAKEN and row.taken_by_id == me.id,
        fit=next((one for one in offered if one.person.id == me.id), None),
        others=[ask.person.first_name for ask in row.asks if ask.person_id != me.id and not ask.declined_at],
        declined=any(ask.declined_at for ask in row.asks if ask.person_id == me.id),
    )
