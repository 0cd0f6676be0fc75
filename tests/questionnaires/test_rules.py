"""Forms without a database: what is shown, what is urgent, what is wrong, and what others read of them."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groupsched.core.resources import content
from groupsched.questionnaires import rules
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
)

SAID = {"en": "Words", "es": "Palabras"}
CANONICAL = rules.Canonical("urn:form:talk", 2, datetime(2026, 11, 1, tzinfo=UTC))
RESPONSE = rules.ResponseSaid(
    "r1", rules.ResponseStatus.COMPLETED, "p1", "Patient/p1", datetime(2026, 11, 2, tzinfo=UTC)
)


def item(key, kind=ItemType.TEXT, **more):
    return Item(key, kind, SAID, **more)


def choice(key, *keys, kind=ItemType.CHOICE, **more):
    return item(key, kind, options=tuple(Option(one, {"en": one.title()}) for one in keys), **more)


def when(key, comparison, value=None):
    return Condition(key, comparison, value)


PAIN = item("pain", ItemType.SCALE)
WHERE = choice(
    "where", "head", "back", kind=ItemType.CHOICES, shown_when=(when("pain", Comparison.AT_LEAST, 4),)
)
TALK = Form(
    FormKind.ASSESSMENT,
    SAID,
    items=(
        item("h1", ItemType.HEADING),
        PAIN,
        WHERE,
        item("h2", ItemType.HEADING, shown_when=(when("where", Comparison.ANY_OF, ("back",)),)),
        item("back_since"),
        item("h3", ItemType.HEADING),
        item("more", ItemType.LONG_TEXT),
    ),
    readers=(Audience.ONLY_ME, Audience.CARE_TEAM),
    read_when=ReadWhen.NEXT_VISIT,
)


def keys(items):
    return [one.key for one in items]


def ready():
    rows = content("questionnaires")["questionnaires"]
    return {row["key"]: rules.ready_form(row, ("en", "es")) for row in rows}


# --- what is shown ---


def test_a_heading_begins_a_screen_and_one_without_anything_to_answer_is_left_out():
    assert keys(rules.screens(TALK, {})) == ["h1", "h3"]
    answers = {"pain": Given(6), "where": Given(("back",))}
    assert keys(rules.screens(TALK, answers)) == ["h1", "h2", "h3"]
    assert keys(rules.screens(TALK, answers)[0].items) == ["pain", "where"]


def test_a_form_may_begin_without_a_heading():
    first = rules.screens(replace(TALK, items=TALK.items[1:]), {})[0]
    assert (first.key, keys(first.items)) == ("", ["pain"])


def test_what_was_said_where_nothing_is_asked_any_more_counts_for_nothing():
    """The answer about the back stays kept; since the pain is small, neither it nor what follows from it is shown or handed over."""
    answers = {"pain": Given(2), "where": Given(("back",)), "back_since": Given("long")}
    assert keys(rules.shown(TALK, answers)) == ["h1", "pain", "h3", "more"]
    assert list(rules.to_hand_over(TALK, answers)) == ["pain"]


FORMS = [form for form in ready().values() if form]


@st.composite
def answered(draw):
    """A ready form with some answers to it, each of those that its page could send."""
    form = draw(st.sampled_from([TALK, *FORMS]))
    answers = {}
    for one in draw(st.lists(st.sampled_from(form.questions), unique_by=lambda one: one.key, max_size=12)):
        answers[one.key] = rules.read(one, draw(sent(one)), draw(st.sampled_from(["", "mine"])))
    return form, answers


def sent(one):
    if one.type in rules.OPTION_TYPES:
        return st.lists(st.sampled_from(one.keys), max_size=4)
    if one.type in rules.NUMBER_TYPES:
        low, high = one.bounds
        return st.integers(low or 0, high or 100).map(lambda number: [str(number)])
    if one.type is ItemType.DATE:
        return st.dates().map(lambda day: [day.isoformat()])
    if one.type is ItemType.YES_NO:
        return st.sampled_from([["yes"], ["no"], []])
    return st.text(max_size=30).map(lambda text: [text])


@given(answered())
def test_every_item_that_is_shown_stands_on_one_screen_in_the_order_of_the_form(case):
    form, answers = case
    there = [one for screen in rules.screens(form, answers) for one in screen.items]
    assert there == [one for one in rules.shown(form, answers) if one.type is not ItemType.HEADING]
    order = keys(form.items)
    assert [order.index(one.key) for one in there] == sorted(order.index(one.key) for one in there)


@given(answered())
def test_handing_over_drops_only_what_was_not_shown_and_doing_it_again_drops_nothing(case):
    form, answers = case
    once = rules.to_hand_over(form, answers)
    assert rules.to_hand_over(form, once) == once
    assert rules.shown(form, once) == rules.shown(form, answers)
    assert set(once) <= set(answers)


@given(answered())
def test_what_is_shown_is_never_more_without_an_answer_to_what_comes_later(case):
    """An answer changes what is asked below it alone: nobody sees a question above vanish under their finger."""
    form, answers = case
    for key in answers:
        at = keys(form.items).index(key)
        others = {one: value for one, value in answers.items() if one != key}
        above = {one.key for one in form.items[: at + 1]}
        both = (rules.shown(form, answers), rules.shown(form, others))
        first, second = ([one.key for one in found if one.key in above] for found in both)
        assert first == second


# --- what is read ---


@pytest.mark.parametrize(
    ("one", "values", "expected"),
    [
        (item("a"), [" a\tline\n"], "a line"),
        (item("a", ItemType.LONG_TEXT), ["two\r\nlines "], "two\nlines"),
        (PAIN, ["10"], 10),
        (item("a", ItemType.NUMBER), ["7,5"], 7.5),
        (item("a", ItemType.DATE), ["2026-02-28"], "2026-02-28"),
        (item("a", ItemType.YES_NO), ["no"], False),
        (choice("a", "one", "two"), ["two"], "two"),
        (choice("a", "one", "two", kind=ItemType.CHOICES), ["two", "one", "two"], ("one", "two")),
        (choice("a", "one", "two", kind=ItemType.CHOICES), [], ()),
        (PAIN, ["", " "], None),
    ],
)
def test_what_a_form_sends_is_read(one, values, expected):
    assert rules.read(one, values).value == expected


@pytest.mark.parametrize(
    ("one", "value"),
    [
        (PAIN, "11"),
        (PAIN, "-1"),
        (PAIN, "3.5"),
        (PAIN, "nan"),
        (PAIN, "much"),
        (item("a", ItemType.NUMBER), "1e99"),
        (item("a", ItemType.NUMBER, max=24), "25"),
        (item("a", ItemType.DATE), "2026-02-30"),
        (item("a", ItemType.YES_NO), "maybe"),
        (choice("a", "one", "two"), "three"),
        (choice("a", "one", "two", kind=ItemType.CHOICES), "three"),
        (item("a", ItemType.HEADING), "x"),
    ],
)
def test_what_is_no_answer_is_refused(one, value):
    with pytest.raises(rules.Unreadable):
        rules.read(one, [value])


def test_a_word_of_ones_own_is_kept_only_where_it_may_be_said():
    assert rules.read(choice("a", "one", "two", allow_own=True), [], " mine ").own == "mine"
    assert rules.read(choice("a", "one", "two"), [], "mine").is_blank


def test_zero_and_no_are_answers():
    assert not Given(0).is_blank
    assert not Given(False).is_blank
    assert rules.holds(Given(0), Comparison.AT_MOST, 0)
    assert rules.holds(Given(False), Comparison.EQUALS, False)


# --- what is urgent ---


def test_an_answer_is_urgent_from_a_number_on_or_by_what_was_chosen():
    craving = item("craving", ItemType.SCALE, urgent_when=Urgent(Comparison.AT_LEAST, 8, HelpKind.CRAVING))
    assert [rules.help_for(craving, Given(number)) for number in (7, 8, None)] == [
        None,
        HelpKind.CRAVING,
        None,
    ]
    signs = choice(
        "signs", "fit", "sweat", "none", kind=ItemType.CHOICES,
        urgent_when=Urgent(Comparison.ANY_OF, ("fit",), HelpKind.WITHDRAWAL),
    )  # fmt: skip
    assert rules.help_for(signs, Given(("fit", "sweat"))) is HelpKind.WITHDRAWAL
    assert rules.help_for(signs, Given(("sweat",))) is None


def test_helps_stand_in_the_order_of_the_form_each_once():
    mood = Urgent(Comparison.ANY_OF, ("yes",), HelpKind.MOOD)
    asks = [choice(key, "yes", "no", urgent_when=mood) for key in ("a", "b")]
    assert rules.urgent_helps(
        Form(FormKind.SAFETY, SAID, items=tuple(asks)), dict.fromkeys("ab", Given("yes"))
    ) == (HelpKind.MOOD,)


# --- what is wrong with a form ---


def faults(form, before=None):
    return [problem.fault for problem in rules.form_problems(form, before)]


@pytest.mark.parametrize("key", [key for key, form in ready().items() if form])
def test_the_ready_forms_can_be_published(key):
    assert faults(ready()[key]) == []


def test_ready_forms_say_only_who_really_reads_them():
    """One whose words name others than these, or another time, is not offered: it would promise what nothing keeps."""
    found = ready()
    assert found["screening-group"] is None
    assert found["online-where"] is None
    assert found["reflection"].readers == (Audience.ONLY_ME, Audience.MY_COUNSELOR, Audience.TOTALS)
    assert found["reflection"].shared_with is Audience.ONLY_ME


@pytest.mark.parametrize(
    ("broken", "fault"),
    [
        (replace(TALK, title={}), FormFault.NO_TITLE),
        (replace(TALK, items=(item("h", ItemType.HEADING),)), FormFault.NO_QUESTION),
        (replace(TALK, items=tuple(item(f"a{n}") for n in range(201))), FormFault.TOO_MANY),
        (replace(TALK, shared_with=Audience.MY_COUNSELOR), FormFault.NO_READER),
        (replace(TALK, read_when=ReadWhen.NOT_READ), FormFault.NEVER_READ),
        (replace(TALK, items=(item("Not so"),)), FormFault.BAD_KEY),
        (replace(TALK, items=(item("a"), item("a"))), FormFault.TWICE),
        (replace(TALK, items=(Item("a", ItemType.TEXT, {"es": "solo"}),)), FormFault.NO_TEXT),
        (replace(TALK, items=(choice("a", "one"),)), FormFault.TOO_FEW_OPTIONS),
        (replace(TALK, items=(choice("a", "one", "one"),)), FormFault.OPTIONS_ALIKE),
        (
            replace(TALK, items=(item("a", ItemType.CHOICE, options=(Option("b"), Option("c", SAID))),)),
            FormFault.OPTION_WITHOUT_WORDS,
        ),
        (replace(TALK, items=(replace(PAIN, min=5, max=5),)), FormFault.BOUNDS),
        (replace(TALK, items=(replace(PAIN, max=30),)), FormFault.BOUNDS),
        (replace(TALK, items=(WHERE, PAIN)), FormFault.CONDITION_NOT_ABOVE),
        (
            replace(TALK, items=(PAIN, item("b", shown_when=(when("pain", Comparison.AT_LEAST, 11),)))),
            FormFault.CONDITION_IMPOSSIBLE,
        ),
        (
            replace(TALK, items=(PAIN, item("b", shown_when=(when("pain", Comparison.ANY_OF, ("x",)),)))),
            FormFault.CONDITION_IMPOSSIBLE,
        ),
        (
            replace(TALK, items=(choice("a", "b", "c", urgent_when=Urgent(Comparison.ANY_OF, ("d",), HelpKind.MOOD)),)),
            FormFault.URGENT_IMPOSSIBLE,
        ),
        (replace(TALK, items=(choice("a", "b", "c", safety=True),)), FormFault.SAFETY_LOST),
    ],
)  # fmt: skip
def test_a_form_with_a_fault_is_not_published(broken, fault):
    assert fault in faults(broken)


def test_a_question_about_safety_keeps_its_help_as_long_as_it_is_asked():
    before = ready()["first-talk"]
    asked = before.item("safety")
    without = replace(asked, safety=False, urgent_when=None)
    changed = replace(before, items=tuple(without if one is asked else one for one in before.items))
    assert faults(changed, before) == [FormFault.SAFETY_LOST]
    assert faults(replace(before, items=tuple(one for one in before.items if one is not asked)), before) == []


def test_a_change_says_what_means_something_else_and_what_is_only_said_otherwise():
    reworded = replace(PAIN, text={"en": "How is the pain?"})
    longer = choice("where", "head", "back", "knee", kind=ItemType.CHOICES, shown_when=WHERE.shown_when)
    after = replace(TALK, items=(TALK.items[0], reworded, longer, item("new"), *TALK.items[5:]))
    change = rules.form_change(TALK, after)
    assert keys(change.added) == ["new"]
    assert keys(change.removed) == ["h2", "back_since"]
    assert keys(change.asked_otherwise) == ["where"]
    assert keys(change.reworded) == ["pain"]
    assert not change.moved


@given(st.permutations(TALK.items))
def test_another_order_is_a_change_and_the_same_form_is_none(items):
    change = rules.form_change(TALK, replace(TALK, items=tuple(items)))
    assert change.is_nothing == (tuple(items) == TALK.items)
    assert not change.added
    assert not change.reworded


@pytest.mark.parametrize("form", [TALK, *FORMS])
def test_a_form_is_the_same_after_it_was_kept_as_json(form):
    assert rules.form_of(json.loads(json.dumps(rules.as_data(form)))) == form


def test_what_is_not_said_in_a_language_is_counted():
    assert rules.unsaid_in(ready()["first-talk"], "es") == 0
    assert rules.unsaid_in(TALK, "es") == 2


# --- who reads it ---


@given(
    st.integers(1, 4), st.integers(1, 4), st.integers(1, 4), st.booleans(), st.sampled_from(Audience),
    st.frozensets(st.integers(1, 4)), st.frozensets(st.integers(1, 4)),
)  # fmt: skip
def test_nobody_but_its_writer_reads_what_was_not_handed_over(reader, subject, author, over, to, lead, team):
    facts = rules.ResponseFacts(subject, author, over, to)
    may = facts.is_read_by(reader, lead, team | lead)
    if not over:
        assert may == (reader == author)
    elif reader != subject:
        assert may == (
            (to is Audience.CARE_TEAM and reader in team | lead)
            or (to is Audience.MY_COUNSELOR and reader in lead)
        )
    else:
        assert may


@given(st.lists(st.integers(1, 9), max_size=40))
def test_any_two_totals_differ_by_answers_of_five_people_or_by_none(people):
    """Whoever looks after each answer, and works out the difference, never holds fewer than five people in hand."""
    ends = [rules.in_batches(people[:number]) for number in range(len(people) + 1)]
    assert ends == sorted(ends)
    for before, after in pairwise(ends):
        assert before == after or len(set(people[before:after])) >= rules.BATCH
        assert after <= len(people)


def test_chosen_words_are_counted_in_their_order():
    assert rules.counted(["b", "a", "b", "x"], ["a", "b", "c"]) == (1, 2, 0)


# --- as FHIR R4 ---

TYPES = {
    "group",
    "display",
    "boolean",
    "decimal",
    "integer",
    "date",
    "string",
    "text",
    "choice",
    "open-choice",
}


def every(items):
    for one in items:
        yield one
        yield from every(one.get("item", ()))


def check_questionnaire(found):
    """The invariants of R4 that can fail: que-0 to que-12, and what is required."""
    assert found["resourceType"] == "Questionnaire"
    assert found["status"] in {"draft", "active", "retired", "unknown"}
    items = list(every(found["item"]))
    links = [one["linkId"] for one in items]
    assert len(links) == len(set(links))
    for one in items:
        assert one["type"] in TYPES
        assert (one["type"] == "group") == bool(one.get("item")), one
        assert "answerOption" not in one or one["type"] in {"choice", "open-choice"}
        assert not ({"required", "repeats"} & set(one)) or one["type"] != "display"
        for asked in one.get("enableWhen", ()):
            assert asked["question"] in links
            assert asked["operator"] in {"exists", "=", "!=", ">", "<", ">=", "<="}
            (answer,) = [name for name in asked if name.startswith("answer")]
            assert asked["operator"] != "exists" or answer == "answerBoolean"
        assert len(one.get("enableWhen", ())) < 2 or one["enableBehavior"] in {"all", "any"}
    return items


@pytest.mark.parametrize("form", [TALK, *FORMS])
def test_a_form_is_a_questionnaire(form):
    items = check_questionnaire(json.loads(json.dumps(rules.questionnaire(form, CANONICAL))))
    assert {one.key for one in form.items} <= {one["linkId"] for one in items}


def test_conditions_of_which_one_takes_several_answers_keep_what_they_mean():
    asked = (choice("a", "x", "y", "z"), PAIN)
    either, least = when("a", Comparison.ANY_OF, ("x", "y")), when("pain", Comparison.AT_LEAST, 3)
    form = replace(TALK, items=(*asked, item("b", shown_when=(either, least))))
    found = check_questionnaire(rules.questionnaire(form, CANONICAL))
    outer = next(one for one in found if one["linkId"] == "b.0")
    assert (outer["enableBehavior"], [one["answerCoding"]["code"] for one in outer["enableWhen"]]) == (
        "any",
        ["x", "y"],
    )
    assert outer["item"][0]["enableWhen"] == [{"question": "pain", "operator": ">=", "answerInteger": 3}]


def test_a_questionnaire_says_its_words_in_every_language():
    found = rules.questionnaire(TALK, CANONICAL, "es")
    assert found["title"] == "Palabras"
    assert found["_title"]["extension"][0]["extension"] == [
        {"url": "lang", "valueCode": "en"},
        {"url": "content", "valueString": "Words"},
    ]
    assert (found["version"], found["status"]) == ("2", "active")
    assert rules.questionnaire(TALK, replace(CANONICAL, version=None))["status"] == "draft"


@given(answered())
def test_a_response_has_an_answer_for_each_question_that_was_shown_and_answered(case):
    form, answers = case
    found = json.loads(json.dumps(rules.questionnaire_response(form, answers, RESPONSE, CANONICAL)))
    assert (found["resourceType"], found["status"]) == ("QuestionnaireResponse", "completed")
    assert found["questionnaire"] == "urn:form:talk|2"
    told = [one for one in every(found.get("item", ())) if "answer" in one]
    assert [one["linkId"] for one in told] == [
        one.key for one in rules.shown(form, answers) if one.key in rules.to_hand_over(form, answers)
    ]
    for one in every(found.get("item", ())):
        assert ("answer" in one) != ("item" in one)
        assert all(
            len(answer) == 1 and next(iter(answer)).startswith("value") for answer in one.get("answer", ())
        )


def test_answers_are_told_as_what_they_are():
    form = replace(
        TALK, items=(PAIN, WHERE, item("sure", ItemType.YES_NO), item("since", ItemType.DATE))
    )  # fmt: skip
    form = replace(form, items=(form.items[0], replace(WHERE, allow_own=True), *form.items[2:]))
    answers = {
        "pain": Given(6), "where": Given(("head",), "elbow"), "sure": Given(False), "since": Given("2026-01-02"),
    }  # fmt: skip
    found = rules.questionnaire_response(form, answers, RESPONSE, CANONICAL)["item"]
    assert [one["answer"] for one in found] == [
        [{"valueInteger": 6}],
        [
            {"valueCoding": {"system": "urn:form:talk/where", "code": "head", "display": "Head"}},
            {"valueString": "elbow"},
        ],
        [{"valueBoolean": False}],
        [{"valueDate": "2026-01-02"}],
    ]
