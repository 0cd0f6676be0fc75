"""One group, one date, and one's own seat in it."""

from collections.abc import Sequence
from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound as PageNotFound
from werkzeug.wrappers import Response

from groupsched.access.identity import current
from groupsched.access.policy import Permission, can, requires
from groupsched.catalog.models import Group
from groupsched.catalog.queries import facts as group_facts
from groupsched.catalog.rules import Access, LineMode, Orientation, Vocabulary
from groupsched.catalog.words import term_names
from groupsched.core import clock
from groupsched.core.events import ask
from groupsched.core.i18n import text_of, with_commas
from groupsched.enrolment import queries
from groupsched.enrolment.events import OutlineOf, OutlinePart
from groupsched.enrolment.forms import JoinForm
from groupsched.enrolment.models import Cohort, Enrolment, SeatOffer
from groupsched.enrolment.queries import FoundDate, FreeNow
from groupsched.enrolment.routes.blueprint import asks_first, blueprint, own_group
from groupsched.enrolment.routes.date_page import JOINABLE, DatePage
from groupsched.enrolment.routes.question import follows, question_of
from groupsched.enrolment.routes.slots import slot_choice
from groupsched.enrolment.rules import (
    CHOICES,
    CardAction,
    DateSeatState,
    EnrolmentMode,
    EnrolmentState,
    StandingState,
    sentences,
    too_much_alone,
)
from groupsched.enrolment.service import (
    adds_only_words,
    clearance_asked,
    one_alone_words,
    preview,
    takes_nobody,
)
from groupsched.questionnaires.rules import BLANK
from groupsched.questionnaires.words import help_words, in_words, no_answer_words, read_when_words
from groupsched.schedule.events import TopicsMet
from groupsched.schedule.models import Occurrence
from groupsched.schedule.queries import coming
from groupsched.schedule.rules import OccurrenceStatus
from groupsched.schedule.words import topics_and_cycle

SHOWN = 12
MORE = 24
MOST = 400


@blueprint.get("/sessions/<uid>")
@requires(Permission.PUBLIC)
def group_page(uid: str) -> str:
    """One group: what happens, what is not asked, when, and how to join."""
    return show(own_group(uid))


@blueprint.get("/sessions/<uid>/<when>")
@requires(Permission.PUBLIC)
def date_page(uid: str, when: str) -> str:
    """One date of a group, by its original local start."""
    group = own_group(uid)
    return show(group, queries.date_of(group, when))


def look(group: Group, date: Occurrence | None = None, dates: list[Occurrence] | None = None) -> DatePage:
    """What the page of a group says to this reader; `dates` are those to come, where they were read already."""
    dates = coming(group, clock.now(), None) if dates is None else dates
    cohort = asked_cohort(group)
    if cohort is not None and date is None:
        dates = of_cohort(cohort, dates)
    ahead = ahead_of(dates) if cohort is None else of_cohort(cohort, ahead_of(dates))
    chosen = date or next(iter(ahead or dates), None)
    shown = [one for one in dates[:SHOWN] if one != chosen] + ([chosen] if chosen else [])
    rows = sorted(
        queries.listings(current(), shown), key=lambda row: (row.occurrence.start, row.occurrence.id)
    )
    row = next((one for one in rows if one.occurrence == chosen), None)
    if date is None and row is not None:
        row = _to_answer(rows) or (_another(rows, row) if _has_single_dates(row) else row)
    free = _free_now(rows)
    if date is None and row is not None:
        row = next((one for one in rows if _may_take(one, free)), row)
    rows = [one for one in rows if one.occurrence in dates]
    takes = row is not None and (row.label in JOINABLE or bool(free.takes))
    found = preview(group, current().person, ahead) if takes else []
    return DatePage(group, row, rows, ahead, found, free)


def asked_cohort(group: Group) -> Cohort | None:
    """The cohort for which the reader can ask; whoever is in one already reads of that."""
    cohorts = queries.cohorts_of(group)
    asks = next((one for one in cohorts if one.span.asks(one.today)), None)
    live = queries.live_of(group.id, current().person or 0) if asks is not None else None
    return asks if live is None or live.state != EnrolmentState.ACTIVE else None


