"""Languages: gettext for the words in pages, and the texts of the content folder."""

from typing import Any

from flask import Flask, g, has_request_context, request
from flask_babel import Babel, get_locale
from flask_babel import force_locale as force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext as ngettext
from flask_babel import pgettext as pgettext

from groupsched.core.resources import content

__all__ = ["LANGUAGES", "_", "_l", "current_language", "force_locale", "ngettext", "pgettext", "words"]

LANGUAGES = {"en": "English", "es": "Español"}
COOKIE = "language"


def current_language() -> str:
    """The language of this page: two letters."""
    locale = get_locale()
    return locale.language if locale is not None and locale.language in LANGUAGES else "en"


def words(section: str, key: str, **values: object) -> str:
    """A sentence of content/ui_words.yaml in the language of the page, with its placeholders filled."""
    row = _index()[section, key]
    text: str = row.get(current_language()) or row["en"]
    return text.format(**values) if values else text


def text_of(row: dict[str, Any], field: str) -> str:
    """One field of a content row that keeps its languages side by side, `{"en": {...}, "es": {...}}`."""
    for language in (current_language(), "en"):
        value = row.get(language, {}).get(field)
        if value:
            return str(value)
    return ""


def in_every_language(row: dict[str, Any], field: str) -> list[str]:
    """The same field in all the languages it is written in."""
    return [str(texts[field]) for texts in row.values() if isinstance(texts, dict) and texts.get(field)]


def _index() -> dict[tuple[str, str], dict[str, Any]]:
    table = content("ui_words")
    return {(s, row["key"]): row for s, rows in table.items() if isinstance(rows, list) for row in rows}


def _choose() -> str:
    if not has_request_context():
        return "en"
    chosen = getattr(g, "language", None) or request.cookies.get(COOKIE)
    return chosen if chosen in LANGUAGES else (request.accept_languages.best_match(list(LANGUAGES)) or "en")


def init_app(app: Flask) -> None:
    """Connect Flask-Babel; the language comes from the person, else their cookie, else their browser."""
    Babel(app, locale_selector=_choose, default_translation_directories="translations")
