"""Decisions about names, passwords, sign-ins, one-time links and their limits: pure functions."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from groupsched.core.text import clean_line

STAFF_PASSWORD_LENGTH = 12
CLIENT_PASSWORD_LENGTH = 8
LONGEST_PASSWORD = 1024
# The version of the privacy notice: a higher one is shown, and asked to be seen, again.
PRIVACY_NOTICE = 1

_ADDRESS = re.compile(
    r"[^@\s<>\",;:\\()\[\]]{1,64}@(?:[^@\s.<>\",;:\\()\[\]]{1,63}\.)+[^@\s.<>\",;:\\()\[\]]{2,63}"
)


class PasswordFault(StrEnum):
    """Why a password is refused. There are no rules beyond these (trust.md, NIST SP 800-63B)."""

    SHORT = "short"
    LONG = "long"
    COMMON = "common"


def password_fault(password: str, *, staff: bool, common: Collection[str]) -> PasswordFault | None:
    """Return why this password cannot be taken, or None. `common` holds case-folded entries.

    Length is counted in characters after NFC, so that one letter is one letter on every keyboard.
    """
    text = plain_password(password)
    if len(text) < shortest_password(staff=staff):
        return PasswordFault.SHORT
    if len(text) > LONGEST_PASSWORD:
        return PasswordFault.LONG
    if text.strip().casefold() in common or len(set(text)) == 1:
        return PasswordFault.COMMON
    return None


def plain_password(password: str) -> str:
    """Return a password in NFC: one keyboard sends é as one character, another as two."""
    return unicodedata.normalize("NFC", password)


def shortest_password(*, staff: bool) -> int:
    """Return the least number of characters: 12 for staff, 8 for clients."""
    return STAFF_PASSWORD_LENGTH if staff else CLIENT_PASSWORD_LENGTH


def normal_login(text: str) -> str:
    """Return a login as it is stored and compared: NFC, case-folded, single spaces, nothing invisible: not even the joiners
    that a name may hold, so that two logins never look alike.

    >>> normal_login("  Robin   TEACUP ")
    'robin teacup'
    """
    folded = unicodedata.normalize("NFC", text).casefold()
    return clean_line("".join(char for char in folded if unicodedata.category(char) != "Cf"))


def is_mail_address(text: str) -> bool:
    """Say whether a text has the shape of one mail address. Whether it exists only a mail can tell.

    >>> [is_mail_address(text) for text in ("robin@example.org", "robin@example", "Robin <robin@example.org>", "a..b@example.org")]
    [True, False, False, False]
    """
    name = text.rpartition("@")[0]
    dotted = name.startswith(".") or name.endswith(".") or ".." in name
    return len(text) <= 254 and _ADDRESS.fullmatch(text) is not None and not dotted and "=?" not in text


# ---------------------------------------------------------------- tries and waiting


@dataclass(frozen=True)
class TryLimit:
    """How many failures are free, and how the wait grows afterwards: it doubles, up to a longest one."""

    free: int
    first_wait: timedelta
    longest_wait: timedelta
    memory: timedelta


# A house often shares one address, so an address gets far more tries than an account.
PER_ACCOUNT = TryLimit(5, timedelta(seconds=30), timedelta(minutes=15), timedelta(hours=1))
PER_ADDRESS = TryLimit(40, timedelta(seconds=30), timedelta(minutes=15), timedelta(minutes=30))


def wait_left(limit: TryLimit, failures: Collection[datetime], now: datetime) -> timedelta:
    """Return how long the next try must wait; zero when it may go ahead.

    A refused try does not count as a failure, so nobody is locked out for good: after the longest wait there is
    always one more try, and failures older than the memory of the limit are forgotten.
    """
    recent = [at for at in failures if at > now - limit.memory]
    over = len(recent) - limit.free
    if over < 0:
        return timedelta()
    # Doubled so often only: after some dozen more no timedelta could hold what `min` is to cut.
    wait = min(limit.longest_wait, limit.first_wait * (1 << min(over, 16)))
    return max(timedelta(), max(recent) + wait - now)


# ---------------------------------------------------------------- how long a sign-in lives


@dataclass(frozen=True)
class SignInLifetime:
    """How long a sign-in lives without a request, and in all."""

    idle: timedelta
    absolute: timedelta


STAFF_LIFETIME = SignInLifetime(timedelta(minutes=15), timedelta(hours=10))
CLIENT_LIFETIME = SignInLifetime(timedelta(minutes=30), timedelta(hours=10))
OWN_PHONE_LIFETIME = SignInLifetime(timedelta(days=30), timedelta(days=30))
TOUCH_EVERY = timedelta(minutes=1)
ASK_AGAIN_AFTER = timedelta(hours=1)


def lifetime(*, staff: bool, own_phone: bool) -> SignInLifetime:
    """Return the limits of a sign-in. Staff never get the long one, whatever they ticked."""
    if staff:
        return STAFF_LIFETIME
    return OWN_PHONE_LIFETIME if own_phone else CLIENT_LIFETIME


def is_over(began: datetime, last_used: datetime, limits: SignInLifetime, now: datetime) -> bool:
    """Say whether a sign-in has ended by its age or by rest."""
    return now >= began + limits.absolute or now >= last_used + limits.idle


def must_ask_again(*, own_phone: bool, confirmed: datetime, now: datetime) -> bool:
    """Say whether a page that tells much asks for the password first: on an own phone, an hour after the last time.

    An own phone stays signed in for 30 days, and somebody else may pick it up (trust.md, signing in).
    """
    return own_phone and now >= confirmed + ASK_AGAIN_AFTER


def needs_touch(last_used: datetime, now: datetime) -> bool:
    """Say whether the time of last use is worth a write: at most one a minute."""
    return now >= last_used + TOUCH_EVERY


# ---------------------------------------------------------------- one-time links and codes


class Hat(StrEnum):
    """As whom somebody with a role of staff goes on."""

    SELF = "self"
    STAFF = "staff"


class LinkPurpose(StrEnum):
    """What a one-time link is for."""

    INVITATION = "invite"
    RESET = "reset"


class LinkChannel(StrEnum):
    """How a one-time link reaches its person."""

    MAIL = "mail"
    SLIP = "slip"


SLIP_MINUTES = 15
MAILED_RESET = timedelta(hours=1)
MAILED_INVITATION = timedelta(days=7)


def link_lives(purpose: LinkPurpose, channel: LinkChannel) -> timedelta:
    """Return how long a link works: 15 minutes on a slip, an hour for a mailed reset, 7 days for a mailed invitation.

    An invitation waits for somebody who may read mail once a week; it opens nothing but a first password.
    """
    if channel is LinkChannel.SLIP:
        return timedelta(minutes=SLIP_MINUTES)
    return MAILED_RESET if purpose is LinkPurpose.RESET else MAILED_INVITATION


_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOKALIKES = str.maketrans("OILU", "011V")
CODE_LENGTH = 12


def code_from(number: int) -> str:
    """Return a printed code for a random number below 2**60: twelve Crockford letters in fours.

    >>> code_from(0)
    '0000-0000-0000'
    """
    letters = "".join(_CROCKFORD[number >> shift & 31] for shift in range(55, -1, -5))
    return "-".join((letters[:4], letters[4:8], letters[8:]))


def read_code(text: str) -> str | None:
    """Return the code that a person typed, as it is printed, or None. Case, spaces and look-alikes do not matter.

    >>> read_code("ab1o 2i34 xyzl")
    'AB10-2134-XYZ1'
    """
    plain = re.sub(r"[\s\-‐-―−.]", "", text.strip()).upper().translate(_LOOKALIKES)
    if len(plain) != CODE_LENGTH or any(letter not in _CROCKFORD for letter in plain):
        return None
    return "-".join((plain[:4], plain[4:8], plain[8:]))


# ---------------------------------------------------------------- where to go after signing in


def local_path(target: str | None) -> str | None:
    r"""Return a path inside this program, or None: never another host, never a scheme, never a line break.

    >>> local_path("/sessions?day=mo")
    '/sessions?day=mo'
    >>> [local_path(away) for away in ("//evil.example", r"/\evil.example", "/\t/evil.example", "https://evil.example")]
    [None, None, None, None]
    """
    # Browsers read a backslash as a slash and pass over tabs and line ends: they see another host where Python sees a path.
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    if "\\" in target or any(unicodedata.category(c) in {"Cc", "Cf"} for c in target):
        return None
    return target


# ---------------------------------------------------------------- a browser in the list of one's own sign-ins

# The order matters: Edge and Opera say that they are Chrome too, Chrome that it is Safari, and Android that it is Linux.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_MACHINES = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)


def browser_name(user_agent: str) -> str:
    """Return the name of a browser and its machine, as far as they tell; nothing for what is not known.

    >>> browser_name("Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0")
    'Firefox, Linux'
    """
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    machine = next((name for mark, name in _MACHINES if mark in user_agent), "")
    return ", ".join(part for part in (browser, machine) if part)


# ---------------------------------------------------------------- reminders and quiet hours


# Nothing is worth waking somebody for; both are hours of the wall clock at the person's site.
class StaffMail(StrEnum):
    """When mails about their work reach somebody on staff: each at once, all of a day in one, or not at all."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    NONE = "none"


QUIET_FROM, QUIET_UNTIL = "21:00", "08:00"
EVENINGS = tuple(f"{hour:02}:00" for hour in range(18, 24))
MORNINGS = tuple(f"{hour:02}:00" for hour in range(5, 12))


@dataclass(frozen=True)
class ReminderWish:
    """Which reminders somebody wants, a day and two hours before a date, and when none may come."""

    day: bool
    hours: bool
    quiet_from: str
    quiet_until: str
