"""Cleaning the texts of a listing: as any text, without markup; and links as people really write them."""

import html
import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from groupsched.core.text import clean_line, clean_prose

_TAGS = (
    "a abbr article b big blockquote body br button center code dd del div dl dt em embed font footer form h1 h2 h3 h4 h5 h6 "
    "head header hr html i iframe img input ins label li link main meta nav object ol option p pre s script section select "
    "small span strike strong style sub sup svg table tbody td textarea tfoot th thead title tr tt u ul video wbr"
)
# "<18" and "<3" are words of a note; only what is named like an element is markup.
_MARKUP = re.compile(
    rf"</?(?:{'|'.join(_TAGS.split())})\b[^<>]{{0,500}}>|<!--.{{0,500}}?-->", re.IGNORECASE | re.DOTALL
)
_INLINE = re.compile(
    r"</?(?:a|abbr|b|em|font|i|s|small|span|strong|sub|sup|tt|u|wbr)\b[^<>]{0,500}>", re.IGNORECASE
)
_LINES = re.compile(r"<(?:br|/p|/div|/li|/h\d|/tr|hr)\b[^<>]{0,100}>", re.IGNORECASE)
_CODE = re.compile(r"<(script|style)\b[^<>]{0,500}>.*?(?:</\1\s*>|$)", re.IGNORECASE | re.DOTALL)
_GAP = re.compile(r"[^\S\n]{3,}")
_SECRET = {"pwd", "password", "passcode", "pass", "pw", "pin", "tk", "token"}
_BARE = re.compile(r"(?://)?((?:[\w-]+\.)+[a-z]{2,20}(?::\d+)?(?:[/?#]\S*)?)", re.IGNORECASE)
ROUNDS = 3
"""How often a text may have been escaped on its way here."""


def clean(value: object, *, limit: int = 2000) -> str:
    """A clean line without markup, at most `limit` characters; nothing for what is no text.

    >>> clean("<b>Tea &amp;amp; talk</b>\\n"), clean("Ages <18"), clean(["Tea"])
    ('Tea & talk', 'Ages <18', '')
    """
    return clean_line(_unmarked(value, limit), limit)


def clean_notes(value: object) -> str:
    """A note as its lines, without markup. A wide gap ends a line: that is how directories set two things apart.

    >>> clean_notes("<p>Bring a mug.<br>Park behind.</p><script>alert(1)</script>")
    'Bring a mug.\\nPark behind.'
    """
    return clean_prose(_GAP.sub("\n", _unmarked(value, 2000).replace("\r\n", "\n").strip()))


def _unmarked(value: object, limit: int) -> str:
    if value is None or isinstance(value, dict | list | bool):
        return ""
    text = str(value)[: limit * 4]
    for _round in range(ROUNDS):
        if "&" not in text and "<" not in text:
            break
        text = html.unescape(text)
        text = _LINES.sub("\n", _CODE.sub(" ", text))
        text = _MARKUP.sub(" ", _INLINE.sub("", text))
    return text


def join_link(value: object) -> str:
    """A web address without user, passcode and fragment; empty when it is not one. Without a scheme it is https.

    >>> join_link("HTTPS://me@meet.example.org/j/1?pwd=secret&lang=en#x"), join_link("meet.example.org/j/1")
    ('https://meet.example.org/j/1?lang=en', 'https://meet.example.org/j/1')
    """
    text = clean(value, limit=500)
    bare = _BARE.fullmatch(text)
    try:
        parts = urlsplit(f"https://{bare[1]}" if bare else text)
        host, port = parts.hostname, parts.port
    except ValueError:
        return ""
    if parts.scheme.lower() not in ("http", "https") or not host or "." not in host:
        return ""
    query = [(k, v) for k, v in parse_qsl(parts.query) if k.lower() not in _SECRET]
    return urlunsplit(
        (parts.scheme.lower(), f"{host}:{port}" if port else host, parts.path, urlencode(query), "")
    )


def dial_number(value: object) -> str:
    """The number by which people dial into a meeting, without the codes behind it; empty where it is no plain number.

    >>> dial_number("+1 (202) 555-0100,,123#"), dial_number("ask Ann")
    ('+1 (202) 555-0100', '')
    """
    number = re.split(r"[,;*#xpw]", clean(value, limit=80), maxsplit=1, flags=re.IGNORECASE)[0].strip()
    digits = sum(one.isdigit() for one in number)
    return number if 7 <= digits <= 15 and re.fullmatch(r"\+?[\d\s().-]+", number) else ""
