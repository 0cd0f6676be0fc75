"""What the gate asks of the rooms above."""

from dataclasses import dataclass

from groupsched.access.identity import Identity


@dataclass(frozen=True)
class StillStands:
    """Which of these words, each for something that an identity acts by and that others may take from it, are still true?

    What is answered for is locked until the transaction ends, so that whoever takes it waits. Who answers may raise NotFound,
    or SignedOut, where nothing is left to stand on.
    """

    identity: Identity
    words: frozenset[str]
