"""Who acts, and from where."""

from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address


class ActorKind(StrEnum):
    """A person, or what acted without one: a visitor, a token of the interface, the product."""

    PERSON = "person"
    ANONYMOUS = "anonymous"
    API_TOKEN = "apitoken"  # noqa: S105 - a name
    SYSTEM = "system"


class AddressClass(StrEnum):
    """Where a request comes from: this machine, a network of the house, or elsewhere. The address itself is never kept."""

    LOOPBACK = "loopback"
    PRIVATE = "private"
    OUTSIDE = "outside"


def class_of(address: IPv4Address | IPv6Address) -> AddressClass:
    """Where an address is.

    >>> [class_of(IPv4Address(one)).value for one in ("127.0.0.1", "10.1.2.3", "203.0.114.5")]
    ['loopback', 'private', 'outside']
    """
    if address.is_loopback:
        return AddressClass.LOOPBACK
    return AddressClass.PRIVATE if address.is_private else AddressClass.OUTSIDE
