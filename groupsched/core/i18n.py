"""Languages: gettext for the words in pages, CLDR for lists and calendars, and the texts of the content folder."""

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from typing import Any
from zoneinfo import ZoneInfo

import flask_babel
from babel import Locale
from babel.dates import get_day_names, get_month_names, get_timezone_location
from babel.lists import format_list
from flask import Flask, g, has_request_context, request
from flask_babel import Babel, get_locale, refresh
from flask_babel import force_locale as force_locale
from flask_babel.speaklater import LazyString
from jinja2 import pass_context
from jinja2.runtime import Context

from groupsched.core.resources import folder
from groupsched.core.text import one_stop

__all__ = ["LANGUAGES", "_", "_l", "current_language", "force_locale", "ngettext", "pgettext"]

COOKIE = "language"
SOURCE = "en"
# CLDR has a comma before "and" in the English of the United States; these pages have none.
_LISTS = {"en": "en_GB"}


def _(words: str, **values: Any) -> str:
    """Words in the language of the page, with these values in them; what ends a sentence ends it with one full stop."""
    return one_stop(flask_babel.gettext(words, **values))


def _l(words: str, **values: Any) -> LazyString:
    """The same when they are shown: for what is defined before there is a page."""
    return LazyString(_, words, **values)


def ngettext(one: str, many: str, num: int, **values: Any) -> str:
    """The same of something counted."""
    return one_stop(flask_babel.ngettext(one, many, num, **values))


def pgettext(context: str, words: str, **values: Any) -> str:
    """The same of words that mean several things."""
    return one_stop(flask_babel.pgettext(context, words, **values))


def capital(words: str) -> str:
    """The words with a capital letter first, as a label begins.

    >>> capital("no CPAP needed")  # not `capitalize`, which makes the others small
    'No CPAP needed'
    """
    return words[:1].upper() + words[1:]


def _offered() -> dict[str, str]:
    """English, in which the pages are written, and each language that has a catalogue, each in its own words."""
    catalogues = folder("translations").glob("*/LC_MESSAGES/messages.mo")
    codes = [SOURCE, *sorted(path.parts[-3] for path in catalogues)]
    return {code: capital(str(Locale.parse(code).get_display_name(code))) for code in codes}


LANGUAGES = _offered()


def current_language() -> str:
    """The language of this page: its code, as in LANGUAGES."""
    locale = get_locale()
    return locale.language if locale is not None and locale.language in LANGUAGES else SOURCE


def in_language(texts: Mapping[str, Any]) -> Any:
    """What a content row says in the language of the page, of `{"en": …, "es": …}`; English where it says nothing."""
    return texts.get(current_language()) or texts[SOURCE]


def text_of(row: Mapping[str, Any], field: str) -> str:
    """One field of a content row that keeps its languages side by side, `{"en": {...}, "es": {...}}`; English where the
    language of the page has none, empty where that has none either."""
    return str(
        in_language({code: row.get(code, {}).get(field) for code in (SOURCE, current_language())}) or ""
    )


def in_every_language(row: dict[str, Any], field: str) -> list[str]:
    """The same field in all the languages it is written in."""
    return [str(texts[field]) for texts in row.values() if isinstance(texts, dict) and texts.get(field)]


def listed(items: Sequence[str]) -> str:
    """Words as a list that is spoken.

    >>> listed(["Monday", "Tuesday", "Friday"])
    'Monday, Tuesday and Friday'
    """
    language = current_language()
    return str(format_list(items, locale=_LISTS.get(language, language)))


def with_commas(items: Iterable[str]) -> str:
    """Words with the comma of the language between them.

    >>> with_commas(["tea", "cake", "talk"]), with_commas([])
    ('tea, cake, talk', '')
    """
    comma = Locale.parse(current_language()).list_patterns["standard"]["middle"]
    return reduce(comma.format, list(items) or [""])


def weekday_name(number: int, width: str = "wide") -> str:
    """The name of a weekday, counted from Monday.

    >>> weekday_name(0), weekday_name(0, "abbreviated")
    ('Monday', 'Mon')
    """
    return str(get_day_names(width, locale=current_language())[number])  # type: ignore[arg-type]


def month_name(number: int, width: str = "wide") -> str:
    """The name of a month, counted from 1.

    >>> month_name(1), month_name(1, "abbreviated")
    ('January', 'Jan')
    """
    return str(get_month_names(width, locale=current_language())[number])  # type: ignore[arg-type]


def language_name(code: str) -> str:
    """The name of a language by its code; empty for a code that nobody knows.

    >>> language_name("es"), language_name("moon")
    ('Spanish', '')
    """
    return str(Locale.parse(current_language()).languages.get(code, ""))


def city_of(timezone: str) -> str:
    """The city that stands for an IANA zone; a zone that names none as it is.

    >>> city_of("America/Argentina/Buenos_Aires"), city_of("EST"), city_of("Etc/GMT+5")
    ('Buenos Aires', 'EST', 'GMT+5')
    """
    region, _slash, name = timezone.rpartition("/")
    if region in ("", "Etc"):
        return name
    city = get_timezone_location(ZoneInfo(timezone), locale=current_language(), return_city=True)
    return city.rpartition("/")[2]


def _choose() -> str:
    if not has_request_context():
        return SOURCE
    chosen = getattr(g, "language", None) or request.cookies.get(COOKIE)
    return chosen if chosen in LANGUAGES else (request.accept_languages.best_match(list(LANGUAGES)) or SOURCE)


def answer_in(language: str) -> None:
    """Write this page in the language of whom its address was sent to, where its reader is not signed in and chose none here."""
    if language and not getattr(g, "language", None) and request.cookies.get(COOKIE) not in LANGUAGES:
        g.language = language
        refresh()


def init_app(app: Flask) -> None:
    """Connect Flask-Babel; the language comes from the person, else their cookie, else their browser."""
    Babel(app, locale_selector=_choose, default_translation_directories="translations")
    for name in ("gettext", "ngettext", "pgettext", "npgettext"):
        app.jinja_env.globals[name] = _in_templates(app.jinja_env.globals[name])
    app.jinja_env.filters["stopped"] = lambda words: _with_one_stop(words + ".")


def _in_templates(said: Any) -> Any:
    """What templates say words by, which puts the values in by itself and escapes them: with one full stop too."""

    @pass_context
    def ended(context: Context, *words: Any, **values: Any) -> Any:
        return _with_one_stop(said(context, *words, **values))

    return ended


def _with_one_stop(text: Any) -> Any:
    """The same with one full stop, escaped as it was."""
    return type(text)(one_stop(text)) if ".." in text else text
