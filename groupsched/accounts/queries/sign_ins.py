"""Reading how people sign in: their accounts, links and codes, the browsers they are signed in with, the second step."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from groupsched.access.identity import STAFF, Identity, Role
from groupsched.access.models import Program
from groupsched.access.policy import Permission, can
from groupsched.accounts.models import (
    BreakGlass,
    Credential,
    Device,
    Grant,
    Invitation,
    Person,
    RecoveryCode,
    SecondFactor,
    SignIn,
)
from groupsched.accounts.queries.people import has_client_side, holds_staff_role, record_facts
from groupsched.accounts.rules import is_locked, is_over, lifetime, needs_second_step
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.outbox.models import Message
from groupsched.outbox.rules import MessageState


def sign_ins(person: Person) -> list[SignIn]:
    """Where a person is signed in now, the latest use first."""
    now, staff = clock.now(), holds_staff_role(person)
    live = (SignIn.person_id == person.id, SignIn.ended_at.is_(None), SignIn.ends_at > now)
    rows = db.session.scalars(select(SignIn).where(*live).order_by(SignIn.seen_at.desc(), SignIn.id))
    return [
        row
        for row in rows
        if not is_over(row.created_at, row.seen_at, lifetime(staff=staff, own_phone=row.own_phone), now)
    ]


def open_invitation(secret_hash: str) -> Invitation | None:
    """The invitation of a link or a printed code that can still be used, or None; one answer for every reason."""
    held = or_(Invitation.token_hash == secret_hash, Invitation.code_hash == secret_hash)
    live = and_(Invitation.used_at.is_(None), Invitation.expires_at > clock.now())
    disabled = exists().where(
        Credential.person_id == Invitation.person_id, Credential.disabled_at.is_not(None)
    )
    return db.session.scalar(select(Invitation).where(held, live, ~disabled))


def lost_invitations(identity: Identity) -> list[Person]:
    """Clients whose invitation could not be delivered, and who have neither a password nor a later one: for who may give
    them a printed code instead; by name."""
    invited = aliased(Message)
    later = exists().where(Invitation.person_id == Person.id, Invitation.created_at > invited.created_at)
    signs_in = exists().where(Credential.person_id == Person.id, Credential.password_hash.is_not(None))
    query = (
        select(Person)
        .join(invited, invited.person_id == Person.id)
        .where(
            invited.kind == "account_invite",
            invited.state == MessageState.FAILED,
            Person.program_id == identity.program_id,
            has_client_side(),
            ~later,
            ~signs_in,
        )
        .order_by(Person.first_name, Person.last_name, Person.id)
    )
    found = db.session.scalars(query.distinct()).all()
    return [one for one in found if can(identity, Permission.CLIENT_WRITE, record_facts(one))]


def credential_of(login: str) -> Credential | None:
    """The credential of a login in its normal form."""
    return db.session.scalar(select(Credential).where(Credential.login == login))


def came_in_by(person: Person, maker_id: int, since: datetime) -> bool:
    """Whether somebody used a slip or link since then which this maker made for them after the first client had come."""
    of_clients = (Grant.program_id == person.program_id, Grant.role == Role.CLIENT)
    first = select(func.min(Grant.from_at)).where(*of_clients).scalar_subquery()
    used = (
        Invitation.person_id == person.id,
        Invitation.created_by_id == maker_id,
        Invitation.used_at > since,
    )
    return bool(db.session.scalar(select(exists().where(*used, Invitation.created_at > first))))


def credential_for(given: str) -> Credential | None:
    """The credential that somebody means who signs in: by its login, else by the mail address of its person where no other
    person has that address. `given` is in the normal form of a login."""
    found = credential_of(given)
    if found is not None or "@" not in given:
        return found
    by_mail = select(Credential).join(Person, Credential.person_id == Person.id)
    rows = db.session.scalars(by_mail.where(func.lower(Person.email) == given).limit(2)).all()
    return rows[0] if len(rows) == 1 else None


def has_factor(person: Person) -> bool:
    """Whether a person signs in with a second step."""
    return db.session.get(SecondFactor, person.id) is not None


def must_have_factor(person: Person) -> bool:
    """Whether the program wants a second step of a person, by the roles they hold now."""
    now = clock.now()
    held = {grant.role for grant in person.grants if grant.in_force(now)}
    return needs_second_step(held, person.program.factor_roles)


def staff_without_factor(identity: Identity) -> list[Person]:
    """Staff of the program who have no second step, by name."""
    has_one = exists().where(SecondFactor.person_id == Person.id)
    held = exists().where(Grant.person_id == Person.id, Grant.role.in_(STAFF), Grant.in_force(clock.now()))
    here = (Person.program_id == identity.program_id, held, ~has_one)
    query = select(Person).where(*here).order_by(Person.first_name, Person.last_name, Person.id)
    return list(db.session.scalars(query))


def recovery_codes_left(person: Person) -> int:
    """How many of the codes on paper have not been used."""
    unused = (RecoveryCode.person_id == person.id, RecoveryCode.used_at.is_(None))
    return db.session.scalar(select(func.count()).where(*unused)) or 0


@dataclass(frozen=True)
class SignInHolder:
    """Who holds a sign-in. `half`: the second step is still to come; then it opens the page of that step and nothing else."""

    row: SignIn
    person: Person
    half: bool
    glass: BreakGlass | None
    device: Device | None


def holder_of(token_hash: str) -> SignInHolder | None:
    """The sign-in that a browser's secret is of, with its person and the break-glass that is open in it.

    None for unknown, ended, run out, rested too long, disabled, hidden for long, begun on a tablet that is unpaired.
    """
    now = clock.now()
    found = db.session.execute(_live(token_hash)).unique().one_or_none()
    if found is None:
        return None
    row, person, factor, glass, device = found
    limits = lifetime(staff=holds_staff_role(person), own_phone=row.own_phone)
    if is_over(row.created_at, row.seen_at, limits, now) or is_locked(row.covered_at, now):
        return None
    half = row.needs_factor or (factor is None and must_have_factor(person))
    return SignInHolder(row, person, half, glass, device)


def _live(token_hash: str) -> Select[SignIn, Person, int | None, BreakGlass | None, Device | None]:
    glass = (BreakGlass.closed_at.is_(None), BreakGlass.ends_at > clock.now())
    live = (
        SignIn.ended_at.is_(None),
        SignIn.ends_at > clock.now(),
        Credential.disabled_at.is_(None),
        Device.revoked_at.is_(None),
    )
    return (
        select(SignIn, Person, SecondFactor.person_id, BreakGlass, Device)
        .options(joinedload(Person.grants), joinedload(Person.program).joinedload(Program.sites))
        .join(Person, Person.id == SignIn.person_id)
        .join(Credential, Credential.person_id == Person.id)
        .outerjoin(SecondFactor, SecondFactor.person_id == Person.id)
        .outerjoin(Device, Device.id == SignIn.device_id)
        .outerjoin(BreakGlass, and_(BreakGlass.sign_in_id == SignIn.id, *glass))
        .where(SignIn.token_hash == token_hash, *live)
    )
