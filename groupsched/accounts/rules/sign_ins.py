"""How long a sign-in lives, as whom it goes on and where to, and what its browser is called."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

# The version of the privacy notice: a higher one is shown, and asked to be seen, again.
PRIVACY_NOTICE = 1


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


class Hat(StrEnum):
    """As whom somebody with a role of staff goes on."""

    SELF = "self"
    STAFF = "staff"


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
