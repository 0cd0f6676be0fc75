"""The second step: codes of an app by the clock (TOTP, RFC 6238), and codes on paper for whoever has lost the phone."""

import hmac
from collections.abc import Collection
from datetime import datetime, timedelta

from pyotp import HOTP, TOTP

from groupsched.accounts.rules.links import read_code

STEP_SECONDS = 30
RECOVERY_CODES = 10
HALF_LIFETIME = timedelta(minutes=10)
"""How long a right password waits for the second step."""
FRESH_FOR = timedelta(minutes=10)


def step_of(typed: str, secret: str, now: datetime, last_step: int) -> int | None:
    """Return the half minute to which a typed code belongs, or None: this one, the one before, the one after, for clocks are
    never quite right. A step up to `last_step` has had its code; spaces do not matter. `secret` is in base32."""
    if not is_step_code(typed):
        return None
    code, here = "".join(typed.split()), int(now.timestamp()) // STEP_SECONDS
    steps = (step for step in (here - 1, here, here + 1) if step > last_step)
    return next((step for step in steps if hmac.compare_digest(HOTP(secret).at(step), code)), None)


def is_step_code(typed: str) -> bool:
    """Say whether something typed has the shape of an app's code: six digits, however spaced."""
    code = "".join(typed.split())
    return len(code) == 6 and code.isascii() and code.isdigit()


def looks_like_code(typed: str) -> bool:
    """Say whether something typed is a code, of the app or on paper, rather than a password: one of staff is longer than the
    first, and one shaped like the second nobody chooses."""
    return is_step_code(typed) or read_code(typed) is not None


def address_for_app(secret: str, login: str, program: str) -> str:
    """Return what the square on the page says to an app: how to make the codes, and whose they are."""
    return TOTP(secret, interval=STEP_SECONDS).provisioning_uri(name=login, issuer_name=program)


def needs_second_step(held: Collection[str], wanted: Collection[str]) -> bool:
    """Say whether somebody with these roles signs in with a second step where the program wants it of others."""
    return any(role in wanted for role in held)


def is_fresh(began: datetime, confirmed: datetime, now: datetime) -> bool:
    """Say whether somebody has shown just now, after signing in, that it is still them."""
    return began < confirmed <= now < confirmed + FRESH_FOR
