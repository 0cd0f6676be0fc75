"""People have a scope of their own; a token that could read them keeps it."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0018"
branch_labels = None
depends_on = None

TOKEN = sa.table(
    "api_token", sa.column("id", sa.Integer), sa.column("scopes", sa.JSON), sa.column("keeps_people", sa.Boolean)
)


def upgrade() -> None:
    # Not in a batch: SQLite would copy the table and drop the one that other tables point at.
    op.add_column(
        "api_token", sa.Column("keeps_people", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    for row in _tokens("read"):
        widened = sorted({*row.scopes, "people"})
        op.execute(TOKEN.update().where(TOKEN.c.id == row.id).values(scopes=widened, keeps_people=True))


def downgrade() -> None:
    for row in _tokens("people"):
        # Whoever reads people alone could not be said before; such a token is left with nothing rather than with more.
        left = [scope for scope in row.scopes if scope not in ("people", "feeds")]
        op.execute(TOKEN.update().where(TOKEN.c.id == row.id).values(scopes=left))
    op.drop_column("api_token", "keeps_people")


def _tokens(scope: str) -> list[sa.Row]:
    rows = op.get_bind().execute(sa.select(TOKEN.c.id, TOKEN.c.scopes)).all()
    return [row for row in rows if scope in row.scopes]
