"""Other people's rows: what is taken, what is refused and why, and what nobody has said stays unset."""

import json
from datetime import time
from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groupsched.catalog.rules import AttendanceMode
from groupsched.core.resources import content
from groupsched.exchange.rules import (
    CodeTable,
    KnownListing,
    Listing,
    RefusedRow,
    SourceUnreadable,
    code_table,
    codes_of,
    fingerprint,
    plan,
    read_feed,
    read_row,
    read_rows,
)

ZONE = "America/New_York"


def table(fellowship: str | None = "aa") -> CodeTable:
    return code_table(content("fellowships"), fellowship)


def row(**given: Any) -> dict[str, Any]:
    """A plain row of a feed: Monday 19:00 to 20:00 at a full address, with no codes."""
    return {
        "slug": "monday",
        "name": "Monday evening",
        "day": 1,
        "time": "19:00",
        "end_time": "20:00",
        "formatted_address": "1 Example St, Anytown, PA 19000, USA",
        "types": [],
    } | given


def taken(fellowship: str | None = "aa", **given: Any) -> Listing:
    read = read_row(row(**given), 1, table(fellowship), ZONE)
    assert isinstance(read, Listing), read
    return read


def refused(zone: str | None = ZONE, **given: Any) -> str:
    read = read_row(row(**given), 7, table(), zone)
    assert isinstance(read, RefusedRow), read
    assert read.number == 7
    return read.reason


def test_a_plain_row_becomes_a_weekly_listing() -> None:
    listing = taken()
    assert listing.rrule == "FREQ=WEEKLY;BYDAY=MO"
    assert (listing.start, listing.minutes, listing.timezone) == (time(19), 60, ZONE)
    assert (listing.mode, listing.active) == (AttendanceMode.IN_PERSON, True)


@pytest.mark.parametrize("day", ["1", 1, [1], "Monday", ["1"]])
def test_a_day_is_read_however_it_is_written(day: object) -> None:
    assert taken(day=day).days == ("MO",)


def test_a_list_of_days_is_one_listing_with_several_days() -> None:
    assert taken(day=[3, 0, 1, 3]).rrule == "FREQ=WEEKLY;BYDAY=SU,MO,WE"


@pytest.mark.parametrize("written", ["19:00", "7:00 PM", "7 pm", "7:00PM", "7:00 p.m.", "19:00:00"])
def test_a_time_is_read_however_it_is_written(written: str) -> None:
    assert taken(time=written).start == time(19)


@pytest.mark.parametrize(("written", "hour"), [("12:00 AM", 0), ("12:00 PM", 12), ("00:00", 0), ("noon", 12)])
def test_noon_and_midnight_are_told_apart(written: str, hour: int) -> None:
    assert taken(time=written).start == time(hour)


@pytest.mark.parametrize(
    ("end", "minutes"),
    [("00:30", 330), ("20:30", 90), ("19:00", 60), ("", 60), (None, 60), ("24:00", 300), ("00:00", 300)],
)
def test_an_end_before_the_start_is_on_the_next_day_and_no_end_is_an_hour(end: object, minutes: int) -> None:
    assert taken(end_time=end).minutes == minutes


@pytest.mark.parametrize("end", ["18:00", "25:00", "bad", "20:00 Uhr", "19:60", 2000, ["20:00"]])
def test_an_end_that_cannot_be_meant_is_asked_and_not_invented(end: object) -> None:
    listing = taken(end_time=end)
    assert (listing.minutes, listing.meets, "ends" in listing.unset) == (None, False, True)
    assert listing.doubt.startswith("Its end cannot be meant: 19:00 to ")


def test_from_midnight_to_midnight_is_a_day() -> None:
    assert taken(time="00:00", end_time="24:00").minutes == 24 * 60


