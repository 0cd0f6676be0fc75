"""Whom a message did not reach: somebody who sees who is in the group tells them."""

from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from groupsched.access.identity import Identity
from groupsched.access.policy import Permission, can
from groupsched.accounts.models import Person
from groupsched.catalog.models import Group
from groupsched.core.db import db
from groupsched.core.errors import NotFound
from groupsched.enrolment.queries.clients import facts
from groupsched.outbox.models import Message
from groupsched.outbox.service import said_by_phone, untold


@dataclass(frozen=True)
class UnreachedPerson:
    """Somebody who has to be told, and of which group. `message` is what did not reach them."""

    message: Message
    person: Person
    group: Group

    @property
    def words(self) -> str:
        """What to say, in the person's language."""
        return said_by_phone(self.message)


def unreached(identity: Identity, group: Group | None = None) -> list[UnreachedPerson]:
    """Who has to be told, of this group or of all whose roster this identity may read, the longest waiting first."""
    query = _all_of(identity).where(untold()).order_by(Message.created_at, Message.id)
    if group is not None:
        query = query.where(Message.group_id == group.id)
    found = [
        UnreachedPerson(message, person, about)
        for message, person, about in db.session.execute(query).unique()
    ]
    return [one for one in found if _may_tell(identity, one)]


def get_unreached(identity: Identity, uid: str) -> UnreachedPerson:
    """One of them by the public id of the message, told or not. Raises NotFound for who may not read the roster."""
    wanted = (Message.uid == uid, Message.unreached.is_not(None), Message.withdrawn_at.is_(None))
    row = db.session.execute(_all_of(identity).where(*wanted)).unique().first()
    found = UnreachedPerson(row[0], row[1], row[2]) if row is not None else None
    if found is None or not _may_tell(identity, found):
        raise NotFound
    return found


def _all_of(identity: Identity) -> Select[Message, Person, Group]:
    return (
        select(Message, Person, Group)
        .join(Person, Person.id == Message.person_id)
        .join(Group, Group.id == Message.group_id)
        .options(joinedload(Group.facilitators))
        .where(Group.program_id == identity.program_id)
    )


def _may_tell(identity: Identity, one: UnreachedPerson) -> bool:
    return can(identity, Permission.ROSTER_READ, facts(one.group, one.person))
