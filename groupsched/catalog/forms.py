"""The shape of what an administrator says of kinds of sessions, places and terms."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from itertools import product
from typing import Any

from babel import Locale
from flask_babel.speaklater import LazyString
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    Field,
    IntegerField,
    RadioField,
    SelectField,
)
from wtforms.validators import Optional, ValidationError

from groupsched.catalog.rules import (
    MOST_SEATS,
    MOST_THINGS,
    SENTENCE_LENGTH,
    WORD_LENGTH,
    PlaceMode,
    Setting,
    UnitRounding,
    Vocabulary,
    counted,
    counted_lines,
    is_link,
)
from groupsched.catalog.words import reason
from groupsched.core.fields import KeptField, LineField, ProseField, at_most, needed
from groupsched.core.i18n import LANGUAGES, SOURCE, _, _l, language_name
from groupsched.core.text import clean_line, clean_prose

# What is said of a kind of session in each language: what it is called, the most characters, the lines to begin with.
TEXTS = {
    "name": (_l("Name"), 80, 1),
    "summary": (_l("In one sentence"), 200, 1),
    "happens": (_l("What happens"), 2000, 3),
    "not_asked": (_l("What is not asked of you"), 2000, 2),
    "bring": (_l("What to bring"), 300, 1),
    "good_to_know": (_l("Good to know"), 2000, 2),
}


def kindly(kind: type[Field], sentence: Any) -> type[Field]:
    """That kind of field, refusing nonsense with this sentence; what was typed stays, but for control characters."""

    class Kind(kind):  # type: ignore[misc, valid-type]
        def process_formdata(self, valuelist: list[str]) -> None:
            self.raw_data = [clean_line(value) for value in valuelist]
            try:
                super().process_formdata(self.raw_data)
            except ValueError:
                self.data = None
                raise ValueError(str(sentence)) from None

    return Kind


NumberField = kindly(IntegerField, _l("Write a whole number."))


def between(least: int, most: int) -> Callable[[Any, Any], None]:
    """Refuse a number outside these bounds."""

    def check(_form: Any, field: Any) -> None:
        if field.data is not None and not least <= field.data <= most:
            raise ValidationError(_("Write a number from %(least)s to %(most)s.", least=least, most=most))

    return check


def slug(text: str) -> str:
    """A short key of letters, digits and hyphens for a name.

    >>> slug("Art therapy (Café)")
    'art-therapy-cafe'
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-")


def key_of_term(vocabulary: str, name: str) -> str:
    """The key of a new term: its slug, for a language the code that listings know it by."""
    if vocabulary == Vocabulary.LANGUAGE:
        for language in LANGUAGES:
            names = Locale(language).languages
            code = next((code for code, known in names.items() if known.casefold() == name.casefold()), None)
            if code is not None:
                return code
    return slug(name)[:WORD_LENGTH].strip("-")


OTHER_LANGUAGES = tuple(language for language in LANGUAGES if language != SOURCE)


def in_words_of(label: Any, language: str) -> Any:
    """What a field is called that says the same in another language."""
    return _l("%(text)s, in %(language)s", text=label, language=LazyString(language_name, language))


def _in_other_words(language: str) -> dict[str, str]:
    return {} if language == SOURCE else {"lang": language}


def _text_field(name: str, language: str) -> Field:
    """A text of a kind of session. Its English name is needed, all else may wait."""
    label, longest, rows = TEXTS[name]
    checks = [needed, at_most(longest)] if (name, language) == ("name", SOURCE) else [at_most(longest)]
    if language != SOURCE:
        label = in_words_of(label, language)
    if rows > 1:
        return ProseField(label, checks, render_kw={"rows": rows, **_in_other_words(language)})
    return LineField(label, checks, render_kw={"maxlength": longest, **_in_other_words(language)})


class TextsForm(FlaskForm):
    """What is said of a kind of session, a field for each text in each language."""

    def english(self) -> list[Field]:
        """The fields of the language that is needed, in their order."""
        return self._in(SOURCE)

    def translations(self) -> list[tuple[str, list[Field]]]:
        """The name and the fields of every other language."""
        return [(language_name(code), self._in(code)) for code in OTHER_LANGUAGES]

    def _in(self, language: str) -> list[Field]:
        return [self[f"{name}_{language}"] for name in TEXTS]


for _language, _name in product(LANGUAGES, TEXTS):
    setattr(TextsForm, f"{_name}_{_language}", _text_field(_name, _language))


