"""Many dates of one person given away at once: who is free on which, whom each goes to, and the way back."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from groupsched.access.identity import current
from groupsched.access.policy import Permission, can, requires
from groupsched.accounts.models import Person
from groupsched.catalog.models import Group
from groupsched.catalog.queries import leaders
from groupsched.core.errors import NotFound
from groupsched.core.i18n import _, ngettext
from groupsched.core.text import clean_line
from groupsched.schedule import service
from groupsched.schedule.models import Occurrence, Substitution
from groupsched.schedule.queries import away_facts, dates_to_give, get_covers
from groupsched.schedule.routes.blueprint import blueprint
from groupsched.schedule.service import CoverCandidate
from groupsched.schedule.words import not_free

Answer = str | Response | tuple[str, int]
UID = 20
MOST_AT_ONCE = 60


@dataclass(frozen=True)
class GivenTo:
    """Somebody to whom dates could go, and on how many of them nothing is known that they do."""

    person: Person
    free: int


@dataclass(frozen=True)
class DateToGive:
    """A date, who could lead it, whom it goes to as chosen (None: it stays open), and why not to whom it was meant to."""

    occurrence: Occurrence
    could: list[CoverCandidate]
    to: Person | None
    why_not: str


@blueprint.route("/covers/give", methods=["GET", "POST"])
@requires(Permission.COVER_ASK)
def give_dates() -> Answer:
    """Who leads many dates instead of somebody: one person for all, one for each group, or another for a date."""
    part, dates = _asked()
    could = service.candidates_of(dates, part)
    if request.method == "GET":
        return _page(part, dates, could)
    known = {one.uid: one for one in leaders(current().program_id)}
    said = {one.uid: clean_line(request.form.get(f"who-{one.uid}", ""), UID) for one in dates}
    wanted = [(one, known[said[one.uid]]) for one in dates if said[one.uid] in known]
    if not wanted or any(uid and uid not in known for uid in said.values()):
        return _page(part, dates, could, problem=_("Choose who leads at least one of them.")), 422
    given = service.give_covers(current(), part, wanted)
    _say(given, len(wanted) - len(given))
    return redirect(_back(part), 303)


@blueprint.post("/covers/take-back")
@requires(Permission.COVER_ASK)
def take_covers_back() -> Response:
    """Have dates that were given away be led as before."""
    rows = get_covers(current(), request.form.getlist("cover")[:MOST_AT_ONCE])
    back = service.take_back_covers(current(), rows)
    flash(ngettext("%(num)s date is led as before.", "%(num)s dates are led as before.", len(back)))
    return redirect(_back(rows[0].part_of) if rows else url_for("home.today"), 303)


def _asked() -> tuple[Person, list[Occurrence]]:
    """Whose dates, and which. Raises NotFound where none of them is the reader's to give, nor the person theirs to see to."""
    uid = clean_line(request.values.get("part", ""), UID)
    part = next((one for one in leaders(current().program_id) if one.uid == uid), None)
    if part is None:
        raise NotFound
    uids = [clean_line(one, UID) for one in request.args.getlist("date")[:MOST_AT_ONCE]]
    dates = dates_to_give(current(), part, uids)
    if not dates and not can(current(), Permission.AWAY_WRITE, away_facts(part)):
        raise NotFound
    return part, dates


def _back(part: Person) -> str:
    sees = can(current(), Permission.AWAY_WRITE, away_facts(part))
    return url_for("schedule.time_off", person=part.uid) if sees else url_for("home.today")


def _say(given: Sequence[Substitution], left: int) -> None:
    """Who leads how many dates now, with the way back."""
    counted = Counter(row.taken_by for row in given if row.taken_by is not None)
    words = [
        ngettext(
            "%(name)s leads %(num)s date now.",
            "%(name)s leads %(num)s dates now.",
            number,
            name=one.short_name,
        )
        for one, number in counted.items()
    ]
    if given:
        words.append(_("Each of them gets one mail, and so do the people of these dates."))
    if left:
        words.append(
            ngettext(
                "%(num)s date stays as it is: somebody leads it already, or who was chosen is taken then.",
                "%(num)s dates stay as they are: somebody leads them already, or who was chosen is taken then.",
                left,
            )
        )
    back = url_for("schedule.take_covers_back") if given else ""
    fields = {"cover": [row.uid for row in given]}
    flash({"words": " ".join(words), "undo": back, "fields": fields}, "warn" if left else "message")  # type: ignore[arg-type]


def _page(
    part: Person, dates: list[Occurrence], could: Mapping[int, list[CoverCandidate]], problem: str = ""
) -> str:
    people = _people(dates, could)
    chosen = _chosen("to", people) or (people[0].person if people else None)
    groups = {one.group.id: one.group for one in dates}
    of_group = {number: _chosen(f"to-{group.uid}", people) for number, group in groups.items()}
    rows = [_row(one, could[one.id], of_group[one.group_id] or chosen) for one in dates]
    return render_template(
        "schedule/give_dates.html",
        part=part,
        mine=part.id == current().person,
        dates=dates,
        people=people,
        chosen=chosen,
        of_group={groups[number]: person for number, person in of_group.items()},
        by_group=_by_group(rows),
        not_free=not_free,
        problem=problem,
        back=_back(part),
    )


def _people(dates: Sequence[Occurrence], could: Mapping[int, list[CoverCandidate]]) -> list[GivenTo]:
    """Everybody who could lead some of these dates, who is free on most of them first; of those, whom the groups know."""
    free, known = Counter[Person](), Counter[Person]()
    for one in dates:
        for found in could[one.id]:
            free[found.person] += found.fitness.free
            known[found.person] += found.fitness.preferred
    order = sorted(free, key=lambda one: (-free[one], -known[one], one.first_name, one.id))
    return [GivenTo(one, free[one]) for one in order]


def _chosen(name: str, people: Sequence[GivenTo]) -> Person | None:
    uid = clean_line(request.values.get(name, ""), UID)
    return next((one.person for one in people if one.person.uid == uid), None)


def _row(date: Occurrence, could: list[CoverCandidate], meant: Person | None) -> DateToGive:
    found = next((one for one in could if one.person == meant), None)
    why = not_free(found.fitness, found.meets.title if found.meets else "") if found is not None else ""
    said = request.form.get(f"who-{date.uid}")
    if said is not None:
        to = next((one.person for one in could if one.person.uid == said), None)
        return DateToGive(date, could, to, "")
    if found is None or why:
        return DateToGive(
            date,
            could,
            None,
            _("%(name)s is not free: %(why)s.", name=meant.short_name, why=why) if why and meant else "",
        )
    return DateToGive(date, could, found.person, "")


def _by_group(rows: Sequence[DateToGive]) -> list[tuple[Group, list[DateToGive]]]:
    found: dict[int, tuple[Group, list[DateToGive]]] = {}
    for row in rows:
        group = row.occurrence.group
        found.setdefault(group.id, (group, []))[1].append(row)
    return list(found.values())
