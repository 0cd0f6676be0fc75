"""Verbs of groups: make, change, publish, retire, copy."""

from typing import Any

from sqlalchemy import update

from groupsched.access.identity import Identity
from groupsched.access.models import Site
from groupsched.access.policy import Facts, Permission, ensure
from groupsched.accounts.models import Person
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import record
from groupsched.catalog.events import GroupChanged, OfferChanged, Reach
from groupsched.catalog.models import Group
from groupsched.catalog.queries import facts
from groupsched.catalog.rules import (
    TITLE_LENGTH,
    Access,
    GroupFields,
    GroupState,
    Orientation,
    publishing_problems,
)
from groupsched.catalog.service.filling import (
    fill,
    refuse_external,
    refuse_first,
    set_leaders,
)
from groupsched.catalog.service.offers import new_revision
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import ChangedMeanwhile, Conflict, DomainError
from groupsched.core.events import publish
from groupsched.core.i18n import SOURCE, _, current_language, force_locale
from groupsched.core.tokens import public_id
from groupsched.questionnaires.models import Questionnaire
from groupsched.questionnaires.queries import newest_of_kind
from groupsched.questionnaires.rules import FormKind

COPIED = (
    "program_id", "site_id", "modality_id", "plain_description", "plain_not_asked", "orientation", "plain_tradition", "structure",
    "access", "setting", "attendance_mode", "capacity", "online_capacity", "min_to_run", "line_mode", "decide_hours", "cancels_if_few", "stays_open", "slot_minutes", "slot_gap", "slot_breaks", "needs", "languages", "audience", "tags", "place_id",
    "online_link", "named_person_id", "secular_pair_id", "question_id", "run_sheet", "hidden",
)  # fmt: skip


def create_group(
    identity: Identity, fields: GroupFields, *, program_id: int | None = None, uid: str | None = None
) -> Group:
    """A new group, as a draft. Raises DomainError with the field that does not fit.

    A `uid` chosen before (a form carries one) makes a second click break a constraint instead of making a second group.
    """
    program = program_id or identity.program_id
    ensure(identity, Permission.GROUP_CREATE, _own(identity, program))
    group = Group(
        program_id=program, state=GroupState.DRAFT, created_by_id=identity.person, uid=uid or public_id()
    )
    fill(identity, group, fields)
    db.session.add(group)
    db.session.flush()
    record(identity, AuditAction.GROUP_CREATED, group)
    return group


def hold(group: Group) -> None:
    """Lock the group and read which version it is: somebody else may have saved it since it was loaded."""
    db.session.refresh(group, ["version", "state"], with_for_update=True)


def update_group(identity: Identity, group: Group, fields: GroupFields, version: int) -> Group:
    """Change a group. `version` is the one the writer saw. Raises ChangedMeanwhile, or DomainError with the field."""
    ensure(identity, Permission.GROUP_WRITE, facts(group))
    refuse_external(group)
    hold(group)
    if group.version != version:
        raise ChangedMeanwhile
    before, reach_was = _picture(group), _reach(group)
    fill(identity, group, fields)
    if group.state == GroupState.PUBLISHED:
        refuse_first(publishing_problems(fields, linked=has_link(group)))
    changed = sorted(name for name, value in _picture(group).items() if value != before[name])
    if changed:
        touch(identity, group)
        record(identity, AuditAction.GROUP_CHANGED, group, changed=changed)
        moved = reach_was if reach_was != _reach(group) else None
        publish(GroupChanged(group.id, group.program_id, moved, identity))
    return group


def pair_group(identity: Identity, group: Group, secular: Group | None) -> None:
    """Put a secular group beside a faith-based one by hand; none leaves it to what is like it. Raises DomainError where they are
    no such pair."""
    ensure(identity, Permission.CATALOG_WRITE, facts(group))
    refuse_external(group)
    fits = group.orientation == Orientation.FAITH and (
        secular is None
        or (secular.orientation == Orientation.SECULAR and secular.program_id == group.program_id)
    )
    if not fits:
        raise DomainError(_("Choose a faith-based group and a secular one of this program."))
    hold(group)
    if group.secular_pair_id == (secular.id if secular else None):
        return
    group.secular_pair = secular
    touch(identity, group)
    record(identity, AuditAction.GROUP_CHANGED, group, changed=["secular_pair"])
    publish(GroupChanged(group.id, group.program_id, None, identity))


def ask_with_request(identity: Identity, group: Group, asked: Questionnaire | None) -> None:
    """Choose what who asks for a seat in a group is asked with it; none asks nothing. Raises DomainError for a form that is no
    question about a group of this program."""
    ensure(identity, Permission.GROUP_WRITE, facts(group))
    refuse_external(group)
    known = {one.questionnaire_id for one in newest_of_kind(group.program_id, FormKind.REFERRAL)}
    if asked is not None and asked.id not in known:
        raise DomainError(
            _("Choose one of the questions that are asked now."), field="question", code="no-question"
        )
    hold(group)
    if group.question_id == (asked.id if asked else None):
        return
    group.question_id = asked.id if asked else None
    touch(identity, group)
    record(identity, AuditAction.GROUP_CHANGED, group, changed=["question"])
    publish(GroupChanged(group.id, group.program_id, None, identity))


