"""Texts as they are kept, and as they are searched."""

import json
import shutil
import subprocess
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groupsched.core import text
from groupsched.core.text import clean_line, clean_prose, fold, is_found, searchable

WALES = "\U0001f3f4\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f"
# What makes trouble, often: joiners, selectors, marks, tags, fillers, halves of characters, gaps and line ends.
TRICKY = "\u200c\u200d\ufe0f\u0301\u0958\u094d\u0627\u0915\U0001f469\U0001f680\U0001f3fd1\u20e3\u200b\ufeff\u00ad\u202e\u2066\u2069\u200f\u3164\u2800\u0085\u2028\ue000\u0378\ud83d\ude00 \t\n\x00a" + WALES  # fmt: skip
TEXTS = st.one_of(
    st.text(alphabet=st.characters(exclude_categories=())), st.text(alphabet=st.sampled_from(TRICKY))
)
CLEANERS = pytest.mark.parametrize("cleaner", [clean_line, clean_prose])


# --- clean ---

KEPT = {
    "a family": "👨‍👩‍👧",
    "a profession in a tone of skin": "👩🏽‍🚀",
    "a heart in its own colour": "❤️",
    "a flag of colours": "🏳️‍🌈",
    "a nod": "🙂‍↔️",
    "a key of a phone": "1️⃣",
    "a flag of letters": "🇪🇸",
    "Wales": WALES,
    "Persian": "می‌خواهم",
    "a Persian abbreviation": "۱۴۰۰ ه‍.ش",
    "a Hindi half form": "क्‍ष",
    "a word that ends in a virama": "जगत्‌",
    "an old Malayalam chillu": "അവന്‍",
    "Bengali ya-phalaa": "র‍্যা",
    "a Japanese name in its own variant": "葛\U000e0100飾",
    "the sign around a verse": "\u06dd٣",
    "Hebrew with a mark of direction": "אבג C++\u200f!",
    "an isolate that is closed": "אבג \u2068Robin\u2069",
    "names of everywhere": "Zoë O’Brien-李 Łukasz Ñandú Nguyễn",
    "a picture newer than this Python": "\U0001fae9",
    "a Han letter newer than this Python": "\U00031350",
}


@CLEANERS
@pytest.mark.parametrize("written", KEPT.values(), ids=KEPT)
def test_what_belongs_to_a_text_stays(cleaner, written):
    assert cleaner(written) == written


GONE = {
    "a space of no width": "\u200b",
    "a mark of byte order": "\ufeff",
    "a soft hyphen": "\u00ad",
    "an override": "\u202e",
    "an isolate that is never closed": "\u2067",
    "a close of nothing": "\u2069",
    "a mark of direction in Latin text": "\u200e",
    "a joiner between Latin letters": "\u200d",
    "a selector behind a Latin letter": "\ufe0f",
    "tags outside a flag": "\U000e0068\U000e0069",
    "a control character": "\x07",
    "NUL": "\x00",
    "half a character": "\ud83d",
    "a private character": "\ue000",
    "one that is not assigned": "\u0378",
    "none that is a character": "\ufffe",
    "a filler": "\u3164",
    "an object that is not there": "\ufffc",
    "a joiner of graphemes": "\u034f",
}


@CLEANERS
@pytest.mark.parametrize("hidden", GONE.values(), ids=GONE)
def test_what_nobody_can_see_goes(cleaner, hidden):
    assert cleaner(f"Tea{hidden}cup") == "Teacup"
    assert cleaner(f" {hidden} \u0301{hidden}") == ""


def test_a_joiner_that_is_typed_twice_stays_once():
    assert clean_line("می‌‌خواهم") == "می‌خواهم"


def test_an_isolate_without_its_end_goes_where_others_stay():
    assert clean_line("אבג \u2067\u2068Robin\u2069\u2069") == "אבג \u2067\u2068Robin\u2069\u2069"
    assert clean_line("אבג \u2067\u2068Robin\u2069") == "אבג \u2068Robin\u2069"


def test_a_line_has_single_spaces_and_prose_keeps_its_lines():
    written = "\u2003Tea\u00a0\u2800and\ttalk\u2028 Bring\x0b a cup\r\n\r\n\r\n\r\nor\u0085two  "
    assert clean_line(written) == "Tea and talk Bring a cup or two"
    assert clean_prose(written) == "Tea and talk\nBring\na cup\n\nor\ntwo"


def test_letters_that_compose_once_something_is_gone_do():
    assert clean_line("e\u200b\u0301") == "é"
    assert clean_line("\u0958") == "\u0915\u093c"


def test_a_cut_leaves_no_half_of_a_picture_or_a_flag():
    assert clean_line("👩‍🚀", 2) == "👩"
    assert clean_line(WALES, 5) == "🏴"
    assert clean_prose("one\n\ntwo", 5) == "one"


