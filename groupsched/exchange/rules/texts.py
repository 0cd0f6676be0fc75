"""Cleaning the texts of a listing: as any text, and no markup, no contacts, no passcodes."""

import html
import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from groupsched.core.text import clean_line

_MARKUP = re.compile(r"<[^<>]{0,500}>")
_MAIL = re.compile(r"\S{1,64}@[\w.-]{1,190}\.\w{2,20}")
_PHONE = re.compile(
    r"(?<![\w/])(?:\+\d[\d\s().-]{6,18}\d|(?:1[\s.-]?)?\(?\d{3}\)?[\s.-]?\d{3}[\s.-]?\d{4}|\d{3}[.-]\d{4})"
    r"(?:,+[\w#*]+)*(?![\w/])"
)
_PASSCODE = re.compile(
    r"(?<![a-z])(?:pass\s?(?:word|code)s?|(?:access|door|entry)\s+code|pwd?)(?![a-z])"
    r"(?:\s*[-:=#.]+\s*|\s+is\s+|\s+(?=\S*\d)|(?<=pw)\s+|(?<=pwd)\s+)\S+"
    r"|(?<![a-z])(?:pass|pin|pc)(?![a-z])[\s:=#.-]*(?=\S*\d)\S+",
    re.IGNORECASE,
)
_HANDLE = re.compile(r"(?<!\w)[$@][A-Za-z][\w-]{2,}")
_LINK = re.compile(r"https?://\S+", re.IGNORECASE)
_SECRET = {"pwd", "password", "passcode", "pass", "pw", "pin", "tk", "token"}


def clean(value: object, *, limit: int = 2000) -> str:
    """A clean line without markup, at most `limit` characters; nothing for what is no text.

    >>> clean("<b>Tea &amp; talk</b>\\n"), clean(["Tea"])
    ('Tea & talk', '')
    """
    if value is None or isinstance(value, dict | list | bool):
        return ""
    return clean_line(html.unescape(_MARKUP.sub(" ", str(value)[: limit * 4])), limit)


def without_secrets(text: str) -> str:
    """A note without mail addresses, phone numbers, payment handles, passcodes, and the passcode part of links.

    >>> without_secrets("Ring the bell. Passcode: 4711, or call 555-123-4567")
    'Ring the bell. or call'
    """
    parts = _LINK.split(text)
    links = [join_link(match) for match in _LINK.findall(text)] + [""]
    return " ".join("".join(_bare(part) + link for part, link in zip(parts, links, strict=True)).split())


def _bare(text: str) -> str:
    for pattern in (_MAIL, _PASSCODE, _PHONE, _HANDLE):
        text = pattern.sub("", text)
    return text


def join_link(value: object) -> str:
    """A web address without user, passcode and fragment; empty when it is not one (only http and https are).

    >>> join_link("HTTPS://me@meet.example.org/j/1?pwd=secret&lang=en#x"), join_link("meet.example.org")
    ('https://meet.example.org/j/1?lang=en', '')
    """
    try:
        parts = urlsplit(clean(value, limit=500))
        host, port = parts.hostname, parts.port
    except ValueError:
        return ""
    if parts.scheme.lower() not in ("http", "https") or not host or "." not in host:
        return ""
    query = [(k, v) for k, v in parse_qsl(parts.query) if k.lower() not in _SECRET]
    return urlunsplit(
        (parts.scheme.lower(), f"{host}:{port}" if port else host, parts.path, urlencode(query), "")
    )
