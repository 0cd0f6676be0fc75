"""From a cookie to an identity: the one way in which a browser is known."""

from datetime import datetime, timedelta
from typing import Any

from flask import Request, g, request, session
from sqlalchemy import update
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from groupsched.access.identity import GrantInForce, Member, OpenGlass
from groupsched.access.queries import get_program
from groupsched.accounts import paired, queries, rules
from groupsched.accounts.models import BreakGlass, Person, SignIn
from groupsched.accounts.paired import cookie_name, set_cookie
from groupsched.accounts.queries import SignInHolder
from groupsched.accounts.service import Browser, kept_with
from groupsched.core import clock
from groupsched.core.db import aside_if_possible
from groupsched.core.tokens import fingerprint
from groupsched.core.web import settings, wants_json

# What a page asks by itself, without a hand on it, does not keep a sign-in from resting.
UNATTENDED = "X-Unattended"
# Written into nobody's address and read by no script.
PLAIN_COOKIE = "signin"
# Which accounts know this browser, as keys that say nothing (`service/devices.py`).
KNOWN_COOKIE, KNOWN_FOR = "known", timedelta(days=365)


def load_identity(asked: Request) -> Member | None:
    """Who holds this browser's secret, or None: unknown, ended, run out, resting too long, disabled, or half way in.

    The JSON interface knows tokens only: a browser that is signed in may call it with one.
    """
    token = asked.cookies.get(cookie_name(settings(), PLAIN_COOKIE))
    if not token or wants_json():
        return None
    found = queries.holder_of(fingerprint(token))
    if found is None or found.half or not paired.is_here(found.device):
        session.pop("_flashes", None)  # it was said to whoever was signed in before
        return None
    return _member(found, clock.now())


def half_way() -> tuple[SignIn, Person] | None:
    """Who has shown their password in this browser, and not yet the second step."""
    found = queries.holder_of(fingerprint(request.cookies.get(cookie_name(settings(), PLAIN_COOKIE), "")))
    if found is None or not found.half or not paired.is_here(found.device):
        return None
    return found.row, found.person


def _member(holder: SignInHolder, now: datetime) -> Member:
    row, person = holder.row, holder.person
    if rules.needs_touch(row.seen_at, now) and UNATTENDED not in request.headers:
        _touch(row.id, now)
    if holder.device is not None:
        paired.was_there(holder.device, person.id)
    g.language = person.language
    ask_again = rules.must_ask_again(own_phone=row.own_phone, confirmed=row.confirmed_at, now=now)
    fresh = rules.is_fresh(row.created_at, row.confirmed_at, now)
    return member(
        person,
        as_self=row.as_self,
        sign_in_id=row.id,
        must_ask_again=ask_again,
        is_fresh=fresh,
        glass=_glass(holder.glass),
        device=paired.told(holder.device) if holder.device is not None else None,
        unlock=row.uid,
    )


def _glass(row: BreakGlass | None) -> OpenGlass | None:
    return OpenGlass(row.uid, row.reason, row.ends_at) if row is not None else None


def member(person: Person, **known: Any) -> Member:
    """The identity of a person with the grants in force; `known` of their sign-in."""
    now = clock.now()
    # It came with the person: asked for now it stays, and what writes dates and times does not read it again.
    get_program(person.program_id)
    every = (
        GrantInForce(grant.role, grant.program_id, grant.site_id)
        for grant in person.grants
        if grant.in_force(now)
    )
    return Member(
        program_id=person.program_id,
        person_id=person.id,
        person_uid=person.uid,
        name=person.short_name,
        grants=tuple(every),
        language=person.language,
        **known,
    )


def _touch(number: int, now: datetime) -> None:
    """Remember the last use, beside the request. A database that cannot write must not keep people from reading."""

    def write(own: Session) -> None:
        own.execute(update(SignIn).where(SignIn.id == number).values(seen_at=now))

    aside_if_possible(write)


def browser() -> Browser:
    """The browser of this request."""
    name = rules.browser_name(request.headers.get("User-Agent", ""))
    return Browser(request.remote_addr or "", name, _known(), paired.present())


def _known() -> str:
    return request.cookies.get(cookie_name(settings(), KNOWN_COOKIE), "")


def keep(response: Response, token: str, *, own_phone: bool = False) -> Response:
    """Give the browser its secret: until it is closed, or for 30 days on a person's own phone."""
    return set_cookie(response, PLAIN_COOKIE, token, rules.OWN_PHONE_LIFETIME.absolute if own_phone else None)


def remember(response: Response, person: Person) -> Response:
    """Let the browser show later that this person has signed in here before."""
    if person.credential is None:
        return response
    return set_cookie(response, KNOWN_COOKIE, kept_with(_known(), person.credential), KNOWN_FOR)


def forget(response: Response) -> Response:
    """Take the secret out of the browser."""
    given = settings()
    response.delete_cookie(
        cookie_name(given, PLAIN_COOKIE), path="/", secure=given.secure, httponly=True, samesite="Lax"
    )
    return response