@pytest.mark.parametrize(
    ("written", "phone", "kept"),
    [
        ("+15555550100,,123#", "+15555550100", "+15555550100"),
        ("ask Ann at 555", "", "ask"),
        ("", "", None),
    ],
)
def test_a_number_to_dial_in_goes_without_its_codes(written: str, phone: str, kept: str | None) -> None:
    listing = taken(conference_phone=written, approximate="yes")
    assert (listing.by_phone, listing.phone, listing.row.get("conference_phone")) == (
        bool(written),
        phone,
        kept,
    )
    again = read_row(listing.row, 1, table(), None)
    assert again == listing


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"slug": None}, "slug"),
        ({"slug": True}, "slug"),
        ({"name": " "}, "name"),
        ({"name": "x" * 201}, "longer"),
        ({"day": 7}, "0 (Sunday) to 6"),
        ({"day": True}, "0 (Sunday) to 6"),
        ({"day": None}, "by appointment"),
        ({"day": []}, "by appointment"),
        ({"time": ""}, "by appointment"),
        ({"time": "25:00"}, "25:00"),
        ({"time": "13:00 PM"}, "13:00 PM"),
        ({"time": "19"}, "19"),
        ({"timezone": "Europe/Nowhere"}, "Europe/Nowhere"),
        ({"formatted_address": ""}, "no address and no link"),
    ],
)
def test_what_cannot_be_used_is_refused_with_the_reason(given: dict[str, Any], word: str) -> None:
    assert word in refused(**given)


def test_a_row_that_is_not_an_object_is_refused() -> None:
    assert read_row(["monday"], 3, table(), ZONE) == RefusedRow(3, "", "This row is not an object.")


def test_the_zone_of_the_row_comes_before_the_zone_of_the_feed() -> None:
    assert taken(timezone="Europe/Berlin").timezone == "Europe/Berlin"


def test_without_any_zone_a_row_is_refused() -> None:
    assert "no time zone" in refused(zone=None)


def test_a_number_is_a_good_slug() -> None:
    assert taken(slug=5202).slug == "5202"


def test_the_second_row_with_a_slug_is_refused() -> None:
    first, second = read_rows([row(), row(name="Another")], table(), ZONE)
    assert isinstance(first, Listing)
    assert second == RefusedRow(2, "monday", "Another row of this feed has the same slug.")


@pytest.mark.parametrize("types", [["O", "X"], "O,X", "[O, X]", " O , X ", "X,O", "[X]", "O, 'X'"])
def test_codes_are_read_in_whatever_shape_they_come(types: Any) -> None:
    wanted = {"X"} if types == "[X]" else {"O", "X"}
    assert set(codes_of(types)) == wanted


def test_a_listing_keeps_who_meets_and_in_which_region() -> None:
    assert taken(group="Harbor group").group == "Harbor group"
    assert taken(regions=["Quay", " North "]).region == "Quay > North"
    assert taken(region="Quay", sub_region="North").region == "Quay > North"
    assert taken(regions=None, region="Quay").region == "Quay"


def test_four_parts_are_an_address_and_three_without_a_number_a_town() -> None:
    town, house = "Anytown, PA, USA", "Lantern House, Anytown, PA, USA"
    assert (taken(formatted_address=town).active, taken(formatted_address=house).active) == (False, True)


def test_a_place_by_its_name_alone_is_enough_to_go_there() -> None:
    assert taken(formatted_address="", location="Library").location == "Library"


def test_an_address_is_no_longer_than_a_place_can_keep() -> None:
    assert len(taken(formatted_address="1 Example St, " * 40).address) <= 300
    assert (
        len(
            taken(
                formatted_address=None,
                address="a " * 90,
                city="b " * 90,
                state="c " * 90,
                postal_code="d " * 90,
            ).address
        )
        <= 300
    )


def test_an_address_in_parts_is_put_together() -> None:
    given = {"formatted_address": None, "address": "1 Example St", "city": "Anytown", "postal_code": 79107}
    assert taken(**given).address == "1 Example St, Anytown, 79107"


