"""What a writer does to a draft, one question at a time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groupsched.questionnaires.queries import ready_forms
from groupsched.questionnaires.rules import (
    Audience,
    Comparison,
    Condition,
    Form,
    FormFault,
    FormKind,
    Given,
    HelpKind,
    Item,
    ItemType,
    Option,
    ReadWhen,
    Urgent,
    UrgentWritten,
    Written,
    as_line,
    audiences_for,
    form_problems,
    help_for,
    moved,
    rewritten,
    urgent_written,
    with_new,
    with_readers,
    without,
)

BOTH = ("en", "es")
TALK = ready_forms()["first-talk"]
KEYS = [one.key for one in TALK.items]
EVERY = [(name, one.key) for name, form in ready_forms().items() for one in form.items]


def keys(form):
    return [one.key for one in form.items]


def as_written(item, **changes):
    """What the page would send of an item that nobody touched."""
    said = {
        "type": item.type, "text": item.text, "help": item.help, "lines": [as_line(one, BOTH) for one in item.options],
        "anchor_min": item.anchor_min, "anchor_max": item.anchor_max, "after": "=" if item.shown_when else "",
        "urgent": urgent_written(item),
    }  # fmt: skip
    return Written(**said | changes)


@pytest.mark.parametrize(("name", "key"), EVERY)
def test_saving_an_item_that_nobody_touched_changes_nothing(name, key):
    form = ready_forms()[name]
    assert rewritten(form, key, as_written(form.item(key)), BOTH) == form


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


def marked(item, **written):
    form = Form(FormKind.CHECK_IN, items=(item,))
    return rewritten(form, item.key, as_written(item, **written), BOTH).item(item.key)


def test_an_answer_that_is_marked_shows_help_and_no_other_does():
    choice = Item("q1", ItemType.CHOICE, {"en": "How is it?"}, options=(
        Option("well", {"en": "Well"}), Option("badly", {"en": "Badly"})))  # fmt: skip
    found = marked(choice, urgent=UrgentWritten(("badly",), help=HelpKind.DANGER))
    assert help_for(found, Given("badly")) is HelpKind.DANGER
    assert help_for(found, Given("well")) is None
    assert marked(found, urgent=UrgentWritten()).urgent_when is None, "a mark can be taken back"


@pytest.mark.parametrize(
    ("comparison", "urgent", "calm"),
    [(Comparison.AT_LEAST, 8, 7), (Comparison.AT_MOST, 2, 9), (Comparison.EQUALS, 8, 9)],
)
def test_a_scale_shows_help_from_a_number_on_up_to_one_or_at_one(comparison, urgent, calm):
    found = marked(
        Item("q1", ItemType.SCALE, {"en": "How strong?"}),
        urgent=UrgentWritten(number=urgent, comparison=comparison, help=HelpKind.CRAVING),
    )
    assert help_for(found, Given(urgent)) is HelpKind.CRAVING
    assert help_for(found, Given(calm)) is None
    assert marked(found, text={"en": "And now?"}).urgent_when == found.urgent_when


@pytest.mark.parametrize(("word", "value"), [("yes", True), ("no", False)])
def test_yes_or_no_can_show_help(word, value):
    found = marked(Item("q1", ItemType.YES_NO, {"en": "Are you safe?"}), urgent=UrgentWritten((word,)))
    assert help_for(found, Given(value)) is HelpKind.MOOD
    assert help_for(found, Given(not value)) is None


def test_marks_do_not_outlive_the_kind_of_answer_they_are_of():
    scale = Item(
        "q1", ItemType.SCALE, {"en": "How strong?"}, urgent_when=Urgent(Comparison.AT_LEAST, 8, HelpKind.MOOD)
    )
    assert marked(scale, type=ItemType.LONG_TEXT).urgent_when is None
    safety = Item("q1", ItemType.SCALE, {"en": "Safe?"}, urgent_when=scale.urgent_when, safety=True)
    plain = marked(safety, type=ItemType.LONG_TEXT)
    faults = [one.fault for one in form_problems(Form(FormKind.CHECK_IN, {"en": "A"}, items=(plain,)))]
    assert faults == [FormFault.SAFETY_LOST], "but one about safety is not published without them"


def test_a_mark_of_an_answer_that_is_gone_is_lost_with_the_next_save():
    item = TALK.item("safety")
    gone = rewritten(
        TALK, "safety", as_written(item, lines=[as_line(one, BOTH) for one in item.options[:-1]]), BOTH
    )
    assert form_problems(gone)
    again = rewritten(gone, "safety", as_written(gone.item("safety")), BOTH)
    assert form_problems(again) == ()
    assert again.item("safety").urgent_when.value == ("now_and_then", "often_or_now")


def test_that_it_stays_with_the_person_alone_can_always_be_chosen():
    form = with_readers(TALK, [Audience.CARE_TEAM], Audience.CARE_TEAM, ReadWhen.ONE_WORKING_DAY)
    assert form.readers == (Audience.ONLY_ME, Audience.CARE_TEAM)
    assert (form.shared_with, form.read_when) == (Audience.CARE_TEAM, ReadWhen.ONE_WORKING_DAY)
    assert form_problems(form) == ()


def test_totals_are_for_reflections_alone():
    assert Audience.TOTALS in audiences_for(FormKind.REFLECTION)
    assert Audience.TOTALS not in audiences_for(FormKind.CHECK_IN)
    form = with_readers(TALK, list(Audience), Audience.CARE_TEAM, ReadWhen.NEXT_VISIT)
    assert Audience.TOTALS not in form.readers


@pytest.mark.parametrize(
    ("readers", "read_when", "fault"),
    [
        ([], ReadWhen.NEXT_VISIT, FormFault.NEVER_READ),
        ([Audience.CARE_TEAM], ReadWhen.NOT_READ, FormFault.NEVER_READ),
    ],
)
def test_what_is_said_of_readers_and_of_when_has_to_be_true_together(readers, read_when, fault):
    form = with_readers(TALK, readers, Audience.ONLY_ME, read_when)
    assert [one.fault for one in form_problems(form)] == [fault]