class ModalityForm(TextsForm):
    """A kind of session."""

    version = KeptField()
    category = SelectField(_l("Counts as"))
    kind = SelectField(_l("People find it under"))
    setting = RadioField(_l("Group or one to one"), default=Setting.GROUP)
    minutes = NumberField(_l("Usual length in minutes"), [between(5, 1440)], default=60)
    capacity = NumberField(_l("Usual seats"), [Optional(), between(1, MOST_SEATS)])
    structure = RadioField(_l("Style"), default="")
    orientation = SelectField(_l("Secular or faith-based"), default="")
    clinician_decides = BooleanField(_l("A clinician decides if it is right for the person"))
    complementary = BooleanField(_l("It goes with other care and does not replace it"))
    clearance = SelectField(_l("A clearance has to be on file for"), default="")

    def values(self) -> dict[str, Any]:
        """The columns, with the texts by language."""
        texts = {language: self._texts(language) for language in LANGUAGES}
        plain = ("category", "kind", "setting", "capacity", "clinician_decides", "complementary")
        return {name: self[name].data for name in plain} | {
            "minutes": self.minutes.data or 60,
            "structure": self.structure.data or None,
            "clearance": self.clearance.data or None,
            "orientation": self.orientation.data or None,
            "texts": {language: words for language, words in texts.items() if words},
        }

    def _texts(self, language: str) -> dict[str, str]:
        words = {name: self[f"{name}_{language}"].data or "" for name in TEXTS}
        return {name: text for name, text in words.items() if text}


class TermForm(FlaskForm):
    """A tag, an audience or a language. In which list it stands is said once, when it is new."""

    version = KeptField()
    vocabulary = RadioField(_l("Shown under"), default=Vocabulary.TAG)

    def names(self) -> list[Field]:
        """The name in each language."""
        return [self[f"name_{language}"] for language in LANGUAGES]

    def values(self) -> dict[str, Any]:
        """The names by language."""
        names = {language: self[f"name_{language}"].data or "" for language in LANGUAGES}
        return {"texts": {language: {"name": name} for language, name in names.items() if name}}


def _name_field(language: str) -> Field:
    """The name of a term. English is needed: those who read in a language without a name see that."""
    own, shown = LazyString(language_name, language), {"maxlength": WORD_LENGTH, **_in_other_words(language)}
    label = _l("Name in %(language)s", language=own)
    if language == SOURCE:
        return LineField(label, [needed, at_most(WORD_LENGTH)], render_kw=shown)
    hint = _l("People who read in %(language)s see the other name until there is one.", language=own)
    return LineField(label, [at_most(WORD_LENGTH)], description=hint, render_kw=shown)


for _language in LANGUAGES:
    setattr(TermForm, f"name_{_language}", _name_field(_language))


class NamedForm(FlaskForm):
    """What a row is called, a field for each language."""

    version = KeptField()

    def names(self) -> list[Field]:
        """The name in each language."""
        return [self[f"name_{language}"] for language in LANGUAGES]

    def texts(self, before: Mapping[str, Any]) -> dict[str, dict[str, str]]:
        """The names by language, with what else the row says there."""
        said = {language: self[f"name_{language}"].data or "" for language in LANGUAGES}
        return {
            language: {**before.get(language, {}), "name": name} for language, name in said.items() if name
        }


for _language in LANGUAGES:
    setattr(NamedForm, f"name_{_language}", _name_field(_language))


class ServiceTypeForm(NamedForm):
    """What a group counts as. The view gives the units."""

    in_group = SelectField(_l("In a group, a unit is"))
    alone = SelectField(_l("One to one, a unit is"))
    signed = BooleanField(_l("Those who were here sign the roster"))


class UnitPresetForm(NamedForm):
    """How time becomes units, with where that comes from. The view gives the roundings."""

    minutes = NumberField(_l("Minutes of a unit (empty: a session)"), [Optional(), between(1, 1440)])
    rounding = RadioField(_l("What counts"), default=UnitRounding.FULL)
    source = LineField(_l("Where it comes from"), [needed, at_most(300)])
    checked = LineField(_l("Last checked (such as 2026-11)"), [needed, at_most(10)])


class CountedField(ProseField):
    """A list of things, one a line, with how many of each."""

    data: Any

    def _value(self) -> str:
        if self.raw_data:
            return clean_prose(str(self.raw_data[0]))
        return counted_lines(self.data or {})

    def process_formdata(self, valuelist: list[str]) -> None:
        """Things by how many."""
        if not valuelist:
            return
        try:
            self.data = counted(clean_prose(valuelist[0]))
        except ValueError:
            self.data = {}
            raise ValueError(
                _("One thing a line, how many first: 20 mats. At most %(most)s lines.", most=MOST_THINGS)
            ) from None