def choose_run_sheet(identity: Identity, group: Group, key: str) -> None:
    """Note which run sheet a group has, by its key; empty: that of its kind. Whether there is one of this key, the room of run sheets
    has looked."""
    ensure(identity, Permission.GROUP_WRITE, facts(group))
    refuse_external(group)
    hold(group)
    db.session.refresh(group, ["run_sheet"])
    if group.run_sheet == key:
        return
    group.run_sheet = key
    touch(identity, group)
    record(identity, AuditAction.GROUP_CHANGED, group, changed=["run_sheet"])
    publish(GroupChanged(group.id, group.program_id, None, identity))


def has_link(group: Group) -> bool:
    """Whether the place of a group brings the link for those who come online."""
    return group.place is not None and bool(group.place.online_link)


def delete_group(identity: Identity, group: Group, *, offered: bool = False) -> None:
    """Delete a group that was never offered, with who leads it; its dates are gone before (`schedule`).

    Raises Conflict for one that ever was published, unless that is known (`offered`): what has been stays on record.
    """
    ensure(identity, Permission.GROUP_WRITE, facts(group))
    refuse_external(group)
    hold(group)
    was_offered = group.published_at is not None or group.state == GroupState.PUBLISHED
    if was_offered and not offered:
        raise Conflict(_("Only what was never published can be deleted."), code="published-once")
    record(identity, AuditAction.GROUP_DELETED, group)
    db.session.execute(update(Group).where(Group.secular_pair_id == group.id).values(secular_pair_id=None))
    set_leaders(group, [])
    db.session.delete(group)
    db.session.flush()
    if was_offered:
        new_revision(group.program_id)
        publish(OfferChanged(group.program_id))


def duplicate_group(identity: Identity, group: Group, *, uid: str | None = None) -> Group:
    """A draft with the same settings and leaders and no people, notes or dates; `uid` as in `create_group`."""
    ensure(identity, Permission.GROUP_WRITE, facts(group))
    refuse_external(group)
    copy = Group(state=GroupState.DRAFT, created_by_id=identity.person, uid=uid or public_id())
    for name in COPIED:
        setattr(copy, name, getattr(group, name))
    copy.plain_title = _copy_of(group.plain_title, SOURCE if group.texts else current_language())
    copy.texts = {
        language: {
            name: _copy_of(text, language) if name == "title" else text for name, text in words.items()
        }
        for language, words in group.texts.items()
    }
    set_leaders(copy, [row.person_id for row in group.facilitators])
    db.session.add(copy)
    db.session.flush()
    record(identity, AuditAction.GROUP_CREATED, copy, copy_of=group.uid)
    return copy


def _copy_of(title: str, language: str) -> str:
    """The title of a copy, said in the language of the title."""
    with force_locale(language):
        return str(_("%(title)s, copy", title=title))[:TITLE_LENGTH]


def fields_of(group: Group) -> GroupFields:
    """What was said of a group, as it would be said again."""
    site = db.session.get(Site, group.site_id) if group.site_id else None
    named = db.session.get(Person, group.named_person_id) if group.named_person_id else None
    return GroupFields(
        title=group.plain_title,
        modality=group.modality.key,
        description=group.plain_description,
        not_asked=group.plain_not_asked,
        orientation=group.orientation,
        tradition=group.plain_tradition,
        structure=group.structure,
        access=group.access or Access.ENROL,
        setting=group.setting,
        attendance_mode=group.attendance_mode,
        capacity=group.capacity,
        online_capacity=group.online_capacity,
        min_to_run=group.min_to_run,
        line_mode=group.line_mode,
        decide_hours=group.decide_hours,
        cancels_if_few=group.cancels_if_few,
        stays_open=group.stays_open,
        slot_minutes=group.slot_minutes,
        slot_gap=group.slot_gap,
        slot_breaks=tuple(group.slot_breaks),
        needs=group.needs,
        languages=tuple(group.languages),
        audience=tuple(group.audience),
        tags=tuple(group.tags),
        place=group.place.uid if group.place else None,
        site=site.uid if site else None,
        online_link=group.online_link,
        facilitators=tuple(row.person.uid for row in group.facilitators),
        named_person=named.uid if named else None,
        secular_pair=group.secular_pair.uid if group.secular_pair else None,
        run_sheet=group.run_sheet,
        hidden=group.hidden,
        service_type=group.service_type.key if group.service_type else "",
        texts=group.texts,
    )


def _own(identity: Identity, program_id: int | None) -> Facts:
    """The facts of a group that this identity is about to make: it would be theirs."""
    return Facts(program=program_id, owners=frozenset({identity.person} if identity.person else ()))


def _picture(group: Group) -> dict[str, Any]:
    names = [name for name in ("plain_title", *COPIED, "texts") if name != "program_id"]
    picture: dict[str, Any] = {name.removeprefix("plain_"): getattr(group, name) for name in names}
    picture["facilitators"] = [(row.person_id, row.position) for row in group.facilitators]
    return picture


def _reach(group: Group) -> Reach:
    return Reach(group.attendance_mode, group.online_link if group.reached_online else "")


def touch(identity: Identity, group: Group) -> None:
    group.version += 1
    group.changed_at = clock.now()
    group.changed_by_id = identity.person
    db.session.flush()
