"""Alembic runs inside the application: its engine, its metadata."""

from alembic import context
from flask import current_app

from groupsched.core.db import Base, db


def same_object(_object, name, type_, reflected, _compare):
    """Ignore what the database has for itself."""
    return not (type_ == "table" and reflected and name == "alembic_version")


def plain_type(kind, item, _autogen):
    """A migration names types of SQLAlchemy alone: ours may change, the past may not."""
    if kind == "type" and type(item).__name__ == "UtcDateTime":
        return "sa.DateTime(timezone=True)"
    if kind == "type" and type(item).__name__ == "MemberOf":
        return f"sa.String(length={item.length})"
    return False


def run() -> None:
    given = context.config.attributes.get("connection")
    with current_app.app_context():
        if given is not None:
            migrate(given)
            return
        with db.engine.connect() as connection:
            migrate(connection)
            connection.commit()


def migrate(connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_object=same_object,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        render_item=plain_type,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET lock_timeout = '10s'")
        context.run_migrations()


run()
