"""Who may stand behind an act."""

from enum import StrEnum


class ActorKind(StrEnum):
    """A person, or what acted without one: a visitor, a token of the interface, the product."""

    PERSON = "person"
    ANONYMOUS = "anonymous"
    API_TOKEN = "apitoken"  # noqa: S105 - a name
    SYSTEM = "system"
