"""Who is asking. Queries and verbs take an identity, never a request."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from flask import Flask, Request, current_app
from flask_login import LoginManager, current_user

from groupsched.core.errors import NotFound

_LOADERS = "groupsched.identity_loaders"


class Role(StrEnum):
    """What a grant makes of a person. Grants add up."""

    CLIENT = "client"
    FACILITATOR = "facilitator"
    FRONT_DESK = "front_desk"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"


STAFF = frozenset({Role.FACILITATOR, Role.FRONT_DESK, Role.SUPERVISOR, Role.ADMIN})


class Scope(StrEnum):
    """What a token of the interface may do."""

    READ = "read"
    PEOPLE = "people"
    FEEDS = "feeds"
    SCHEDULE = "schedule"
    ENROL = "enrol"
    ATTEND = "attend"
    CARE = "care"
    ADMIN = "admin"


# What a token with the scope `admin` may do. Closed on purpose: a scope that opens what people tell about themselves is
# given by its name or not at all, and tokens made before there was such a scope never come to have it.
ADMIN_IMPLIES = frozenset(
    {Scope.READ, Scope.PEOPLE, Scope.FEEDS, Scope.SCHEDULE, Scope.ENROL, Scope.ATTEND, Scope.ADMIN}
)


@dataclass(frozen=True)
class GrantInForce:
    """A grant in force: a role in a program, at one site or (None) at all."""

    role: Role
    program_id: int
    site_id: int | None = None

    @property
    def word(self) -> str:
        """What it is called among what an identity stands on."""
        return f"{self.role} of {self.program_id} at {self.site_id}"


@dataclass(frozen=True)
class OpenGlass:
    """Somebody reads for an hour what their role does not show: the public id of that hour, why, and until when."""

    uid: str
    reason: str
    ends_at: datetime


@dataclass(frozen=True)
class PairedDevice:
    """A tablet that a program has paired, as a request comes from it."""

    id: int
    uid: str
    name: str
    program_id: int
    site_id: int


@dataclass(frozen=True)
class Identity:
    """The common ground: nobody in particular."""

    program_id: int | None = None

    # What flask-login asks of a user.
    is_active = True
    is_anonymous = False
    is_authenticated = False

    def get_id(self) -> str:
        """flask-login's name for a user; its own cookie is never used."""
        return ""

    @property
    def person(self) -> int | None:
        """The number of the person behind this identity, if it is one."""
        return None

    def roles(self) -> frozenset[Role]:
        """The roles in force for this request."""
        return frozenset()

    def holds(self, role: Role, program_id: int | None, site_id: int | None = None) -> bool:
        """Whether a grant of this role covers that program (and that site, where one is named)."""
        return False

    @property
    def is_staff(self) -> bool:
        """Whether this request is made as staff."""
        return bool(self.roles() & STAFF)


@dataclass(frozen=True)
class Anonymous(Identity):
    """A visitor. `program_id` is the program whose public pages are shown."""

    is_anonymous = True


@dataclass(frozen=True)
class Member(Identity):
    """A person who signed in, with the grants in force; `as_self` lays the staff hat down for this visit."""

    person_id: int = 0
    person_uid: str = ""
    name: str = ""
    grants: tuple[GrantInForce, ...] = ()
    as_self: bool = False
    sign_in_id: int = 0
    must_ask_again: bool = False
    is_fresh: bool = True
    language: str = "en"
    glass: OpenGlass | None = None
    device: PairedDevice | None = None
    unlock: str = ""
    """The public id of this sign-in: marks from a device name it."""
    is_authenticated = True

    def get_id(self) -> str:
        return self.person_uid

    @property
    def person(self) -> int | None:
        return self.person_id

    def in_force(self) -> tuple[GrantInForce, ...]:
        """The grants that count now: without the staff ones while acting as oneself."""
        return tuple(grant for grant in self.grants if not (self.as_self and grant.role in STAFF))

    def roles(self) -> frozenset[Role]:
        return frozenset(grant.role for grant in self.in_force())

    def holds(self, role: Role, program_id: int | None, site_id: int | None = None) -> bool:
        return any(
            grant.role == role and grant.program_id == program_id and grant.site_id in (None, site_id)
            for grant in self.in_force()
        )

    def sites(self, role: Role) -> frozenset[int | None]:
        """The sites at which a role is held in the own program; None stands for all of them."""
        return frozenset(
            g.site_id for g in self.in_force() if g.role == role and g.program_id == self.program_id
        )

    @property
    def has_both_hats(self) -> bool:
        """Whether this person is a client and staff, or staff that may act as themselves."""
        return any(grant.role in STAFF for grant in self.grants)


@dataclass(frozen=True)
class ApiToken(Identity):
    """A program that calls the JSON interface; it reaches its program within its scopes."""

    token_id: int = 0
    token_uid: str | None = None
    scopes: frozenset[Scope] = field(default_factory=frozenset)

    def may(self, scope: Scope) -> bool:
        """Whether a scope was given by its name, or comes with `admin`."""
        return scope in self.scopes or (Scope.ADMIN in self.scopes and scope in ADMIN_IMPLIES)

    def holds(self, role: Role, program_id: int | None, site_id: int | None = None) -> bool:
        return program_id == self.program_id

    @property
    def is_staff(self) -> bool:
        return True


@dataclass(frozen=True)
class System(Identity):
    """The product itself: commands and the worker."""

    def holds(self, role: Role, program_id: int | None, site_id: int | None = None) -> bool:
        return True

    @property
    def is_staff(self) -> bool:
        return True


Loader = Callable[[Request], Identity | None]


def load_with(app: Flask, loader: Loader) -> None:
    """Register a way to know who is asking; the first that knows wins."""
    app.extensions.setdefault(_LOADERS, []).append(loader)


def current() -> Identity:
    """Who is asking, in this request; loaded once."""
    found: Any = current_user._get_current_object()
    return found if isinstance(found, Identity) else Anonymous()


def current_member() -> Member:
    """The person who is signed in. Raises NotFound for everybody else."""
    identity = current()
    if not isinstance(identity, Member):
        raise NotFound
    return identity


def _load(request: Request) -> Identity | None:
    for loader in current_app.extensions.get(_LOADERS, ()):
        identity: Identity | None = loader(request)
        if identity is not None:
            return identity
    return None


def init_app(app: Flask, anonymous: Callable[[], Identity]) -> None:
    """flask-login only loads the person from our own sign-in row; its cookies are not used."""
    manager = LoginManager(app)
    manager.session_protection = None
    manager.anonymous_user = anonymous
    manager.request_loader(_load)
