"""Marks that nobody can make without the secret key."""

import hashlib
import hmac

from flask import current_app


def keyed(text: str) -> str:
    """The HMAC-SHA256 of a text under the secret key, in hex. The text begins with what it is for."""
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()
