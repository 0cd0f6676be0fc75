"""What a writer does to a draft, one question at a time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groupsched.questionnaires.queries import ready_forms
from groupsched.questionnaires.rules import (
    Comparison,
    Condition,
    Form,
    FormKind,
    ItemType,
    Written,
    as_line,
    form_problems,
    moved,
    rewritten,
    with_new,
    without,
)

BOTH = ("en", "es")
TALK = ready_forms()["first-talk"]
KEYS = [one.key for one in TALK.items]


def keys(form):
    return [one.key for one in form.items]


def as_written(item, **changes):
    """What the page would send of an item that nobody touched."""
    said = {
        "type": item.type, "text": item.text, "help": item.help, "lines": [as_line(one, BOTH) for one in item.options],
        "anchor_min": item.anchor_min, "anchor_max": item.anchor_max, "after": "=" if item.shown_when else "",
    }  # fmt: skip
    return Written(**said | changes)


@pytest.mark.parametrize("key", KEYS)
def test_saving_an_item_that_nobody_touched_changes_nothing(key):
    assert rewritten(TALK, key, as_written(TALK.item(key)), BOTH) == TALK


@given(st.lists(st.tuples(st.sampled_from(KEYS), st.sampled_from([-1, 1])), max_size=20))
def test_moving_loses_nothing_and_back_again_is_as_before(steps):
    form = TALK
    for key, step in steps:
        there = moved(form, key, step)
        assert sorted(keys(there)) == sorted(KEYS)
        assert there == form or moved(there, key, -step) == form
        form = there


def test_at_an_end_it_stays():
    assert moved(TALK, KEYS[0], -1) == moved(TALK, KEYS[-1], 1) == moved(TALK, "nothing", 1) == TALK


def test_a_new_question_stands_at_the_end_of_its_part_with_a_key_of_its_own():
    form, item = with_new(TALK, ItemType.TEXT, "h1")
    assert keys(form).index(item.key) == keys(form).index("h2") - 1
    assert len(set(keys(form))) == len(KEYS) + 1
    last, added = with_new(form, ItemType.HEADING, KEYS[-1])
    assert keys(last)[-1] == added.key
    first, only = with_new(Form(FormKind.CHECK_IN), ItemType.TEXT, "")
    assert first.items == (only,)


def test_an_item_that_is_taken_out_is_asked_for_by_none():
    form = without(TALK, "pain")
    assert "pain" not in keys(form)
    assert form.item("pain_where").shown_when == ()
    assert form_problems(form) == ()


def test_answers_keep_their_keys_when_they_are_said_otherwise_or_stand_elsewhere():
    item = TALK.item("came_by")
    said = [as_line(one, BOTH) for one in item.options]
    other = rewritten(TALK, "came_by", as_written(item, lines=["My own | De mí", *said[1:]]), BOTH).item(
        "came_by"
    )
    assert other.keys == item.keys
    assert other.options[0].words == {"en": "My own", "es": "De mí"}
    turned = rewritten(TALK, "came_by", as_written(item, lines=said[::-1]), BOTH).item("came_by")
    assert turned.keys == item.keys[::-1]
    longer = rewritten(TALK, "came_by", as_written(item, lines=[*said, "", "Both"]), BOTH).item("came_by")
    assert longer.keys[:-1] == item.keys
    assert longer.options[-1].words == {"en": "Both"}
    assert len(set(longer.keys)) == len(longer.keys)


@pytest.mark.parametrize(
    ("after", "value", "expected"),
    [
        ("", "", ()),
        ("pain", "4", (Condition("pain", Comparison.AT_LEAST, 4),)),
        ("came_by", "required", (Condition("came_by", Comparison.ANY_OF, ("required",)),)),
        ("brings", "", (Condition("brings", Comparison.ANSWERED),)),
    ],
)
def test_when_it_is_asked_is_said_by_one_answer(after, value, expected):
    item = TALK.item("pain_where")
    found = rewritten(TALK, "pain_where", as_written(item, after=after, after_value=value), BOTH)
    assert found.item("pain_where").shown_when == expected


def test_what_shows_help_stays_when_a_question_about_safety_is_said_otherwise():
    item = TALK.item("safety")
    found = rewritten(TALK, "safety", as_written(item, text={"en": "How safe are you?"}), BOTH)
    assert found.item("safety").urgent_when == item.urgent_when
    fewer = rewritten(TALK, "safety", as_written(item, lines=["Well", "Not well"]), BOTH)
    assert form_problems(fewer), "help for an answer that is gone is a fault, not silence"
