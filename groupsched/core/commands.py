"""What every command needs: the application, made once, over a database that this version knows."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, current_app

from groupsched.core.config import Settings, load


@contextmanager
def application(settings: Settings | None = None, *, migrated: bool = True) -> Iterator[Flask]:
    """The application for one command, with its context: of these settings, or of the environment.

    A command that is called where an application runs already (by another command, by a test) works in that one, unless
    it brings settings of its own. Raises Conflict for a database of a later version and, where it must be `migrated`, of
    an earlier one.
    """
    if settings is None and bool(current_app):
        yield current_app._get_current_object()  # type: ignore[attr-defined]
        return
    from groupsched.core import instance

    given = settings or load()
    instance.mend(given)
    instance.mark_used(given)
    with bare(given) as app:
        from groupsched.core import schema

        schema.refuse_unknown(migrated=migrated)
        yield app


@contextmanager
def bare(settings: Settings) -> Iterator[Flask]:
    """The application over whatever database that is, which the caller has alone."""
    # Imported here: the command line must be quick where nothing of the application is needed, as for --help.
    from groupsched import create_app

    app = create_app(settings)
    with app.app_context():
        yield app
