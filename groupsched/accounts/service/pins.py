"""What a paired tablet knows of who signs in on it, and how often their PIN was wrong."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from groupsched.access.identity import Member, PairedDevice
from groupsched.access.refusals import fitted, tried
from groupsched.accounts import queries, rules
from groupsched.accounts.models import DeviceUser, Person, Pin
from groupsched.accounts.service.passwords import fits, hash_password
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import record
from groupsched.core import clock
from groupsched.core.db import db, end_transaction, write_now
from groupsched.core.errors import DomainError
from groupsched.core.i18n import _


def known_on(device_id: int, person: Person, *, factor: bool = False) -> None:
    """A tablet knows somebody from now on who has signed in on it with their password, and (`factor`) a second step."""
    now = clock.now()
    row = queries.device_user(device_id, person.id) or DeviceUser(device_id=device_id, person_id=person.id)
    row.password_at, row.pin_tries = now, 0
    row.factor_at = now if factor else row.factor_at
    db.session.add(row)
    db.session.flush()


def check_pin_shape(pin: str) -> None:
    """Raise DomainError where this is no PIN, or one that anybody would try first."""
    fault = rules.pin_fault(pin)
    if fault is not None:
        raise DomainError(_fault_words(fault), field="pin")


def set_pin(identity: Member, pin: str) -> None:
    """Give somebody a PIN, in place of the one before. Raises what `check_pin_shape` raises.

    That it is them was shown just now: whoever calls sees to it.
    """
    check_pin_shape(pin)
    person_id = identity.person_id
    end_transaction()
    hashed = hash_password(pin)
    row = db.session.get(Pin, person_id) or Pin(person_id=person_id)
    row.pin_hash, row.since = hashed, clock.now()
    db.session.add(row)
    record(identity, AuditAction.PIN_CHANGED, queries.own_person(identity))


def remove_pin(identity: Member) -> None:
    """Do without a PIN from now on."""
    row = db.session.get(Pin, identity.person_id)
    if row is not None:
        db.session.delete(row)
        record(identity, AuditAction.PIN_REMOVED, queries.own_person(identity))


def check_pin(device: PairedDevice, person_uid: str, pin: str) -> tuple[Person, bool]:
    """Take the PIN of somebody whom this tablet knows; return them, and whether their second step still stands here.

    Raises DomainError where it does not fit; its code is `pin-password` where only the password opens it from now on. A try
    is written down before it is looked at, in one statement that counts: many at once are not more than five.
    Ends the transaction of the request first: it must not hold anything yet.
    """
    person = queries.unlocker(device, person_uid)
    number, stored = (person.id, db.session.get_one(Pin, person.id).pin_hash) if person else (0, None)
    tried(number or None)
    end_transaction()
    counted = _counted(device.id, number)
    if not fits(pin, stored) or not counted:
        raise _refused(device.id, number)
    fitted()
    return _opened(device, number, stored)


def _counted(device_id: int, person_id: int) -> bool:
    """Count a try, unless there were too many; whether there are any left."""
    found = []

    def write(own: Session) -> None:
        left = (DeviceUser.device_id == device_id, DeviceUser.person_id == person_id)
        once_more = update(DeviceUser).where(*left, DeviceUser.pin_tries < rules.PIN_TRIES)
        done = own.connection().execute(once_more.values(pin_tries=DeviceUser.pin_tries + 1))
        found.append(done.rowcount == 1)

    write_now(write)
    return found[0]


def _refused(device_id: int, person_id: int) -> DomainError:
    row = queries.device_user(device_id, person_id)
    left = rules.PIN_TRIES - row.pin_tries if row is not None else 0
    if left <= 0:
        said = _("This PIN opens nothing here now. Please sign in with your password.")
        return DomainError(said, code="pin-password")
    return DomainError(_("That is not your PIN. Please try again."), code="pin-wrong")


def _opened(device: PairedDevice, person_id: int, stored: str | None) -> tuple[Person, bool]:
    row = db.session.get(DeviceUser, (device.id, person_id), with_for_update=True)
    now_stored = db.session.get(Pin, person_id)
    # It may have been changed, or the account closed, while it was looked at.
    same = now_stored is not None and now_stored.pin_hash == stored
    person = db.session.get_one(Person, person_id)
    if row is None or not same or queries.unlocker(device, person.uid) is None:
        raise DomainError(_("That is not your PIN. Please try again."), code="pin-wrong")
    row.pin_tries = 0
    return person, rules.factor_counts(row.factor_at, clock.now())


def _fault_words(fault: rules.PinFault) -> str:
    if fault is rules.PinFault.SHAPE:
        return _("A PIN has six digits.")
    return _("Anybody would try this one first. Please choose another.")