class PlaceForm(FlaskForm):
    """A room or another place, or an online room."""

    version = KeptField()
    name = LineField(_l("Name"), [needed, at_most(160)])
    mode = RadioField(_l("Room or online"), default=PlaceMode.ROOM)
    site = SelectField(_l("Site"))
    address = LineField(_l("Address"), [at_most(300)])
    capacity = NumberField(_l("Seats"), [Optional(), between(1, MOST_SEATS)])
    equipment = CountedField(_l("What is in it, and how many"), default=dict)
    step_free = BooleanField(_l("One can get there without steps"))
    access_notes = ProseField(_l("How to get in"), [at_most(1000)])
    online_link = LineField(_l("Link"), [at_most(500)])

    def validate_online_link(self, field: Any) -> None:
        """A link is an address of the web."""
        if field.data and not is_link(field.data):
            raise ValidationError(reason("not-a-link"))

    def values(self) -> dict[str, Any]:
        """The columns, without the site."""
        return {
            "name": self.name.data or "",
            "mode": self.mode.data,
            "address": self.address.data or "",
            "capacity": self.capacity.data,
            "equipment": self.equipment.data or {},
            "step_free": self.step_free.data,
            "access_notes": self.access_notes.data or "",
            "online_link": self.online_link.data or "",
        }


PROGRAM_TEXTS = ("sentence", "notice")
NOTICE_LENGTH = 2000


class ProgramForm(FlaskForm):
    """A program: its name, what its front page says, how it writes dates and times. The view gives regions and zones."""

    version = KeptField()
    name = LineField(_l("Name"), [needed, at_most(120)])
    region = SelectField(_l("How dates and times are written"))
    timezone = SelectField(_l("Time zone"))
    grace_minutes = NumberField(_l("Minutes after the start that are on time"), [between(0, 120)], default=10)
    cover_hours = NumberField(
        _l("Hours without a yes until everybody is asked for cover"), [between(0, 168)], default=12
    )
    young_guests = LineField(_l("Rule for guests under 18"), [at_most(300)])
    reviews_groups = BooleanField(_l("A supervisor looks at a group before it is published"))
    self_sign_in = BooleanField(_l("Clients may sign themselves in with a code, on a paired tablet"))

    def sentences(self) -> list[Field]:
        """The sentence of the front page in each language."""
        return [self[f"sentence_{language}"] for language in LANGUAGES]

    def notices(self) -> list[Field]:
        """The notice of the program about faith-based groups in each language."""
        return [self[f"notice_{language}"] for language in LANGUAGES]

    def values(self) -> dict[str, Any]:
        """The columns."""
        said = {
            language: {name: self[f"{name}_{language}"].data or "" for name in PROGRAM_TEXTS}
            for language in LANGUAGES
        }
        texts = {
            language: {name: text for name, text in words.items() if text}
            for language, words in said.items()
            if any(words.values())
        }
        named = {name: self[name].data or "" for name in ("name", "region", "timezone", "young_guests")}
        ticked = {name: self[name].data for name in ("reviews_groups", "self_sign_in")}
        return {"texts": texts, **ticked, **named, **self._minutes()}

    def _minutes(self) -> dict[str, int]:
        fields = (self.grace_minutes, self.cover_hours)
        return {one.name: one.default if one.data is None else one.data for one in fields}


for _language in LANGUAGES:
    _label = _l("What the front page says, in %(language)s", language=LazyString(language_name, _language))
    _field = ProseField(
        _label, [at_most(SENTENCE_LENGTH)], render_kw={"rows": 2, **_in_other_words(_language)}
    )
    setattr(ProgramForm, f"sentence_{_language}", _field)
    _label = _l(
        "Notice beside faith-based groups, in %(language)s", language=LazyString(language_name, _language)
    )
    _field = ProseField(_label, [at_most(NOTICE_LENGTH)], render_kw={"rows": 3, **_in_other_words(_language)})
    setattr(ProgramForm, f"notice_{_language}", _field)


class SiteForm(FlaskForm):
    """A site: how people find it and, for the program's first, whom to call in an emergency. The view gives the zones."""

    version = KeptField()
    name = LineField(_l("Name"), [needed, at_most(120)])
    timezone = SelectField(_l("Time zone"))
    address = LineField(_l("Address"), [at_most(300)])
    equipment = CountedField(_l("What its rooms share, and how many"), default=dict)
    step_free = BooleanField(_l("One can get there without steps"))
    self_sign_in = BooleanField(_l("Clients may sign themselves in here, where the program lets them"))
    emergency_number = LineField(_l("Emergency number"), [at_most(60)])
    crisis_number = LineField(_l("Somebody to talk with at any hour"), [at_most(60)])
    program_number = LineField(_l("Your own number"), [at_most(60)])
    program_hours = LineField(_l("When somebody answers there"), [at_most(120)])

    def without_numbers(self) -> None:
        """For a site whose numbers stand nowhere: pages show those of the first one."""
        for name in ("emergency_number", "crisis_number", "program_number", "program_hours"):
            del self[name]

    def values(self) -> dict[str, Any]:
        """The columns."""
        texts = (
            "name",
            "timezone",
            "address",
            "emergency_number",
            "crisis_number",
            "program_number",
            "program_hours",
        )
        said = {name: self[name].data or "" for name in texts if name in self}
        return said | {name: self[name].data for name in ("step_free", "self_sign_in", "equipment")}
