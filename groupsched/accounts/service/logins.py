"""The name a person signs in with: their mail address, else first and last name, with a number where it is taken."""

from collections.abc import Iterator

from sqlalchemy.exc import IntegrityError

from groupsched.accounts.models import Credential, Person
from groupsched.accounts.rules import normal_login
from groupsched.core.db import db, savepoint
from groupsched.core.errors import Conflict
from groupsched.core.i18n import _

MOST_OF_A_NAME = 50


def ensure_credential(person: Person) -> Credential:
    """The credential of a person, made without a password where there is none yet."""
    if person.credential is None:
        _settle(Credential(person_id=person.id), person)
        # It was made by the person's number, of which the relationship knows nothing: it would still say None.
        db.session.expire(person, ["credential"])
    credential = person.credential
    if credential is None:
        raise Conflict(_("This was changed by somebody else at the same moment."))
    return credential


def follow_mail(person: Person, old: str | None) -> None:
    """Let the login follow a changed mail address, where it was the old one."""
    credential = person.credential
    if credential is not None and old and person.email != old and credential.login == normal_login(old):
        _settle(credential, person)


def choose_login(person: Person, login: str) -> Credential:
    """Give a person this very login (a command's verb). Raises Conflict where it is taken."""
    credential = person.credential or Credential(person_id=person.id)
    if not _takes(credential, normal_login(login)):
        raise Conflict(_("Somebody signs in with this name already."), field="login", code="login-taken")
    db.session.expire(person, ["credential"])
    return credential


def _settle(credential: Credential, person: Person) -> None:
    """Take the first login that nobody has. The database says which, not a look beforehand."""
    for login in _candidates(person):
        if _takes(credential, login):
            return
    raise Conflict(_("There is no free name to sign in with. Please change the name a little."), code="login")


def _takes(credential: Credential, login: str) -> bool:
    before = credential.login
    try:
        with savepoint():
            credential.login = login
            db.session.add(credential)
            db.session.flush()
    except IntegrityError:
        # The savepoint takes back what the database was told, not what a new object was.
        credential.login = before
        return False
    return True


def _candidates(person: Person) -> Iterator[str]:
    if person.email:
        yield normal_login(person.email)
    name = normal_login(f"{person.first_name} {person.last_name}").replace(" ", ".")[:240]
    yield name
    for number in range(2, MOST_OF_A_NAME):
        yield f"{name}.{number}"
