"""The numbers and keys by which a program knows its people and groups, as they are compared. Pure."""

import re
import unicodedata

_HYPHENS = re.compile("[‐‑‒–—―−﹘]")


def plain_key(text: str) -> str:
    """A number or key without what nobody means by it: capital letters, wide letters, which hyphen it is.

    >>> plain_key("ＨＬ‑0001"), plain_key("hl–0001"), plain_key("HL 0001")
    ('hl-0001', 'hl-0001', 'hl 0001')
    """
    return _HYPHENS.sub("-", unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()))
