"""Places in a list, and what a repeated request is known by."""

from datetime import date

import pytest

from groupsched.api.rules import BadCursor, decode_cursor, encode_cursor, request_hash


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
