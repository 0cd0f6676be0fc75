"""Random names and secrets: public ids for addresses, secrets that are stored only as a hash."""

import hashlib
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
    # Looked up by the index, not compared in constant time: what leaks by the time it takes is of the hash, and nobody can
    # make a secret whose hash begins as another's does.
    return hashlib.sha256(value.encode()).hexdigest()
