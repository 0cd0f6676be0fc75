"""The catalogues: nothing is missing, nothing is left over, and what is compiled is what is written."""

import ast
import re
from collections.abc import Iterator
from datetime import date
from itertools import zip_longest

import pytest
import yaml
from babel.messages.mofile import read_mo
from flask_babel import force_locale, ngettext

from groupsched.core import filters
from groupsched.core.i18n import _
from tests.house.translate import ROOT, extracted, kept, languages, po, untranslated

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")
FORMAL = (
    "abra|acepte|agregue|añada|anote|anótelo|avise|borre|busque|cambie|confirme|conteste|corrija|dé|deje|déjelo|descargue"
    "|diga|elija|empiece|envíe|escriba|escríbalo|espere|firme|guarde|haga|hable|lea|llame|marque|mire|muestre|ponga|pregunte"
    "|pregúnteme|pruebe|pulse|quédese|quite|recuerde|repase|reserve|responda|retire|revise|siéntese|siga|tenga|toque|use"
    "|vaya|vea|vuelva"
)
USTED = re.compile(rf"\busted(?:es)?\b|(?:^|[.:;?!¿¡(“«]\s*|favor, )(?:{FORMAL})\b", re.I)


@pytest.fixture(params=languages())
def language(request) -> str:
    return request.param


def texts(value) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def entries(catalog) -> dict:
    """The words of each string, by its context (bytes, where it was compiled) and its English."""
    found = [message for message in catalog if message.id]
    contexts = [c.decode() if isinstance(c, bytes) else c for c in (message.context for message in found)]
    return {(c, texts(m.id)): texts(m.string or "") for c, m in zip(contexts, found, strict=True)}


def test_a_catalogue_holds_exactly_the_strings_of_the_pages(language):
    written, used = set(entries(kept(language))), set(entries(extracted()))
    assert not used - written, "run python -m tests.house.translate, then translate what it prints"
    assert not written - used, "run python -m tests.house.translate: these are used no more"


def test_every_string_is_translated_and_none_is_a_guess(language):
    catalog = kept(language)
    assert untranslated(catalog) == []
    assert [message.id for message in catalog if message.fuzzy] == []
    assert not catalog.obsolete


def test_placeholders_are_the_same_as_in_english(language):
    for (_context, english), foreign in entries(kept(language)).items():
        for ours, theirs in zip_longest(english, foreign, fillvalue=english[-1]):
            assert sorted(PLACEHOLDER.findall(theirs)) == sorted(PLACEHOLDER.findall(ours)), english


def test_spaces_at_both_ends_are_kept_and_nothing_shouts(language):
    for (_context, english), foreign in entries(kept(language)).items():
        for text in foreign:
            assert text[:1].isspace() == english[0][:1].isspace(), english
            assert text[-1:].isspace() == english[0][-1:].isspace(), english
            assert "!" not in text and "¡" not in text, english


def spanish(value: object, *, here: bool = False) -> Iterator[str]:
    """Every Spanish text of a file of `content/`."""
    if isinstance(value, str):
        yield from [value] if here else []
    elif isinstance(value, list):
        for part in value:
            yield from spanish(part, here=here)
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from spanish(part, here=here or name == "es")


def told_in_spanish() -> list[str]:
    said = [text for foreign in entries(kept("es")).values() for text in foreign]
    files = sorted((ROOT / "groupsched" / "content").glob("*.yaml"))
    return said + [
        text for file in files for text in spanish(yaml.safe_load(file.read_text(encoding="utf-8")))
    ]


def test_spanish_says_tu_to_its_reader():
    """One page that says both reads as if two houses had written it."""
    assert [text for text in told_in_spanish() if USTED.search(text)] == []
    assert (
        USTED.search("Luego vuelva. Elija una.")
        and USTED.search("¿Para usted?")
        and USTED.search("Por favor, diga")
    )


def test_spanish_has_one_word_for_a_seat_and_one_for_secular():
    assert [text for text in told_in_spanish() if re.search(r"\bplazas?\b|\blaic[oa]s?\b", text, re.I)] == []


def test_the_compiled_catalogue_is_the_written_one(language):
    with po(language).with_suffix(".mo").open("rb") as lines:
        assert entries(read_mo(lines)) == entries(kept(language))


@pytest.mark.on_sqlite
@pytest.mark.parametrize("how", ["browser", "cookie"])
def test_a_page_reads_in_spanish(client, how):
    headers = {"Accept-Language": "es-MX,es;q=0.9"} if how == "browser" else {}
    if how == "cookie":
        client.set_cookie("language", "es")
    page = client.get("/sign-in", headers=headers).text
    assert re.search(r'<html[^>]*\blang="es"', page)
    assert "Contraseña" in page and "Tengo un código de recepción" in page
    assert "I have a code from the desk" not in page


def test_a_page_reads_in_english_for_everybody_else(client):
    page = client.get("/sign-in", headers={"Accept-Language": "fi"}).text
    assert re.search(r'<html[^>]*\blang="en"', page)
    assert "Password" in page and "Contraseña" not in page


def test_dates_and_counts_read_in_spanish(app):
    with app.test_request_context(), force_locale("es"):
        assert filters.weekday(date(2026, 12, 3)) == "jueves"
        assert filters.day(date(2026, 12, 3), "UTC").startswith("jueves 3 de diciembre")
        assert ngettext("%(num)s date", "%(num)s dates", 1) == "1 fecha"
        assert ngettext("%(num)s date", "%(num)s dates", 2) == "2 fechas"


def test_a_sentence_that_ends_with_a_time_has_one_full_stop(app, language):
    """Some languages write "10:00 a.m.": in code and in templates alike, whichever sentence it ends."""
    template = app.jinja_env.from_string("{{ _(words, **values) }}")
    asked = 0
    for message in kept(language):
        words = message.id if isinstance(message.id, str) else ""
        names = re.findall(r"%\((\w+)\)s", words)
        if message.context or not any(re.search(r"%\(\w+\)s\.", text) for text in texts(message.string)):
            continue
        values = dict.fromkeys(names, "10:00 a.m.")
        with app.test_request_context(), force_locale(language):
            for said in (_(words, **values), template.render(words=words, values=values)):
                assert ".." not in said, words
        asked += 1
    assert asked > 20


def test_no_words_are_asked_for_inside_of_an_f_string():
    """Whoever collects the strings does not look into one: the words would stay English for everybody."""
    asks = {"_", "_l", "ngettext", "pgettext"}
    inside = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in (ROOT / "groupsched").rglob("*.py")
        for text in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in asks
    ]
    assert not inside
