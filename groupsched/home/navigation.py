"""The frame around a page: where one can go from here, under which hat, in which language and light."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from flask import current_app, has_request_context, request, url_for

from groupsched.access.identity import STAFF, Identity, Member, current
from groupsched.access.policy import Permission, can
from groupsched.access.queries import current_program, main_site
from groupsched.accounts import paired
from groupsched.accounts.models import SignIn
from groupsched.accounts.rules import Hat, lifetime, local_path
from groupsched.core.db import db
from groupsched.core.i18n import LANGUAGES, _, _l, current_language
from groupsched.home.rules import Theme

LOOK = "look"
DOOR = "door"
HINTS = {
    "client": (
        _l("Pick what sounds right with the buttons."),
        _l("Open a session: what happens, and what is not asked of you."),
        _l("Join a date. Your calendar will only say “Appointment”."),
    ),
    "facilitator": (
        _l("A session is running: open its sheet."),
        _l("Define a new group and watch its dates appear."),
        _l("Cancel one date. People are told, without a word of what it was."),
    ),
    "front_desk": (
        _l("Tap a name: here. Tap again for more."),
        _l("Mark everyone else as here, then undo."),
        _l("Hide the screen with one tap."),
    ),
}


@dataclass(frozen=True)
class MenuLink:
    """One link of a menu: `key` is what a page's `here` block names."""

    key: str
    href: str
    icon: str
    words: str


@dataclass(frozen=True)
class LanguageLink:
    """A language one can change to, in its own words."""

    code: str
    words: str


@dataclass(frozen=True)
class PageFrame:
    """Everything the layouts ask of a request."""

    at: str
    name: str
    hat: str
    staff: bool
    other_hat: str
    menu: list[MenuLink]
    tabs: list[MenuLink]
    account: list[MenuLink]
    foot: list[MenuLink]
    languages: list[LanguageLink]
    hints: list[str]
    idle_seconds: int
    key: str
    device: str
    unpaired: bool
    theme: str
    contrast: bool
    back_href: str
    home_href: str
    find_href: str
    cover_href: str
    look_href: str
    hat_href: str
    language_href: str
    sign_in_href: str
    sign_out_href: str
    lock_href: str


def frame() -> PageFrame:
    """The frame for this request."""
    identity = current()
    staff = identity.is_staff
    menu = list(_staff_menu(identity) if staff else _client_menu(identity))
    look = request.cookies.get(LOOK, "").split(".")
    return PageFrame(
        at=_here(),
        name=getattr(identity, "name", ""),
        hat=_hat(identity),
        staff=staff,
        other_hat=_other_hat(identity),
        menu=menu,
        tabs=_tabs(identity, menu),
        account=list(_account_menu(identity)),
        foot=list(_foot(identity)),
        languages=_languages(),
        hints=_hints(identity),
        idle_seconds=_idle_seconds(identity),
        key=getattr(identity, "unlock", ""),
        device=_device(identity),
        unpaired=paired.was_unpaired(),
        theme=next((t for t in Theme if t in look), ""),
        contrast="more" in look,
        back_href=_came_from(),
        home_href=link("home.today") if staff else link("home.front"),
        find_href=link("enrolment.find"),
        cover_href=link("home.cover"),
        look_href=link("home.look"),
        hat_href=link("accounts.hat"),
        language_href=link("accounts.language"),
        sign_in_href=link("accounts.sign_in"),
        sign_out_href=link("accounts.sign_out"),
        lock_href=link("accounts.lock"),
    )


def link(endpoint: str) -> str:
    """The address of a page, or nothing where this installation has no such page."""
    return url_for(endpoint) if endpoint in current_app.view_functions else ""


def _client_menu(identity: Identity) -> Iterator[MenuLink]:
    yield from _place("find", "enrolment.find", "search", _("Find"))
    if isinstance(identity, Member):
        yield from _place("week", "home.my", "calendar-check", _("My week"))
        yield from _place("feeds", "feeds.calendar", "calendar-days", _("Calendar"))


def _staff_menu(identity: Identity) -> Iterator[MenuLink]:
    yield from _place("today", "home.today", "house", _("Today"))
    yield from _place("staff-week", "home.week", "calendar-days", _("The week"))
    yield from _place("find", "enrolment.find", "search", _("Sessions"))
    yield from _place("groups", "schedule.groups", "repeat", _("Groups"))
    if can(identity, Permission.CLIENT_READ):
        yield from _place("people", "register.people", "users-round", _("People"))


