"""The state of the schema: which migration a database stands at, and which is the newest."""

from functools import cache

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from groupsched.core.db import db
from groupsched.core.resources import folder


@cache
def head_revision() -> str | None:
    """The newest migration there is."""
    config = Config()
    config.set_main_option("script_location", str(folder("migrations")))
    return ScriptDirectory.from_config(config).get_current_head()


def current_revision() -> str | None:
    """The migration this database stands at; None for an empty one."""
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()
