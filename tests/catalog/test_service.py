"""Making, changing, publishing and copying groups; what each identity sees of them."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from groupsched.access.identity import Anonymous, ApiToken, System
from groupsched.access.policy import Permission, can
from groupsched.audit.models import AuditRow
from groupsched.audit.rules import AuditAction
from groupsched.catalog.models import Group
from groupsched.catalog.queries import facts, get_group, readable, visible_groups, writable
from groupsched.catalog.rules import AttendanceMode, GroupFields, Setting
from groupsched.catalog.service import (
    create_group,
    duplicate_group,
    fields_of,
    publish_group,
    retire_group,
    update_group,
)
from groupsched.core.db import db
from groupsched.core.errors import ChangedMeanwhile, DomainError, NotFound
from tests.conftest import identity_of
from tests.kept import kept


@kept
def lead(world):
    return world.facilitator()


@pytest.fixture
def fields(world, lead):
    return GroupFields(
        title="Tea and talk", modality="support-group", place=world.room.uid, facilitators=(lead.uid,), capacity=12,
        languages=("en", "es"), tags=("step-free",),
    )  # fmt: skip


def test_a_group_is_made_as_a_draft_and_said_again_as_it_was(lead, fields, world):
    group = create_group(identity_of(lead), fields)
    assert group.state == "draft"
    assert group.site_id == world.site.id, "the site of its room"
    assert replace(fields_of(group), site=None) == fields


def test_every_change_leaves_an_audit_row_without_the_words(lead, fields):
    me = identity_of(lead)
    group = create_group(me, fields)
    update_group(me, group, replace(fields, description="Something told"), group.version)
    publish_group(me, group)
    retire_group(me, group)
    mine = select(AuditRow).where(AuditRow.actor_id == lead.id)
    rows = list(db.session.scalars(mine.order_by(AuditRow.id)))
    assert [row.action for row in rows] == [
        AuditAction.GROUP_CREATED,
        AuditAction.GROUP_CHANGED,
        AuditAction.GROUP_PUBLISHED,
        AuditAction.GROUP_RETIRED,
    ]
    assert rows[1].detail == {"changed": ["description"]}


@pytest.mark.parametrize("name", ["place", "modality", "site", "secular_pair"])
def test_references_are_looked_up_within_the_program(lead, fields, world, name):
    other = world.another_program()
    theirs = other.group()
    values = {
        "place": other.room.uid,
        "modality": other.modality("tea-ceremony").key,
        "site": other.site.uid,
        "secular_pair": theirs.uid,
    }
    with pytest.raises(DomainError) as found:
        create_group(identity_of(lead), replace(fields, **{name: values[name]}))
    assert found.value.field == name


def test_only_facilitators_of_the_program_can_lead(lead, fields, world):
    for person in (world.client(), world.another_program().facilitator()):
        with pytest.raises(DomainError) as found:
            create_group(identity_of(lead), replace(fields, facilitators=(lead.uid, person.uid)))
        assert found.value.field == "facilitators"


def test_a_retired_modality_is_kept_by_its_groups_and_refused_to_new_ones(lead, fields, world):
    me = identity_of(lead)
    group = create_group(me, fields)
    world.support.retired_at = group.created_at
    db.session.flush()
    update_group(me, group, replace(fields, title="Still here"), group.version)
    with pytest.raises(DomainError):
        create_group(me, fields)


def test_publishing_says_what_is_missing_and_works_once(lead, fields):
    me = identity_of(lead)
    group = create_group(me, replace(fields, place=None))
    with pytest.raises(DomainError) as found:
        publish_group(me, group)
    assert found.value.field == "place"
    online = replace(
        fields, place=None, attendance_mode=AttendanceMode.ONLINE, online_link="https://meet.example.org/tea"
    )
    update_group(me, group, online, group.version)
    publish_group(me, group)
    version = group.version
    publish_group(me, group)
    assert (group.state, group.version) == ("published", version)


def test_the_second_to_save_is_told(lead, fields):
    me = identity_of(lead)
    group = create_group(me, fields)
    update_group(me, group, replace(fields, title="One"), 1)
    with pytest.raises(ChangedMeanwhile):
        update_group(me, group, replace(fields, title="Two"), 1)
    assert group.title == "One"


def test_saving_the_same_changes_nothing(lead, fields):
    me = identity_of(lead)
    group = create_group(me, fields)
    update_group(me, group, fields, 1)
    assert group.version == 1


def test_leaders_can_be_reordered_and_the_first_leads(lead, fields, world):
    other = world.facilitator("Juniper")
    group = create_group(identity_of(lead), replace(fields, facilitators=(lead.uid, other.uid)))
    update_group(identity_of(lead), group, replace(fields, facilitators=(other.uid, lead.uid)), group.version)
    assert fields_of(group).facilitators == (other.uid, lead.uid)
    update_group(
        identity_of(world.supervisor()), group, replace(fields, facilitators=(other.uid,)), group.version
    )
    assert fields_of(group).facilitators == (other.uid,)


def test_one_to_one_names_its_lead(lead, fields):
    group = create_group(identity_of(lead), replace(fields, setting=Setting.PRIVATE))
    assert group.named_person_id == lead.id


def test_a_copy_has_the_settings_and_nobody_in_it(lead, fields):
    me = identity_of(lead)
    copy = duplicate_group(me, create_group(me, fields))
    assert replace(fields_of(copy), title=fields.title, site=None) == fields
    assert (copy.state, copy.version, copy.published_at) == ("draft", 1, None)


def test_strangers_cannot_make_or_change(lead, fields, world):
    group = create_group(identity_of(lead), fields)
    others = (world.client(), world.front_desk(), world.another_program().admin())
    for person in others[:2]:
        with pytest.raises(NotFound):
            create_group(identity_of(person), fields)
    for person in (*others, world.facilitator("Juniper")):
        for verb in (publish_group, retire_group, duplicate_group):
            with pytest.raises(NotFound):
                verb(identity_of(person), group)
        with pytest.raises(NotFound):
            update_group(identity_of(person), group, replace(fields, title="Mine now"), group.version)
    assert group.title == fields.title


def test_what_sql_shows_is_what_the_policy_allows(lead, world):
    """One scope, said twice: as predicates over facts and as SQL."""
    other = world.another_program()
    for home in (world, other):
        owner = lead if home is world else home.facilitator()
        for state in ("draft", "published", "retired"):
            for extra in ({}, {"setting": "private"}, {"hidden": True}):
                home.group(f"{state} {extra}", state=state, led_by=owner, **extra)
            # As the import of a directory leaves it.
            home.group(f"{state} of no site", state=state, led_by=owner).site_id = None
        home.group("somebody else's", state="draft")
    identities = [Anonymous(), Anonymous(program_id=world.program.id), System(program_id=world.program.id)]
    people = (
        lead,
        world.facilitator("Juniper"),
        world.client(),
        world.front_desk(),
        world.supervisor(),
        world.admin(),
    )
    identities += [identity_of(person, as_self=hat) for person in people for hat in (False, True)]
    identities += [
        ApiToken(program_id=world.program.id, scopes=frozenset({s}))
        for s in ("read", "schedule", "admin", "x")
    ]
    everything = list(db.session.scalars(select(Group)))
    for identity in identities:
        for permission, scope in ((Permission.GROUP_READ, readable), (Permission.GROUP_WRITE, writable)):
            shown = set(db.session.scalars(select(Group.id).where(scope(identity))))
            allowed = {group.id for group in everything if can(identity, permission, facts(group))}
            assert shown == allowed, (identity, permission)
        titles = [group.title for group in db.session.scalars(visible_groups(identity))]
        assert titles == sorted(titles)


def test_loading_is_authorizing(lead, world):
    draft = world.group(led_by=lead, state="draft")
    assert get_group(identity_of(lead), draft.uid) is draft
    for stranger in (Anonymous(), identity_of(world.client())):
        for uid in (draft.uid, "unknown"):
            with pytest.raises(NotFound):
                get_group(stranger, uid)
