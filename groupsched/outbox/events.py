"""What the outbox asks of the rooms above."""

from dataclasses import dataclass


@dataclass(frozen=True)
class AddressOf:
    """Question: where does mail to this person go? Answer: an address, or nothing."""

    person_id: int
