"""The pages of the people room, and of the two rooms below the policy that cannot ask it: the audit and the outbox."""

from flask import Flask

from groupsched.accounts.routes import audit, me, outbox, people, privacy, signing, welcome
from groupsched.accounts.routes.blueprint import blueprint

__all__ = ["blueprint", "init_app"]

_PAGES = (signing, welcome, me, privacy, people)


def init_app(app: Flask) -> None:
    """Register the pages."""
    for pages in _PAGES:
        assert pages.blueprint is blueprint
    app.register_blueprint(blueprint)
    app.register_blueprint(audit.blueprint)
    app.register_blueprint(outbox.blueprint)
