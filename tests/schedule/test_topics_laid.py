"""Topics laid over dates: they pass cancelled dates by, what has begun keeps its own, and nothing is left out."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groupsched.attendance.service import did_not_meet
from groupsched.catalog.rules import GroupState
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import DomainError
from groupsched.schedule import service
from groupsched.schedule.models import Occurrence, Topic
from groupsched.schedule.queries import come_round, topics_of
from groupsched.schedule.rules import TopicChoice, TopicDate, TopicList, TopicOrder, lay_topics
from tests.conftest import identity_of
from tests.factories import tomorrow_at

DAY = date(2026, 12, 1)
HOW = st.sampled_from([*[TopicChoice.IN_ORDER] * 4, TopicChoice.WITHOUT, TopicChoice.PINNED])


@st.composite
def lists(draw):
    topics = tuple(range(1, draw(st.integers(0, 5)) + 1))
    begins = DAY + timedelta(draw(st.integers(0, 6)))
    return TopicList(draw(st.sampled_from(TopicOrder)), begins, topics)


@st.composite
def dates(draw, said):
    rows = []
    for key in range(draw(st.integers(0, 14))):
        how = draw(HOW) if said.topics else TopicChoice.IN_ORDER
        topic = draw(st.sampled_from(said.topics)) if how is TopicChoice.PINNED else None
        rows.append(TopicDate(key, DAY + timedelta(key), False, draw(st.booleans()), how, topic))
    return rows


worlds = lists().flatmap(lambda said: st.tuples(st.just(said), dates(said)))


def in_turn(said, rows, laid):
    """The topics of the dates that take theirs from the list, in order."""
    return [
        laid[one.key] for one in rows
        if one.held and one.choice is TopicChoice.IN_ORDER and one.day >= said.begins_on
    ]  # fmt: skip


@given(worlds)
def test_the_list_goes_on_past_what_does_not_take_place(world):
    said, rows = world
    laid = lay_topics(said, rows)
    turns = in_turn(said, rows, laid)
    if said.order is TopicOrder.ROLLING:
        assert turns == [
            said.topics[place % len(said.topics)] if said.topics else None for place in range(len(turns))
        ]
    else:
        pinned = {
            one.topic
            for one in rows
            if one.choice is TopicChoice.PINNED and one.held and one.day >= said.begins_on
        }
        rest = [one for one in said.topics if one not in pinned]
        assert turns == (rest + [None] * len(rows))[: len(turns)], "each topic once, in order"
    for one in rows:
        if one.day < said.begins_on or (one.choice is not TopicChoice.PINNED and not one.held):
            assert laid[one.key] is None
        elif one.choice is TopicChoice.PINNED:
            assert laid[one.key] == one.topic


@given(worlds, st.integers(0, 14))
def test_what_is_laid_is_what_is_kept_when_time_goes_on(world, begun):
    said, rows = world
    laid = lay_topics(said, rows)
    later = [replace(one, begun=one.key < begun, topic=laid[one.key]) for one in rows]
    again = lay_topics(said, later)
    assert again == {key: topic for key, topic in laid.items() if key >= begun}


@given(worlds, st.integers(0, 13))
def test_a_date_called_off_passes_its_topic_on_and_moves_nothing_before_it(world, which):
    said, rows = world
    rows = [replace(one, choice=TopicChoice.IN_ORDER, topic=None) for one in rows]
    off = [replace(one, held=one.held and one.key != which) for one in rows]
    before, after = lay_topics(said, rows), lay_topics(said, off)
    assert {key: before[key] for key in before if key < which} == {
        key: after[key] for key in after if key < which
    }
    turns = in_turn(said, rows, before)
    assert in_turn(said, off, after) == turns[: len(in_turn(said, off, after))]


# --- with rows ------------------------------------------------------------------------------------------------


@pytest.fixture
def lead(world):
    return world.facilitator()


@pytest.fixture
def group(world, lead):
    """A weekly group with a list of three, and six dates to come."""
    found = world.group("Skills", led_by=lead)
    world.series(found, tomorrow_at(10), dates=6)
    service.add_topics(
        identity_of(lead), found, "Triggers: what sets it off\nSleep\nAsking for help\tand being told no"
    )
    db.session.commit()
    return found


def names(group):
    rows = db.session.query(Occurrence).filter_by(group_id=group.id).order_by(Occurrence.start).all()
    return [one.topic.name if one.topic else "-" for one in rows]


def of(group):
    return [one.name for one in topics_of(group)]


def test_a_list_is_pasted_laid_moved_undone_and_passes_a_cancelled_date_by(group, lead):
    me = identity_of(lead)
    assert [(one.name, one.outline) for one in topics_of(group)] == [
        ("Triggers", "what sets it off"), ("Sleep", ""), ("Asking for help", "and being told no"),
    ]  # fmt: skip
    assert names(group) == ["Triggers", "Sleep", "Asking for help"] * 2
    rows = db.session.query(Occurrence).filter_by(group_id=group.id).order_by(Occurrence.start).all()
    stamp, version, sequence = rows[2].changed_at, rows[2].version, rows[2].sequence
    with clock.at(clock.now() + timedelta(minutes=1)):
        service.cancel_occurrence(me, rows[1], "The lead is ill.")
    assert names(group) == ["Triggers", "-", "Sleep", "Asking for help", "Triggers", "Sleep"]
    assert rows[2].changed_at > stamp, "a calendar has to read it anew"
    assert (rows[2].version, rows[2].sequence) == (version, sequence), (
        "nobody's change of the date is in the way"
    )
    assert come_round(group, clock.now())[topics_of(group)[1].id] == rows[2]

    service.move_topic(me, group, topics_of(group)[2], 1)
    assert of(group) == ["Asking for help", "Triggers", "Sleep"]
    service.remove_topic(me, group, topics_of(group)[1])
    assert names(group) == ["Asking for help", "-", "Sleep", "Asking for help", "Sleep", "Asking for help"]
    service.undo_topics(me, group)
    assert of(group) == ["Asking for help", "Triggers", "Sleep"]
    service.undo_topics(me, group)
    assert of(group) == ["Asking for help", "Sleep"], "an undo is undone by the next"
    gone = db.session.query(Topic).filter_by(plain_name="Triggers").one()
    (back,) = service.add_topics(me, group, "triggers")
    assert back.id == gone.id, "who met it before has met it"

    service.order_topics(me, group, TopicOrder.FIXED, rows[3].local_date)
    assert names(group) == ["-", "-", "-", "Asking for help", "Sleep", "triggers"]
    asked = {rows[3].uid: (TopicChoice.PINNED, back), rows[4].uid: (TopicChoice.WITHOUT, None)}
    assert service.choose_topics(me, group, asked) == 2
    assert names(group) == ["-", "-", "-", "triggers", "-", "Asking for help"]
    for wrong, code in (
        ("", "missing"),
        ("sleep", "twice"),
        ("x" * 121, "too-long"),
        ("a\n" + "b\nb", "twice"),
    ):
        with pytest.raises(DomainError) as refused:
            service.add_topics(me, group, wrong)
        assert refused.value.code == code


def test_what_has_begun_keeps_its_topic_and_where_nobody_met_it_passes_on(group, lead, world):
    me = identity_of(lead)
    rows = db.session.query(Occurrence).filter_by(group_id=group.id).order_by(Occurrence.start).all()
    with clock.at(rows[1].start + timedelta(minutes=5)):
        service.move_topic(me, group, topics_of(group)[2], 1)
        assert names(group) == [
            "Triggers",
            "Sleep",
            "Asking for help",
            "Triggers",
            "Sleep",
            "Asking for help",
        ]
        did_not_meet(me, rows[1], "Nobody came.")
        assert names(group) == ["Triggers", "-", "Sleep", "Asking for help", "Triggers", "Sleep"]
        service.remove_topic(me, group, topics_of(group)[1])
        assert names(group) == ["Triggers", "-"] + ["Asking for help", "Sleep"] * 2, (
            "what was held stays what it was"
        )
    copy = service.copy_group(me, group)
    assert of(copy) == ["Asking for help", "Sleep"]
    assert copy.state is GroupState.DRAFT
    service.delete_draft(me, copy)
    assert not topics_of(copy)
