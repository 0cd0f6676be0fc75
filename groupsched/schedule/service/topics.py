"""Verbs of a group's topics: the list, which date has which, and laying it again wherever one of both changes.

A date keeps its topic from the moment it begins: nothing here touches it after that.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update

from groupsched.access.identity import Identity
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import record
from groupsched.catalog.models import Group
from groupsched.catalog.queries import zone_of
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import DomainError
from groupsched.core.events import publish
from groupsched.core.i18n import _
from groupsched.core.text import clean_line, fold
from groupsched.schedule.events import TopicsChanged
from groupsched.schedule.models import OUTLINE_LENGTH, TOPIC_LENGTH, Curriculum, Occurrence, Topic
from groupsched.schedule.queries import curriculum_of, topics_of
from groupsched.schedule.rules import (
    OccurrenceStatus,
    TopicChoice,
    TopicDate,
    TopicList,
    TopicOrder,
    lay_topics,
)
from groupsched.schedule.service.rows import lock, may_write

MOST_TOPICS = 60
WORDS = ("plain_name", "plain_outline", "texts", "note")
HELD = (OccurrenceStatus.SCHEDULED, OccurrenceStatus.FINISHED)


def add_topics(identity: Identity, group: Group, lines: str) -> list[Topic]:
    """Add a topic for each line, `name: outline`, at the end of the list. One that was taken off comes back by its name.

    Raises DomainError where there is none, a name is too long or there twice, or they are too many.
    """
    wanted = [_parted(line) for line in lines.splitlines() if clean_line(line)]
    curriculum = _begin(identity, group)
    known = {fold(one.plain_name): one for one in topics_of(group, removed=True)}
    _check_lines(wanted, {name for name, one in known.items() if one.removed_at is None})
    place = len(topics_of(group))
    added = []
    for number, (name, outline) in enumerate(wanted):
        row = known.get(fold(name)) or Topic(group_id=group.id, plain_outline=outline)
        row.plain_name, row.position, row.removed_at = name, place + number, None
        row.plain_outline = outline or row.plain_outline
        db.session.add(row)
        added.append(row)
    _done(identity, group, curriculum)
    return added


def change_topic(identity: Identity, group: Group, topic: Topic, words: Mapping[str, Any]) -> None:
    """Say a topic in other words; dates on which it was held say it in these too. Raises DomainError for a name that is taken."""
    curriculum = _begin(identity, group)
    others = {fold(one.plain_name) for one in topics_of(group) if one.id != topic.id}
    if fold(words["plain_name"]) in others:
        raise DomainError(_("This topic is on the list already."), field="name", code="twice")
    for name, value in words.items():
        setattr(topic, name, value)
    changed = update(Occurrence).where(Occurrence.topic_id == topic.id)
    db.session.execute(changed.values(changed_at=clock.now()))
    _done(identity, group, curriculum)


def move_topic(identity: Identity, group: Group, topic: Topic, to: int) -> None:
    """Put a topic at this place of the list, counted from 1; beyond its ends it is the first or the last."""
    curriculum = _begin(identity, group)
    rest = [one for one in topics_of(group) if one.id != topic.id]
    rest.insert(min(max(to - 1, 0), len(rest)), topic)
    _in_order(rest)
    _done(identity, group, curriculum)


def remove_topic(identity: Identity, group: Group, topic: Topic) -> None:
    """Take a topic off the list. Dates on which it was held keep it."""
    curriculum = _begin(identity, group)
    topic.removed_at = clock.now()
    _in_order([one for one in topics_of(group) if one.id != topic.id])
    _done(identity, group, curriculum)


def order_topics(identity: Identity, group: Group, order: TopicOrder, begins_on: date) -> None:
    """Whether the list starts again, and the day of whose date it starts; dates before it that are to come have no topic."""
    curriculum = _begin(identity, group)
    curriculum.mode, curriculum.begins_on = order, begins_on
    _done(identity, group, curriculum)


def undo_topics(identity: Identity, group: Group) -> None:
    """The list as it was before its last change; once more, and it is as it was before this."""
    curriculum = _begin(identity, group, keep=False)
    said, curriculum.before = curriculum.before, _plain(curriculum, topics_of(group))
    if said is not None:
        curriculum.mode, curriculum.begins_on = (
            TopicOrder(said["mode"]),
            date.fromisoformat(said["begins_on"]),
        )
        _as_said(topics_of(group, removed=True), said["topics"])
    _done(identity, group, curriculum)


def choose_topics(
    identity: Identity, group: Group, chosen: Mapping[str, tuple[TopicChoice, Topic | None]]
) -> int:
    """Choose how dates to come get their topics, by their public ids; returns how many are chosen otherwise than before."""
    _begin(identity, group, keep=False)
    query = select(Occurrence).where(
        Occurrence.group_id == group.id, Occurrence.uid.in_(chosen), Occurrence.start > clock.now()
    )
    others = 0
    for row in db.session.scalars(query):
        choice, topic = chosen[row.uid]
        pinned = topic.id if topic is not None else None
        if choice is row.topic_choice and (choice is not TopicChoice.PINNED or pinned == row.topic_id):
            continue
        row.topic_choice, others = choice, others + 1
        _give(row, pinned)
    db.session.flush()
    lay_again(group.id)
    _tell(identity, group)
    return others


def copy_topics(group: Group, copy: Group) -> None:
    """Give a copy of a group the same list, to begin with its first date."""
    begin_topics(copy, topics_to_keep(group))


def topics_to_keep(group: Group) -> dict[str, Any] | None:
    """The list of a group as a template keeps it; None where it has none."""
    curriculum = curriculum_of(group)
    topics = [{name: getattr(one, name) for name in WORDS} for one in topics_of(group)]
    return {"mode": curriculum.mode.value, "topics": topics} if curriculum is not None and topics else None


def begin_topics(group: Group, kept: Mapping[str, Any] | None) -> None:
    """Give a new group this list, if it is one, to begin with its first date."""
    if kept is None:
        return
    begins_on = clock.today(zone_of(group))
    db.session.add(Curriculum(group_id=group.id, mode=TopicOrder(kept["mode"]), begins_on=begins_on))
    for position, words in enumerate(kept["topics"]):
        db.session.add(Topic(group_id=group.id, position=position, **words))
    db.session.flush()


def lay_again(group_id: int) -> None:
    """Lay the topics of a group over its dates as they stand now, if it has any; what has begun keeps what it has."""
    curriculum = db.session.get(Curriculum, group_id)
    if curriculum is None:
        return
    live = select(Topic.id).where(Topic.group_id == group_id, Topic.removed_at.is_(None))
    topics = tuple(db.session.scalars(live.order_by(Topic.position, Topic.id)))
    coming = _coming(group_id)
    dates = [*_begun(curriculum), *map(_date, coming)]
    laid = lay_topics(TopicList(curriculum.mode, curriculum.begins_on, topics), dates)
    for row in coming:
        if row.topic_choice is TopicChoice.PINNED and row.topic_id not in topics:
            row.topic_choice = TopicChoice.IN_ORDER
        _give(row, laid[row.id])
    db.session.flush()


def _give(row: Occurrence, topic: int | None) -> None:
    """A calendar shows another text, at the same time: the stamp moves, the sequence does not."""
    if row.topic_id != topic:
        row.topic_id, row.changed_at = topic, clock.now()
        db.session.expire(row, ["laid_topic"])


def _coming(group_id: int) -> list[Occurrence]:
    query = select(Occurrence).where(Occurrence.group_id == group_id, Occurrence.start > clock.now())
    return list(db.session.scalars(query.order_by(Occurrence.start, Occurrence.id)))


def _begun(curriculum: Curriculum) -> list[TopicDate]:
    columns = (
        Occurrence.id, Occurrence.local_date, Occurrence.status, Occurrence.topic_choice, Occurrence.topic_id
    )  # fmt: skip
    query = select(*columns).where(
        Occurrence.group_id == curriculum.group_id,
        Occurrence.start <= clock.now(),
        Occurrence.local_date >= curriculum.begins_on,
    )
    rows = db.session.execute(query.order_by(Occurrence.start, Occurrence.id))
    return [
        TopicDate(one.id, one.local_date, True, one.status in HELD, one.topic_choice, one.topic_id)
        for one in rows
    ]


def _date(row: Occurrence) -> TopicDate:
    return TopicDate(row.id, row.local_date, False, row.status in HELD, row.topic_choice, row.topic_id)


# --- one change of the list ---------------------------------------------------------------------------------


def _begin(identity: Identity, group: Group, *, keep: bool = True) -> Curriculum:
    """Lock a group and find its list, a new one where it has none; `keep` how it stands, to undo the change."""
    may_write(identity, group)
    lock(group.id)
    curriculum = curriculum_of(group)
    if curriculum is None:
        today = clock.today(zone_of(group))
        curriculum = Curriculum(group_id=group.id, mode=TopicOrder.ROLLING, begins_on=today)
        db.session.add(curriculum)
    elif keep:
        curriculum.before = _plain(curriculum, topics_of(group))
    return curriculum


def _done(identity: Identity, group: Group, curriculum: Curriculum) -> None:
    curriculum.version = (curriculum.version or 0) + 1
    db.session.flush()
    lay_again(group.id)
    _tell(identity, group)


def _tell(identity: Identity, group: Group) -> None:
    publish(TopicsChanged(group.id))
    record(identity, AuditAction.GROUP_CHANGED, group, topics=True)


def _parted(line: str) -> tuple[str, str]:
    """A line of a pasted list: its name, and behind a colon or a tab what clients read besides."""
    name, _mark, outline = line.replace("\t", ": ", 1).partition(": ")
    return clean_line(name), clean_line(outline)


def _check_lines(wanted: Sequence[tuple[str, str]], there: set[str]) -> None:
    seen = set(there)
    if not wanted:
        raise DomainError(_("Write at least one topic."), field="lines", code="missing")
    for number, (name, outline) in enumerate(wanted, 1):
        if len(name) > TOPIC_LENGTH or len(outline) > OUTLINE_LENGTH:
            words = _("Line %(number)s is too long. Please shorten it.", number=number)
            raise DomainError(words, field="lines", code="too-long")
        if fold(name) in seen:
            words = _("Line %(number)s: “%(name)s” is on the list already.", number=number, name=name)
            raise DomainError(words, field="lines", code="twice")
        seen.add(fold(name))
    if len(seen) > MOST_TOPICS:
        words = _("A list can have %(most)s topics.", most=MOST_TOPICS)
        raise DomainError(words, field="lines", code="too-many")


def _in_order(topics: Sequence[Topic]) -> None:
    for place, one in enumerate(topics):
        one.position = place


def _plain(curriculum: Curriculum, topics: Sequence[Topic]) -> dict[str, Any]:
    """A list as JSON keeps it."""
    rows = [{"id": one.id, **{name: getattr(one, name) for name in WORDS}} for one in topics]
    return {"mode": curriculum.mode.value, "begins_on": curriculum.begins_on.isoformat(), "topics": rows}


def _as_said(topics: Sequence[Topic], said: Sequence[Mapping[str, Any]]) -> None:
    """Have the topics stand as a list kept them; those that came since are taken off."""
    places = {one["id"]: place for place, one in enumerate(said)}
    now: datetime = clock.now()
    for one in topics:
        if one.id not in places:
            one.removed_at = one.removed_at or now
            continue
        one.position, one.removed_at = places[one.id], None
        for name in WORDS:
            setattr(one, name, said[one.position][name])