@CLEANERS
@given(written=TEXTS, limit=st.none() | st.integers(0, 12))
def test_clean_text_stays_clean_fits_and_can_be_written_down(cleaner, written, limit):
    once = cleaner(written, limit)
    assert cleaner(once, limit) == cleaner(once) == once
    assert len(once) <= len(unicodedata.normalize("NFC", written)) if limit is None else len(once) <= limit
    assert unicodedata.is_normalized("NFC", once)
    assert once.encode().decode() == once


FILLERS = "\u115f\u1160\u3164\uffa0"


def spelled(written):
    """The letters and figures of a text, composed or not."""
    letters = unicodedata.normalize("NFD", written)
    return [c for c in letters if unicodedata.category(c)[0] in "LN" and c not in FILLERS]


def shows(char):
    """Whether a character is drawn by itself."""
    empty = char in FILLERS or char in "\u2800\ufffc"
    return not empty and (
        unicodedata.category(char)[0] in "LNPS" or char in text._DRAWN or text._NEW.match(char)
    )


@CLEANERS
@given(written=TEXTS)
def test_every_letter_stays_and_nothing_is_left_that_shows_nothing(cleaner, written):
    once = cleaner(written)
    assert spelled(once) == spelled(written)
    assert not once or any(map(shows, once))
    hidden = {unicodedata.category(c) for c in once if c != "\n" and not text._NEW.match(c)}
    assert not hidden & {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"}


# --- fold and find ---


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Ángel", "angel"),
        ("Éva", "eva"),
        ("JOSÉ", "jose"),
        ("Jose\u0301", "jose"),
        ("Łukasz", "lukasz"),
        ("Øyvind Đorđe", "oyvind dorde"),
        ("Weiß", "weiss"),
        ("Æsa Œuvre", "aesa oeuvre"),
        ("İpek Işıl", "ipek isil"),
        ("ＲＯＢＩＮ", "robin"),
        ("women’s", "womens"),
        ("women's", "womens"),
        ("Hawaiʻi", "hawaii"),
        ("Jean-Luc–Marie", "jean luc marie"),
        ("  José   García ", "jose garcia"),
        ("Tea & talk, 12-step (new!)", "tea talk 12 step new"),
        ("می‌خواهم", "میخواهم"),
        ("李小龙", "李 小 龙"),
        ("हिन्दी", "हिनदी"),
        ("100%_\\", "100"),
        ("🎨", ""),
    ],
)
def test_words_are_compared_by_their_letters_alone(written, folded):
    assert fold(written) == folded


@given(TEXTS)
def test_folding_twice_is_folding_once(written):
    assert fold(fold(written)) == fold(written)


@given(TEXTS)
def test_cleaning_changes_nothing_for_a_search(written):
    assert fold(clean_line(written)) == fold(clean_prose(written)) == fold(written)


@given(
    st.lists(
        st.sampled_from(["José", "O’Neil", "Co-Dependents", "Éva", "李小龙", "d’Angelo-Łuk"]), min_size=1
    )
)
def test_every_word_is_found_by_its_beginning_however_it_is_typed(words):
    stored = searchable(" ".join(words))
    for word in words:
        for typed in (word, word.upper(), word[:3], unicodedata.normalize("NFD", word), fold(word)):
            assert is_found(stored, typed)
            assert is_found(stored, f"  {typed}  {words[0]} ")


@pytest.mark.parametrize("typed", ["neil", "oneil", "O'Neil", "o neil", "O’N"])
def test_a_name_with_an_apostrophe_is_found_in_every_spelling(typed):
    assert is_found(searchable("Shea O’Neil"), typed)


@pytest.mark.parametrize("typed", ["codependents", "co-dep", "co dependents", "Co‑Dependents", "depend"])
def test_a_compound_is_found_whole_and_in_parts(typed):
    assert is_found(searchable("Co-Dependents Anonymous"), typed)


@pytest.mark.parametrize("typed", ["%", "_", "🎨", "’", "\u200b."])
def test_what_has_no_letter_finds_nothing(typed):
    assert not is_found(searchable("Shea O’Neil"), typed)


ASK_THE_PAGE = """
import { isFound } from "%s";
const said = JSON.parse(process.argv[1]);
console.log(JSON.stringify(said.map(([name, asked]) => isFound(name, asked))));
"""


def test_the_page_sifts_a_list_as_the_server_searches():
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node.js is missing: apt-get install nodejs")
    names = ["Ángel N.", "Éva", "JOSÉ G.", "Łukasz", "Weiß", "Æsa Œ.", "İpek Işıl", "Shea O’Neil", "Jean-Luc", "李小龙", "می‌خواهم", "ＲＯＢＩＮ", "Σίσυφος", "🎨"]  # fmt: skip
    asked = ["angel", "ÁNG", "jos g", "neil", "O'N", "oneil", "luk", "weiss", "luc", "小龙", "rob", "%", "", " ", "cup", "σισυφοσ"]  # fmt: skip
    pairs = [(name, word) for name in names for word in asked]
    script = ASK_THE_PAGE % (Path(text.__file__).parents[1] / "static" / "js" / "fold.js").as_uri()
    command = [node, "--input-type=module", "-e", script, json.dumps(pairs)]
    told = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
    assert told == [is_found(searchable(name), word) for name, word in pairs]
