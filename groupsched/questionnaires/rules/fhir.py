"""A form and a response as the world of health reads them: FHIR R4 Questionnaire and QuestionnaireResponse.

Structure and invariants: https://hl7.org/fhir/R4/questionnaire.html and questionnaireresponse.html.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from groupsched.questionnaires.rules.answers import Answers, Given
from groupsched.questionnaires.rules.form import (
    Comparison,
    Condition,
    Form,
    Item,
    ItemType,
    Words,
    said,
)
from groupsched.questionnaires.rules.responses import ResponseStatus
from groupsched.questionnaires.rules.screens import shown, to_hand_over

_TYPES = {
    ItemType.TEXT: "string",
    ItemType.LONG_TEXT: "text",
    ItemType.CHOICE: "choice",
    ItemType.CHOICES: "choice",
    ItemType.SCALE: "integer",
    ItemType.NUMBER: "decimal",
    ItemType.DATE: "date",
    ItemType.YES_NO: "boolean",
}
_OPERATORS = {
    Comparison.EQUALS: "=",
    Comparison.ANY_OF: "=",
    Comparison.AT_LEAST: ">=",
    Comparison.AT_MOST: "<=",
    Comparison.ANSWERED: "exists",
}
_VALUES = {
    ItemType.TEXT: "String",
    ItemType.LONG_TEXT: "String",
    ItemType.SCALE: "Integer",
    ItemType.NUMBER: "Decimal",
    ItemType.DATE: "Date",
    ItemType.YES_NO: "Boolean",
}
TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"
MIN_VALUE = "http://hl7.org/fhir/StructureDefinition/minValue"
MAX_VALUE = "http://hl7.org/fhir/StructureDefinition/maxValue"


@dataclass(frozen=True)
class Canonical:
    """By which address a form is known, and which version of it; None for a draft."""

    url: str
    version: int | None
    at: datetime | None

    @property
    def reference(self) -> str:
        """The version of the form that a response is to."""
        return f"{self.url}|{self.version}"


def questionnaire(form: Form, canonical: Canonical, language: str = "en") -> dict[str, Any]:
    """A Questionnaire. Headings are groups; the words of other languages stand beside each text as translations."""
    found: dict[str, Any] = {
        "resourceType": "Questionnaire",
        "url": canonical.url,
        "status": "draft" if canonical.version is None else "active",
        "subjectType": ["Patient"],
        "language": language,
        **_text("title", form.title, language),
        **_text("description", form.intro, language),
    }
    if canonical.version is not None:
        found["version"] = str(canonical.version)
    if canonical.at is not None:
        found["date"] = canonical.at.isoformat(timespec="seconds")
    known = {item.key: item for item in form.items}
    return found | {
        "item": [_group(one, rest, known, canonical, language) for one, rest in _parts(form.items)]
    }


def _parts(items: Iterable[Item]) -> list[tuple[Item, list[Item]]]:
    """Each heading with what stands under it, and each item that stands under none."""
    found: list[tuple[Item, list[Item]]] = []
    under: list[Item] | None = None
    for item in items:
        if item.type is ItemType.HEADING:
            under = []
            found.append((item, under))
        elif under is None:
            found.append((item, []))
        else:
            under.append(item)
    return found


def _group(
    item: Item, under: Sequence[Item], known: dict[str, Item], canonical: Canonical, language: str
) -> dict[str, Any]:
    if item.type is not ItemType.HEADING:
        return _question(item, known, canonical, language)
    found: dict[str, Any] = {"linkId": item.key, **_text("text", item.text, language)}
    if not under:
        return _when(item, found | {"type": "display"}, known, canonical)
    inside = [_question(one, known, canonical, language) for one in under]
    return _when(item, found | {"type": "group", "item": inside}, known, canonical)


def _question(item: Item, known: dict[str, Item], canonical: Canonical, language: str) -> dict[str, Any]:
    kind = "open-choice" if item.allow_own else _TYPES[item.type]
    found: dict[str, Any] = {"linkId": item.key, **_text("text", item.text, language), "type": kind}
    found["required"] = False
    if item.type is ItemType.CHOICES:
        found["repeats"] = True
    if item.options:
        found["answerOption"] = [
            {"valueCoding": _coding(item, option.key, canonical, language)} for option in item.options
        ]
    ends = [
        (url, value)
        for url, value in zip((MIN_VALUE, MAX_VALUE), item.bounds, strict=True)
        if value is not None
    ]
    if kind in ("integer", "decimal") and ends:
        found["extension"] = [{"url": url, f"value{_VALUES[item.type]}": value} for url, value in ends]
    return _when(item, found, known, canonical)


def _when(item: Item, found: dict[str, Any], known: dict[str, Item], canonical: Canonical) -> dict[str, Any]:
    """An item with its conditions. One that takes any of several answers beside others that must hold stands in a group of its own:
    `enableBehavior` holds for all of an item's conditions at once."""
    either = [one for one in item.shown_when if one.comparison is Comparison.ANY_OF and len(one.value) > 1]
    plain = [one for one in item.shown_when if one not in either]
    whole = _enabled(found, plain, known, canonical, "all")
    for number, condition in enumerate(either):
        if number == 0 and not plain:
            whole = _enabled(whole, [condition], known, canonical, "any")
        else:
            group = {"linkId": f"{item.key}.{number}", "type": "group", "item": [whole]}
            whole = _enabled(group, [condition], known, canonical, "any")
    return whole


