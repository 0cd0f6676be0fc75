"""Enrolling people, for staff: one form that carries who is chosen from act to act, and says what became of each.

Nothing stands in an address: searching, turning a page and looking up a list are posts of the same form.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from groupsched.access.identity import current
from groupsched.access.policy import Permission, can, requires
from groupsched.accounts.models import Person
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import saw
from groupsched.catalog.models import Group
from groupsched.catalog.queries import facts as group_facts
from groupsched.catalog.queries import get_group
from groupsched.core import clock
from groupsched.core.errors import Conflict
from groupsched.core.i18n import _, listed, ngettext
from groupsched.enrolment import queries, service
from groupsched.enrolment.forms import BringForm
from groupsched.enrolment.routes.blueprint import blueprint
from groupsched.enrolment.routes.brought import BroughtPerson, became
from groupsched.enrolment.routes.people import words_of_told
from groupsched.enrolment.rules import (
    MOST_AT_ONCE,
    MOST_BY_LEADER,
    BringAct,
    BroughtAs,
    EnrolmentMode,
    ShownAt,
)
from groupsched.schedule.models import Occurrence
from groupsched.schedule.queries import coming
from groupsched.schedule.rules import OccurrenceStatus

Answer = str | Response | tuple[str, int]


@dataclass
class BringPage:
    """The form, who is chosen, and what there is to say. `register`: whether it is open to who asks; to others a line that
    means nobody whom they know is one of the `rest`, whether it is somebody's name or not."""

    group: Group
    form: BringForm
    register: bool
    chosen: list[Person] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    several: dict[str, list[Person]] = field(default_factory=dict)
    nobody: list[str] = field(default_factory=list)
    rest: list[str] = field(default_factory=list)
    results: list[BroughtPerson] = field(default_factory=list)

    @cached_property
    def beside(self) -> Occurrence | None:
        """What stands beside a faith-based group, for who brings people into it to say."""
        return queries.beside_joined(current(), self.group, None, clock.now())

    def choose(self, people: Sequence[Person]) -> None:
        """Choose these too."""
        new = [one for one in people if one not in self.chosen]
        self.chosen = sorted([*self.chosen, *new], key=lambda one: (one.first_name, one.last_name, one.id))

    def add(self, people: Sequence[Person]) -> None:
        """Choose those of them who are not in already, and note how many are new and who is in."""
        inside = queries.in_already(self.group, people) if people else []
        before = len(self.chosen)
        self.choose([one for one in people if one not in inside])
        if number := len(self.chosen) - before:
            self.notes.append(
                ngettext(
                    "%(num)s more person is ticked, and not enrolled yet.",
                    "%(num)s more people are ticked, and not enrolled yet.",
                    number,
                )
            )
        elif people and not inside:
            self.notes.append(_("They are chosen already."))
        if inside:
            full = self.shown_in_full(inside)
            names = [one.name if one.id in full else one.short_name for one in inside]
            self.notes.append(_("In this group already: %(people)s.", people=listed(names)))

    def shown_in_full(self, people: Sequence[Person]) -> set[int]:
        """Whose whole name and number stand on the page."""
        return {one.id for one in people} if self.register else queries.names_open(current(), people)

    @property
    def at_once(self) -> int:
        """How many are enrolled at once."""
        return MOST_AT_ONCE if self.register else MOST_BY_LEADER


@blueprint.route("/groups/<uid>/enrol", methods=["GET", "POST"])
@requires(Permission.ENROL_OTHERS)
def bring(uid: str) -> Answer:
    """Choose people by letters or a whole name, by a group they are in or by a list, then enrol them in every coming date or
    in one."""
    page = _opened(uid)
    act = request.form.get("act", "")
    if request.method == "GET" or not page.group.published:
        return _draw(page)
    if not page.form.validate():
        return _draw(page, 422)
    if act == BringAct.GROUP:
        _choose_group(page)
    elif act == BringAct.FIND:
        _choose_found(page)
    elif act in (BringAct.NAMES, BringAct.ENROL):
        _choose_listed(page)
    return _enrol(page) if act == BringAct.ENROL else _draw(page)


def _opened(uid: str) -> BringPage:
    group = get_group(current(), uid, Permission.ENROL_OTHERS)
    if group.external:
        raise Conflict(_("Others run this group: it has no list of people here."), code="external")
    form = BringForm(formdata=request.form if request.method == "POST" else None)
    page = BringPage(group, form, queries.chooses_by_letters(current(), group_facts(group)))
    page.choose(queries.people_of(current(), group, form.people.data or []))
    return page


def _choose_group(page: BringPage) -> None:
    """Everybody with a seat in another group, as far as they may be enrolled here."""
    if not page.form.group.data:
        page.form.group.errors = [_("Choose a group of the list.")]
        return
    found, in_all = queries.people_in_both(current(), page.group, page.form.group.data)
    page.add(found)
    if in_all > len(found):
        page.notes.append(
            ngettext(
                "%(num)s person of that group cannot be enrolled by you.",
                "%(num)s people of that group cannot be enrolled by you.",
                in_all - len(found),
            )
        )


