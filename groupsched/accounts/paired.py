"""From a cookie to a tablet: which paired device a request comes from, and what it tells of itself."""

from datetime import timedelta

from flask import g, request
from sqlalchemy import update
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from groupsched.access.identity import PairedDevice, current
from groupsched.accounts import queries, rules
from groupsched.accounts.models import Device
from groupsched.core import clock
from groupsched.core.config import Settings
from groupsched.core.db import aside_if_possible
from groupsched.core.tokens import fingerprint
from groupsched.core.web import settings

COOKIE, KEPT_FOR = "device", timedelta(days=400)
WAITING = "X-Waiting"
"""How many marks wait on the tablet that asks."""
MOST_WAITING = 100_000


def cookie_name(given: Settings, name: str) -> str:
    """`__Host-` binds the cookie to this host and to https; over http (the demo) no browser would take that name."""
    return f"__Host-{name}" if given.secure else name


def set_cookie(response: Response, name: str, value: str, longest: timedelta | None) -> Response:
    """Give the browser a secret that no script reads and no other site has sent along: until it is closed, or so long."""
    given = settings()
    response.set_cookie(
        cookie_name(given, name),
        value,
        max_age=longest,
        secure=given.secure,
        httponly=True,
        # Not Strict: whoever comes by a link in a mail would seem to be signed out.
        samesite="Lax",
        path="/",
    )
    return response


def kept_secret() -> str:
    """The secret that makes a tablet of this browser; empty where it is none."""
    return request.cookies.get(cookie_name(settings(), COOKIE), "")


def keep(response: Response, secret: str) -> Response:
    """Make a tablet of this browser, or keep it one for another year."""
    return set_cookie(response, COOKIE, secret, KEPT_FOR)


def row() -> Device | None:
    """The tablet of this browser, unpaired or not, read once a request; None where it never was one."""
    if "device_row" not in g:
        kept = kept_secret()
        g.device_row = queries.device_with(fingerprint(kept)) if kept else None
    found: Device | None = g.device_row
    return found


def present() -> PairedDevice | None:
    """The paired tablet that this request comes from, whoever is signed in on it, if anybody."""
    if "paired" not in g:
        found = row()
        if found is not None and found.revoked_at is None:
            g.paired = told(found)
            was_there(found, None)
        else:
            g.paired = None
    here: PairedDevice | None = g.paired
    return here


def was_unpaired() -> bool:
    """Whether this browser was a tablet once and is none any more: names go from it, what waits is asked about."""
    if getattr(current(), "device", None) is not None:
        return False
    found = row()
    return found is not None and found.revoked_at is not None


def is_here(device: Device | None) -> bool:
    """Whether a sign-in that was begun on a tablet is asked for by that tablet; one of any other browser goes anywhere."""
    return device is None or device.secret_hash == fingerprint(kept_secret())


def told(found: Device) -> PairedDevice:
    """A tablet as a request knows it."""
    return PairedDevice(found.id, found.uid, found.name, found.program_id, found.site_id)


def was_there(found: Device, person_id: int | None) -> None:
    """Remember, beside the request, that a tablet was there and how many marks it said wait on it: every 15 minutes, and
    whenever some begin to wait or none wait any more."""
    now, waiting = clock.now(), _waiting()
    news = waiting is not None and bool(waiting) != bool(found.waiting)
    if "device_told" in g or not (news or rules.is_news(found.seen_at, now)):
        return
    g.device_told = True
    values: dict[str, object] = {"seen_at": now}
    if person_id is not None:
        values["seen_by_id"] = person_id
    if waiting is not None:
        values |= {"waiting": waiting, "waiting_at": now}
    number = found.id

    def write(own: Session) -> None:
        own.execute(update(Device).where(Device.id == number).values(**values))

    aside_if_possible(write)


def _waiting() -> int | None:
    said = request.headers.get(WAITING, "")
    return min(int(said), MOST_WAITING) if said.isascii() and said.isdigit() and len(said) < 9 else None
