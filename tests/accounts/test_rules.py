"""Passwords, names, limits, lifetimes and codes."""

import unicodedata
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groupsched.accounts import rules
from groupsched.accounts.rules import (
    PER_ACCOUNT,
    PER_ADDRESS,
    LinkChannel,
    LinkPurpose,
    PasswordFault,
    browser_name,
    code_from,
    is_over,
    lifetime,
    link_lives,
    local_path,
    normal_login,
    password_fault,
    read_code,
    wait_left,
)

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
CONTENT = Path(rules.__file__).parents[2] / "content"


@pytest.mark.parametrize(
    ("password", "staff", "fault"),
    [
        ("sevenlt", False, PasswordFault.SHORT),
        ("teakettl", False, None),
        ("teakettl", True, PasswordFault.SHORT),
        ("elevenchars", True, PasswordFault.SHORT),
        ("twelve chars", True, None),
        ("Password123", False, PasswordFault.COMMON),
        (" password123 ", False, PasswordFault.COMMON),
        ("zzzzzzzzzzzzzz", True, PasswordFault.COMMON),
        ("x" * 1025, False, PasswordFault.LONG),
        ("only lower case words", True, None),
    ],
)
def test_a_password_needs_length_and_must_not_be_common_and_nothing_else(password, staff, fault):
    assert password_fault(password, staff=staff, common={"password123"}) == fault


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("robin.teacup", PasswordFault.NAMED),
        ("Teacup2026!!", PasswordFault.NAMED),
        ("HarborHouse1", PasswordFault.NAMED),
        ("ro.teacup.99", PasswordFault.NAMED),
        ("jo's teacups are blue", None),
        ("a harbor with herons", None),
        ("1qaz2wsx3edc", PasswordFault.WALK),
        ("poiuytrewq09", PasswordFault.WALK),
        ("abcdefghijkl", PasswordFault.WALK),
        ("ghijkl987654", PasswordFault.WALK),
        ("dressed streets", None),
    ],
)
def test_what_others_know_of_a_person_and_a_walk_over_the_keys_are_no_passwords(password, fault):
    names = ["Robin", "Teacup", "Robin Teacup", "robin.teacup", "Harbor House", "Jo"]
    assert password_fault(password, staff=True, common=(), names=names) == fault


def test_a_letter_counts_once_however_the_keyboard_sends_it():
    apart = unicodedata.normalize("NFD", "éééé")
    assert len(apart) == 8
    assert password_fault(apart, staff=False, common=()) == PasswordFault.SHORT


@pytest.mark.parametrize(
    ("name", "least", "some"),
    [
        ("common", 1000, {"password123", "qwertyuiop123", "onedayatatime"}),
        ("used", 10_000, {"password", "12345678", "baseball", "1q2w3e4r5t"}),
    ],
)
def test_the_shipped_lists_are_whole_and_all_in_the_compared_form(name, least, some):
    shipped = (CONTENT / f"{name}_passwords.txt").read_text("utf-8").splitlines()
    lines = [line for line in shipped if not line.startswith("#")]
    assert len(lines) >= least
    assert len(set(lines)) == len(lines)
    assert all(line == unicodedata.normalize("NFC", line).casefold().strip() and line for line in lines)
    assert some <= set(lines)


@given(st.text(max_size=60))
def test_a_login_is_the_same_however_often_it_is_normalised(text):
    assert normal_login(normal_login(text)) == normal_login(text)


def test_a_login_is_found_whatever_the_case_the_spaces_and_the_form_of_its_letters():
    assert normal_login(" ROBIN  Teacup") == normal_login("robin teacup")
    assert normal_login("JOSÉ") == normal_login(unicodedata.normalize("NFD", "José"))
    assert normal_login("علی‌رضا") == normal_login("علیرضا")


@pytest.mark.parametrize("text", ["robin@example.org", "r.t+x@mail.example.org", "ñandú@example.org"])
def test_an_ordinary_mail_address_is_taken(text):
    assert rules.is_mail_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "robin",
        "robin@",
        "@example.org",
        "a@b",
        "a b@example.org",
        "a@example.org\nBcc: b@example.org",
        "a@b@c.org",
        "a..b@example.org",
        ".a@example.org",
        "a.@example.org",
        "=?utf-8?q?a?=@example.org",
    ],
)
def test_what_cannot_be_one_mail_address_is_refused(text):
    assert not rules.is_mail_address(text)


# ------------------------------------------------ limits


def _failures(count: int, last: datetime = NOW) -> list[datetime]:
    return [last - timedelta(seconds=n) for n in range(count)]


def test_the_first_tries_of_an_account_are_free_and_then_the_wait_doubles():
    waits = [wait_left(PER_ACCOUNT, _failures(n), NOW) for n in range(4, 9)]
    assert waits == [timedelta(seconds=s) for s in (0, 30, 60, 120, 240)]


