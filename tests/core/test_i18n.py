"""Lists, names and dates in the language of the page."""

from datetime import date

import pytest

from groupsched.core import i18n, regions
from groupsched.core.i18n import LANGUAGES, force_locale

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.on_sqlite]
THURSDAY = date(2026, 9, 3)


@pytest.fixture(params=["en", "es"])
def language(request):
    with force_locale(request.param):
        yield request.param


def test_a_language_is_offered_in_its_own_words():
    assert LANGUAGES == {"en": "English", "es": "Español"}


def test_a_list_ends_with_an_and_or_is_commas_alone(language):
    joined = {"en": "and", "es": "y"}[language]
    assert [i18n.listed(list("abc")[:n]) for n in range(4)] == ["", "a", f"a {joined} b", f"a, b {joined} c"]
    assert [i18n.with_commas("abc"[:n]) for n in range(4)] == ["", "a", "a, b", "a, b, c"]
    assert i18n.with_commas(["{a}", "{0}", "100%"]) == "{a}, {0}, 100%"


def test_days_months_languages_and_cities_have_names(language):
    names = {
        "en": ("Monday", "Sun", "September", "Sep", "Spanish", "Mexico City"),
        "es": ("lunes", "dom", "septiembre", "sept", "español", "Ciudad de México"),
    }[language]
    assert names == (
        i18n.weekday_name(0), i18n.weekday_name(6, "abbreviated"),
        i18n.month_name(9), i18n.month_name(9, "abbreviated"),
        i18n.language_name("es"), i18n.city_of("America/Mexico_City"),
    )  # fmt: skip
    assert i18n.language_name("no-such") == ""


@pytest.mark.parametrize(
    ("skeleton", "english", "spanish"),
    [
        ("MMMMEEEEd", "Thursday 3 September", "jueves 3 de septiembre"),
        ("yMMMMEEEEd", "Thursday 3 September 2026", "jueves 3 de septiembre de 2026"),
        ("MMMEd", "Thu 3 Sept", "jue 3 sept"),
        ("yMMMEd", "Thu 3 Sept 2026", "jue 3 sept 2026"),
        ("MMMMd", "3 September", "3 de septiembre"),
        ("yMMMMd", "3 September 2026", "3 de septiembre de 2026"),
        ("yMMMM", "September 2026", "septiembre de 2026"),
    ],
)
def test_a_date_reads_as_the_pages_write_it(skeleton, english, spanish):
    for language, said in (("en", english), ("es", spanish)):
        with force_locale(language):
            assert regions.dated(THURSDAY, skeleton) == said


def test_a_content_row_says_in_english_what_it_lacks():
    row = {"en": {"name": "Art", "bring": "A cup"}, "es": {"name": "Arte", "bring": ""}}
    with force_locale("es"):
        assert [i18n.text_of(row, field) for field in ("name", "bring", "happens")] == ["Arte", "A cup", ""]
        assert i18n.in_language({"en": "Group"}) == "Group"
