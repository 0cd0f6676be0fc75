"""Closed days: which there are, adding one after seeing what it changes, taking one back, what each series does then."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from groupsched.access.identity import current
from groupsched.access.models import Site
from groupsched.access.policy import Permission, requires
from groupsched.access.queries import current_program, get_site, sites
from groupsched.catalog.queries import places
from groupsched.core import clock, holidays, regions
from groupsched.core.db import db
from groupsched.core.errors import DomainError, NotFound
from groupsched.core.fields import add_refusal
from groupsched.core.filters import day
from groupsched.core.i18n import _, listed, ngettext
from groupsched.schedule import service
from groupsched.schedule.forms import ClosureForm
from groupsched.schedule.models import Closure
from groupsched.schedule.queries import asked_series, closures_since, get_closure
from groupsched.schedule.routes.blueprint import blueprint, unheard_words
from groupsched.schedule.rules import ChosenAct, ClosedDays, WhyNot
from groupsched.schedule.service import Ripple, WantedClosure
from groupsched.schedule.words import rhythm

AHEAD = timedelta(days=365)
MOST_HOLIDAYS = 40
DATES_SHOWN = ("unanswered", "taken", WhyNot.PAST, WhyNot.AT_THE_SAME_TIME, WhyNot.OVER)
"""Refusals that are about dates: what would be closed is right, and what it changes is shown again."""
Answer = str | Response | tuple[str, int]


@blueprint.get("/closures")
@requires(Permission.CLOSURE_WRITE)
def closures() -> str:
    """The closed days of a year, and the public holidays of the next twelve months to choose from."""
    here = _site(request.args.get("site", ""))
    today = clock.today(here.timezone)
    year = _number(request.args.get("year", "")) or today.year
    rows = closures_since(current(), datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC))
    return render_template(
        "schedule/closures.html",
        rows=[(row, day_words(row)) for row in rows],
        undecided=service.dates_to_decide(current()),
        year=year,
        this_year=today.year,
        site=here,
        sites=sites(current()),
        rooms={row.id: row.name for row in places(current(), retired=True)},
        holidays=_offered(here, today),
        country=_country(here),
        countries=holidays.countries(),
        parts=holidays.parts(_country(here)),
    )


@blueprint.post("/closures/decide")
@requires(Permission.CLOSURE_WRITE)
def decide_closed_dates() -> Answer:
    """Answer for dates on closed days of which somebody was to be asked."""
    try:
        done = service.decide_dates(current(), _answers())
    except DomainError as refusal:
        db.session.rollback()
        flash(refusal.message)
    else:
        flash(" ".join([_("Saved."), done_words(done)]))
    return redirect(url_for("schedule.closures"), 303)


@blueprint.post("/closures/region/<uid>")
@requires(Permission.CLOSURE_WRITE)
def holiday_region(uid: str) -> Response:
    """Say whose public holidays a site keeps."""
    site = get_site(current(), uid)
    service.keep_holidays_of(current(), site, request.form.get("country", ""), request.form.get("part", ""))
    return redirect(url_for("schedule.closures", site=uid), 303)


@blueprint.route("/closures/new", methods=["GET", "POST"])
@requires(Permission.CLOSURE_WRITE)
def new_closure() -> Answer:
    """Say what is closed, see what that changes, then decide."""
    chosen = request.values.getlist("holiday")[:MOST_HOLIDAYS]
    form = _form()
    if request.method == "GET" and not chosen:
        return render_template("schedule/closure.html", form=form, ripple=None, wanted=[], chosen=[])
    if not chosen and not form.validate():
        return render_template("schedule/closure.html", form=form, ripple=None, wanted=[], chosen=[]), 422
    try:
        wanted, answers = _wanted(form, chosen), _answers()
        if request.method == "POST" and request.form.get("step") == "close":
            _rows, done = service.close(current(), wanted, answers)
            flash(" ".join([_("The house is closed then."), done_words(done)]))
            return redirect(url_for("schedule.closures"), 303)
        found = service.ripple(current(), wanted, answers)
    except DomainError as refusal:
        db.session.rollback()
        return _refused(form, chosen, refusal)
    page = {"form": form, "ripple": found, "wanted": [(one, day_words(one)) for one in wanted]}
    return render_template("schedule/closure.html", **page, chosen=chosen, answers=answers)


def _refused(form: ClosureForm, chosen: list[str], refusal: DomainError) -> tuple[str, int]:
    """The form again with what is wrong; where answers are missing, or a date cannot move where it is to, with the dates."""
    add_refusal(form, refusal)
    # What could not move is offered the time that is free by now.
    answers = _answers()
    if refusal.code != "unanswered":
        answers = {uid: answer for uid, answer in answers.items() if not isinstance(answer, datetime)}
    page = {"form": form, "chosen": chosen, "ripple": None, "wanted": [], "answers": answers}
    if refusal.code in DATES_SHOWN:
        wanted = _wanted(form, chosen)
        page |= {
            "ripple": service.ripple(current(), wanted, answers),
            "wanted": [(one, day_words(one)) for one in wanted],
        }
    return render_template("schedule/closure.html", **page), 409 if refusal.status == 409 else 422


@blueprint.route("/closures/<uid>", methods=["GET", "POST"])
@requires(Permission.CLOSURE_WRITE)
def closure(uid: str) -> Answer:
    """Take a closed day back: which of its dates take place again."""
    row = get_closure(current(), uid)
    if request.method == "POST":
        done = service.take_back(current(), row, set(request.form.getlist("date")))
        words = ngettext("%(num)s date takes place again.", "%(num)s dates take place again.", len(done.off))
        flash(" ".join([_("Open again."), words, told_words(done)]))
        return redirect(url_for("schedule.closures"), 303)
    found = service.opening(current(), row)
    page = {"row": row, "when": day_words(row), "ripple": found, "told": told_words(found)}
    return render_template("schedule/closure_back.html", **page)


@blueprint.route("/closures/groups", methods=["GET", "POST"])
@requires(Permission.CLOSURE_WRITE)
def closed_days_of_groups() -> Answer:
    """What each series does on closed days."""
    rows = asked_series(current())
    if request.method == "POST":
        known = {answer.value: answer for answer in ClosedDays}
        said = {
            row.id: known.get(request.form.get(row.uid, ""))
            for row, _usual in rows
            if row.uid in request.form
        }
        service.answer_of_series(current(), said)
        flash(_("Saved."))
        return redirect(url_for("schedule.closures"), 303)
    said_words = [(row, rhythm(row.rule), usual) for row, usual in rows]
    return render_template("schedule/closure_groups.html", rows=said_words)


def day_words(one: Closure | WantedClosure) -> str:
    """From when to when something is closed, with times where it is not of whole days."""
    start, end = (one.starts_at, one.ends_at) if isinstance(one, Closure) else (one.start, one.end)
    zone = ZoneInfo(one.site.timezone)
    first, last = start.astimezone(zone), end.astimezone(zone)
    if first.time() == last.time() == time():
        last -= timedelta(days=1)
        days = (day(first.date(), zone.key), day(last.date(), zone.key))
        return days[0] if first.date() == last.date() else f"{days[0]} – {days[1]}"
    if first.date() == last.date():
        return f"{day(first.date(), zone.key)}, {regions.clock_range(first, last)}"
    ends = (f"{day(one.date(), zone.key)}, {regions.clock(one)}" for one in (first, last))
    return " – ".join(ends)


def done_words(done: Ripple) -> str:
    """What closing did, in words."""
    words = [ngettext("%(num)s date is called off.", "%(num)s dates are called off.", len(done.off))]
    if done.moved:
        words.append(ngettext("%(num)s date moves.", "%(num)s dates move.", len(done.moved)))
    return " ".join([*words, told_words(done)])


def told_words(done: Ripple) -> str:
    """How many people hear of it."""
    if not done.people:
        return _("Nobody is told of this.")
    told = len(done.told)
    said = ngettext("%(num)s person is told.", "%(num)s people are told.", told) if told else ""
    return " ".join(filter(None, [said, unheard_words(done.unheard, done.told)]))


def _form() -> ClosureForm:
    form = ClosureForm()
    form.site.choices = [(site.uid, site.name) for site in sites(current())]
    names = {site.id: site.name for site in sites(current())}
    rooms = [row for row in places(current()) if row.site_id in names]
    several = len({row.site_id for row in rooms}) > 1
    form.rooms.choices = [
        (row.uid, f"{row.name}, {names[row.site_id]}" if several and row.site_id else row.name)
        for row in rooms
    ]
    return form


def _site(uid: str) -> Site:
    known = sites(current())
    if not known:
        raise NotFound
    return next((site for site in known if site.uid == uid), known[0])


def _number(text: str) -> int:
    return int(text) if len(text) == 4 and text.isascii() and text.isdigit() and text > "1999" else 0


def _country(site: Site) -> str:
    program = current_program(current())
    return site.holiday_country or (program.region if program is not None else "")


def _offered(site: Site, today: date) -> list[tuple[holidays.PublicHoliday, bool]]:
    """The public holidays of the next twelve months, each with whether it is closed then already."""
    zone = ZoneInfo(site.timezone)
    standing = [row for row in closures_since(current(), clock.now()) if row.site_id == site.id]
    spans = [(row.starts_at.astimezone(zone).date(), row.ends_at.astimezone(zone)) for row in standing]
    found = holidays.between(_country(site), site.holiday_part, today, today + AHEAD)
    midnight = {one.day: datetime.combine(one.day, time(), zone) for one in found}
    return [(one, any(first <= one.day and midnight[one.day] < end for first, end in spans)) for one in found]


def _wanted(form: ClosureForm, chosen: list[str]) -> list[WantedClosure]:
    site = _site(request.values.get("site", ""))
    if not chosen:
        rooms = {row.uid: row for row in places(current()) if row.site_id == site.id}
        if elsewhere := [uid for uid in form.rooms.data or () if uid not in rooms]:
            # Left out they would leave none, and none is the whole site.
            chosen_there = listed([label for uid, label in form.rooms.choices if uid in elsewhere])
            words = _(
                "%(rooms)s: not a room of %(site)s. Choose rooms of the site that closes.",
                rooms=chosen_there,
                site=site.name,
            )
            raise DomainError(words, code="rooms", field="rooms")
        numbers = tuple(rooms[uid].id for uid in form.rooms.data or ())
        return [WantedClosure(site, form.name.data or "", *form.span(site.timezone), numbers)]
    today = clock.today(site.timezone)
    known = {str(one.day): one for one, _closed in _offered(site, today)}
    days = [known[text] for text in dict.fromkeys(chosen) if text in known]
    if not days:
        raise DomainError(_("Choose at least one."), code="no-day")
    return [WantedClosure(site, one.name, *_whole(one.day, site.timezone)) for one in days]


def _whole(which: date, timezone: str) -> tuple[datetime, datetime]:
    zone = ZoneInfo(timezone)
    ends = (datetime.combine(one, time(), zone) for one in (which, which + timedelta(days=1)))
    start, end = (one.astimezone(UTC) for one in ends)
    return start, end


def _answers() -> dict[str, ClosedDays | datetime]:
    """What was answered of dates, by their ids; of those that move the moment at which they begin then."""
    known: dict[str, ClosedDays | datetime] = {one.value: one for one in (ClosedDays.SKIP, ClosedDays.KEEP)}
    found = {}
    for name, value in request.form.items():
        uid = name.removeprefix("answer-")
        answer = _moment(request.form.get(f"to-{uid}", "")) if value == ChosenAct.MOVE else known.get(value)
        if name != uid and answer is not None:
            found[uid] = answer
    return found


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo is not None else None