def test_the_wait_ends_so_that_nobody_is_locked_out_for_good():
    failures = _failures(500)
    assert wait_left(PER_ACCOUNT, failures, NOW) == PER_ACCOUNT.longest_wait
    assert wait_left(PER_ACCOUNT, failures, NOW + PER_ACCOUNT.longest_wait) == timedelta()


def test_old_failures_are_forgotten():
    old = _failures(50, NOW - timedelta(hours=1, seconds=1))
    assert wait_left(PER_ACCOUNT, old, NOW) == timedelta()


def test_a_house_that_shares_one_address_has_more_tries_than_one_account():
    assert wait_left(PER_ADDRESS, _failures(20), NOW) == timedelta()
    assert wait_left(PER_ADDRESS, _failures(60), NOW) > timedelta()


@given(st.lists(st.integers(0, 7200), max_size=60), st.integers(0, 7200))
def test_a_wait_is_never_negative_nor_longer_than_the_longest(ages, later):
    failures = [NOW - timedelta(seconds=age) for age in ages]
    wait = wait_left(PER_ACCOUNT, failures, NOW + timedelta(seconds=later))
    assert timedelta() <= wait <= PER_ACCOUNT.longest_wait


# ------------------------------------------------ lifetimes


def test_a_sign_in_of_staff_ends_after_a_quarter_hour_of_rest_and_after_ten_hours():
    limits = lifetime(staff=True, own_phone=False)
    assert not is_over(NOW, NOW, limits, NOW + timedelta(minutes=14, seconds=59))
    assert is_over(NOW, NOW, limits, NOW + timedelta(minutes=15))
    later = NOW + timedelta(hours=10)
    assert is_over(NOW, later, limits, later)


def test_only_a_client_gets_thirty_days_on_an_own_phone():
    assert lifetime(staff=False, own_phone=True).absolute == timedelta(days=30)
    assert lifetime(staff=True, own_phone=True).absolute == timedelta(hours=10)
    assert lifetime(staff=False, own_phone=False).absolute == timedelta(hours=10)


def test_the_last_use_is_written_at_most_once_a_minute():
    assert not rules.needs_touch(NOW, NOW + timedelta(seconds=59))
    assert rules.needs_touch(NOW, NOW + timedelta(seconds=60))


# ------------------------------------------------ codes and links


@given(st.integers(0, 2**60 - 1))
def test_a_printed_code_reads_back_in_any_case_with_any_dashes(number):
    code = code_from(number)
    assert read_code(code) == code
    assert read_code(" " + code.lower().replace("-", " ") + " ") == code


def test_letters_that_look_like_figures_are_read_as_the_figures():
    assert read_code("OIl0-abcd-efgh") == "0110-ABCD-EFGH"


@pytest.mark.parametrize(
    "text", ["", "ABCD", "ABCD-EFGH-JKM", "ABCD-EFGH-JKMNP", "ABCD-EFGH-JK*M", "äbcd-efgh-jkmn"]
)
def test_what_is_no_code_is_none(text):
    assert read_code(text) is None


def test_a_slip_lives_a_quarter_hour_a_mailed_reset_an_hour_an_invitation_a_week():
    assert link_lives(LinkPurpose.INVITATION, LinkChannel.SLIP) == timedelta(minutes=15)
    assert link_lives(LinkPurpose.RESET, LinkChannel.SLIP) == timedelta(minutes=15)
    assert link_lives(LinkPurpose.RESET, LinkChannel.MAIL) == timedelta(hours=1)
    assert link_lives(LinkPurpose.INVITATION, LinkChannel.MAIL) == timedelta(days=7)


@pytest.mark.parametrize("target", ["/my", "/sessions?day=mo&q=a", "/people/ab#x"])
def test_a_path_of_this_program_is_a_place_to_go_on(target):
    assert local_path(target) == target


@pytest.mark.parametrize(
    "target",
    [
        None,
        "",
        "my",
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "/\t/evil.example",
        "/a\r\nSet-Cookie: x",
        "/a\\b",
    ],
)
def test_anything_that_could_lead_elsewhere_is_not(target):
    assert local_path(target) is None


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0", "Firefox, Linux"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Safari/604.1",
            "Safari, iPhone",
        ),
        ("Something (Windows NT 10.0)", "Windows"),
        ("curl/8.9", ""),
        ("", ""),
    ],
)
def test_a_browser_is_named_as_far_as_it_tells(agent, name):
    assert browser_name(agent) == name


def test_an_address_is_no_longer_than_a_mail_server_takes():
    local = "@" + ".".join(["a" * 60] * 3 + ["a" * 6]) + ".org"
    assert rules.is_mail_address("b" * (254 - len(local)) + local)
    assert not rules.is_mail_address("b" * (255 - len(local)) + local)