# --- codes -----------------------------------------------------------------------------------------------------


def test_a_code_means_what_its_own_fellowship_says() -> None:
    assert taken("aa", types=["A"]).orientation == "secular"
    assert taken("aca", types=["A"]).orientation is None
    assert taken("aca", types=["A"]).audience == ("adults",)
    assert taken("na", types=["A"]).orientation is None
    assert taken("aa", types=["POA"]).tags == ("proof-of-attendance",)
    assert taken("al-anon", types=["POA"]).audience == ("parents",)
    assert taken("aa", types=["S"]).languages == ("es",)
    assert taken("aca", types=["SP"]).languages == ("es",)


def test_a_fellowship_without_a_table_reads_only_what_all_tables_share() -> None:
    listing = taken("a-new-one", types=["O", "B", "W", "A"])
    assert (listing.access, listing.audience, listing.structure, listing.orientation) == (
        "open",
        ("women",),
        None,
        None,
    )
    assert listing.unknown_codes == ("B", "A")


def test_what_no_code_says_stays_unset() -> None:
    assert taken(types=["BE"]).unset == ("orientation", "structure", "access")


def test_two_codes_against_each_other_leave_it_unset() -> None:
    both = taken(types=["O", "C", "ST", "D"])
    assert (both.access, both.structure) == (None, None)


def test_codes_of_the_same_kind_agree() -> None:
    listing = taken(types=["O", "ST", "B", "X"])
    assert (listing.access, listing.structure, listing.needs) == ("open", "structured", ("step-free",))


@pytest.mark.parametrize("place", ["Holy Trinity Church", "Zen Temple", "Humanist Hall"])
def test_nothing_is_guessed_from_the_venue(place: str) -> None:
    assert taken(location=place, name=f"{place} group").orientation is None


@pytest.mark.parametrize(
    ("written", "access"),
    [("[open]", "open"), ("[closed]", "closed"), ("O", "open"), (["o"], "open"), ("", None)],
)
def test_codes_are_read_however_they_are_written(written: object, access: str | None) -> None:
    assert taken(types=written).access == access


def test_a_common_typing_error_is_understood_and_the_code_kept_as_written() -> None:
    listing = taken(types=["ASBI", "onl", "ZZ"])
    assert listing.structure == "structured"
    assert (listing.codes, listing.unknown_codes) == (("ASBI", "onl", "ZZ"), ("ZZ",))


def test_every_code_of_every_table_says_only_things_the_product_knows() -> None:
    for fellowship in content("fellowships")["fellowships"]:
        for code, meaning in table(fellowship).meanings.items():
            assert isinstance(code, str)
            assert meaning.orientation in (None, "secular"), code
            assert meaning.structure in (None, "structured", "relaxed"), code
            assert meaning.access in (None, "open", "closed", "enrol"), code


# --- how people attend -------------------------------------------------------------------------------------------

LINK = "https://zoom.us/j/123"
TOWN = "Anytown, PA, USA"


