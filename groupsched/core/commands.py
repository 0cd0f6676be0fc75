"""What every command needs: the application, made once."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, current_app

from groupsched.core.config import Settings


@contextmanager
def application(settings: Settings | None = None) -> Iterator[Flask]:
    """The application for one command, with its context: of these settings, or of the environment.

    A command that is called where an application runs already (by another command, by a test) works in that one, unless
    it brings settings of its own.
    """
    # Imported here: the command line must be quick where nothing of the application is needed, as for --help.
    from groupsched import create_app

    running = settings is None and bool(current_app)
    app = current_app._get_current_object() if running else create_app(settings)  # type: ignore[attr-defined]
    with app.app_context():
        yield app
