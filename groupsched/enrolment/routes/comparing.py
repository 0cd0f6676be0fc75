"""Two or three groups side by side; none is recommended."""

from collections.abc import Iterator, Mapping

from flask import render_template, request

from groupsched.access.identity import current
from groupsched.access.policy import Permission, requires
from groupsched.access.queries import current_program
from groupsched.catalog.models import Group
from groupsched.catalog.rules import Orientation, Structure
from groupsched.core.i18n import _, ngettext, text_of, with_commas
from groupsched.enrolment.queries import FoundDate, compared
from groupsched.enrolment.routes.blueprint import blueprint
from groupsched.enrolment.routes.find_groups import GroupCard, cards_of
from groupsched.enrolment.routes.pages import texts_of_group
from groupsched.enrolment.rules import (
    FEWEST,
    ComparedAnswer,
    ComparedQuestion,
    chosen,
    differing,
    differs_in,
)
from groupsched.enrolment.service import note_compared
from groupsched.enrolment.words import choices

STYLE = ("form", "faith", "kind")


@blueprint.get("/sessions/compare")
@requires(Permission.PUBLIC)
def compare() -> str:
    """What differs of two or three groups first, what is the same in all last."""
    program = current_program(current())
    ticked = request.args.getlist("with")
    found = compared(current(), chosen(ticked))
    by_group = cards_of(found) if found.turns else {}
    cards = [by_group[one.group] for one in found.turns if one.group in by_group]
    asked = list(_questions(cards)) if len(cards) >= FEWEST else []
    different, same = differing(asked)
    style = [one for one in asked if one.name in STYLE]
    noted = note_compared(current(), [one.row.group for one in cards]) if asked else False
    return render_template(
        "enrolment/compare.html",
        cards=cards if asked else [],
        too_many=len(set(ticked)) > len(chosen(ticked)),
        different=different,
        same=same,
        names=_names(),
        differs=[differs_in(style, number) for number in range(len(cards))],
        both_beliefs={Orientation.SECULAR, Orientation.FAITH} <= {one.row.group.orientation for one in cards},
        noted=noted,
        own_notice=text_of(program.texts, "notice") if program else "",
    )


def _names() -> dict[str, str]:
    """What is asked, by the name of each question."""
    return {
        "when": _("When"),
        "kind": _("What it is for"),
        "form": _("How does it go?"),
        "faith": _("Is faith part of it?"),
        "happens": _("What happens"),
        "not_asked": _("Not asked of you"),
        "leads": _("Who leads"),
        "size": _("How many"),
        "where": _("Where"),
        "language": _("Language"),
        "join": _("How to join"),
    }


def _questions(cards: list[GroupCard]) -> Iterator[ComparedQuestion]:
    said = [_answers(card) for card in cards]
    for name in _names():
        yield ComparedQuestion(name, tuple(answers.get(name, ComparedAnswer()) for answers in said))


def _answers(card: GroupCard) -> Mapping[str, ComparedAnswer]:
    row, group = card.row, card.row.group
    texts = texts_of_group(group)
    happens = texts["texts"]["happens"] or group.description
    return {
        "when": ComparedAnswer(card.rhythm, card.times),
        "kind": ComparedAnswer(choices("kind").get(row.kind, "")),
        "form": _form(group.structure),
        "faith": _faith(group.orientation, group.tradition),
        "happens": ComparedAnswer("", happens),
        "not_asked": ComparedAnswer("", " ".join(texts["not_asked"])),
        "leads": ComparedAnswer("", _("Others: %(source)s", source=group.source.name) if group.external else with_commas(row.who)),
        "size": ComparedAnswer("", _size(card)),
        "where": ComparedAnswer("", with_commas([*([row.at.name] if row.at and not row.online else [_("Online")] if row.online else []), *row.getting_in])),
        "language": ComparedAnswer("", with_commas(texts["languages_spoken"])),
        "join": _join(row, group),
    }  # fmt: skip


def _join(row: FoundDate, group: Group) -> ComparedAnswer:
    word = choices("access").get(row.access if group.access else "", "")
    return ComparedAnswer(f"{word}.", row.cohort_said) if row.cohort else ComparedAnswer("", word)


def _form(structure: Structure | None) -> ComparedAnswer:
    if structure is None:
        return ComparedAnswer(_("Not stated."), _("Ask us."))
    if structure == Structure.STRUCTURED:
        return ComparedAnswer(_("Structured."), _("The same outline each time."))
    return ComparedAnswer(_("Relaxed."), _("Open talk, no fixed program."))


def _faith(orientation: Orientation | None, tradition: str) -> ComparedAnswer:
    if orientation is None:
        return ComparedAnswer(_("Not stated."), _("Ask us."))
    if orientation == Orientation.SECULAR:
        return ComparedAnswer(_("No, secular."), _("No religion in it."))
    return ComparedAnswer(_("Yes, faith-based."), tradition)


def _size(card: GroupCard) -> str:
    """How many people fit, and how many seats are free on the date that speaks for the group; nothing of meetings of others."""
    row = card.row
    if row.cohort is not None and row.seats.all is not None:
        # Who is in a date of a cohort that runs says nothing of the seats of the next one.
        return ngettext("Up to %(num)s person.", "Up to %(num)s people.", row.seats.all)
    if not row.counted or row.seats.all is None:
        return "" if row.external else _("As many as come.")
    most = ngettext("Up to %(num)s person.", "Up to %(num)s people.", row.seats.all)
    free = row.free or 0
    seats = (
        ngettext("%(num)s seat free next time.", "%(num)s seats free next time.", free)
        if free
        else _("Full on the next date.")
    )
    return f"{most} {seats}"
