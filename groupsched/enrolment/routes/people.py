"""The people of a group, for staff: who is in, who waits, who asks; removing and answering them."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from groupsched.access.identity import current
from groupsched.access.policy import Permission, can, requires
from groupsched.access.queries import get_program
from groupsched.accounts.queries import told_of
from groupsched.accounts.words import told_words
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import saw
from groupsched.catalog.models import Group
from groupsched.catalog.queries import facts as group_facts
from groupsched.catalog.queries import get_group
from groupsched.catalog.rules import Access, Setting
from groupsched.core import clock
from groupsched.core.errors import Conflict
from groupsched.core.filters import short_day
from groupsched.core.i18n import _
from groupsched.enrolment import queries, service
from groupsched.enrolment.forms import EnrolmentReasonForm, MembersOnForm
from groupsched.enrolment.models import Enrolment
from groupsched.enrolment.routes.blueprint import blueprint, tell
from groupsched.enrolment.rules import (
    DateSeatState,
    EnrolmentMode,
    EnrolmentState,
)
from groupsched.enrolment.words import guest_relations, guest_seats_words
from groupsched.questionnaires.queries import newest_of_kind
from groupsched.questionnaires.rules import FormKind
from groupsched.questionnaires.words import in_words


@blueprint.get("/groups/<uid>/people")
@requires(Permission.ROSTER_READ)
def roster(uid: str) -> str:
    """The list of a group's people."""
    group = get_group(current(), uid, Permission.ROSTER_READ)
    if group.external:
        raise Conflict(_("Others run this group: it has no list of people here."), code="external")
    people, on = queries.members(current(), group), MembersOnForm(request.args, meta={"csrf": False})
    day, before = _members_on(group, on)
    saw(current(), AuditAction.ROSTER_OPENED, [one.person_id for one in [*people, *before]], group)
    return render_template(
        "enrolment/people.html",
        group=group,
        may_bring=queries.may_bring(current(), group),
        register=queries.chooses_by_letters(current(), group_facts(group)),
        now=clock.now(),
        unreached=queries.unreached(current(), group),
        removed=queries.just_removed(current(), group, clock.now()),
        on=on,
        **_guests(group),
        **_questions(group, people),
        day=day,
        before=before,
        **_sorted(people),
    )


def _guests(group: Group) -> dict[str, Any]:
    """The guests of a group, and how it takes them, for who may choose that."""
    seats, guests = queries.guest_seats(group), queries.guests_of_group(current(), group)
    may_choose = group.setting == Setting.GROUP and can(current(), Permission.GROUP_WRITE, group_facts(group))
    return {
        "guests": guests,
        "guest_seats": seats or "",
        "seat_words": guest_seats_words() if may_choose else {},
        "relations": guest_relations(),
    }


def _questions(group: Group, people: Sequence[Enrolment]) -> dict[str, Any]:
    """What those who ask said with it, for whoever may answer them, and which question it could be, for who may choose that."""
    asked = group.access == Access.REFERRAL or bool(queries.cohorts_of(group))
    asks = asked and can(current(), Permission.GROUP_WRITE, group_facts(group))
    known = newest_of_kind(group.program_id, FormKind.REFERRAL) if asks else []
    return {
        "said_with": said_with(people, group),
        "asks_first": asks,
        "questions": [(one.questionnaire, in_words(one.form.title)) for one in known],
    }


def said_with(people: Sequence[Enrolment], group: Group) -> dict[int, list[tuple[str, str]]]:
    """What those of these people who ask said with it, question by question, by the number of their request, for whoever may answer
    them; that it was read is written down."""
    said = queries.said_with_requests(people) if queries.may_bring(current(), group) else {}
    if said:
        saw(current(), AuditAction.RESPONSE_READ, [one.person_id for one in people if one.id in said], group)
    return {number: [(in_words(item.text), words) for item, words in pairs] for number, pairs in said.items()}


