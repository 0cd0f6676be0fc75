"""When a calendar program may keep what it has."""

from datetime import UTC, datetime

import pytest

from groupsched.feeds.rules import accepts_gzip, etag_of, http_date, names_tag, unchanged, zipped_etag

TAG = etag_of(b"BEGIN:VCALENDAR")
CHANGED = datetime(2026, 11, 24, 10, 0, 0, 500_000, tzinfo=UTC)


def test_the_tag_is_a_strong_one_made_of_the_body():
    assert TAG.startswith('"')
    assert TAG.endswith('"')
    assert etag_of(b"BEGIN:VCALENDAR ") != TAG


@pytest.mark.parametrize(
    "header", [TAG, f"W/{TAG}", f'"other", {TAG}', f'"other",W/{TAG} ', "*", " * ", zipped_etag(TAG)]
)
def test_a_list_a_weak_tag_a_star_and_the_tag_of_the_zipped_body_all_count(header):
    assert names_tag(header, TAG)


@pytest.mark.parametrize("header", ['"other"', TAG.strip('"'), TAG[:-2], "", '"', "W/", f'"x{TAG[1:]}'])
def test_another_tag_does_not_count(header):
    assert not names_tag(header, TAG)


def test_a_date_is_compared_as_a_date_in_whatever_form_it_comes():
    for text in (http_date(CHANGED), "Tuesday, 24-Nov-26 10:00:00 GMT", "Tue, 24 Nov 2026 12:00:00 +0200"):
        assert unchanged(None, text, TAG, CHANGED), text
    assert not unchanged(None, "Tue, 24 Nov 2026 09:59:59 GMT", TAG, CHANGED)


@pytest.mark.parametrize("text", [None, "", "yesterday", "Tue, 99 Nov 2026 10:00:00 GMT", "0", "x" * 5000])
def test_nonsense_is_no_condition(text):
    assert not unchanged(None, text, TAG, CHANGED)


def test_a_tag_beats_a_date():
    assert not unchanged('"other"', http_date(CHANGED), TAG, CHANGED)
    assert unchanged(TAG, "Mon, 01 Jan 2001 00:00:00 GMT", TAG, CHANGED)


@pytest.mark.parametrize(
    ("header", "accepted"),
    [
        ("gzip, deflate, br", True),
        ("deflate", False),
        ("", False),
        ("gzip;q=0", False),
        ("*", True),
        ("GZIP;q=0.5", True),
    ],
)
def test_gzip_is_sent_only_to_those_who_take_it(header, accepted):
    assert accepts_gzip(header) is accepted
