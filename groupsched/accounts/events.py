"""What the people room tells the rooms above."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ClientRoleEnded:
    """The last role of a client that a person had has ended: so does what they are in as one."""

    person_id: int


@dataclass(frozen=True)
class RolesChanged:
    """A person was given a role, or one of theirs ended."""

    person_id: int


@dataclass(frozen=True)
class PersonRenamed:
    """A person has another name: who leads a group is found by it."""

    person_id: int


@dataclass(frozen=True)
class ProgramFounded:
    """A program was set up: rooms above fill it with their defaults."""

    program_id: int


@dataclass(frozen=True)
class AccountSwitched:
    """The account of a person was turned off, or on again."""

    person_id: int
