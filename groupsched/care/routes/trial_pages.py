"""The pages of three kinds in two weeks, for the person themself and for staff with them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import render_template, url_for

from groupsched.access.identity import current
from groupsched.accounts.models import Person
from groupsched.accounts.queries import own_person
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import saw
from groupsched.care import queries, service
from groupsched.care.queries import TrialProgress, TriedDate
from groupsched.care.routes.trial_beside import secular_beside
from groupsched.care.rules import (
    TrialDateState,
    TrialState,
    by_kind,
)
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import NotFound
from groupsched.core.text import clean_line
from groupsched.enrolment.queries import get_person, other_care, sides
from groupsched.enrolment.rules import too_much_alone
from groupsched.enrolment.service import adds_only_words, one_alone_words
from groupsched.enrolment.words import group_rhythm
from groupsched.questionnaires.words import audience_words, in_words
from groupsched.schedule.models import Occurrence
from groupsched.schedule.queries import coming, only_rules

UID = 20


@dataclass(frozen=True)
class Trier:
    """For whom a page is: the person themself, or staff `with_them`; and where its links lead."""

    person: Person
    with_them: bool
    care_team: frozenset[int] = frozenset()

    def url(self, what: str, **values: Any) -> str:
        """The address of one of the pages, for whom it is."""
        if self.with_them:
            return url_for(f"care.their_{what}", uid=self.person.uid, **values)
        return url_for(f"care.{what}", **values)


def myself() -> Trier:
    """The person who asks, for themself."""
    return Trier(own_person(current()), with_them=False)


def with_person(uid: str) -> Trier:
    """A client whose record shows to whoever asks. Raises NotFound for anybody else, and for themself."""
    person = get_person(current(), clean_line(uid, UID))
    seen = sides(current(), person)
    if person.id == current().person or not seen.client:
        raise NotFound
    saw(current(), AuditAction.PERSON_OPENED, [person], person)
    return Trier(person, with_them=True, care_team=seen.about.care_team)


def progress_of(trier: Trier) -> TrialProgress | None:
    """How far somebody is, for whoever may know of all three. Raises NotFound for others."""
    progress = queries.trial_progress(trier.person.id, clock.now())
    if progress is None:
        return None
    if len(queries.dates_known(current(), trier.person, progress, trier.care_team)) < len(progress.dates):
        raise NotFound
    return progress


def going_page(trier: Trier, progress: TrialProgress) -> str:
    """How far somebody is: each of the three, what they said of it, and which one they stay with."""
    groups = [one.occurrence.group_id for one in progress.dates]
    rules = only_rules(groups)
    now = clock.now()
    return render_template(
        "care/trying.html",
        trier=trier,
        progress=progress,
        zone=trier.person.program.timezone,
        now=now,
        said={} if trier.with_them else _said(progress.dates),
        asked=set() if trier.with_them else _asked_now(trier.person, progress.dates),
        rhythms={one: group_rhythm(rules.get(one)) for one in groups},
        others=queries.other_groups(trier.person.id, groups) if progress.tried else [],
        next_of=_next_outside(progress, now),
        **_alone(trier, progress, now),
    )


def _next_outside(progress: TrialProgress, now: datetime) -> dict[int, Occurrence]:
    """The next date of each meeting of others at which they were, by its group."""
    been = (one.occurrence for one in progress.dates if one.state is TrialDateState.BEEN)
    return {date.group_id: ahead for date in been if date.external for ahead in coming(date.group, now, 1)}


def _alone(trier: Trier, progress: TrialProgress, now: datetime) -> dict[str, Any]:
    """Of the complementary groups among the three, where somebody has no other care: their next dates, for one at a time is theirs,
    and what is said of it."""
    been = [one.occurrence.group for one in progress.dates if one.state is TrialDateState.BEEN]
    adding = [one for one in been if one.modality.complementary and not one.external]
    care = other_care(trier.person.id, now) if adding else None
    if care is None or not care.adds_only:
        return {"alone": {}, "adds_only": ""}
    words = adds_only_words() if trier.with_them or not too_much_alone(care, 1) else one_alone_words()
    ahead = {} if too_much_alone(care, 1) else {one.id: coming(one, now, 1) for one in adding}
    return {"alone": {one.id: next(iter(ahead.get(one.id, [])), None) for one in adding}, "adds_only": words}


def _said(dates: Sequence[TriedDate]) -> dict[int, tuple[list[tuple[str, str]], str]]:
    """What the person said of each date, question and answer, and who may read it; own words stay on their own page."""
    readers, found = audience_words(), {}
    for one in dates:
        if (response := one.response) is None:
            continue
        answers, form = response.answers, response.published.form
        words = [
            (in_words(item.text).rstrip("."), in_words(option.words))
            for item in form.questions
            for option in item.options
            if item.key in answers and answers[item.key].value == option.key
        ]
        found[one.occurrence.id] = (words, readers[response.audience])
    return found


def _asked_now(person: Person, dates: Sequence[TriedDate]) -> set[int]:
    """The dates of which the person can say now how they were."""
    if not any(one.state is TrialDateState.BEEN and one.response is None for one in dates):
        return set()
    ours = [one.occurrence.id for one in dates]
    query = queries.asked_about(person.id, clock.now())
    return {one.id for one in db.session.scalars(query) if one.id in ours}


def other_day_page(trier: Trier, progress: TrialProgress, uid: str, problem: str = "") -> str:
    """Which other day, or which other kind, in the place of one of the three."""
    old = service.own_date(progress, uid)
    if not old.open or progress.state not in (TrialState.GOING, TrialState.CHOOSING):
        raise NotFound
    offer = service.days_instead(current(), trier.person, progress, old)
    kinds = by_kind(offer.dates)
    same = kinds.pop(old.kind, [])
    return render_template(
        "care/other_day.html",
        trier=trier,
        old=old,
        same=[offer.shown[one.key] for one in same],
        others={kind: [offer.shown[one.key] for one in dates] for kind, dates in kinds.items()},
        beside=secular_beside(offer.shown[one.key] for one in offer.dates),
        problem=problem,
    )
