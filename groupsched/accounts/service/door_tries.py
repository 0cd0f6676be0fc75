"""Tries of codes at the door, counted by the tablet they are typed on: many people share it, so it gets more of them."""

from dataclasses import dataclass

from groupsched.accounts.rules import PER_DOOR, TryLimit
from groupsched.accounts.service import failed_tries
from groupsched.accounts.service.failed_tries import CountedTry
from groupsched.accounts.service.keyed import keyed


@dataclass(frozen=True)
class DoorTry(CountedTry):
    """A try on one tablet. What fits takes itself back and no other: nobody makes room for guesses with a code of their own."""

    def own(self) -> list[tuple[str, TryLimit]]:
        """Nothing is counted by who it might be."""
        return []

    def shared(self) -> list[tuple[str, TryLimit]]:
        """All tries of the tablet."""
        return [(keyed(f"door {self.device}"), PER_DOOR)]


def count_door_try(device_uid: str) -> None:
    """Write a try down, at once. Raises TooManyTries, and then nothing is written. Ends the transaction of the request."""
    failed_tries.count(_of(device_uid))


def forgive_door_try(device_uid: str) -> None:
    """The code fitted: this try is none."""
    failed_tries.forgive(_of(device_uid))


def _of(device_uid: str) -> DoorTry:
    return DoorTry("", "", device_uid)
