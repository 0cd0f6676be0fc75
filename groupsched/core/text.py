"""Texts that people write: cleaned in one way before they are kept, folded in one way before they are searched.

What stays of a text is what a reader can see of it, in NFC. Characters that show nothing go, but for those that change
what stands beside them: a joiner inside an emoji or a word of a script that needs it, a selector right behind what it
varies, the tags of a flag, marks of direction in a line with letters that are written from right to left.
"""

import re
import unicodedata
from collections.abc import Iterator

# --- clean ---

# What shows nothing though it counts as a letter, a mark or a symbol. U+2800 is Braille without a dot: a gap.
_EMPTY = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufffc]")
# Characters of format that are drawn: around the digits or the verse behind them.
_DRAWN = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")
# Pictures and Han letters are added every year: a phone sends what this Python does not know yet.
_NEW = re.compile("[\U0001f000-\U0001faff\U00020000-\U0002fffd\U00030000-\U0003fffd]")
_PICTURE = re.compile("[\U0001f000-\U0001faff\u203c\u2049\u2139\u2194-\u2199\u21a9\u21aa\u3030\u303d]")
_FLAG = re.compile("\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{1,6}\U000e007f")
_JOINER, _JOINERS = "\u200d", "\u200c\u200d"
_TWICE = re.compile(f"([{_JOINERS}])[{_JOINERS}]+")
# The scripts in which a joiner is part of the spelling: from Arabic to N'Ko, and those of India and around it.
_JOINED = re.compile(
    "[\u0600-\u08ff\u0900-\u0dff\u0f00-\u109f\u1700-\u18af\u1a20-\u1aaf\u1b00-\u1bff\ua800-\uaaff\uabc0-\uabff"
    "\ufb50-\ufdff\ufe70-\ufefe\U00010a00-\U00010eff\U00011000-\U00011fff]"
)
_SELECTOR = re.compile("[\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_OPENERS, _CLOSER = frozenset("\u2066\u2067\u2068"), "\u2069"
_TURNERS = frozenset("\u061c\u200e\u200f")
# What stays only where its neighbours give it a meaning.
_DEPENDENT = re.compile(
    f"[{_JOINERS}\u061c\u200e\u200f\u2066-\u2069\U000e0030-\U000e007f]|{_SELECTOR.pattern}"
)


def clean_line(text: str, limit: int | None = None) -> str:
    """One line as it is kept: what can be seen of it, in NFC, with single spaces; at most `limit` characters.

    >>> clean_line("  Zoe\\u0308\\t O’Brien\\u200b\\n")
    'Zoë O’Brien'
    >>> clean_line("\\u202etxt.exe\\u00ad\\ufeff")
    'txt.exe'
    >>> clean_line("\\u200b\\u2066\\ufe0f\\U000e0041") == clean_line("\\u3164") == ""
    True
    >>> clean_line("👩\\u200d🚀 می\\u200cخواهم") == "👩\\u200d🚀 می\\u200cخواهم"
    True
    >>> clean_line("one\\ntwo", 5)
    'one t'
    """
    line = _settled(text)
    # A cut can part what belonged together: what is left is looked at again.
    return line if limit is None or len(line) <= limit else _settled(line[:limit])


def clean_prose(text: str, limit: int | None = None) -> str:
    """Some lines as they are kept: each a clean line, with at most one empty line between two.

    >>> clean_prose(" Tea\\r\\nand  talk\\x00\\n\\n\\n\\n\\u200bBring a cup. \\n")
    'Tea\\nand talk\\n\\nBring a cup.'
    >>> clean_prose("\\n \\u200b\\n")
    ''
    """
    lines = "\n".join(map(_settled, text.splitlines()))
    prose = re.sub(r"\n{3,}", "\n\n", lines).strip("\n")
    return prose if limit is None or len(prose) <= limit else clean_prose(prose[:limit])


def _settled(line: str) -> str:
    """Cleaned until nothing changes: what goes can let letters compose, or leave a joiner without its neighbour."""
    while (cleaner := _cleaner(line)) != line:
        line = cleaner
    return line


def _cleaner(line: str) -> str:
    line = " ".join(line.split())
    if line.isascii() and line.isprintable():
        return line
    line = _begun(unicodedata.normalize("NFC", line))
    if line.isprintable() and not _EMPTY.search(line) and not _DEPENDENT.search(line):
        return line
    line = _TWICE.sub(r"\1", "".join(map(_shown, line)))
    kept = set(_kept(line))
    return "".join(char for at, char in enumerate(line) if at in kept or not _DEPENDENT.match(char))


def _begun(line: str) -> str:
    """Without the marks at its beginning, which would stand on whatever comes before."""
    first = next((at for at, char in enumerate(line) if unicodedata.category(char)[0] != "M"), len(line))
    return line[first:]


def _shown(char: str) -> str:
    """A character that shows or may have to stay, a space for one that shows a gap, nothing for any other."""
    if _EMPTY.match(char):
        return " " if char == "\u2800" else ""
    stays = char.isprintable() or char in _DRAWN or _NEW.match(char) or _DEPENDENT.match(char)
    return char if stays else ""


def _kept(line: str) -> Iterator[int]:
    """Where something stands that needs its neighbours and has them."""
    for flag in _FLAG.finditer(line):
        yield from range(*flag.span())
    if any(char.isalpha() and unicodedata.bidirectional(char) in ("R", "AL") for char in line):
        yield from _turning(line)
    for at, char in enumerate(line):
        joins = (char in _JOINERS and _is_in_word(line, at)) or (char == _JOINER and _is_in_picture(line, at))
        if joins or (_SELECTOR.match(char) and _is_choice(line, at)):
            yield at


def _turning(line: str) -> Iterator[int]:
    """The marks of direction, and the isolates that are both opened and closed."""
    opened: list[int] = []
    for at, char in enumerate(line):
        if char in _OPENERS:
            opened.append(at)
        elif char == _CLOSER and opened:
            yield from (opened.pop(), at)
        elif char in _TURNERS:
            yield at


def _is_in_picture(line: str, at: int) -> bool:
    before = at - 1
    while before > 0 and (line[before] == "\ufe0f" or "\U0001f3fb" <= line[before] <= "\U0001f3ff"):
        before -= 1
    return before >= 0 and _is_picture(line[before]) and _is_picture(line[at + 1 : at + 2])


def _is_in_word(line: str, at: int) -> bool:
    """Behind a virama either joiner ends a word too; elsewhere only the joiner does (an abbreviation in Persian)."""
    before = line[max(at - 1, 0) : at]
    if not _is_joined(before):
        return False
    return line[at] == _JOINER or unicodedata.combining(before) == 9 or _is_joined(line[at + 1 : at + 2])


def _is_choice(line: str, at: int) -> bool:
    """Whether a selector stands right behind what has variants: a picture, a key of a phone, a letter without case."""
    before = line[max(at - 1, 0) : at]
    if before.isascii():
        return before in tuple("0123456789#*") and line[at + 1 : at + 2] == "\u20e3"
    return _is_picture(before) or unicodedata.category(before) in ("Lo", "Sm")


def _is_picture(char: str) -> bool:
    return bool(char) and (bool(_PICTURE.match(char)) or unicodedata.category(char) == "So")


def _is_joined(char: str) -> bool:
    return bool(_JOINED.match(char)) and unicodedata.category(char)[0] in "LM"


# --- fold and find ---

MOST_WORDS = 8
_APOSTROPHES = "'’‘‛ʼʻʹʽ′´`＇"
_ASIDE = {ord(char): None for char in _APOSTROPHES}
_PLAIN = str.maketrans("łøđðħıŧŋ", "loddhitn") | {ord("æ"): "ae", ord("œ"): "oe", ord("þ"): "th"}
_UNSPACED = re.compile("([\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003fffd])")
_COMPOUND = re.compile(rf"\b\w++(?:[{_APOSTROPHES}\-‐‑‒–./]\w++)+")


def fold(text: str) -> str:
    """Words as they are compared: no case, accents, apostrophes or punctuation, single spaces.

    A change here needs a migration that folds again what is stored (`core/search.py`).

    >>> fold("José  O’Neil-García")
    'jose oneil garcia'
    >>> fold("ŁUKASZ, Øyvind & Weiß: 12-step!")
    'lukasz oyvind weiss 12 step'
    >>> fold("Women’s") == fold("women's") == fold("womens")
    True
    """
    # Apostrophes first: NFKD makes a space and an accent of ´, and l´été would be two words.
    text = clean_line(text).translate(_ASIDE)
    if text.isascii():
        return re.sub("[^a-z0-9]+", " ", text.lower()).strip()
    letters = map(_letter, unicodedata.normalize("NFKD", text))
    # Case after NFKD, not before: what that takes apart may have capitals, as ™ and ℃ do.
    plain = "".join(letters).casefold().translate(_PLAIN)
    return " ".join(word for part in _UNSPACED.sub(r" \1 ", plain).split() if (word := _begun(part)))


def _letter(char: str) -> str:
    """A letter, a figure or a vowel sign as it is, a space for what stands between words, nothing for an accent."""
    if unicodedata.combining(char) or _DEPENDENT.match(char):
        return ""
    return char if unicodedata.category(char)[0] in "LNM" or _UNSPACED.match(char) else " "


def searchable(*texts: str) -> str:
    """What is stored of texts to find them by: every word once, behind a space. The parts of a compound stand alone and
    as one: O’Neil is found by "neil" too, and Co-Dependents by "codep".

    >>> searchable("Jean-Luc O’Neil")
    ' jean luc oneil jeanluc o neil'
    """
    words = dict.fromkeys(word for text in texts for word in fold(text).split())
    for compound in (found for text in texts for found in _COMPOUND.findall(text)):
        parts = fold(re.sub(rf"[{_APOSTROPHES}]", " ", compound)).split()
        words |= dict.fromkeys(["".join(fold(compound).split()), *parts])
    return "".join(f" {word}" for word in words)


def words_of(asked: str) -> list[str]:
    """The words that are asked for, folded; the first few of them.

    >>> words_of("Jos. GAR")
    ['jos', 'gar']
    """
    return fold(asked).split()[:MOST_WORDS]


def beginnings(asked: str) -> list[str]:
    """What a searchable text holds where words begin as the asked ones do."""
    return [f" {word}" for word in words_of(asked)]


def plain_number(text: str) -> str:
    """A record number as numbers are compared: capitals and figures, whatever stands between them.

    >>> plain_number("hl-0001") == plain_number("HL/0001") == plain_number(" HL 0001 ") == "HL0001"
    True
    """
    return fold(text).replace(" ", "").upper()


def is_found(stored: str, asked: str) -> bool:
    """Whether each of the asked words begins a word of a searchable text. Nothing asked finds everything; what has no
    letter and no figure, nothing.

    >>> is_found(searchable("José García"), "gar jos")
    True
    >>> is_found(searchable("José García"), "arc"), is_found(searchable("José"), ""), is_found(searchable("José"), "%")
    (False, True, False)
    """
    words = beginnings(asked)
    return all(word in stored for word in words) if words else not asked.strip()


# --- sentences ---

_TWO_STOPS = re.compile(r"(?<=\w)\.\.(?![.\w])")


def one_stop(text: str) -> str:
    """A sentence that ends with one full stop: an abbreviation at its end brings one along.

    >>> one_stop("Hasta las 4:30 p.m.. De 1..5…")
    'Hasta las 4:30 p.m. De 1..5…'
    """
    return _TWO_STOPS.sub(".", text) if ".." in text else text
