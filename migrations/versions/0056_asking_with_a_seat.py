"""What is asked with a request for a seat, and what somebody said; which answers go along with a call that is asked for."""

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0053"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "ALTER TABLE group_offered ADD COLUMN question_id INTEGER "
        "CONSTRAINT fk_group_offered_question_id_questionnaire REFERENCES questionnaire (id)"
    )
    op.execute(
        "ALTER TABLE enrolment ADD COLUMN response_id INTEGER "
        "CONSTRAINT fk_enrolment_response_id_questionnaire_response REFERENCES questionnaire_response (id)"
    )
    op.execute(
        "ALTER TABLE call_request ADD COLUMN response_id INTEGER "
        "CONSTRAINT fk_call_request_response_id_questionnaire_response REFERENCES questionnaire_response (id)"
    )
    op.add_column("call_request", sa.Column("shared_items", sa.JSON(), server_default="[]", nullable=False))


def downgrade() -> None:
    op.drop_column("call_request", "shared_items")
    op.drop_column("call_request", "response_id")
    op.drop_column("enrolment", "response_id")
    op.drop_column("group_offered", "question_id")
