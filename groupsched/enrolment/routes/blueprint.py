"""The blueprint of the room, and what its views share."""

from typing import Any

from flask import Blueprint, flash, render_template, request, url_for

from groupsched.access.identity import Member, current
from groupsched.accounts.models import Person
from groupsched.accounts.rules import local_path
from groupsched.catalog.models import Group
from groupsched.catalog.queries import is_public
from groupsched.catalog.rules import GroupState
from groupsched.core.db import db
from groupsched.core.errors import NotFound
from groupsched.core.i18n import _
from groupsched.enrolment import queries
from groupsched.enrolment.models import Enrolment
from groupsched.enrolment.rules import (
    Admitted,
    EnrolmentState,
    EntryMode,
    FindFilters,
    Waitlisted,
    door,
    seen_access,
)

blueprint = Blueprint("enrolment", __name__)


class NoLongerOffered(NotFound):
    """A group that one could find once, or was in: old links to it say what became of it."""

    status = 410

    def __init__(self, group: Group) -> None:
        super().__init__()
        self.group = group


@blueprint.errorhandler(NoLongerOffered)
def _say_retired(gone: NoLongerOffered) -> tuple[str, int]:
    return render_template("enrolment/retired.html", group=gone.group), gone.status


def address(asked: FindFilters) -> str:
    """The address of /sessions that asks this question."""
    query = asked.query()
    return url_for("enrolment.find") + (f"?{query}" if query else "")


def own_group(uid: str) -> Group:
    """A group to look at or to join. Raises NoLongerOffered for one that was, NotFound for any other."""
    try:
        group = queries.get_own_group(current(), uid)
    except NotFound:
        if (retired := queries.retired_group(current(), uid)) is None:
            raise
        raise NoLongerOffered(retired) from None
    if group.state == GroupState.RETIRED:
        raise NoLongerOffered(group)
    return group


def myself() -> Person:
    """The person who is signed in. Raises NotFound for everybody else."""
    identity = current()
    if not isinstance(identity, Member):
        raise NotFound
    return db.session.get_one(Person, identity.person_id)


def onward() -> str:
    """Back to the page that a form stood on, if it is one of ours; else to one's week."""
    return local_path(request.values.get("next")) or url_for("home.my")


def say(answer: object, undo: dict[str, Any] | None = None) -> None:
    """What came of a wish to join, with the way back where it is a single step."""
    match answer:
        case Admitted():
            told = _("Your seat is kept.")
        case Waitlisted(position=position):
            told = _("You’re on the waiting list, number %(n)s", n=position)
        case _:
            told = _("You asked to join. A person answers you. You see it here and in My week.")
    tell(told, **(undo or {}))


def tell(words: str, how: str = "message", **undo: object) -> None:
    """Say it on the next page; `undo`, `label` and `fields` are those of components/flashes.html."""
    flash({"words": words, **undo}, how)  # type: ignore[arg-type]


def entry_to(group: Group) -> EntryMode:
    """What stands between the reader and a group."""
    kept_apart = bool(queries.asking_first(group.program_id, current().person, [group.id]))
    access = seen_access(group.access, kept_apart=kept_apart, screening=queries.screening(group))
    return door(access, group.setting, by_staff=False)


def way_back_of(group: Group) -> EntryMode:
    """How whoever leaves this group may come back by themselves; a group that is not listed they no longer see."""
    return entry_to(group) if is_public(group) else EntryMode.SHUT


def asks_first(live: Enrolment) -> bool:
    """Whether leaving this ends what the person cannot have again by themselves."""
    return live.state != EnrolmentState.REQUESTED and way_back_of(live.group) is not EntryMode.WALK_IN
