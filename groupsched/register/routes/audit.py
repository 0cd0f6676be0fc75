"""What was done and seen: in the program, for supervisors and administrators, and to one's own record."""

from flask import Blueprint, render_template, request, url_for

from groupsched.access.identity import current
from groupsched.access.policy import Permission, requires
from groupsched.access.queries import current_program
from groupsched.accounts.queries import own_person, zone_of
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import saw
from groupsched.core.errors import NotFound
from groupsched.core.filters import day
from groupsched.core.i18n import _
from groupsched.core.web import older_than
from groupsched.register import words
from groupsched.register.queries import (
    AskedAbout,
    acts_about,
    acts_of_program,
    asked_about,
    sees_names,
)
from groupsched.register.routes.acts import ActWriter, Ask, Mention
from groupsched.register.rules import AuditQuestion, read_question

blueprint = Blueprint("audit", __name__)

Choices = dict[str, str]


@blueprint.get("/audit")
@requires(Permission.AUDIT_READ)
def rows() -> str:
    """The audit of one's program, newest first. An administrator sees clients as numbers only."""
    identity, program, question = current(), current_program(current()), read_question(request.args)
    if program is None:
        raise NotFound
    asked, named = asked_about(identity, question), sees_names(identity)
    acts = acts_of_program(identity, program, question, asked, older_than())
    if named:
        saw(identity, AuditAction.AUDIT_READ, acts.about, program)
    choices, ask = _choices(asked), _asker(question)
    return render_template(
        "audit/rows.html",
        lines=ActWriter(acts, program.timezone, named=named, ask=ask).lines(),
        me=None if question.staff else own_person(identity).id,
        question=question,
        choices=choices,
        chips=_chips(question, choices, _client_shown(asked, named=named), program.timezone),
        earlier=ask(before=str(acts.page.older)) if acts.page.older else "",
        named=named,
        zone=program.timezone,
    )


@blueprint.get("/account/looks")
@requires(Permission.SIGNED_IN, tells_much=True)
def looks() -> str:
    """Who looked at one's own record."""
    person = own_person(current())
    acts, zone = acts_about(current(), person, older_than()), zone_of(person)
    return render_template(
        "audit/looks.html",
        lines=ActWriter(acts, zone, me=person).lines(),
        me=person.id,
        earlier=url_for("audit.looks", before=acts.page.older) if acts.page.older else "",
        zone=zone,
    )


def _asker(question: AuditQuestion) -> Ask:
    """What makes the address that asks for the same and more, or for less where something is empty."""
    return lambda **more: url_for("audit.rows", **question.address(**more))


def _choices(asked: AskedAbout) -> dict[str, Choices]:
    """What can be asked for, in words, by the name of its field."""
    return {
        "staff": {person.uid: person.short_name for person in asked.staff},
        "group": {group.uid: group.title for group in asked.groups},
        "kind": {kind.value: said for kind, said in words.topics().items()},
        "did": {effect.value: said for effect, said in words.effects().items()},
    }


def _client_shown(asked: AskedAbout, *, named: bool) -> str:
    if asked.client is None:
        return ""
    return asked.client.short_name if named else _("one client")


def _chips(question: AuditQuestion, choices: dict[str, Choices], client: str, zone: str) -> list[Mention]:
    """What is asked for, in words, each with the address that asks for it no more."""
    shown = {"client": _("About %(person)s", person=client) if client else ""}
    shown |= {name: said.get(str(getattr(question, name)), "") for name, said in choices.items()}
    shown["day"] = day(question.day, zone) if question.day else ""
    ask = _asker(question)
    return [Mention(said, ask(**{name: ""})) for name, said in shown.items() if said]
