"""Who may do what: one table from permission to predicates, any of which is enough.

Predicates see only Facts about an object. Each room has `facts(object)`; its queries say the same in SQL, and a test
holds the two together. Staff rights never reach one's own client record.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Protocol, TypeVar

from groupsched.access.identity import ApiToken, Identity, Member, Role, Scope, System
from groupsched.core.errors import NotFound


class Permission(Enum):
    """What a view, a verb or a link needs. The name says object, then act."""

    PUBLIC = auto()
    SIGNED_IN = auto()
    STAFF_PAGES = auto()
    CATALOG_READ = auto()
    CATALOG_WRITE = auto()
    CLOSURE_WRITE = auto()
    GROUP_READ = auto()
    GROUP_CREATE = auto()
    GROUP_WRITE = auto()
    GROUP_PUBLISH = auto()
    COVER_ASK = auto()
    COVER_ANSWER = auto()
    AWAY_WRITE = auto()
    ENROL_SELF = auto()
    ENROL_OTHERS = auto()
    ENROL_PROPOSE = auto()
    PROPOSAL_ANSWER = auto()
    ROSTER_READ = auto()
    TELLING_WRITE = auto()
    ATTENDANCE_READ_OWN = auto()
    ATTENDANCE_READ = auto()
    ATTENDANCE_WRITE = auto()
    TASK_WRITE = auto()
    HOUSE_READ = auto()
    ATTENDANCE_EXPORT = auto()
    CLIENT_READ = auto()
    CLIENT_WRITE = auto()
    REGISTER_READ = auto()
    STAFF_READ = auto()
    STAFF_WRITE = auto()
    CARE_TEAM_READ = auto()
    CARE_TEAM_WRITE = auto()
    SUGGESTIONS_READ = auto()
    REASON_READ = auto()
    KEEP_APART = auto()
    QUESTIONNAIRE_WRITE = auto()
    RESPONSE_READ = auto()
    RESPONSE_WRITE = auto()
    REFLECTION_READ = auto()
    RUN_SHEET_READ = auto()
    RUN_SHEET_WRITE = auto()
    RUN_SHEETS_WRITE = auto()
    CALL_TAKE = auto()
    DUTY_WRITE = auto()
    CLEARANCE_WRITE = auto()
    RECORD_READ_OWN = auto()
    FEED_OWN = auto()
    FEED_LEADING = auto()
    AUDIT_READ = auto()
    GLASS_OPEN = auto()
    GLASS_READ = auto()
    HOLD_WRITE = auto()
    RETENTION_WRITE = auto()
    LISTINGS_REVIEW = auto()
    PEOPLE_IMPORT = auto()
    GROUPS_IMPORT = auto()
    TOKENS_MANAGE = auto()
    DEVICE_WRITE = auto()
    DEMO = auto()


@dataclass(frozen=True)
class Facts:
    """What a predicate may know of an object. `known_to` are those of its owners who know the subject: see
    `enrolment/queries/known.py`. `covering`: those who hold it at this moment in the place of its owners."""

    program: int | None = None
    site: int | None = None
    owners: frozenset[int] = frozenset()
    subject: int | None = None
    care_team: frozenset[int] = frozenset()
    published: bool = False
    known_to: frozenset[int] = frozenset()
    covering: frozenset[int] = frozenset()


class Predicate(Protocol):
    """A condition on (identity, facts); `ever` asks whether it could hold for any object at all."""

    def ever(self, identity: Identity) -> bool: ...

    def __call__(self, identity: Identity, facts: Facts) -> bool: ...


@dataclass(frozen=True)
class Anyone:
    """Everybody, signed in or not."""

    def ever(self, identity: Identity) -> bool:
        return True

    def __call__(self, identity: Identity, facts: Facts) -> bool:
        return True


@dataclass(frozen=True)
class Published:
    """Everybody, of what is published."""

    def ever(self, identity: Identity) -> bool:
        return True

    def __call__(self, identity: Identity, facts: Facts) -> bool:
        return facts.published and identity.program_id in (None, facts.program)


@dataclass(frozen=True)
class SignedIn:
    """A person who signed in."""

    def ever(self, identity: Identity) -> bool:
        return isinstance(identity, Member)

    def __call__(self, identity: Identity, facts: Facts) -> bool:
        return isinstance(identity, Member)


@dataclass(frozen=True)
class OwnRecord:
    """The person whose record it is."""

    def ever(self, identity: Identity) -> bool:
        return isinstance(identity, Member)

    def __call__(self, identity: Identity, facts: Facts) -> bool:
        return facts.subject is not None and identity.person == facts.subject


@dataclass(frozen=True)
class HoldsRole:
    """Staff with a role: in the whole program, at the object's site (`at_site`), or of their own groups (`own`), and there
    of those people alone whom they know (`known`); of what they hold in the place of others (`covering`); or of those on whose
    care team they are (`caring`)."""

    role: Role
    at_site: bool = False
    own: bool = False
    known: bool = False
    covering: bool = False
    caring: bool = False

    def ever(self, identity: Identity) -> bool:
        return isinstance(identity, System) or self.role in identity.roles()

    def __call__(self, identity: Identity, facts: Facts) -> bool:
        if not self.ever(identity) or (facts.subject is not None and facts.subject == identity.person):
            return False
        held = identity.holds(self.role, facts.program, facts.site if self.at_site else None)
        mine = not self.own or identity.person in facts.owners
        known = not self.known or facts.subject is None or identity.person in facts.known_to
        covers = not self.covering or identity.person in facts.covering
        cares = not self.caring or identity.person in facts.care_team
        return held and mine and known and covers and cares


@dataclass(frozen=True)
class UnderGlass:
    """Staff with a role who have opened break-glass in this browser: whatever is of the program, to read."""

    role: Role

    def ever(self, identity: Identity) -> bool:
        return isinstance(identity, Member) and identity.glass is not None and self.role in identity.roles()

    def __call__(self, identity: Identity, facts: Facts) -> bool:
        return self.ever(identity) and HoldsRole(self.role)(identity, facts)


@dataclass(frozen=True)
class HasScope:
    """A token of the program, with a scope."""

    scope: Scope

    def ever(self, identity: Identity) -> bool:
        return isinstance(identity, ApiToken) and identity.may(self.scope)

    def __call__(self, identity: Identity, facts: Facts) -> bool:
        return self.ever(identity) and facts.program == identity.program_id


ADMIN, SUPERVISOR = HoldsRole(Role.ADMIN), HoldsRole(Role.SUPERVISOR)
DESK = HoldsRole(Role.FRONT_DESK, at_site=True)
OWN_GROUP = HoldsRole(Role.FACILITATOR, own=True)
COVERING = HoldsRole(Role.FACILITATOR, covering=True)
KNOWN_IN_OWN_GROUP = HoldsRole(Role.FACILITATOR, own=True, known=True)
ANY_FACILITATOR = HoldsRole(Role.FACILITATOR)
CARE_TEAM = (HoldsRole(Role.FACILITATOR, caring=True), HoldsRole(Role.SUPERVISOR, caring=True))
# A supervisor's, for assessments, comes with those.
CLIENTS_UNDER_GLASS = UnderGlass(Role.ADMIN)
FORMS_UNDER_GLASS = UnderGlass(Role.SUPERVISOR)

POLICY: dict[Permission, tuple[Predicate, ...]] = {
    Permission.PUBLIC: (Anyone(),),
    Permission.SIGNED_IN: (SignedIn(),),
    Permission.STAFF_PAGES: (ANY_FACILITATOR, DESK, SUPERVISOR, ADMIN),
    Permission.CATALOG_READ: (ANY_FACILITATOR, DESK, SUPERVISOR, ADMIN, HasScope(Scope.READ)),
    Permission.CATALOG_WRITE: (ADMIN, HasScope(Scope.SCHEDULE)),
    Permission.CLOSURE_WRITE: (SUPERVISOR, ADMIN, HasScope(Scope.SCHEDULE)),
    Permission.GROUP_READ: (Published(), OWN_GROUP, DESK, SUPERVISOR, ADMIN, HasScope(Scope.READ)),
    Permission.GROUP_CREATE: (ANY_FACILITATOR, SUPERVISOR, HasScope(Scope.SCHEDULE)),
    Permission.GROUP_WRITE: (OWN_GROUP, SUPERVISOR, HasScope(Scope.SCHEDULE)),
    Permission.GROUP_PUBLISH: (SUPERVISOR, HasScope(Scope.SCHEDULE)),
    Permission.COVER_ASK: (OWN_GROUP, SUPERVISOR, HasScope(Scope.SCHEDULE)),
    Permission.COVER_ANSWER: (OWN_GROUP, HasScope(Scope.SCHEDULE)),
    Permission.AWAY_WRITE: (OWN_GROUP, SUPERVISOR),
    Permission.ENROL_SELF: (SignedIn(),),
    Permission.ENROL_OTHERS: (KNOWN_IN_OWN_GROUP, DESK, SUPERVISOR, HasScope(Scope.ENROL)),
    Permission.ENROL_PROPOSE: (OWN_GROUP,),
    Permission.PROPOSAL_ANSWER: (OwnRecord(), DESK, SUPERVISOR, HasScope(Scope.ENROL)),
    Permission.ROSTER_READ: (
        OWN_GROUP,
        *CARE_TEAM,
        DESK,
        SUPERVISOR,
        CLIENTS_UNDER_GLASS,
        HasScope(Scope.ENROL),
        HasScope(Scope.ATTEND),
    ),
    Permission.TELLING_WRITE: (OWN_GROUP, DESK, SUPERVISOR, HasScope(Scope.ENROL), HasScope(Scope.ATTEND)),
    Permission.ATTENDANCE_READ_OWN: (OwnRecord(),),
    Permission.ATTENDANCE_READ: (OWN_GROUP, COVERING, *CARE_TEAM, DESK, SUPERVISOR),
    Permission.ATTENDANCE_WRITE: (OWN_GROUP, COVERING, DESK, SUPERVISOR, HasScope(Scope.ATTEND)),
    Permission.TASK_WRITE: (OWN_GROUP, DESK, SUPERVISOR),
    Permission.HOUSE_READ: (DESK, SUPERVISOR),
    Permission.ATTENDANCE_EXPORT: (SUPERVISOR,),
    Permission.CLIENT_READ: (
        OwnRecord(),
        OWN_GROUP,
        *CARE_TEAM,
        DESK,
        SUPERVISOR,
        CLIENTS_UNDER_GLASS,
        HasScope(Scope.PEOPLE),
    ),
    Permission.CLIENT_WRITE: (DESK, SUPERVISOR, HasScope(Scope.ADMIN)),
    Permission.REGISTER_READ: (DESK, SUPERVISOR, CLIENTS_UNDER_GLASS, HasScope(Scope.PEOPLE)),
    Permission.STAFF_READ: (SUPERVISOR, ADMIN, HasScope(Scope.PEOPLE)),
    Permission.STAFF_WRITE: (ADMIN, HasScope(Scope.ADMIN)),
    Permission.CARE_TEAM_READ: (OwnRecord(), *CARE_TEAM, SUPERVISOR, HasScope(Scope.CARE)),
    Permission.CARE_TEAM_WRITE: (*CARE_TEAM, SUPERVISOR, HasScope(Scope.CARE)),
    Permission.SUGGESTIONS_READ: (OwnRecord(), *CARE_TEAM, SUPERVISOR, HasScope(Scope.CARE)),
    # Why somebody changes groups: theirs and their care team's alone.
    Permission.REASON_READ: (OwnRecord(), *CARE_TEAM),
    Permission.KEEP_APART: (SUPERVISOR, HasScope(Scope.CARE)),
    Permission.QUESTIONNAIRE_WRITE: (SUPERVISOR, ADMIN, HasScope(Scope.CARE)),
    Permission.RESPONSE_READ: (OwnRecord(), *CARE_TEAM, FORMS_UNDER_GLASS, HasScope(Scope.CARE)),
    Permission.RESPONSE_WRITE: (OwnRecord(), *CARE_TEAM, HasScope(Scope.CARE)),
    Permission.REFLECTION_READ: (OWN_GROUP, SUPERVISOR),
    Permission.RUN_SHEET_READ: (OWN_GROUP, SUPERVISOR, ADMIN, HasScope(Scope.READ)),
    Permission.RUN_SHEET_WRITE: (OWN_GROUP, SUPERVISOR, HasScope(Scope.SCHEDULE)),
    Permission.RUN_SHEETS_WRITE: (SUPERVISOR, ADMIN, HasScope(Scope.SCHEDULE)),
    Permission.CALL_TAKE: (OWN_GROUP, HoldsRole(Role.FRONT_DESK, at_site=True, own=True), SUPERVISOR),
    Permission.DUTY_WRITE: (SUPERVISOR,),
    Permission.CLEARANCE_WRITE: (OWN_GROUP, *CARE_TEAM, DESK, SUPERVISOR, HasScope(Scope.CARE)),
    Permission.RECORD_READ_OWN: (OwnRecord(),),
    Permission.FEED_OWN: (OwnRecord(), HasScope(Scope.FEEDS)),
    Permission.FEED_LEADING: (ANY_FACILITATOR, HasScope(Scope.FEEDS)),
    Permission.AUDIT_READ: (SUPERVISOR, ADMIN),
    Permission.GLASS_OPEN: (ADMIN, SUPERVISOR),
    Permission.GLASS_READ: (SUPERVISOR,),
    Permission.HOLD_WRITE: (SUPERVISOR,),
    Permission.RETENTION_WRITE: (ADMIN,),
    Permission.LISTINGS_REVIEW: (SUPERVISOR, ADMIN),
    Permission.PEOPLE_IMPORT: (SUPERVISOR,),
    Permission.GROUPS_IMPORT: (SUPERVISOR,),
    Permission.TOKENS_MANAGE: (ADMIN,),
    Permission.DEVICE_WRITE: (HoldsRole(Role.ADMIN, at_site=True),),
    Permission.DEMO: (Anyone(),),
}


def can(identity: Identity, permission: Permission, facts: Facts | None = None) -> bool:
    """Whether this identity may do this to that object; without facts: to anything at all."""
    if facts is None:
        return may_ever(identity, permission)
    if isinstance(identity, System):
        return True
    return any(predicate(identity, facts) for predicate in POLICY[permission])


def may_ever(identity: Identity, permission: Permission) -> bool:
    """Whether there could be an object to which this identity may do this: it opens the page, not the object."""
    return any(predicate.ever(identity) for predicate in POLICY[permission])


def ensure(identity: Identity, permission: Permission, facts: Facts) -> None:
    """Go on only if it may be done. Raises NotFound: forbidden answers like unknown."""
    if not can(identity, permission, facts):
        raise NotFound


V = TypeVar("V", bound=Callable[..., Any])


def requires(permission: Permission, *, tells_much: bool = False, asks_again: str = "") -> Callable[[V], V]:
    """Declare the permission of a view. A view without one is never served.

    One that `tells_much` asks for the password again where a phone has stayed signed in for long. One that `asks_again`
    does so unless it was given in the last minutes; what it names is the page on which its button stands.
    """

    def mark(view: V) -> V:
        view.permission = permission  # type: ignore[attr-defined]
        view.tells_much = tells_much  # type: ignore[attr-defined]
        view.asks_again = asks_again  # type: ignore[attr-defined]
        return view

    return mark


def permission_of(view: Any, method: str) -> Permission | None:
    """The permission a view (or the method of a class of views) declares."""
    found = getattr(view, "permission", None)
    by_method = getattr(getattr(view, "view_class", None), method.lower(), None)
    declared = found or getattr(by_method, "permission", None)
    return declared if isinstance(declared, Permission) else None