def _account_menu(identity: Identity) -> Iterator[MenuLink]:
    yield from _place("me", "accounts.me", "settings", _("Settings"))
    if not identity.is_staff:
        yield from _place("forms", "questionnaires.mine", "file-text", _("My forms"))
        yield from _place("care-team", "care.mine", "users-round", _("My care team"))
        return
    if can(identity, Permission.CATALOG_READ):
        yield from _place("catalog", "catalog.modalities", "layers", _("Catalogue"))
        yield from _place("run-sheets", "facilitation.all_sheets", "list-checks", _("Run sheets"))
    if can(identity, Permission.CALL_TAKE):
        yield from _place("calls-now", "care.calls_now", "phone", _("Calls now"))
    if can(identity, Permission.QUESTIONNAIRE_WRITE):
        yield from _place("forms", "questionnaires.all_forms", "file-text", _("Forms"))
    if can(identity, Permission.DEVICE_WRITE):
        yield from _place("devices", "accounts.devices", "tablet", _("Tablets"))
    if can(identity, Permission.FEED_LEADING):
        yield from _place("feeds", "feeds.calendar", "calendar-plus", _("My calendar"))
    if can(identity, Permission.GROUPS_IMPORT):
        yield from _place("import", "exchange.people_table", "upload", _("Bring in"))
    if can(identity, Permission.ATTENDANCE_EXPORT):
        yield from _place("export", "record.export", "download", _("Attendance as a table"))
    if can(identity, Permission.LISTINGS_REVIEW):
        yield from _place("review", "exchange.review", "inbox", _("Listings to review"))
    if can(identity, Permission.AUDIT_READ):
        yield from _place("audit", "audit.rows", "eye", _("What was done and seen"))
    if can(identity, Permission.GLASS_READ):
        yield from _place("glass", "register.glass_log", "lock", _("Opened by break-glass"))
    yield from _place("outbox", "outbox.mails", "mail", _("Mails of the demo"))


def _foot(identity: Identity) -> Iterator[MenuLink]:
    yield from _place("privacy", "accounts.privacy", "lock", _("Privacy"))
    if isinstance(identity, Member):
        yield from _place("looks", "audit.looks", "eye", _("Who looked at my record"))
        yield from _place("me", "accounts.me", "settings", _("Settings"))


def _place(key: str, endpoint: str, icon: str, words: str) -> Iterator[MenuLink]:
    href = link(endpoint)
    if href:
        yield MenuLink(key, href, icon, words)


def _tabs(identity: Identity, menu: list[MenuLink]) -> list[MenuLink]:
    """The bottom bar of a phone: the same places; a client also reaches help with one thumb, where there is a number."""
    site = None if identity.is_staff else main_site(current_program(identity))
    if site is None or not (site.emergency_said or site.crisis_said or site.program_said):
        return menu
    return [*menu, MenuLink("help", "#lifeline", "life-buoy", _("Help now"))]


def _languages() -> list[LanguageLink]:
    """The other languages."""
    return [LanguageLink(code, words) for code, words in LANGUAGES.items() if code != current_language()]


def _hints(identity: Identity) -> list[str]:
    """What to try first, for who came in by a door of the demo; until closed."""
    hints = HINTS.get(request.cookies.get(DOOR, ""), ())
    program = current_program(identity) if hints else None
    return [str(words) for words in hints] if program and program.demo and identity.person else []


def _idle_seconds(identity: Identity) -> int:
    """How long this sign-in may rest before it ends; 0 where there is nothing to warn of."""
    if not isinstance(identity, Member) or not identity.sign_in_id:
        return 0
    row = db.session.get(SignIn, identity.sign_in_id)
    if row is None or row.own_phone:
        return 0
    staff = any(grant.role in STAFF for grant in identity.grants)
    return int(lifetime(staff=staff, own_phone=False).idle.total_seconds())


def _device(identity: Identity) -> str:
    """What the paired tablet is called on which somebody is signed in; empty in any other browser."""
    device = identity.device if isinstance(identity, Member) else None
    return device.name if device is not None else ""


def _here() -> str:
    """The address to come back to after changing language or light: this page where it can be asked for again."""
    path, query = quote(request.path), request.query_string.decode("ascii", "ignore")
    return f"{path}?{query}" if query and request.method == "GET" else path


def _came_from() -> str:
    """The page of this site that led here, to go back to; empty where the browser does not say, or it is this one."""
    told = urlsplit(request.referrer or "")
    path = f"{told.path}?{told.query}" if told.query else told.path
    if told.netloc != request.host or (request.method == "GET" and path == _here()):
        return ""
    return local_path(path) or ""


def _hat(identity: Identity) -> str:
    if not isinstance(identity, Member) or not identity.has_both_hats:
        return ""
    return _("As myself") if identity.as_self else _("As staff")


def _other_hat(identity: Identity) -> str:
    if not isinstance(identity, Member) or not any(grant.role in STAFF for grant in identity.grants):
        return ""
    return Hat.STAFF if identity.as_self else Hat.SELF


def context() -> dict[str, Any]:
    """What the layouts find in every template of a page; a mail has no frame."""
    return {"frame": frame()} if has_request_context() else {}
