"""Conditional requests: may the answer be 304? (RFC 9110, 13.1)"""

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

_TAG = re.compile(r'(?:W/)?"([^"]*)"')


@dataclass(frozen=True, slots=True)
class FetchConditions:
    """The headers of a fetch that decide on its answer."""

    if_none_match: str | None = None
    if_modified_since: str | None = None
    zipped: bool = False

    @property
    def conditional(self) -> bool:
        """Whether the caller holds a copy."""
        return self.if_none_match is not None or self.if_modified_since is not None

    @property
    def wanted(self) -> str:
        """Which of the stored bytes answer it."""
        return "zipped" if self.zipped else "body"

    def holds(self, etag: str, changed_at: datetime) -> bool:
        """Whether the copy of the caller is what they would get."""
        return self.conditional and unchanged(self.if_none_match, self.if_modified_since, etag, changed_at)


def etag_of(body: bytes) -> str:
    """Give the strong validator of a body, with its quotes."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def zipped_etag(etag: str) -> str:
    """Give the validator of the same body sent as gzip: other bytes, so another strong tag.

    >>> zipped_etag('"abc"')
    '"abc-gzip"'
    """
    return f'{etag[:-1]}-gzip"'


def names_tag(header: str, etag: str) -> bool:
    """Whether an If-None-Match names this tag: a list, weak tags and `*` count; how it was packed does not.

    >>> names_tag('W/"old", "abc-gzip"', '"abc"'), names_tag('"abcd"', '"abc"')
    (True, False)
    """
    if header.strip() == "*":
        return True
    plain = etag.strip('"')
    return any(found.removesuffix("-gzip") == plain for found in _TAG.findall(header))


def unchanged(
    if_none_match: str | None, if_modified_since: str | None, etag: str, changed_at: datetime
) -> bool:
    """Whether what the caller holds is what they would get. A tag beats a date; a date is compared as a date."""
    if if_none_match is not None:
        return names_tag(if_none_match, etag)
    since = _moment(if_modified_since or "")
    return since is not None and changed_at.replace(microsecond=0) <= since


def http_date(moment: datetime) -> str:
    """Write a moment as HTTP wants it.

    >>> http_date(datetime(2026, 11, 24, 10, tzinfo=UTC))
    'Tue, 24 Nov 2026 10:00:00 GMT'
    """
    return format_datetime(moment.astimezone(UTC).replace(microsecond=0), usegmt=True)


def _moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def accepts_gzip(header: str) -> bool:
    """Whether an Accept-Encoding allows gzip; `gzip;q=0` refuses it.

    >>> [accepts_gzip(header) for header in ("gzip, br", "*", "gzip;q=0", "")]
    [True, True, False, False]
    """
    for item in header.lower().split(","):
        name, _, weight = item.partition(";")
        if name.strip() in ("gzip", "*"):
            return not re.fullmatch(r"\s*q\s*=\s*0(\.0*)?\s*", weight)
    return False