@pytest.mark.parametrize(
    ("given", "mode", "active"),
    [
        ({}, AttendanceMode.IN_PERSON, True),
        ({"types": ["TC"]}, AttendanceMode.IN_PERSON, False),
        ({"types": ["TC", "ONL"]}, AttendanceMode.IN_PERSON, False),
        ({"types": ["TC"], "conference_url": LINK}, AttendanceMode.ONLINE, True),
        ({"types": ["ONL"], "conference_url": LINK}, AttendanceMode.HYBRID, True),
        ({"conference_phone": "+12025550100"}, AttendanceMode.HYBRID, True),
        ({"conference_url": LINK, "formatted_address": TOWN}, AttendanceMode.ONLINE, True),
        ({"conference_url": LINK, "approximate": "yes"}, AttendanceMode.ONLINE, True),
        (
            {"conference_url": LINK, "formatted_address": TOWN, "approximate": "no"},
            AttendanceMode.HYBRID,
            True,
        ),
        ({"approximate": "yes", "location": "Library"}, AttendanceMode.IN_PERSON, False),
        ({"formatted_address": TOWN}, AttendanceMode.IN_PERSON, False),
        ({"formatted_address": TOWN, "location": "Library"}, AttendanceMode.IN_PERSON, True),
        ({"attendance_option": "online", "types": ["O"]}, AttendanceMode.ONLINE, True),
        ({"attendance_option": "inactive", "conference_url": LINK}, AttendanceMode.ONLINE, False),
        ({"attendance_option": "maybe"}, AttendanceMode.IN_PERSON, True),
    ],
)
def test_how_people_attend_follows_from_what_is_said(
    given: dict[str, Any], mode: AttendanceMode, active: bool
) -> None:
    listing = taken(**given)
    assert (listing.mode, listing.active) == (mode, active)


# --- what is dropped ----------------------------------------------------------------------------------------------


def test_contacts_payment_and_passcodes_go_no_further() -> None:
    listing = taken(
        notes="Ring 202-555-0147 or ann@example.org. Password: apple. Passcode is 1234. PW pear. Give $basket.",
        location_notes="Zoom: https://zoom.us/j/55?pwd=cherry&lang=en passcode 998877",
        conference_url="https://ann:plum@zoom.us/j/123?pwd=plum#grape",
        conference_url_notes="Passcode: fig",
        conference_phone="+12025550199,,123#",
        contact_1_name="Ann", contact_1_email="ann@example.org", contact_1_phone="2025550147",
        email="ann@example.org", phone="2025550147", venmo="@ann", paypal="ann", feedback_emails=["ann@example.org"],
    )  # fmt: skip
    everything = json.dumps({"row": listing.row, "notes": listing.notes, "link": listing.link})
    for secret in (
        "0147",
        "ann",
        "apple",
        "1234",
        "pear",
        "basket",
        "cherry",
        "9988",
        "plum",
        "grape",
        "fig",
    ):
        assert secret not in everything.lower(), secret
    assert listing.link == "https://zoom.us/j/123"
    assert (listing.phone, listing.row["conference_phone"]) == ("+12025550199", "+12025550199")
    assert listing.notes == ""


WAYS_IN = """\
Passcode: 990 095
Password: "big book"
Password “serenity”
The password is love
The password for the small room is Serenity7
PW odaat
PC- 006485
pass code is 12
Use 1234 as the password
Access code: 673 7842
The code for the door is 4411#
Gate code 2468, ring twice
Meeting ID 811 222 3333 Passcode 1234
Contraseña: 123456
Contraseña de la sala: sol
Clave de acceso 778899
El código de la puerta es 4411
Mot de passe : abc123
Code de la porte : 12A34
Le code d’accès est 9988
Kennwort: Hallo7
Das Passwort lautet Hallo7
Türcode 2468
ann@example.org
mail: ann [at] example [dot] org
Call 5551234567 or (555) 123-4567 x12
+44 20 7946 0958 then 1#
1-800-555-0199
Tél : 01 23 45 67 89
Teléfono 612 345 678
Handy 0171 1234567
Conference Call 555-0100 ID: 749881#
https://zoom.us/j/123?pwd=abc#success and more
zoom.us/j/123456789?pwd=SECRET1
Venmo @Some-Group
Gifts to $some-basket"""

NO_WAYS_IN = """\
A password is required to attend
No password required
The passcode is emailed after you register
Se requiere contraseña
Mot de passe requis
Ein Passwort ist erforderlich
Ages <18 welcome, rooms >2 open
Room 555-0100, bus 101-2023
Meets @Noon @TheHall
Business meeting: 1st Monday @ 7 pm
Meeting ID 811 222 3333
ID: 8112223333
Zoom 8112223333
passing the bag, pinned notes, passage 12 of the book
Pass 2 doors and turn left, pin 4 notes on the board
Zip code 19000, área 28, código postal 28013
Dress code is casual
Palabra clave: esperanza
Parking behind St. Mark’s, page 1234
https://zoom.us/j/123"""