def of_cohort(cohort: Cohort, dates: Sequence[Occurrence]) -> list[Occurrence]:
    """Those of these dates that are of a cohort."""
    first, end = cohort.span.first_moment(cohort.timezone), cohort.span.end_moment(cohort.timezone)
    return [one for one in dates if first <= one.start < end]


def _free_now(rows: Sequence[FoundDate]) -> FreeNow:
    """What the reader waits for here and may take now."""
    waits = (one.standing for one in rows if one.mine == StandingState.WAITLISTED)
    return queries.free_now(list({one.enrolment for one in waits if one is not None}))


def _may_take(row: FoundDate, free: FreeNow) -> bool:
    return row.standing is not None and (row.standing.enrolment.id, row.occurrence.id) in free.takes


def _to_answer(rows: Sequence[FoundDate]) -> FoundDate | None:
    """The first date for which the reader was proposed."""
    standings = ((one, one.standing) for one in rows)
    return next((one for one, own in standings if own is not None and own.enrolment.is_proposal), None)


def _another(rows: Sequence[FoundDate], row: FoundDate) -> FoundDate:
    """The first date that can be joined besides, else this one."""
    return next((one for one in rows if one.label in JOINABLE and not one.begun), row)


def _has_single_dates(row: FoundDate) -> bool:
    """Whether the reader is in the group for chosen dates: others of it can be joined besides."""
    return row.standing is not None and row.standing.enrolment.mode == EnrolmentMode.DATES


def ahead_of(dates: Sequence[Occurrence]) -> list[Occurrence]:
    """Those of these dates that take place and have not begun."""
    now = clock.now()
    return [one for one in dates if one.start > now and one.status == OccurrenceStatus.SCHEDULED]


def show(group: Group, date: Occurrence | None = None, form: JoinForm | None = None, **more: Any) -> str:
    """The page of a group, with what went wrong where something did."""
    seat, form = look(group, date), form or JoinForm(formdata=None)
    wrong = [("#dates-choice", error) for error in form.dates.errors]
    at = "#accept_clash" if seat.clashes and not form.accept_clash.data else "#join"
    wrong += [(at, more["problem"])] if more.get("problem") else []
    wrong += follows(seat.group) if request.method == "POST" else []
    if "others" not in more and seat.row is not None:
        more["pair"] = _beside(seat.row.occurrence)
    page = {**_context(seat, date), **texts_of_group(group), **more}
    return render_template("enrolment/group.html", **page, form=form, bad=wrong)


def _beside(date: Occurrence) -> Occurrence | None:
    """What stands beside a date: nothing with faith in it for who wants none."""
    found = queries.beside(current(), date, clock.now())
    if found is None or found.group.orientation != Orientation.FAITH:
        return found
    return None if queries.wants_no_faith(current().person) else found


def _context(seat: DatePage, date: Occurrence | None) -> dict[str, Any]:
    identity, group, row = current(), seat.group, seat.row
    return {
        "seat": seat,
        "group": group,
        "row": row,
        "on_date": date is not None,
        "over": date is not None and date.end <= clock.now(),
        "pair": None,
        "slots": slot_choice(row.occurrence) if row is not None and not row.cancelled else None,
        "may_place": can(identity, Permission.ENROL_OTHERS, group_facts(group)),
        "roster_href": _roster(group) if can(identity, Permission.ROSTER_READ, group_facts(group)) else "",
        "change_from": queries.to_switch_from(identity.person, group)
        if date is None and _changes(seat)
        else [],
        "offer": _offer_out(row),
        "in_week": row is not None and queries.in_own_week(identity.person, row.occurrence) is not None,
        **_asked_first(seat),
        **_question(seat),
        "back_here": url_for("enrolment.group_page", uid=group.uid),
        **_topics(seat),
        "outline": _outline(seat),
    }


