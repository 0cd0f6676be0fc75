"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None

APPEND_ONLY = ("attendance_operation", "audit_row", "audit_subject")


def keep_append_only() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
        )
        for table in APPEND_ONLY:
            op.execute(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
            )
        return
    for table in APPEND_ONLY:
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )


def upgrade() -> None:
    op.create_table('failed_try',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('who', sa.String(length=64), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_failed_try'))
    )
    with op.batch_alter_table('failed_try', schema=None) as batch_op:
        batch_op.create_index('ix_failed_try_who_at', ['who', 'at'], unique=False)

    op.create_table('program',
    sa.Column('key', sa.String(length=60), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('timezone', sa.String(length=60), nullable=False),
    sa.Column('languages', sa.JSON(), nullable=False),
    sa.Column('demo', sa.Boolean(), nullable=False),
    sa.Column('catalogue_revision', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=20), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_program')),
    sa.UniqueConstraint('key', name=op.f('uq_program_key')),
    sa.UniqueConstraint('uid', name=op.f('uq_program_uid'))
    )
    op.create_table('api_token',
    sa.Column('program_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('scopes', sa.JSON(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['program_id'], ['program.id'], name=op.f('fk_api_token_program_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_api_token')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_api_token_token_hash')),
    sa.UniqueConstraint('uid', name=op.f('uq_api_token_uid'))
    )
    op.create_table('listing_source',
    sa.Column('program_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('format', sa.String(length=20), nullable=False),
    sa.Column('fellowship', sa.String(length=20), nullable=False),
    sa.Column('imported_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['program_id'], ['program.id'], name=op.f('fk_listing_source_program_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_listing_source')),
    sa.UniqueConstraint('program_id', 'name', name=op.f('uq_listing_source_program_id_name')),
    sa.UniqueConstraint('uid', name=op.f('uq_listing_source_uid'))
    )
    op.create_table('modality',
    sa.Column('program_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=60), nullable=False),
    sa.Column('category', sa.String(length=20), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('setting', sa.String(length=10), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('capacity', sa.Integer(), nullable=True),
    sa.Column('structure', sa.String(length=12), nullable=True),
    sa.Column('orientation', sa.String(length=12), nullable=True),
    sa.Column('run_sheet', sa.String(length=60), nullable=False),
    sa.Column('icon', sa.String(length=40), nullable=False),
    sa.Column('clinician_decides', sa.Boolean(), nullable=False),
    sa.Column('complementary', sa.Boolean(), nullable=False),
    sa.Column('texts', sa.JSON(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('retired_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=20), nullable=False),
    sa.CheckConstraint("category IN ('counseling', 'support', 'complementary', 'medical')", name=op.f('ck_modality_category')),
    sa.CheckConstraint("setting IN ('group', 'private', 'slots')", name=op.f('ck_modality_setting')),
    sa.ForeignKeyConstraint(['program_id'], ['program.id'], name=op.f('fk_modality_program_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_modality')),
    sa.UniqueConstraint('program_id', 'key', name=op.f('uq_modality_program_id_key')),
    sa.UniqueConstraint('uid', name=op.f('uq_modality_uid'))
    )
    op.create_table('site',
    sa.Column('program_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=60), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('timezone', sa.String(length=60), nullable=False),
    sa.Column('address', sa.String(length=300), nullable=False),
    sa.Column('step_free', sa.Boolean(), nullable=False),
    sa.Column('desk_open', sa.String(length=5), nullable=False),
    sa.Column('desk_close', sa.String(length=5), nullable=False),
    sa.Column('emergency_number', sa.String(length=60), nullable=False),
    sa.Column('crisis_number', sa.String(length=60), nullable=False),
    sa.Column('program_number', sa.String(length=60), nullable=False),
    sa.Column('program_hours', sa.String(length=120), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['program_id'], ['program.id'], name=op.f('fk_site_program_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_site')),
    sa.UniqueConstraint('program_id', 'key', name=op.f('uq_site_program_id_key')),
    sa.UniqueConstraint('uid', name=op.f('uq_site_uid'))
    )
    op.create_table('idempotent_answer',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('token_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=200), nullable=False),
    sa.Column('request_hash', sa.String(length=64), nullable=False),
    sa.Column('status', sa.Integer(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['token_id'], ['api_token.id'], name=op.f('fk_idempotent_answer_token_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_idempotent_answer')),
    sa.UniqueConstraint('token_id', 'key', name=op.f('uq_idempotent_answer_token_id_key'))
    )
    with op.batch_alter_table('idempotent_answer', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_idempotent_answer_created_at'), ['created_at'], unique=False)

    op.create_table('person',
    sa.Column('program_id', sa.Integer(), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=True),
    sa.Column('first_name', sa.String(length=80), nullable=False),
    sa.Column('last_name', sa.String(length=80), nullable=False),
    sa.Column('title', sa.String(length=20), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=True),
    sa.Column('phone', sa.String(length=40), nullable=False),
    sa.Column('language', sa.String(length=5), nullable=False),
    sa.Column('wants_mail', sa.Boolean(), nullable=False),
    sa.Column('record_number', sa.String(length=12), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('privacy_seen', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['program_id'], ['program.id'], name=op.f('fk_person_program_id')),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_person_site_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person')),
    sa.UniqueConstraint('program_id', 'record_number', name=op.f('uq_person_program_id_record_number')),
    sa.UniqueConstraint('uid', name=op.f('uq_person_uid'))
    )
    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.create_index('ix_person_program_name', ['program_id', 'first_name', 'last_name'], unique=False)

    op.create_table('place',
    sa.Column('program_id', sa.Integer(), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=True),
    sa.Column('key', sa.String(length=120), nullable=False),
    sa.Column('name', sa.String(length=160), nullable=False),
    sa.Column('address', sa.String(length=300), nullable=False),
    sa.Column('access_notes', sa.Text(), nullable=False),
    sa.Column('mode', sa.String(length=10), nullable=False),
    sa.Column('online_link', sa.String(length=500), nullable=False),
    sa.Column('capacity', sa.Integer(), nullable=True),
    sa.Column('step_free', sa.Boolean(), nullable=False),
    sa.Column('external', sa.Boolean(), nullable=False),
    sa.Column('retired_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=20), nullable=False),
    sa.CheckConstraint("mode IN ('room', 'online')", name=op.f('ck_place_mode')),
    sa.CheckConstraint('capacity IS NULL OR capacity >= 0', name=op.f('ck_place_capacity')),
    sa.ForeignKeyConstraint(['program_id'], ['program.id'], name=op.f('fk_place_program_id')),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_place_site_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_place')),
    sa.UniqueConstraint('program_id', 'key', name=op.f('uq_place_program_id_key')),
    sa.UniqueConstraint('uid', name=op.f('uq_place_uid'))
    )
    op.create_table('audit_row',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('program_id', sa.Integer(), nullable=True),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('actor_kind', sa.String(length=20), nullable=False),
    sa.Column('action', sa.String(length=60), nullable=False),
    sa.Column('object_type', sa.String(length=40), nullable=False),
    sa.Column('object_uid', sa.String(length=40), nullable=False),
    sa.Column('detail', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['actor_id'], ['person.id'], name=op.f('fk_audit_row_actor_id')),
    sa.ForeignKeyConstraint(['program_id'], ['program.id'], name=op.f('fk_audit_row_program_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_row'))
    )
    with op.batch_alter_table('audit_row', schema=None) as batch_op:
        batch_op.create_index('ix_audit_row_program_at', ['program_id', 'at'], unique=False)

    op.create_table('credential',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('login', sa.String(length=254), nullable=False),
    sa.Column('password_hash', sa.String(length=200), nullable=True),
    sa.Column('password_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('disabled_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_credential_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_credential')),
    sa.UniqueConstraint('login', name=op.f('uq_credential_login')),
    sa.UniqueConstraint('person_id', name=op.f('uq_credential_person_id'))
    )
    op.create_table('feed',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('titles', sa.String(length=10), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('fetched_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('rendered_revision', sa.Integer(), nullable=False),
    sa.Column('fresh_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('etag', sa.String(length=80), nullable=False),
    sa.Column('modified_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('zipped', sa.LargeBinary(), nullable=True),
    sa.Column('body', sa.LargeBinary(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=20), nullable=False),
    sa.CheckConstraint("kind IN ('mine', 'leading')", name=op.f('ck_feed_kind')),
    sa.CheckConstraint("titles IN ('full', 'short', 'private')", name=op.f('ck_feed_titles')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_feed_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_feed')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_feed_token_hash')),
    sa.UniqueConstraint('uid', name=op.f('uq_feed_uid'))
    )
    with op.batch_alter_table('feed', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_feed_person_id'), ['person_id'], unique=False)

    op.create_table('grant_held',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('program_id', sa.Integer(), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=True),
    sa.Column('role', sa.String(length=20), nullable=False),
    sa.Column('from_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('until_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("role IN ('client', 'facilitator', 'front_desk', 'supervisor', 'admin')", name=op.f('ck_grant_held_role')),
    sa.CheckConstraint('until_at IS NULL OR until_at > from_at', name=op.f('ck_grant_held_order')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_grant_held_person_id')),
    sa.ForeignKeyConstraint(['program_id'], ['program.id'], name=op.f('fk_grant_held_program_id')),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_grant_held_site_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_grant_held'))
    )
    with op.batch_alter_table('grant_held', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_grant_held_person_id'), ['person_id'], unique=False)
        batch_op.create_index('ix_grant_held_program_role', ['program_id', 'role'], unique=False)

    op.create_table('group_offered',
    sa.Column('program_id', sa.Integer(), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=True),
    sa.Column('modality_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=255), nullable=False),
    sa.Column('description', sa.Text(), nullable=False),
    sa.Column('not_asked', sa.Text(), nullable=False),
    sa.Column('orientation', sa.String(length=12), nullable=True),
    sa.Column('tradition', sa.String(length=120), nullable=False),
    sa.Column('structure', sa.String(length=12), nullable=True),
    sa.Column('access', sa.String(length=12), nullable=True),
    sa.Column('setting', sa.String(length=10), nullable=False),
    sa.Column('attendance_mode', sa.String(length=12), nullable=False),
    sa.Column('capacity', sa.Integer(), nullable=True),
    sa.Column('min_to_run', sa.Integer(), nullable=True),
    sa.Column('languages', sa.JSON(), nullable=False),
    sa.Column('audience', sa.JSON(), nullable=False),
    sa.Column('tags', sa.JSON(), nullable=False),
    sa.Column('place_id', sa.Integer(), nullable=True),
    sa.Column('online_link', sa.String(length=500), nullable=False),
    sa.Column('named_person_id', sa.Integer(), nullable=True),
    sa.Column('secular_pair_id', sa.Integer(), nullable=True),
    sa.Column('run_sheet', sa.String(length=60), nullable=False),
    sa.Column('hidden', sa.Boolean(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('retired_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_by_id', sa.Integer(), nullable=True),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('source_id', sa.Integer(), nullable=True),
    sa.Column('source_slug', sa.String(length=200), nullable=True),
    sa.Column('source_url', sa.String(length=500), nullable=False),
    sa.Column('source_row', sa.JSON(), nullable=True),
    sa.Column('source_hash', sa.String(length=64), nullable=False),
    sa.Column('review', sa.JSON(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=20), nullable=False),
    sa.CheckConstraint("access IN ('open', 'enrol', 'closed', 'referral')", name=op.f('ck_group_offered_access')),
    sa.CheckConstraint("attendance_mode IN ('in_person', 'online', 'hybrid')", name=op.f('ck_group_offered_attendance_mode')),
    sa.CheckConstraint("orientation IN ('secular', 'faith')", name=op.f('ck_group_offered_orientation')),
    sa.CheckConstraint("setting IN ('group', 'private', 'slots')", name=op.f('ck_group_offered_setting')),
    sa.CheckConstraint("state IN ('draft', 'published', 'retired')", name=op.f('ck_group_offered_state')),
    sa.CheckConstraint("structure IN ('structured', 'relaxed')", name=op.f('ck_group_offered_structure')),
    sa.CheckConstraint('capacity IS NULL OR capacity >= 0', name=op.f('ck_group_offered_capacity')),
    sa.ForeignKeyConstraint(['changed_by_id'], ['person.id'], name=op.f('fk_group_offered_changed_by_id')),
    sa.ForeignKeyConstraint(['created_by_id'], ['person.id'], name=op.f('fk_group_offered_created_by_id')),
    sa.ForeignKeyConstraint(['modality_id'], ['modality.id'], name=op.f('fk_group_offered_modality_id')),
    sa.ForeignKeyConstraint(['named_person_id'], ['person.id'], name=op.f('fk_group_offered_named_person_id')),
    sa.ForeignKeyConstraint(['place_id'], ['place.id'], name=op.f('fk_group_offered_place_id')),
    sa.ForeignKeyConstraint(['program_id'], ['program.id'], name=op.f('fk_group_offered_program_id')),
    sa.ForeignKeyConstraint(['secular_pair_id'], ['group_offered.id'], name=op.f('fk_group_offered_secular_pair_id')),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_group_offered_site_id')),
    sa.ForeignKeyConstraint(['source_id'], ['listing_source.id'], name=op.f('fk_group_offered_source_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_group_offered')),
    sa.UniqueConstraint('source_id', 'source_slug', name=op.f('uq_group_offered_source_id_source_slug')),
    sa.UniqueConstraint('uid', name=op.f('uq_group_offered_uid'))
    )
    with op.batch_alter_table('group_offered', schema=None) as batch_op:
        batch_op.create_index('ix_group_offered_program_state', ['program_id', 'state'], unique=False)

    op.create_table('invitation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('code_hash', sa.String(length=64), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("kind IN ('invite', 'reset')", name=op.f('ck_invitation_kind')),
    sa.ForeignKeyConstraint(['created_by_id'], ['person.id'], name=op.f('fk_invitation_created_by_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_invitation_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invitation')),
    sa.UniqueConstraint('code_hash', name=op.f('uq_invitation_code_hash')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_invitation_token_hash'))
    )
    with op.batch_alter_table('invitation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_invitation_person_id'), ['person_id'], unique=False)

    op.create_table('message',
    sa.Column('program_id', sa.Integer(), nullable=True),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('key', sa.String(length=200), nullable=False),
    sa.Column('kind', sa.String(length=60), nullable=False),
    sa.Column('channel', sa.String(length=20), nullable=False),
    sa.Column('language', sa.String(length=5), nullable=False),
    sa.Column('fields', sa.JSON(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('claimed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('last_error', sa.Text(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=20), nullable=False),
    sa.CheckConstraint("state IN ('waiting', 'sending', 'sent', 'failed', 'skipped')", name=op.f('ck_message_state')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_message_person_id')),
    sa.ForeignKeyConstraint(['program_id'], ['program.id'], name=op.f('fk_message_program_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_message')),
    sa.UniqueConstraint('key', name=op.f('uq_message_key')),
    sa.UniqueConstraint('uid', name=op.f('uq_message_uid'))
    )
    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.create_index('ix_message_due', ['state', 'due_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_message_person_id'), ['person_id'], unique=False)

    op.create_table('sign_in',
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('own_phone', sa.Boolean(), nullable=False),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('as_self', sa.Boolean(), nullable=False),
    sa.Column('browser', sa.String(length=80), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_sign_in_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_sign_in_token_hash')),
    sa.UniqueConstraint('uid', name=op.f('uq_sign_in_uid'))
    )
    with op.batch_alter_table('sign_in', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sign_in_person_id'), ['person_id'], unique=False)

    op.create_table('audit_subject',
    sa.Column('audit_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['audit_id'], ['audit_row.id'], name=op.f('fk_audit_subject_audit_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_audit_subject_person_id')),
    sa.PrimaryKeyConstraint('audit_id', 'person_id', name=op.f('pk_audit_subject'))
    )
    with op.batch_alter_table('audit_subject', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_audit_subject_person_id'), ['person_id'], unique=False)

    op.create_table('enrolment',
    sa.Column('group_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('mode', sa.String(length=10), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('queued_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('from_start', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=20), nullable=False),
    sa.CheckConstraint("mode IN ('whole', 'dates')", name=op.f('ck_enrolment_mode')),
    sa.CheckConstraint("state IN ('requested', 'waitlisted', 'offered', 'active', 'completed', 'left')", name=op.f('ck_enrolment_state')),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_enrolment_by_id')),
    sa.ForeignKeyConstraint(['group_id'], ['group_offered.id'], name=op.f('fk_enrolment_group_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_enrolment_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_enrolment')),
    sa.UniqueConstraint('uid', name=op.f('uq_enrolment_uid'))
    )
    with op.batch_alter_table('enrolment', schema=None) as batch_op:
        batch_op.create_index('ix_enrolment_group_state', ['group_id', 'state'], unique=False)
        batch_op.create_index('ix_enrolment_person_state', ['person_id', 'state'], unique=False)
        batch_op.create_index('uq_enrolment_live', ['group_id', 'person_id'], unique=True, sqlite_where=sa.text("state IN ('requested', 'waitlisted', 'offered', 'active')"), postgresql_where=sa.text("state IN ('requested', 'waitlisted', 'offered', 'active')"))

    op.create_table('facilitator',
    sa.Column('group_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['group_id'], ['group_offered.id'], name=op.f('fk_facilitator_group_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_facilitator_person_id')),
    sa.PrimaryKeyConstraint('group_id', 'person_id', name=op.f('pk_facilitator'))
    )
    with op.batch_alter_table('facilitator', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_facilitator_person_id'), ['person_id'], unique=False)

    op.create_table('feed_title',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('group_id', sa.Integer(), nullable=False),
    sa.Column('words', sa.String(length=80), nullable=False),
    sa.ForeignKeyConstraint(['group_id'], ['group_offered.id'], name=op.f('fk_feed_title_group_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_feed_title_person_id')),
    sa.PrimaryKeyConstraint('person_id', 'group_id', name=op.f('pk_feed_title'))
    )
    op.create_table('series',
    sa.Column('group_id', sa.Integer(), nullable=False),
    sa.Column('ical_uid', sa.String(length=80), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('start_time', sa.String(length=5), nullable=False),
    sa.Column('duration_minutes', sa.Integer(), nullable=False),
    sa.Column('timezone', sa.String(length=60), nullable=False),
    sa.Column('rrule', sa.String(length=200), nullable=False),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('skip', sa.JSON(), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expanded_to', sa.Date(), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=20), nullable=False),
    sa.CheckConstraint('duration_minutes BETWEEN 1 AND 1440', name=op.f('ck_series_duration')),
    sa.ForeignKeyConstraint(['group_id'], ['group_offered.id'], name=op.f('fk_series_group_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_series')),
    sa.UniqueConstraint('ical_uid', name=op.f('uq_series_ical_uid')),
    sa.UniqueConstraint('uid', name=op.f('uq_series_uid'))
    )
    with op.batch_alter_table('series', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_series_expanded_to'), ['expanded_to'], unique=False)
        batch_op.create_index(batch_op.f('ix_series_group_id'), ['group_id'], unique=False)

    op.create_table('occurrence',
    sa.Column('program_id', sa.Integer(), nullable=False),
    sa.Column('group_id', sa.Integer(), nullable=False),
    sa.Column('series_id', sa.Integer(), nullable=False),
    sa.Column('external', sa.Boolean(), nullable=False),
    sa.Column('original_start', sa.DateTime(timezone=True), nullable=False),
    sa.Column('original_local', sa.String(length=15), nullable=False),
    sa.Column('start', sa.DateTime(timezone=True), nullable=False),
    sa.Column('end', sa.DateTime(timezone=True), nullable=False),
    sa.Column('timezone', sa.String(length=60), nullable=False),
    sa.Column('local_date', sa.Date(), nullable=False),
    sa.Column('local_minute', sa.Integer(), nullable=False),
    sa.Column('place_id', sa.Integer(), nullable=True),
    sa.Column('status', sa.String(length=12), nullable=False),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.Column('cancelled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('capacity', sa.Integer(), nullable=True),
    sa.Column('taken', sa.Integer(), nullable=False),
    sa.Column('edited', sa.Boolean(), nullable=False),
    sa.Column('frozen', sa.Boolean(), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=20), nullable=False),
    sa.CheckConstraint("status IN ('scheduled', 'cancelled', 'did_not_meet', 'finished')", name=op.f('ck_occurrence_status')),
    sa.CheckConstraint('"end" > start', name=op.f('ck_occurrence_order')),
    sa.CheckConstraint('taken >= 0', name=op.f('ck_occurrence_taken')),
    sa.ForeignKeyConstraint(['group_id'], ['group_offered.id'], name=op.f('fk_occurrence_group_id')),
    sa.ForeignKeyConstraint(['place_id'], ['place.id'], name=op.f('fk_occurrence_place_id')),
    sa.ForeignKeyConstraint(['program_id'], ['program.id'], name=op.f('fk_occurrence_program_id')),
    sa.ForeignKeyConstraint(['series_id'], ['series.id'], name=op.f('fk_occurrence_series_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_occurrence')),
    sa.UniqueConstraint('series_id', 'original_start', name=op.f('uq_occurrence_series_id_original_start')),
    sa.UniqueConstraint('uid', name=op.f('uq_occurrence_uid'))
    )
    with op.batch_alter_table('occurrence', schema=None) as batch_op:
        batch_op.create_index('ix_occurrence_group_start', ['group_id', 'start'], unique=False)
        batch_op.create_index('ix_occurrence_program_start', ['program_id', 'external', 'start', 'id'], unique=False)

    op.create_table('date_seat',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('enrolment_id', sa.Integer(), nullable=False),
    sa.Column('occurrence_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("state IN ('held', 'waiting', 'given_up', 'left')", name=op.f('ck_date_seat_state')),
    sa.ForeignKeyConstraint(['enrolment_id'], ['enrolment.id'], name=op.f('fk_date_seat_enrolment_id')),
    sa.ForeignKeyConstraint(['occurrence_id'], ['occurrence.id'], name=op.f('fk_date_seat_occurrence_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_date_seat')),
    sa.UniqueConstraint('enrolment_id', 'occurrence_id', name=op.f('uq_date_seat_enrolment_id_occurrence_id'))
    )
    with op.batch_alter_table('date_seat', schema=None) as batch_op:
        batch_op.create_index('ix_date_seat_occurrence_state', ['occurrence_id', 'state'], unique=False)

    op.create_table('sheet',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('occurrence_id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('arrival', sa.String(length=12), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('finished_by_id', sa.Integer(), nullable=True),
    sa.Column('reopened_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reopen_reason', sa.String(length=300), nullable=False),
    sa.Column('headcount', sa.Integer(), nullable=True),
    sa.CheckConstraint("arrival IN ('', 'arriving', 'afterwards')", name=op.f('ck_sheet_arrival')),
    sa.ForeignKeyConstraint(['finished_by_id'], ['person.id'], name=op.f('fk_sheet_finished_by_id')),
    sa.ForeignKeyConstraint(['occurrence_id'], ['occurrence.id'], name=op.f('fk_sheet_occurrence_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sheet')),
    sa.UniqueConstraint('occurrence_id', name=op.f('uq_sheet_occurrence_id'))
    )
    op.create_table('attendee',
    sa.Column('sheet_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('guest_name', sa.String(length=80), nullable=False),
    sa.Column('origin', sa.String(length=12), nullable=False),
    sa.Column('expected', sa.Boolean(), nullable=False),
    sa.Column('status', sa.String(length=10), nullable=False),
    sa.Column('late', sa.Boolean(), nullable=False),
    sa.Column('left_early', sa.Boolean(), nullable=False),
    sa.Column('time_in', sa.DateTime(timezone=True), nullable=True),
    sa.Column('time_out', sa.DateTime(timezone=True), nullable=True),
    sa.Column('observed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('two_answers', sa.Boolean(), nullable=False),
    sa.Column('last_seen', sa.DateTime(timezone=True), nullable=True),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('removed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('changed_in', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=20), nullable=False),
    sa.CheckConstraint("origin IN ('enrolled', 'came_lately', 'walk_in', 'guest')", name=op.f('ck_attendee_origin')),
    sa.CheckConstraint("status IN ('unmarked', 'present', 'excused', 'absent', 'cancelled')", name=op.f('ck_attendee_status')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_attendee_person_id')),
    sa.ForeignKeyConstraint(['sheet_id'], ['sheet.id'], name=op.f('fk_attendee_sheet_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attendee')),
    sa.UniqueConstraint('sheet_id', 'person_id', name=op.f('uq_attendee_sheet_id_person_id')),
    sa.UniqueConstraint('uid', name=op.f('uq_attendee_uid'))
    )
    with op.batch_alter_table('attendee', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_attendee_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_attendee_sheet_id'), ['sheet_id'], unique=False)

    op.create_table('sheet_reason',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('sheet_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.Column('given_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_sheet_reason_person_id')),
    sa.ForeignKeyConstraint(['sheet_id'], ['sheet.id'], name=op.f('fk_sheet_reason_sheet_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sheet_reason')),
    sa.UniqueConstraint('sheet_id', 'person_id', name=op.f('uq_sheet_reason_sheet_id_person_id'))
    )
    op.create_table('attendance_operation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('op_id', sa.String(length=36), nullable=False),
    sa.Column('attendee_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('batch', sa.String(length=36), nullable=False),
    sa.Column('undoes_id', sa.Integer(), nullable=True),
    sa.Column('status', sa.String(length=10), nullable=False),
    sa.Column('time_in', sa.DateTime(timezone=True), nullable=True),
    sa.Column('time_out', sa.DateTime(timezone=True), nullable=True),
    sa.Column('observed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('base_version', sa.Integer(), nullable=False),
    sa.Column('device', sa.String(length=60), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('outcome', sa.String(length=10), nullable=False),
    sa.CheckConstraint("kind IN ('mark', 'bulk', 'undo', 'resolve', 'finish', 'told')", name=op.f('ck_attendance_operation_kind')),
    sa.CheckConstraint("outcome IN ('applied', 'conflict')", name=op.f('ck_attendance_operation_outcome')),
    sa.CheckConstraint("status IN ('unmarked', 'present', 'excused', 'absent', 'cancelled')", name=op.f('ck_attendance_operation_status')),
    sa.ForeignKeyConstraint(['actor_id'], ['person.id'], name=op.f('fk_attendance_operation_actor_id')),
    sa.ForeignKeyConstraint(['attendee_id'], ['attendee.id'], name=op.f('fk_attendance_operation_attendee_id')),
    sa.ForeignKeyConstraint(['undoes_id'], ['attendance_operation.id'], name=op.f('fk_attendance_operation_undoes_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attendance_operation')),
    sa.UniqueConstraint('op_id', name=op.f('uq_attendance_operation_op_id'))
    )
    with op.batch_alter_table('attendance_operation', schema=None) as batch_op:
        batch_op.create_index('ix_attendance_operation_attendee', ['attendee_id', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_attendance_operation_batch'), ['batch'], unique=False)
    keep_append_only()


def downgrade() -> None:
    with op.batch_alter_table('attendance_operation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_attendance_operation_batch'))
        batch_op.drop_index('ix_attendance_operation_attendee')

    op.drop_table('attendance_operation')
    op.drop_table('sheet_reason')
    with op.batch_alter_table('attendee', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_attendee_sheet_id'))
        batch_op.drop_index(batch_op.f('ix_attendee_person_id'))

    op.drop_table('attendee')
    op.drop_table('sheet')
    with op.batch_alter_table('date_seat', schema=None) as batch_op:
        batch_op.drop_index('ix_date_seat_occurrence_state')

    op.drop_table('date_seat')
    with op.batch_alter_table('occurrence', schema=None) as batch_op:
        batch_op.drop_index('ix_occurrence_program_start')
        batch_op.drop_index('ix_occurrence_group_start')

    op.drop_table('occurrence')
    with op.batch_alter_table('series', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_series_group_id'))
        batch_op.drop_index(batch_op.f('ix_series_expanded_to'))

    op.drop_table('series')
    op.drop_table('feed_title')
    with op.batch_alter_table('facilitator', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_facilitator_person_id'))

    op.drop_table('facilitator')
    with op.batch_alter_table('enrolment', schema=None) as batch_op:
        batch_op.drop_index('uq_enrolment_live', sqlite_where=sa.text("state IN ('requested', 'waitlisted', 'offered', 'active')"), postgresql_where=sa.text("state IN ('requested', 'waitlisted', 'offered', 'active')"))
        batch_op.drop_index('ix_enrolment_person_state')
        batch_op.drop_index('ix_enrolment_group_state')

    op.drop_table('enrolment')
    with op.batch_alter_table('audit_subject', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_audit_subject_person_id'))

    op.drop_table('audit_subject')
    with op.batch_alter_table('sign_in', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_sign_in_person_id'))

    op.drop_table('sign_in')
    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_message_person_id'))
        batch_op.drop_index('ix_message_due')

    op.drop_table('message')
    with op.batch_alter_table('invitation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_invitation_person_id'))

    op.drop_table('invitation')
    with op.batch_alter_table('group_offered', schema=None) as batch_op:
        batch_op.drop_index('ix_group_offered_program_state')

    op.drop_table('group_offered')
    with op.batch_alter_table('grant_held', schema=None) as batch_op:
        batch_op.drop_index('ix_grant_held_program_role')
        batch_op.drop_index(batch_op.f('ix_grant_held_person_id'))

    op.drop_table('grant_held')
    with op.batch_alter_table('feed', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_feed_person_id'))

    op.drop_table('feed')
    op.drop_table('credential')
    with op.batch_alter_table('audit_row', schema=None) as batch_op:
        batch_op.drop_index('ix_audit_row_program_at')

    op.drop_table('audit_row')
    op.drop_table('place')
    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.drop_index('ix_person_program_name')

    op.drop_table('person')
    with op.batch_alter_table('idempotent_answer', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_idempotent_answer_created_at'))

    op.drop_table('idempotent_answer')
    op.drop_table('site')
    op.drop_table('modality')
    op.drop_table('listing_source')
    op.drop_table('api_token')
    op.drop_table('program')
    with op.batch_alter_table('failed_try', schema=None) as batch_op:
        batch_op.drop_index('ix_failed_try_who_at')

    op.drop_table('failed_try')
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change()")