@pytest.mark.parametrize("note", WAYS_IN.split("\n"))
def test_what_lets_a_stranger_in_goes_with_its_sentence_and_nothing_else_goes(note: str) -> None:
    assert taken(notes=note).notes == ""
    assert (
        taken(notes=f"Bring a mug. {note}. Park behind St. Mark’s.").notes
        == "Bring a mug. Park behind St. Mark’s."
    )
    assert taken(notes=f"Bring a mug\n{note}\nPark behind").notes == "Bring a mug\nPark behind"
    assert taken(notes="Bring a mug", location_notes=note).notes == "Bring a mug"


@pytest.mark.parametrize("note", NO_WAYS_IN.split("\n"))
def test_what_only_looks_like_a_way_in_stays_whole(note: str) -> None:
    assert taken(notes=note).notes == note
    assert taken(notes=f"{note}. Passcode 4711").notes == f"{note}."


def test_a_passcode_on_the_line_below_its_word_goes_too() -> None:
    assert (
        taken(notes="Bring a mug<br>Passcode:<br>990095<br>Park behind").notes == "Bring a mug\nPark behind"
    )


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("<p>Bring a <b>mug</b>.<br>Park behind.</p><script>alert(1)</script>", "Bring a mug.\nPark behind."),
        ("&lt;b&gt;Bold&lt;/b&gt; &amp;amp; more &#8217;s", "Bold & more ’s"),
        ("Line one\r\nLine two\n\n- point", "Line one\nLine two\n\n- point"),
    ],
)
def test_markup_goes_and_lines_stay(written: str, read: str) -> None:
    assert taken(notes=written).notes == read


