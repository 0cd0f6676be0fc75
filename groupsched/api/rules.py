"""Pages of a list, and the fingerprint of a request: pure."""

import base64
import binascii
import hashlib
import json
from dataclasses import dataclass
from typing import Any

from groupsched.catalog.rules import TEXTS_OF_A_GROUP

PREFIX = "/api/v1"
DEFAULT_LIMIT, MOST = 50, 200
MOST_OPERATIONS = 500
KEY_LENGTH = 200
# What verbs call a field, and what requests do.
REQUEST_FIELDS = {
    "colleague": "member_id", "from_day": "from",
    "first_name": "name", "last_name": "name", "place": "place_id", "role": "roles", "site": "site_id",
}  # fmt: skip


class BadCursor(ValueError):
    """A cursor that this interface did not give out."""


@dataclass(frozen=True)
class ListPage:
    """One page of a list and the way to the next."""

    items: list[Any]
    next_cursor: str | None


def encode_cursor(*key: object) -> str:
    """The place after a row, as an opaque word. `key` is what the list is sorted by."""
    return base64.urlsafe_b64encode(json.dumps(key, default=str).encode()).decode().rstrip("=")


def decode_cursor(cursor: str, length: int) -> list[Any]:
    """The key a cursor stands for. Raises BadCursor.

    >>> decode_cursor(encode_cursor("2026-12-01", 7), 2)
    ['2026-12-01', 7]
    """
    try:
        key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error) as error:
        raise BadCursor(cursor) from error
    if not isinstance(key, list) or len(key) != length:
        raise BadCursor(cursor)
    return key


def refusals(rule: str, method: str) -> list[int]:
    """The statuses with which a call can be refused, by its address and method.

    >>> refusals("/groups", "get"), 404 in refusals("/groups/<group_id>", "get"), 415 in refusals("/groups", "post")
    ([401, 403, 422, 429, 503], True, True)
    """
    found = {401, 403, 422, 429, 503}
    if "<" in rule:
        found.add(404)
    if method.upper() != "GET":
        found.add(409)
    if method.upper() in ("POST", "PUT", "PATCH"):
        found |= {400, 413, 415}
    return sorted(found)


def request_field(name: str | None) -> str | None:
    """What a request calls the field that a verb is about.

    >>> request_field("place"), request_field("title"), request_field("title_es"), request_field(None)
    ('place_id', 'title', 'texts', None)
    """
    if name is None:
        return None
    return "texts" if name.rpartition("_")[0] in TEXTS_OF_A_GROUP else REQUEST_FIELDS.get(name, name)


def request_hash(method: str, path: str, body: bytes) -> str:
    """What a repeated Idempotency-Key is compared by: method, address and body."""
    return hashlib.sha256(b"\0".join((method.encode(), path.encode(), body))).hexdigest()