def _choose_found(page: BringPage) -> None:
    """Whoever stands before them: one answer, or none that says more than that."""
    words = page.form.who.data or ""
    person = queries.person_before(current(), page.group, words)
    if person is None:
        page.form.who.errors = [_("Nobody by exactly that name or number. Ask the desk.")]
        return
    saw(current(), AuditAction.PERSON_SOUGHT, [person], person)
    page.form.who.data = ""
    page.add([person])


def _choose_listed(page: BringPage) -> None:
    """Those of a pasted list who are sure; of it stays what needs another look."""
    answer, people = queries.people_listed(current(), page.group, page.form.names.data or "")
    page.add([people[uid] for uid in answer.sure])
    chosen = {one.uid for one in page.chosen}
    page.several = {
        line: [people[uid] for uid in uids] for line, uids in answer.several.items() if not chosen & set(uids)
    }
    page.nobody, page.rest = (answer.nobody, []) if page.register else ([], answer.nobody)
    page.form.names.data = "\n".join([*page.several, *answer.nobody])
    if page.rest:
        page.notes.append(
            ngettext(
                "%(num)s line is for the desk: it goes there when you enrol.",
                "%(num)s lines are for the desk: they go there when you enrol.",
                len(page.rest),
            )
        )


def _enrol(page: BringPage) -> Answer:
    if not (page.chosen or page.rest) or len(page.chosen) > MOST_AT_ONCE:
        page.form.people.errors = [_("Choose at least one person, and at most %(n)s.", n=MOST_AT_ONCE)]
        return _draw(page, 422)
    when = page.form.when.data
    dates = [queries.date_of(page.group, when)] if when else []
    since = clock.now()
    results = service.enrol_many(
        current(), page.group, page.chosen[: page.at_once], mode=EnrolmentMode.DATES if dates else EnrolmentMode.WHOLE,
        occurrences=dates, accept_clash=page.form.accept_clash.data, late=page.form.late.data or "",
    )  # fmt: skip
    page.results = [became(person, done) for person, done in results]
    for one in page.results:
        if one.how in (BroughtAs.JOINED, BroughtAs.WAITS):
            service.note_beside(current(), one.person, page.group, page.beside, ShownAt.BY_STAFF)
    page.notes = [words] if (words := words_of_told(page.group, since)) else []
    _propose(page, dates)
    page.chosen = [one.person for one in page.results if one.how is BroughtAs.REFUSED]
    return _draw(page, 409 if page.results and len(page.chosen) == len(page.results) else 200)


def _propose(page: BringPage, dates: Sequence[Occurrence]) -> None:
    """Those above the number that one enrols at once, and whomever the rest of a list means."""
    more = page.chosen[page.at_once :]
    if more or page.rest:
        meant = queries.people_meant(current(), page.group, page.rest)
        service.propose(current(), page.group, [*more, *meant], dates)
    page.results += [BroughtPerson(person, BroughtAs.PROPOSED) for person in more]
    if page.rest:
        page.form.names.data = "\n".join(page.several)
        page.notes.append(_("The desk looks at the rest of the list."))


def _draw(page: BringPage, status: int = 200) -> Answer:
    """The form as it is now: who is chosen first, then the page of the list that was asked for."""
    # Those chosen are left out on the page, not in the query: else turning it would pass by as many others.
    found = queries.people_to_bring(
        current(), page.group, page.form.letters.data or "", page.form.people_page()
    )
    several = [one for people in page.several.values() for one in people]
    shown = [*found.people, *page.chosen, *several, *(one.person for one in page.results)]
    saw(current(), AuditAction.ROSTER_OPENED, shown, page.group)
    html = render_template(
        "enrolment/bring.html", page=page, may_bring=True, full=page.shown_in_full(shown), group=page.group, form=page.form, found=found,
        groups=queries.groups_with_people(current(), page.group), dates=_dates(page.group), most=MOST_AT_ONCE,
        back=url_for("enrolment.roster", uid=page.group.uid), pair=page.beside, **_cohort(page.group),
    )  # fmt: skip
    return (html, status) if status != 200 else html


def _cohort(group: Group) -> dict[str, bool]:
    """Whether the group runs as cohorts, nobody gets into one now, and the reader may let somebody in all the same."""
    cohorts = queries.cohorts_of(group)
    closed = bool(cohorts) and queries.open_cohort(cohorts) is None
    runs = closed and queries.running_cohort(cohorts) is not None
    return {
        "whole_only": bool(cohorts),
        "closed": closed,
        "may_let_in": runs and can(current(), Permission.GROUP_WRITE, group_facts(group)),
    }


def _dates(group: Group) -> list[Any]:
    now = clock.now()
    return [one for one in coming(group, now) if one.status == OccurrenceStatus.SCHEDULED and one.start > now]
