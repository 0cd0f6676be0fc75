"""What the rooms above know of who asks."""

from dataclasses import dataclass

from groupsched.access.identity import Identity


@dataclass(frozen=True)
class StandsOn:
    """Answered by a set of words, each for something that an identity acts by and that others may take from it.

    `again`: as it is now, locked until the transaction ends, so that whoever takes it waits. Who answers may raise
    NotFound, or SignedOut, where nothing is left to stand on.
    """

    identity: Identity
    again: bool