def _offer_out(row: FoundDate | None) -> SeatOffer | None:
    """The seat of this date that somebody who waits for it is asked about now."""
    if row is None or row.standing is None or row.mine != StandingState.WAITLISTED:
        return None
    if row.group.line_mode is LineMode.AT_ONCE:
        return None
    return queries.offer_of(row.standing.enrolment, clock.now(), row.occurrence.id)


def _changes(seat: DatePage) -> bool:
    """Whether somebody in another group could change into this one."""
    group = seat.group
    return seat.joinable and not group.external and not group.has_slots and current().person is not None


def _asked_first(seat: DatePage) -> dict[str, Any]:
    """What has to be on file before somebody joins this kind, and that it adds to other care alone, where they have none."""
    kind, person = seat.group.modality, current().person
    clearance, adds_only, has_one = "", "", False
    if person is not None and seat.joinable and not seat.group.external and seat.row is not None:
        if kind.clearance and not queries.cleared(person, kind.clearance, seat.row.occurrence.local_date):
            clearance = clearance_asked(kind.clearance)
        elif kind.complementary and (care := queries.other_care(person, clock.now())).adds_only:
            has_one = too_much_alone(care, 1)
            adds_only = one_alone_words() if has_one else adds_only_words()
    return {"clearance": clearance, "adds_only": adds_only, "has_one": has_one}


def _question(seat: DatePage) -> dict[str, Any]:
    """What is asked with a request for a seat, where one is asked here and it asks anything."""
    asks = seat.joinable and seat.row is not None and seat.row.label == CardAction.ASK_TO_JOIN
    asked = question_of(seat.group) if asks and current().person is not None else None
    if asked is None:
        return {"question": None}
    words = {"said": in_words, "reads": read_when_words()[asked.form.read_when], "help_words": help_words()}
    return {"question": asked, "no_answer": no_answer_words(), "blank": BLANK, **words}


def _topics(seat: DatePage) -> dict[str, Any]:
    """The topics of a group with when each comes round, and at which the reader was; nothing where no coming date has one."""
    if not any(one.topic_id for one in seat.ahead):
        return {"topics": [], "next_topics": {}, "cycle": "", "topics_met": frozenset()}
    group, person = seat.group, current().person
    found = topics_and_cycle(group)
    met = ask(TopicsMet(group.id, person)) if found["topics"] and person is not None else []
    return {**found, "topics_met": {number for answer in met for number in answer}}


def _outline(seat: DatePage) -> list[OutlinePart]:
    """What happens on the date looked at, part by part; nothing for a listing of somebody else."""
    if seat.row is None or seat.group.external:
        return []
    return [part for answer in ask(OutlineOf(seat.row.occurrence.id)) for part in answer]


def texts_of_group(group: Group) -> dict[str, Any]:
    """What the kind of session says of itself, and what the group says besides, in the language of the page.

    The house's words are not true of a meeting that others run: of it only its own words are shown.
    """
    names = ("summary", "happens", "not_asked", "bring", "good_to_know")
    texts = {name: "" if group.external else text_of(group.modality.texts, name) for name in names}
    return {
        "texts": texts,
        "not_asked": sentences(group.not_asked or texts["not_asked"]),
        "languages_spoken": term_names(group.program_id, Vocabulary.LANGUAGE, group.languages),
        "for_whom": with_commas(term_names(group.program_id, Vocabulary.AUDIENCE, group.audience)),
        "more_tags": term_names(
            group.program_id, Vocabulary.TAG, (t for t in group.tags if t not in CHOICES["needs"])
        ),
    }


def _roster(group: Group) -> str:
    return "" if group.external else url_for("enrolment.roster", uid=group.uid)


