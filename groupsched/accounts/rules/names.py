"""What people sign in with, and where their mail goes."""

import re
import unicodedata

from groupsched.core.text import clean_line

_ADDRESS = re.compile(
    r"[^@\s<>\",;:\\()\[\]]{1,64}@(?:[^@\s.<>\",;:\\()\[\]]{1,63}\.)+[^@\s.<>\",;:\\()\[\]]{2,63}"
)


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
