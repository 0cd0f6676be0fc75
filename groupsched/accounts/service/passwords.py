"""Hashing and checking passwords. Hashing is slow on purpose: never do it inside a transaction."""

from collections.abc import Collection
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app

from groupsched.accounts.models import Person
from groupsched.accounts.rules import PasswordFault, password_fault, plain_password, shortest_password
from groupsched.core.errors import DomainError
from groupsched.core.i18n import _
from groupsched.core.resources import content_path

# OWASP's recommendation for argon2id: 19 MiB, two passes, one lane. (passes, KiB, lanes)
COST = (2, 19456, 1)
# The hash of a password that nobody knows, of the same cost: an unknown login takes as long as a known one.
HASH_OF_NOBODY = (
    "$argon2id$v=19$m=19456,t=2,p=1$vLK1jSQP7EIsKt2njNFH+A$V8Bdrz8tyLQnE6ApUC0iVeC5Le4232NmJ9xwEfwZXVg"
)


@cache
def _hasher(cost: tuple[int, int, int]) -> PasswordHasher:
    return PasswordHasher(time_cost=cost[0], memory_cost=cost[1], parallelism=cost[2])


def _current() -> PasswordHasher:
    return _hasher(tuple(current_app.config.get("PASSWORD_COST", COST)))


def hash_password(password: str) -> str:
    """The argon2id hash of a password."""
    return _current().hash(plain_password(password))


def fits(password: str, stored: str | None) -> bool:
    """Whether a password belongs to a stored hash. Without one the same work is done, and the answer is no."""
    try:
        return _current().verify(stored or HASH_OF_NOBODY, plain_password(password)) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


@cache
def common_passwords() -> frozenset[str]:
    """The shipped lists of passwords that many people use: the most used ones, and sayings and names of our own."""
    lists = (content_path(name) for name in ("common_passwords.txt", "used_passwords.txt"))
    lines = [line for path in lists for line in path.read_text(encoding="utf-8").splitlines()]
    return frozenset(line for line in lines if not line.startswith("#"))


def names_of(person: Person) -> frozenset[str]:
    """What others may know of a person, and try as a password: their names, what they sign in with, their program."""
    login = person.credential.login if person.credential else ""
    given = (person.first_name, person.last_name, person.name, login, person.email, person.program.name)
    return frozenset(name for name in given if name)


def check_password(
    password: str, *, staff: bool, names: Collection[str] = (), field: str = "password"
) -> None:
    """Raise a refusal with its sentence where a password is too short, too long or too easy to guess."""
    fault = password_fault(password, staff=staff, common=common_passwords(), names=names)
    if fault is not None:
        raise DomainError(_sentence(fault, staff=staff), field=field)


def _sentence(fault: PasswordFault, *, staff: bool) -> str:
    sentences: dict[PasswordFault, str] = {
        PasswordFault.SHORT: _("Please use at least %(min)s characters.", min=shortest_password(staff=staff)),
        PasswordFault.LONG: _("This is very long. Please use less than 1,000 characters."),
        PasswordFault.COMMON: _("Many people use this password. Please choose another one."),
        PasswordFault.NAMED: _(
            "This is little more than a name that others know. Please choose another one."
        ),
        PasswordFault.WALK: _(
            "These keys lie side by side, so it is easy to guess. Please choose another one."
        ),
    }
    return sentences[fault]
