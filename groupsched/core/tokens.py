"""Random names and secrets: public ids for addresses, secrets that are stored only as a hash."""

import hashlib
import hmac
import secrets

_ALPHABET = "23456789abcdefghjkmnpqrstvwxyz"
_LETTERS = 14


def public_id() -> str:
    """A random id for an address, 14 letters and digits (about 68 bits), without look-alikes."""
    number, letters = secrets.randbelow(len(_ALPHABET) ** _LETTERS), []
    for _ in range(_LETTERS):
        number, letter = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[letter])
    return "".join(letters)


def secret() -> str:
    """A secret of 256 random bits, safe in an address."""
    return secrets.token_urlsafe(32)


def fingerprint(value: str) -> str:
    """The SHA-256 of a secret, in hex: what the database keeps instead of it. Secrets are random, so no salt is needed."""
    return hashlib.sha256(value.encode()).hexdigest()


def same(left: str, right: str) -> bool:
    """Compare two secrets in constant time."""
    return hmac.compare_digest(left.encode(), right.encode())