def _enabled(
    found: dict[str, Any],
    conditions: Sequence[Condition],
    known: dict[str, Item],
    canonical: Canonical,
    how: str,
) -> dict[str, Any]:
    when = [part for one in conditions for part in _asked(one, known[one.item], canonical)]
    if not when:
        return found
    return found | {"enableWhen": when} | ({"enableBehavior": how} if len(when) > 1 else {})


def _asked(condition: Condition, asked: Item, canonical: Canonical) -> list[dict[str, Any]]:
    operator = _OPERATORS[condition.comparison]
    begin = {"question": condition.item, "operator": operator}
    if condition.comparison is Comparison.ANSWERED:
        return [begin | {"answerBoolean": True}]
    values = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    if asked.options:
        return [
            begin | {"answerCoding": {"system": _system(asked, canonical), "code": one}} for one in values
        ]
    return [begin | {f"answer{_VALUES[asked.type]}": one} for one in values]


def _system(item: Item, canonical: Canonical) -> str:
    return f"{canonical.url}/{item.key}"


def _coding(item: Item, key: str, canonical: Canonical, language: str) -> dict[str, Any]:
    words = next(option.words for option in item.options if option.key == key)
    return {"system": _system(item, canonical), "code": key, **_text("display", words, language)}


def _text(name: str, words: Words, language: str) -> dict[str, Any]:
    text = said(words, language)
    if not text:
        return {}
    others = [
        {
            "url": TRANSLATION,
            "extension": [{"url": "lang", "valueCode": one}, {"url": "content", "valueString": other}],
        }
        for one, other in words.items()
        if other and one != language and other != text
    ]
    return {name: text} | ({f"_{name}": {"extension": others}} if others else {})


@dataclass(frozen=True)
class ResponseSaid:
    """A response as it is told to others: its number, whom it is about, who wrote it where that is a person known here, when it was
    handed over or last written, and the number of the one that it amends."""

    id: str
    status: ResponseStatus
    subject: str
    author: str
    at: datetime
    amends: str = ""


def questionnaire_response(
    form: Form, answers: Answers, response: ResponseSaid, canonical: Canonical, language: str = "en"
) -> dict[str, Any]:
    """A QuestionnaireResponse: the answers to what was shown, under their headings. What was left blank is left out."""
    given = to_hand_over(form, answers)
    items = []
    for item, under in _parts(shown(form, answers)):
        inside = [_answered(one, given[one.key], canonical, language) for one in under if one.key in given]
        if item.key in given:
            items.append(_answered(item, given[item.key], canonical, language))
        elif inside:
            items.append({"linkId": item.key, "text": said(item.text, language), "item": inside})
    return {
        "resourceType": "QuestionnaireResponse",
        "id": response.id,
        "questionnaire": canonical.reference,
        "status": response.status.value,
        "subject": {"reference": f"Patient/{response.subject}"},
        **({"author": {"reference": response.author}} if response.author else {}),
        "authored": response.at.isoformat(timespec="seconds"),
        **_amending(response, canonical),
        **({"item": items} if items else {}),
    }


def _amending(response: ResponseSaid, canonical: Canonical) -> dict[str, Any]:
    """The response that this one amends: R4 has no element for it, so an extension names it."""
    if not response.amends:
        return {}
    before = {"reference": f"QuestionnaireResponse/{response.amends}"}
    return {"extension": [{"url": f"{canonical.url}/amends", "valueReference": before}]}


def _answered(item: Item, given: Given, canonical: Canonical, language: str) -> dict[str, Any]:
    values = given.value if isinstance(given.value, tuple) else (given.value,)
    answer: list[dict[str, Any]] = []
    for value in values:
        if value in (None, ""):
            continue
        if item.options:
            answer.append({"valueCoding": _coding(item, value, canonical, language)})
        else:
            answer.append({f"value{_VALUES[item.type]}": value})
    if given.own:
        answer.append({"valueString": given.own})
    return {"linkId": item.key, "text": said(item.text, language), "answer": answer}
