"""The blueprint of the schedule, and what its views share: who hears of a change, before and after it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, url_for

from groupsched.access.identity import current
from groupsched.access.policy import Permission, can
from groupsched.accounts.models import Person
from groupsched.accounts.queries import PeopleTold, told_of
from groupsched.accounts.words import labels_of, told_words
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import saw
from groupsched.catalog.models import Group
from groupsched.catalog.queries import facts
from groupsched.core.i18n import _, ngettext, with_commas
from groupsched.schedule.events import Impact
from groupsched.schedule.models import ChangeMade
from groupsched.schedule.service import can_be_undone, impact_of, parts_of
from groupsched.schedule.words import said_of

blueprint = Blueprint("schedule", __name__)


@dataclass(frozen=True)
class PeopleTouched:
    """Whom a change of some dates concerns; `phones`: the reader may see their numbers too. Who changes a group sees who is
    in it."""

    dates: int
    people: frozenset[Person]
    phones: bool


def whom_it_touches(group: Group, occurrence_ids: Sequence[int], *, line: bool = False) -> PeopleTouched:
    """Whom a change of these dates concerns, who waits for all of them too if the `line` hears of it. That their names are
    shown is written down."""
    return who_is_touched(group, impact_of(occurrence_ids, whole_line=line))


def who_is_touched(group: Group, impact: Impact) -> PeopleTouched:
    """The same of an impact that is known already."""
    saw(current(), AuditAction.ROSTER_OPENED, sorted(one.id for one in impact.people), group)
    return PeopleTouched(impact.dates, impact.people, phones_show(group))


def told_since(group: Group, since: datetime, but: Collection[Person] = ()) -> str:
    """Who hears of what was done to a group since then, and how, but for these; nothing where nobody has to."""
    told = told_of([group.id], since)
    mailed, unreached = (
        [one for one in people if one not in but] for people in (told.mailed, told.unreached)
    )
    return told_words(PeopleTold(mailed, unreached), named=True, phones=phones_show(group))


def unheard_words(unheard: Collection[Person], others: Collection[Person]) -> str:
    """Who hears nothing of dates that take place again, beside the `others`: nobody has told them that they did not."""
    if not unheard:
        return ""
    if not others:
        return _("Nobody is told of this: nobody has heard yet that it was called off.")
    return ngettext(
        "%(num)s person has not heard yet that it was called off, and hears nothing of it.",
        "%(num)s people have not heard yet that it was called off, and hear nothing of it.",
        len(unheard),
    )


def done_words(group: Group, made: ChangeMade | None, told: str) -> dict[str, str]:
    """What was done to the dates of a group and who hears of it, for the notice above the page, with the way back while
    nobody has."""
    said = said_of(group, [parts_of(made)])[0] if made is not None else [_("Saved.")]
    return with_undo(" ".join(filter(None, [*said, told])), group, made)


def with_undo(words: str, group: Group, made: ChangeMade | None) -> dict[str, str]:
    """These words for the notice above the page, with the way back of what was made while nobody has heard of it."""
    undo = ""
    if made is not None and can_be_undone([made]):
        undo = url_for("schedule.undo_change", uid=group.uid, change=made.uid)
    return {"words": words, "undo": undo}


def lost_words(people: Collection[Person]) -> str:
    """Whose time fell away by a change, by name; nothing where nobody's did."""
    if not people:
        return ""
    lost = ngettext("%(num)s person loses their time:", "%(num)s people lose their time:", len(people))
    return f"{lost} {with_commas(sorted(labels_of(people).values()))}."


def phones_show(group: Group) -> bool:
    """Whether the reader may see how the people of a group are reached."""
    return can(current(), Permission.REGISTER_READ, facts(group))
