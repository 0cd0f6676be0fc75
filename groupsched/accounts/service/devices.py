"""Browsers in which somebody has signed in before: a stranger's failed tries elsewhere do not hold them up.

Such a browser keeps a random key, signed for one account and its present password. It opens nothing: tries that come with it
are only counted apart. Several people of one desk may have one each.
"""

import hmac
import re
import secrets

from groupsched.accounts.models import Credential
from groupsched.accounts.service.keyed import keyed

MOST_KEPT = 8
"""How many accounts one browser remembers: a cookie holds 4,096 bytes."""
BETWEEN = "~"
_SHAPE = re.compile(r"[A-Za-z0-9_-]{16}\.[0-9a-f]{32}")


def device_of(kept: str, credential: Credential | None) -> str:
    """The key among those that a browser kept that was given to it for this account; empty where there is none."""
    return next(iter(_known(kept, credential)), "") if credential is not None else ""


def kept_with(kept: str, credential: Credential) -> str:
    """What the browser keeps from now on: what it had, and a key for this account, the latest first."""
    mine = _known(kept, credential) or [_signed(secrets.token_urlsafe(12), credential)]
    others = [one for one in kept.split(BETWEEN) if _SHAPE.fullmatch(one) and one not in mine]
    return BETWEEN.join([*mine, *others][:MOST_KEPT])


def _known(kept: str, credential: Credential) -> list[str]:
    given = [one for one in kept.split(BETWEEN)[:MOST_KEPT] if _SHAPE.fullmatch(one)]
    return [one for one in given if hmac.compare_digest(one, _signed(one.partition(".")[0], credential))]


def _signed(key: str, credential: Credential) -> str:
    # With another password all of them are strangers again: whoever had the old one may have signed in somewhere.
    return f"{key}.{keyed(f'device {credential.person_id} {credential.password_at} {key}')[:32]}"
