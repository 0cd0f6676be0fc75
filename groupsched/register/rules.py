"""What the register is made of."""

from enum import StrEnum


class PeopleList(StrEnum):
    """The two lists of people; one with both sides stands in both."""

    CLIENTS = "clients"
    STAFF = "staff"
