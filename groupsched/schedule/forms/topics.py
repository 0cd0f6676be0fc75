"""The forms of topics: lines to add, how the list goes on, one topic."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import DateField, Field, RadioField
from wtforms.fields import SelectChoice
from wtforms.validators import Optional

from groupsched.catalog.forms import OTHER_LANGUAGES, in_words_of, kindly
from groupsched.core.fields import LineField, ProseField, at_most, in_reach, needed
from groupsched.core.i18n import _l, language_name
from groupsched.schedule.models import OUTLINE_LENGTH, TOPIC_LENGTH
from groupsched.schedule.rules import TopicOrder

DayField = kindly(DateField, _l("Write the date like 2026-12-03."))


class TopicLinesForm(FlaskForm):
    """Topics to add, one a line."""

    lines = ProseField(
        _l("Add topics"), description=_l("One a line. After a colon, what clients read about it.")
    )


class TopicOrderForm(FlaskForm):
    """How a list of topics goes on, and the day from which it counts."""

    mode = RadioField(
        _l("After the last topic"),
        choices=[
            SelectChoice(TopicOrder.ROLLING, _l("It starts again")),
            SelectChoice(TopicOrder.FIXED, _l("It ends")),
        ],
        default=TopicOrder.ROLLING,
    )
    begins_on = DayField(
        _l("Starts on"),
        [Optional(), in_reach],
        description=_l("The first date from this day has the first topic."),
    )


class TopicForm(FlaskForm):
    """One topic, in each language, and what staff note to it."""

    name = LineField(_l("Name"), [needed, at_most(TOPIC_LENGTH)])
    outline = ProseField(_l("What clients read"), [at_most(OUTLINE_LENGTH)], render_kw={"rows": 3})
    note = ProseField(_l("A note for staff"), [at_most(OUTLINE_LENGTH)], render_kw={"rows": 3})

    def translations(self) -> list[tuple[str, list[Field]]]:
        """The name and the fields of every other language."""
        return [
            (language_name(code), [self[f"{name}_{code}"] for name in ("name", "outline")])
            for code in OTHER_LANGUAGES
        ]

    def words(self) -> dict[str, Any]:
        """What is said, by the columns of a topic."""
        said = {
            code: {name: self[f"{name}_{code}"].data for name in ("name", "outline")}
            for code in OTHER_LANGUAGES
        }
        texts = {
            code: kept
            for code, one in said.items()
            if (kept := {name: text for name, text in one.items() if text})
        }
        plain = {
            "plain_name": self.name.data,
            "plain_outline": self.outline.data or "",
            "note": self.note.data or "",
        }
        return {**plain, "texts": texts}


for _code in OTHER_LANGUAGES:
    _attributes = {"lang": _code}
    setattr(
        TopicForm,
        f"name_{_code}",
        LineField(in_words_of(_l("Name"), _code), [at_most(TOPIC_LENGTH)], render_kw=_attributes),
    )
    setattr(
        TopicForm,
        f"outline_{_code}",
        ProseField(
            in_words_of(_l("What clients read"), _code),
            [at_most(OUTLINE_LENGTH)],
            render_kw={**_attributes, "rows": 3},
        ),
    )
