"""How many requests one address may send in a minute. It guards the machine from a flood, and nothing else.

Tries of passwords and codes are counted in the database. Not counted at all: files, health, and what comes from this
machine itself, so that a proxy that nobody declared never makes all people one address. Calendars whose bytes are
stored are answered before this.
"""

from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any, TypeVar

from flask import Flask, current_app, request
from flask_limiter import Limiter

from groupsched.core import clock

# A house of people behind one address.
PAGES = "1200 per minute"
# Programs, and a calendar company that fetches the links of many people from one address.
MACHINES = "6000 per minute"
# Two hundred in one building that ask every ten seconds what others marked, and tap every two, are 7,200 of these.
TABLETS = "12000 per minute"
# Each takes as long as a hash of a password is meant to take.
COSTLY = "120 per minute"
_MACHINE_PATHS = ("/api/", "/feeds/")
_TABLET_PATHS = ("/sheet/", "/house/")
_FREE = frozenset({"static", "health.alive", "health.ready"})
_KEY = "groupsched.load"

V = TypeVar("V", bound=Callable[..., Any])


def costly(view: V) -> V:
    """Mark a view whose POST is slow on purpose."""
    view.costly = True  # type: ignore[attr-defined]
    return view


def counted_address(address: str) -> str:
    """Return what an address is counted as: itself, or the /64 network of an IPv6 one, which is one household's.

    >>> counted_address("2001:db8::1")
    '2001:db8::/64'
    >>> counted_address("::ffff:203.0.113.5")
    '203.0.113.5'
    """
    found = read_address(address)
    if found is None:
        return address
    return str(ip_network(f"{found}/64", strict=False)) if found.version == 6 else str(found)


def read_address(address: str) -> IPv4Address | IPv6Address | None:
    """The address, None for what is none; an IPv4 one that a socket for both kinds wrote as IPv6 is read as what it is."""
    try:
        found = ip_address(address)
    except ValueError:
        return None
    return found.ipv4_mapped or found if isinstance(found, IPv6Address) else found


def seconds_left() -> int:
    """After how many seconds an address that was refused may ask again."""
    limiter: Limiter = current_app.extensions[_KEY]
    reached = limiter.current_limit
    return max(1, int(reached.reset_at - clock.now().timestamp())) if reached else 60


def _rate() -> str:
    if request.path.startswith(_MACHINE_PATHS):
        return MACHINES
    if request.path.startswith(_TABLET_PATHS):
        return TABLETS
    view = current_app.view_functions.get(request.endpoint or "")
    return COSTLY if request.method == "POST" and getattr(view, "costly", False) else PAGES


def _what() -> str:
    """What is not there counts too."""
    return request.endpoint or "unknown"


def _who() -> str:
    """One address, once for each kind of request: pages do not use up what is left for signing in."""
    return f"{_rate()} {counted_address(request.remote_addr or '')}"


def _is_free() -> bool:
    found = read_address(request.remote_addr or "")
    return request.endpoint in _FREE or found is None or found.is_loopback


def init_app(app: Flask, storage: str) -> None:
    """Count in the memory of this process, or in Redis; while Redis is away, in memory."""
    app.config.update(
        RATELIMIT_STORAGE_URI=storage,
        RATELIMIT_HEADERS_ENABLED=False,
        RATELIMIT_IN_MEMORY_FALLBACK_ENABLED=True,
    )
    limiter = Limiter(key_func=_who, application_limits=[_rate], request_identifier=_what)
    limiter.request_filter(_is_free)
    limiter.init_app(app)
    app.extensions[_KEY] = limiter