@blueprint.get("/sessions/<uid>/mine")
@requires(Permission.ENROL_SELF)
def mine(uid: str) -> str | Response:
    """One's own seat in a group: the dates, giving one back, leaving. Who has none, or was proposed, reads about the group."""
    group = own_group(uid)
    live = queries.live_of(group.id, current().person or 0)
    if live is None or live.is_proposal:
        return redirect(url_for("enrolment.group_page", uid=uid), 303)
    coming_dates, most = coming(group, clock.now(), None), how_many(request.args.get("dates", ""))
    own = own_dates(live, coming_dates)
    dates = queries.listings(current(), own[:most])
    row = held_or_waited_for(dates)
    whole_line = live.state != EnrolmentState.ACTIVE and live.mode == EnrolmentMode.WHOLE
    asked = live.state == EnrolmentState.REQUESTED
    seat = (
        look(group, _asked_for(live, coming_dates), dates=coming_dates)
        if whole_line or asked
        else DatePage(group, row, [], _theirs(live, ahead_of(coming_dates)), free=queries.free_now([live]))
    )
    return render_template(
        "enrolment/mine.html", for_next=whole_line and not asked and _for_next_cohort(live), switching=queries.open_switch(live), seat=seat, group=group, live=live, dates=dates, row=seat.row, asked=asked,
        held=row is not None and row.mine == StandingState.ACTIVE, waits=whole_line or (row is not None and row.mine == StandingState.WAITLISTED),
        own=queries.own_slots(live.person_id, [one.occurrence for one in dates]), by_mail=live.person.by_mail, offer=queries.offer_of(live, clock.now()) if group.line_mode is not LineMode.AT_ONCE else None, most=most, more=most + MORE if most < len(own) else 0, is_final=asks_first(live),
        takes_guests=row is not None and row.mine == StandingState.ACTIVE and queries.guest_seats(group) is not None,
    )  # fmt: skip


def _asked_for(live: Enrolment, dates: Sequence[Occurrence]) -> Occurrence | None:
    """The first date that a request names; none where it asks for the whole group."""
    asked = {one.occurrence_id for one in live.date_seats if one.state == DateSeatState.WAITING}
    return (
        next((one for one in dates if one.id in asked), None)
        if live.state == EnrolmentState.REQUESTED
        else None
    )


def _for_next_cohort(live: Enrolment) -> bool:
    """Whether somebody waits for the next cohort: not for the one that people get into now, or there is none."""
    return live.group.access == Access.CLOSED and (live.cohort_id is not None or takes_nobody(live.group))


def _theirs(live: Enrolment, dates: list[Occurrence]) -> list[Occurrence]:
    """Those of the coming dates of a group that somebody could have: in a cohort, its own."""
    return dates if live.until_start is None else [one for one in dates if live.covers(one.start)]


def held_or_waited_for(dates: Sequence[FoundDate]) -> FoundDate | None:
    """Of one's dates in a group the next one with a seat, else the next one that is waited for: never one that is neither."""
    ahead = [one for one in dates if not one.cancelled]
    states = (StandingState.ACTIVE, StandingState.WAITLISTED)
    return next((one for state in states for one in ahead if one.mine == state), None)


def own_dates(live: Enrolment, dates: Sequence[Occurrence]) -> list[Occurrence]:
    """Those of the coming dates on which somebody stands somewhere; none before a seat or a place in a date's line is
    theirs."""
    if live.state == EnrolmentState.REQUESTED or (
        live.mode == EnrolmentMode.WHOLE and live.state != EnrolmentState.ACTIVE
    ):
        return []
    where = queries.standings(live.person_id, dates)
    return [one for one in dates if one.id in where]


def how_many(asked: str) -> int:
    """How many of one's dates to show: as the address says, within reason."""
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 4 else SHOWN
    return min(max(number, SHOWN), MOST)


@blueprint.url_value_preprocessor
def _only_plain_addresses(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Public ids and dates are ASCII letters, digits and a dash; anything else names nothing. What is signed has a signature
    behind a dot."""
    for name, value in (values or {}).items():
        plain = str(value).replace("-", "")
        if name == "signed":
            plain = plain.replace(".", "").replace("_", "")
        if not plain.isascii() or not plain.isalnum():
            raise PageNotFound
