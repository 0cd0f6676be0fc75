"""Places in a list, and what a repeated request is known by."""

from datetime import date

import pytest

from groupsched.api.rules import BadCursor, decode_cursor, encode_cursor, request_hash
from groupsched.core.shapes import keepable


@pytest.mark.parametrize("key", [("a",), ("Círculo", 7), ("", 0), (date(2026, 12, 3), 12345), ("x" * 99, -1)])
def test_a_cursor_leads_back_to_the_row_behind_it(key):
    cursor = encode_cursor(*key)
    assert "=" not in cursor
    assert decode_cursor(cursor, len(key)) == [one if isinstance(one, int) else str(one) for one in key]


@pytest.mark.parametrize("cursor", ["", "x", "nonsense", "é", encode_cursor("one", "too many"), "bnVsbA"])
def test_what_was_never_given_out_is_no_cursor(cursor):
    with pytest.raises(BadCursor):
        decode_cursor(cursor, 1)


def test_another_method_address_or_body_is_another_request():
    asked = [
        ("POST", "/a", b"bc"),
        ("POST", "/ab", b"c"),
        ("POST", "/a", b"b"),
        ("PATCH", "/a", b"bc"),
        ("POST", "/abc", b""),
    ]
    assert len({request_hash(*one) for one in asked}) == len(asked)
    assert request_hash(*asked[0]) == request_hash(*asked[0])


def hex_of(sign):
    return hex(ord(sign))


@pytest.mark.parametrize("bad", [chr(code) for code in (0, 0xD800, 0xDBFF, 0xDC00, 0xDFFF)], ids=hex_of)
def test_a_text_that_no_database_keeps_is_found_wherever_it_stands(bad):
    for value in (bad, f"a{bad}b", [1, ["x", bad]], {"a": {"b": [bad]}}, {f"a{bad}": 1}):
        assert not keepable(value)


@pytest.mark.parametrize(
    "value", ["", "Zoë 日本 🙂", chr(0xD7FF), chr(0xE000), 3, None, True, [], {}, {"a": ["b", {"c": 1.5}]}]
)
def test_every_other_text_is_kept(value):
    assert keepable(value)
