"""What the people room tells the rooms above, and what it asks of them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PeopleLedBy:
    """Question: whose groups does this facilitator lead? Answer: a SELECT of person numbers, to be used in a query."""

    facilitator_id: int


@dataclass(frozen=True)
class LeadersOf:
    """Question: who leads a group that this person is in? Answer: a set of person numbers."""

    person_id: int


@dataclass(frozen=True)
class GroupsOf:
    """Question: in how many groups is this person, or waits or asks to be? Answer: a number."""

    person_id: int


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