@pytest.mark.parametrize("piece", ["1 ", "12.", "pass ", "code ", "call 1 ", "-", " ", "pw is ", "1-", "("])
def test_no_note_takes_long_to_read(piece: str) -> None:
    started = process_time()
    taken(notes=piece * (8000 // len(piece)))
    assert process_time() - started < 2


@pytest.mark.parametrize(
    ("written", "link"),
    [
        ("zoom.us/j/123456", "https://zoom.us/j/123456"),
        ("//zoom.us/j/1?pwd=x", "https://zoom.us/j/1"),
        ("meet.example.org:8443/room", "https://meet.example.org:8443/room"),
    ],
)
def test_a_link_without_a_scheme_is_taken_as_https(written: str, link: str) -> None:
    listing = taken(conference_url=written)
    assert (listing.link, listing.mode) == (link, AttendanceMode.HYBRID)


@pytest.mark.parametrize(
    "link",
    [
        "ann@example.org",
        "call 555",
        "see website",
        "javascript:alert(1)",
        "zoom",
        "http://",
        "http://[",
        "ftp://zoom.us/x",
        7,
        None,
        [],
    ],
)
def test_only_web_addresses_count_as_links(link: object) -> None:
    assert taken(conference_url=link).link == ""


def test_text_is_one_line_without_markup_and_control_characters() -> None:
    assert taken(name="<b>Tea</b> &amp;\u0000\u202e talk\n").name == "Tea & talk"


def test_the_source_row_is_kept_so_that_it_can_be_read_again() -> None:
    given = row(types=["O", "D"], updated="2021-08-27 14:40:51", venmo="@x")
    listing = read_row(given, 1, table(), ZONE)
    assert isinstance(listing, Listing)
    assert read_row(listing.row, 1, table(), ZONE) == listing


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(
    st.dictionaries(
        st.sampled_from([*row(), "timezone", "conference_url", "notes", "regions", "approximate"]), _json
    )
)
def test_no_row_can_break_the_reading(given: dict[str, Any]) -> None:
    for candidate in (given, row() | given):
        read = read_row(candidate, 1, table(), ZONE)
        assert isinstance(read, Listing | RefusedRow)
        if isinstance(read, Listing):
            fingerprint(read)
            json.dumps(read.row, allow_nan=False).encode()


# --- the feed -------------------------------------------------------------------------------------------------------


def test_broken_json_says_where_it_breaks() -> None:
    with pytest.raises(SourceUnreadable, match="line 2, column 5"):
        read_feed("[\n{}, oops]")


@pytest.mark.parametrize("text", ['{"a": 1}', '"text"', "null", "", "[" * 100_000, "[" + "9" * 5000 + "]"])
def test_what_is_no_list_of_meetings_gets_a_sentence(text: str) -> None:
    with pytest.raises(SourceUnreadable) as broken:
        read_feed(text)
    assert str(broken.value).endswith(".")


def test_a_byte_order_mark_does_not_matter() -> None:
    assert read_feed("\ufeff[]") == []


# --- a repeated import ------------------------------------------------------------------------------------------------


def known(**rows: dict[str, Any]) -> dict[str, KnownListing]:
    return {
        slug: KnownListing(fingerprint(taken(slug=slug, **given)), listed=True)
        for slug, given in rows.items()
    }


def test_a_repeat_says_what_is_new_changed_gone_and_the_same() -> None:
    feed = [row(slug="same"), row(slug="moved", time="20:00"), row(slug="new"), row(slug="")]
    result = plan(read_rows(feed, table(), ZONE), known(same={}, moved={}, gone={}))
    assert [t.listing.slug for t in result.added] == ["new"]
    assert [t.listing.slug for t in result.changed] == ["moved"]
    assert [t.listing.slug for t in result.unchanged] == ["same"]
    assert result.removed == ("gone",)
    assert len(result.refused) == 1


@pytest.mark.parametrize(
    "given",
    [
        {"updated": "2022-01-01 00:00:00"},
        {"url": "https://example.org/other"},
        {"name": " Monday   evening "},
        {"day": "1"},
        {"types": "[]"},
        {"latitude": 1.5},
        {"venmo": "@x"},
    ],
)
def test_what_people_would_not_notice_is_no_change(given: dict[str, Any]) -> None:
    assert fingerprint(taken(**given)) == fingerprint(taken())


@pytest.mark.parametrize(
    "given",
    [
        {"name": "Other"},
        {"day": 2},
        {"time": "19:30"},
        {"end_time": "21:00"},
        {"types": ["O"]},
        {"location": "Hall"},
        {"notes": "Ring the bell"},
        {"conference_url": LINK},
        {"timezone": "Europe/Berlin"},
    ],
)
def test_what_people_would_notice_is_a_change(given: dict[str, Any]) -> None:
    assert fingerprint(taken(**given)) != fingerprint(taken())


def test_the_order_of_codes_is_no_change() -> None:
    assert fingerprint(taken(types=["O", "D"])) == fingerprint(taken(types=["D", "O"]))


def test_a_row_that_is_refused_now_is_not_removed() -> None:
    result = plan(read_rows([row(slug="a", time="late")], table(), ZONE), known(a={}))
    assert (result.removed, len(result.refused)) == ((), 1)


def test_a_listing_that_comes_back_counts_as_added() -> None:
    before = {"a": KnownListing(fingerprint(taken(slug="a")), listed=False)}
    assert [t.listing.slug for t in plan(read_rows([row(slug="a")], table(), ZONE), before).added] == ["a"]
    assert plan([], before).removed == ()


@pytest.mark.parametrize("text", ["[" * 100_000, "[" + "9" * 5_000 + "]"])
def test_a_feed_that_is_too_much_to_read_is_a_sentence(text: str) -> None:
    with pytest.raises(SourceUnreadable, match=r"^This is not JSON"):
        read_feed(text)
