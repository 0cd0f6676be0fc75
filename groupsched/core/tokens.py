"""Random names and secrets: public ids for addresses, secrets that are stored only as a hash."""

import hashlib
import secrets

_ALPHABET = "23456789abcdefghjkmnpqrstvwxyz"
_LETTERS = 14
# Random bytes as letters, each as likely as any other: the last sixteen of 256 would come once more for some, and go.
_AS_LETTERS = (_ALPHABET * 9).encode()[:256]
_UNEVEN = bytes(range(256 - 256 % len(_ALPHABET), 256))


def public_id() -> str:
    """A random id for an address, 14 letters and digits (about 68 bits), without look-alikes."""
    letters = b""
    while len(letters) < _LETTERS:
        letters += secrets.token_bytes(_LETTERS + 4).translate(_AS_LETTERS, _UNEVEN)
    return letters[:_LETTERS].decode()


def secret() -> str:
    """A secret of 256 random bits, safe in an address."""
    return secrets.token_urlsafe(32)


def fingerprint(value: str) -> str:
    """The SHA-256 of a secret, in hex: what the database keeps instead of it. Secrets are random, so no salt is needed."""
    # Looked up by the index, not compared in constant time: what leaks by the time it takes is of the hash, and nobody can
    # make a secret whose hash begins as another's does.
    return hashlib.sha256(value.encode()).hexdigest()
