"""Choosing three kinds, and one date of each."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from flask import render_template, request

from groupsched.access.identity import current
from groupsched.accounts.models import Person
from groupsched.care import queries
from groupsched.care.queries import TryOffer
from groupsched.care.routes.trial_beside import SecularBeside, secular_beside
from groupsched.care.routes.trial_pages import UID, Trier
from groupsched.care.rules import (
    KINDS,
    TRIED_KINDS,
    TryDate,
    by_kind,
    plan,
    stands,
    with_first,
)
from groupsched.catalog.rules import ModalityKind
from groupsched.core import clock
from groupsched.core.filters import local
from groupsched.core.i18n import _
from groupsched.core.text import clean_line
from groupsched.core.web import is_part
from groupsched.enrolment.queries import other_care
from groupsched.enrolment.rules import CHOICES, PartOfDay, part_of_day
from groupsched.enrolment.service import adds_only_words
from groupsched.enrolment.words import choices
from groupsched.schedule.models import Occurrence


@dataclass(frozen=True)
class TryQuestion:
    """What somebody asked for: up to three kinds, when, what makes it easy, whether meetings of others too; and the dates they chose
    already."""

    kinds: tuple[ModalityKind, ...]
    times: tuple[str, ...]
    needs: tuple[str, ...]
    dates: tuple[str, ...]
    outside: bool = False

    def suits(self, one: Occurrence) -> bool:
        """Whether a date is at a wanted time and has all that was asked for; meetings of others only where they are wanted."""
        if one.external and not self.outside:
            return False
        return (not self.times or _part(one) in self.times) and set(self.needs) <= _needs(one)


@dataclass(frozen=True)
class KindTile:
    """A kind to pick: with the titles of its groups, whether it is picked, and whether any of its dates suits."""

    kind: ModalityKind
    titles: Sequence[str]
    on: bool
    suits: bool


@dataclass(frozen=True)
class DayChoice:
    """The dates of one kind to choose from, each with the title of its group; `chosen` is the public id of the one that is set,
    `beside` what is secular beside those with faith in them."""

    kind: ModalityKind
    dates: Sequence[tuple[str, Occurrence]]
    chosen: str
    beside: Sequence[SecularBeside] = ()


def asked_for() -> TryQuestion:
    """The question of the page; what is none of the choices is left out."""
    given = request.values
    kinds = (ModalityKind(one) for one in dict.fromkeys(given.getlist("kind")) if one in list(TRIED_KINDS))
    return TryQuestion(
        kinds=tuple(kinds),
        times=tuple(one for one in list(PartOfDay) if one in given.getlist("time")),
        needs=tuple(one for one in CHOICES["needs"] if one in given.getlist("needs")),
        dates=tuple(clean_line(one, UID) for one in given.getlist("date")[:KINDS]),
        outside=given.get("external") == "1",
    )


def choose_page(trier: Trier, problem: str = "", *, again: bool = False) -> str:
    """Which three, and on which days; `again`: three others."""
    asked, now = asked_for(), clock.now()
    offer = queries.dates_to_try(current(), trier.person, now)
    suited = by_kind(one for one in offer.dates if asked.suits(offer.shown[one.key]))
    picked = [kind for kind in asked.kinds if kind in suited]
    days, adds_only = _days(trier.person, offer, suited, picked, asked.dates)
    page = "care/_try.html" if is_part() else "care/try.html"
    return render_template(
        page,
        trier=trier,
        asked=asked,
        tiles=_tiles(offer, suited, asked),
        chips=_chips(trier.person, offer),
        picked=len(picked),
        most=KINDS,
        days=days,
        adds_only=adds_only,
        problem=problem,
        again=again,
    )


def _days(
    person: Person,
    offer: TryOffer,
    suited: Mapping[ModalityKind, Sequence[TryDate]],
    picked: Sequence[ModalityKind],
    chosen: Collection[str],
) -> tuple[list[DayChoice], str]:
    """A date for each of three kinds, with the others to choose from; none, with the words, where they need other care beside them."""
    if len(picked) != KINDS:
        return [], ""
    first = [one.key for one in offer.of(chosen)]
    found = plan([with_first(suited[kind], first) for kind in picked])
    if found is None:
        return [], ""
    if not stands(found, other_care(person.id, clock.now())):
        return [], adds_only_words()
    return [_choice(offer, suited[one.kind], one.key) for one in found], ""


def _choice(offer: TryOffer, dates: Sequence[TryDate], chosen: int) -> DayChoice:
    shown = [offer.shown[one.key] for one in dates]
    titled = [(one.group.title, one) for one in shown]
    return DayChoice(dates[0].kind, titled, offer.shown[chosen].uid, secular_beside(shown))


def _tiles(
    offer: TryOffer, suited: Mapping[ModalityKind, Sequence[TryDate]], asked: TryQuestion
) -> list[KindTile]:
    tiles = []
    ours = [one for one in offer.dates if asked.outside or not one.outside]
    for kind, every in by_kind(ours).items():
        dates = suited.get(kind, every)
        titles = sorted({offer.shown[one.key].group.title for one in dates})
        tiles.append(KindTile(kind, titles, kind in asked.kinds, kind in suited))
    return tiles


def _chips(person: Person, offer: TryOffer) -> dict[str, list[tuple[str, str]]]:
    """What the dates can be narrowed by: only what some of them have."""
    shown = [offer.shown[one.key] for one in offer.dates]
    parts = {_part(one) for one in shown}
    needs = {need for one in shown for need in _needs(one)}
    words = {name: choices(name, person.program_id) for name in ("time", "needs")}
    return {
        "time": [(one, words["time"][one]) for one in PartOfDay if one in parts],
        "needs": [(one, words["needs"][one]) for one in CHOICES["needs"] if one in needs],
        "external": [("1", _("Meetings run by others too"))] if any(one.external for one in shown) else [],
    }


def _part(one: Occurrence) -> PartOfDay:
    """In which part of the day it begins, by the clock of its place."""
    return part_of_day(local(one.start, one.timezone).time())


def _needs(one: Occurrence) -> set[str]:
    """What makes it easy to get in: of the group, and of the place of this date."""
    place = one.place or one.group.place
    step_free = {"step-free"} if place is not None and place.step_free else set()
    return {tag for tag in one.group.tags if tag in CHOICES["needs"]} | step_free
