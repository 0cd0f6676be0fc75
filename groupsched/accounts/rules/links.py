"""One-time links and printed codes."""

import re
from datetime import timedelta
from enum import StrEnum


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
