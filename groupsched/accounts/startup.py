"""What the people room brings to the application."""

from flask import Flask
from flask_wtf.csrf import CSRFError

from groupsched.access.identity import load_with
from groupsched.accounts.cookie import load_identity
from groupsched.accounts.routes import kept
from groupsched.accounts.words import labels_of
from groupsched.core.errors import SignedOut


def init_app(app: Flask) -> None:
    """Let the cookie say who is asking, and keep the form of somebody who is signed out."""
    load_with(app, load_identity)
    app.jinja_env.globals |= {"written_by": kept.written_by, "labels_of": labels_of}
    app.register_error_handler(SignedOut, kept.signed_out)
    app.register_error_handler(CSRFError, kept.form_expired)
