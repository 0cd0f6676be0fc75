"""The secret of forms, written otherwise in every answer: who measures how well a page packs does not learn it (BREACH)."""

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode

from flask import Flask, g
from flask_wtf.csrf import CSRFProtect, generate_csrf


class MaskedSecret(CSRFProtect):
    """The check of forms, for secrets as `form_secret` writes them."""

    def _get_csrf_token(self) -> str | None:
        return unmasked(super()._get_csrf_token() or "")

    def init_app(self, app: Flask) -> None:
        """Have the templates write the masked secret wherever they write one."""
        super().init_app(app)
        app.jinja_env.globals["csrf_token"] = form_secret
        # Flask-WTF gives its own to every template too, and the last one that gives a name wins.
        app.context_processor(lambda: {"csrf_token": form_secret})


def form_secret() -> str:
    """The secret for the forms of this answer."""
    if "form_secret" not in g:
        g.form_secret = masked(generate_csrf())
    found: str = g.form_secret
    return found


def masked(secret: str) -> str:
    """A secret under as many random bytes; each call gives another text.

    >>> unmasked(masked("abc.def")), masked("abc") == masked("abc")
    ('abc.def', False)
    """
    plain = secret.encode()
    pad = os.urandom(len(plain))
    return urlsafe_b64encode(pad + _xor(pad, plain)).decode()


def unmasked(text: str) -> str | None:
    """The secret in a text that `masked` gave; None for any other text.

    >>> unmasked("no secret"), unmasked("")
    (None, None)
    """
    try:
        both = urlsafe_b64decode(text)
        return _xor(both[: len(both) // 2], both[len(both) // 2 :]).decode() or None
    except ValueError:
        return None


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(left ^ right for left, right in zip(one, other, strict=True))
