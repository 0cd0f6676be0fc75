"""Reading tablets: those of a program, offers to pair one, and who unlocks one with a PIN."""

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import joinedload

from groupsched.access.identity import STAFF, Identity, PairedDevice
from groupsched.access.models import Site
from groupsched.access.policy import Facts, Permission, can
from groupsched.access.queries import of_program, sites
from groupsched.accounts.models import Credential, Device, DeviceUser, Grant, Pairing, Person, Pin
from groupsched.accounts.rules import UNPAIRED_UNDO
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import NotFound


def device_facts(row: Device | Pairing) -> Facts:
    """What the policy may know of a tablet, or of an offer to pair one."""
    return Facts(program=row.program_id, site=row.site_id)


def device_sites(identity: Identity) -> list[Site]:
    """The sites for which somebody may pair tablets."""
    return [
        site
        for site in sites(identity)
        if can(identity, Permission.DEVICE_WRITE, Facts(program=site.program_id, site=site.id))
    ]


def devices(identity: Identity) -> list[Device]:
    """The paired tablets that somebody looks after, and those unpaired just now, by name."""
    lately = or_(Device.revoked_at.is_(None), Device.revoked_at > clock.now() - UNPAIRED_UNDO)
    here = (
        Device.program_id == identity.program_id,
        Device.site_id.in_([site.id for site in device_sites(identity)]),
    )
    people = (joinedload(Device.site), joinedload(Device.paired_by), joinedload(Device.seen_by))
    query = select(Device).options(*people).where(*here, lately).order_by(Device.name, Device.id)
    return list(db.session.scalars(query))


def get_device(identity: Identity, uid: str) -> Device:
    """A tablet that somebody looks after. Raises NotFound."""
    found = of_program(identity, Device, uid)
    if not can(identity, Permission.DEVICE_WRITE, device_facts(found)):
        raise NotFound
    return found


def get_pairing(identity: Identity, uid: str) -> Pairing:
    """An offer of somebody's own to pair a tablet, whatever became of it. Raises NotFound."""
    found = of_program(identity, Pairing, uid)
    if found.created_by_id != identity.person:
        raise NotFound
    return found


def open_pairing(secret_hash: str) -> Pairing | None:
    """The offer of a link or a typed code that can still be used, or None; one answer for every reason."""
    held = or_(Pairing.token_hash == secret_hash, Pairing.code_hash == secret_hash)
    live = (Pairing.used_at.is_(None), Pairing.expires_at > clock.now())
    return db.session.scalar(select(Pairing).where(held, *live))


def device_with(secret_hash: str) -> Device | None:
    """The tablet whose cookie has this secret, unpaired or not."""
    return db.session.scalar(select(Device).where(Device.secret_hash == secret_hash))


def device_user(device_id: int, person_id: int) -> DeviceUser | None:
    """What a tablet knows of somebody who has signed in on it."""
    return db.session.get(DeviceUser, (device_id, person_id))


def has_pin(person: Person) -> bool:
    """Whether somebody has set a PIN."""
    return db.session.get(Pin, person.id) is not None


def unlockers(device: PairedDevice) -> list[Person]:
    """Staff who open this tablet with their PIN, by name: they have signed in on it since their password is what it is."""
    rows = db.session.scalars(_unlocking(device).order_by(Person.first_name, Person.last_name, Person.id))
    return list(rows.unique())


def unlocker(device: PairedDevice, person_uid: str) -> Person | None:
    """One of them by their public id."""
    return db.session.scalars(_unlocking(device).where(Person.uid == person_uid)).unique().one_or_none()


def _unlocking(device: PairedDevice) -> Select[Person]:
    now = clock.now()
    staff = exists().where(Grant.person_id == Person.id, Grant.role.in_(STAFF), Grant.in_force(now))
    return (
        select(Person)
        .join(DeviceUser, DeviceUser.person_id == Person.id)
        .join(Credential, Credential.person_id == Person.id)
        .join(Pin, Pin.person_id == Person.id)
        .where(
            DeviceUser.device_id == device.id,
            Person.program_id == device.program_id,
            Credential.disabled_at.is_(None),
            # With another password every tablet asks for it once more.
            or_(Credential.password_at.is_(None), DeviceUser.password_at >= Credential.password_at),
            staff,
        )
    )