def _members_on(group: Group, form: MembersOnForm) -> tuple[date | None, list[Enrolment]]:
    """The day that was asked for, and who was in the group then; what the reader may not know of is said at the field."""
    form.validate()
    day, program = form.on.data, get_program(group.program_id)
    if day is None or form.on.errors or program is None:
        return None, []
    today = clock.today(program.timezone)
    earliest = queries.earliest_day(current(), group, today)
    if day > today:
        form.on.errors = [_("This day is still to come.")]
    elif earliest is not None and day < earliest:
        form.on.errors = [
            _(
                "You can look back to %(day)s. Supervisors look back further.",
                day=short_day(earliest, program.timezone),
            )
        ]
    else:
        return day, queries.members_on(current(), group, day, program.timezone, today)
    return None, []


def _sorted(people: Sequence[Enrolment]) -> dict[str, Any]:
    line = sorted(
        (e for e in people if e.state == EnrolmentState.WAITLISTED and e.mode == EnrolmentMode.WHOLE),
        key=lambda e: (e.queued_at, e.id),
    )
    return {
        "inside": [e for e in people if e.state == EnrolmentState.ACTIVE],
        "line": [
            *line,
            *(e for e in people if e.state == EnrolmentState.WAITLISTED and e.mode != EnrolmentMode.WHOLE),
            # In for other dates, in the line of one.
            *(e for e in people if e.state == EnrolmentState.ACTIVE and _waits_for_one(e)),
        ],
        "asking": sorted(
            (e for e in people if e.state == EnrolmentState.REQUESTED), key=lambda e: (e.created_at, e.id)
        ),
    }


def _waits_for_one(enrolment: Enrolment) -> bool:
    now = clock.now()
    return any(
        one.state == DateSeatState.WAITING and one.occurrence.end > now for one in enrolment.date_seats
    )


def _say_told(group: Group, since: datetime) -> None:
    words = words_of_told(group, since)
    if words:
        flash(words)


def words_of_told(group: Group, since: datetime) -> str:
    """Who gets a mail of what was done in a group since then, and whom no mail reaches."""
    phones = queries.chooses_by_letters(current(), group_facts(group))
    return told_words(told_of([group.id], since), named=True, phones=phones)


def called(enrolment: Enrolment) -> str:
    """Somebody of a group as who asks may name them: whoever leads it knows only those in it by their whole names."""
    full = enrolment.state == EnrolmentState.ACTIVE or queries.chooses_by_letters(
        current(), group_facts(enrolment.group)
    )
    return enrolment.person.name if full else enrolment.person.short_name


@blueprint.route("/enrolments/<uid>/remove", methods=["GET", "POST"])
@requires(Permission.ENROL_OTHERS)
def remove(uid: str) -> str | Response:
    """Ask once, then take a person out of a group or its line; the line moves at once."""
    enrolment = queries.get_enrolment(current(), uid)
    group = get_group(current(), enrolment.group.uid, Permission.ENROL_OTHERS)
    line = [
        one
        for one in queries.members(current(), group)
        if one.state == EnrolmentState.WAITLISTED and one is not enrolment
    ]
    if request.method == "GET":
        saw(current(), AuditAction.ROSTER_OPENED, [enrolment.person_id], group)
        return render_template(
            "enrolment/remove.html", enrolment=enrolment, group=group, line=line, name=called(enrolment),
            register=queries.chooses_by_letters(current(), group_facts(group)),
            hears=service.hears_of_removal(enrolment), minutes=int(service.UNDO_FOR.total_seconds() // 60),
        )  # fmt: skip
    since, name = clock.now(), called(enrolment)
    happened = service.leave(current(), enrolment, EnrolmentReasonForm().reason.data or "")
    _say_removed(enrolment, name, moved_up=service.seat_gone(happened))
    for one in line:
        if one.state == EnrolmentState.ACTIVE:
            flash(_("%(name)s moved up and has a seat now.", name=one.person.name))
    _say_told(group, since)
    return redirect(url_for("enrolment.roster", uid=group.uid), 303)


def _say_removed(enrolment: Enrolment, name: str, *, moved_up: bool) -> None:
    """That somebody is out, with the way back: undoing it, or enrolling them again where the seat has gone."""
    words = _("%(name)s is no longer in this group.", name=name)
    if moved_up:
        again = _("To bring %(name)s back, enrol them again; where it is full they wait.", name=name)
        tell(f"{words} {again}")
    else:
        tell(words, undo=url_for("enrolment.undo_removal", uid=enrolment.uid))
