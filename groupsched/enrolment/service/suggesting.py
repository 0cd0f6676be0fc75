"""What is not to be suggested: a group that somebody puts aside, any with faith in it, a rule that a program does not use."""

from typing import Any

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite

from groupsched.access.identity import Identity
from groupsched.access.models import Program
from groupsched.access.policy import Facts, Permission, ensure
from groupsched.accounts.queries import own_person
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import record
from groupsched.catalog.models import Group
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment.models import NoFaithWish, SuggestionAside, SuggestionRuleOff
from groupsched.enrolment.rules import SuggestionRule


def put_suggestion_aside(identity: Identity, group: Group) -> None:
    """Suggest this group no more to the person who asks. Twice has one effect."""
    person = own_person(identity)
    if _insert(SuggestionAside, {"person_id": person.id, "group_id": group.id, "at": clock.now()}):
        record(identity, AuditAction.SUGGESTION_LIMITED, person, [person])


def bring_suggestion_back(identity: Identity, group: Group) -> None:
    """Suggest this group again to the person who asks. Twice has one effect."""
    person = own_person(identity)
    aside = delete(SuggestionAside).where(
        SuggestionAside.person_id == person.id, SuggestionAside.group_id == group.id
    )
    if _gone(aside.returning(SuggestionAside.id)):
        record(identity, AuditAction.SUGGESTION_LIMITED, person, [person])


def want_no_faith(identity: Identity, *, wanted: bool) -> None:
    """Suggest, and show beside others, no group with faith in it to the person who asks; or such ones too. Twice has one effect."""
    person = own_person(identity)
    if wanted:
        changed = _insert(NoFaithWish, {"person_id": person.id, "at": clock.now()})
    else:
        wish = delete(NoFaithWish).where(NoFaithWish.person_id == person.id)
        changed = _gone(wish.returning(NoFaithWish.person_id))
    if changed:
        record(identity, AuditAction.SUGGESTION_LIMITED, person, [person])


def use_suggestion_rule(identity: Identity, rule: SuggestionRule, *, used: bool) -> None:
    """Have a program suggest by this rule, or not. Twice has one effect. Raises NotFound for who may not say so."""
    ensure(identity, Permission.CATALOG_WRITE, Facts(program=identity.program_id))
    program = db.session.get_one(Program, identity.program_id)
    if used:
        off = delete(SuggestionRuleOff).where(
            SuggestionRuleOff.program_id == program.id, SuggestionRuleOff.rule == rule
        )
        changed = _gone(off.returning(SuggestionRuleOff.rule))
    else:
        changed = _insert(SuggestionRuleOff, {"program_id": program.id, "rule": rule, "at": clock.now()})
    if changed:
        record(identity, AuditAction.SUGGESTION_RULE_CHANGED, program, rule=rule, used=used)


def _insert(table: Any, row: dict[str, Any]) -> bool:
    """Whether this row is new; who says it twice at once leaves one."""
    dialect: Any = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    insert = dialect.insert(table).values(**row).on_conflict_do_nothing()
    return db.session.execute(insert.returning(table.at)).first() is not None


def _gone(statement: Any) -> bool:
    return db.session.execute(statement.execution_options(synchronize_session=False)).first() is not None
