"""The calendar page: a person's links, how titles read, a further link, a new address, off."""

from typing import Any

import segno
from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms.fields import SelectChoice

from groupsched.access.identity import Identity, Member, current
from groupsched.access.policy import Permission, can, requires
from groupsched.access.queries import current_program
from groupsched.accounts.models import Person
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import NotFound
from groupsched.core.i18n import _
from groupsched.core.tokens import secret
from groupsched.feeds.forms import NewLinkForm, TitlesForm
from groupsched.feeds.queries import get_feed, own_feeds, own_groups, own_words, sample_of, which_address
from groupsched.feeds.routes.blueprint import blueprint
from groupsched.feeds.rules import FeedKind, device_of
from groupsched.feeds.service import create_feed, keep_own_words, renew_feed, revoke_feed, update_feed


@blueprint.get("/calendar")
@requires(Permission.FEED_OWN, tells_much=True)
def calendar() -> str:
    """A person's links."""
    return _page(_new_link_form())


@blueprint.post("/calendar")
@requires(Permission.FEED_OWN, tells_much=True)
def create() -> Any:
    """Make a further link and show it in the answer itself: on the way to another page it would have to lie somewhere."""
    form, identity = _new_link_form(), current()
    if form.validate_on_submit():
        person = db.session.get_one(Person, _member(identity).person_id)
        said, once = (form.name.data, form.titles.data, form.kind.data), request.form.get("once", "")
        feed, url = create_feed(identity, person, *said, once=once)
        return _page(_fresh_form(), {"name": feed.name, "url": url})
    return _page(form), 422


@blueprint.route("/calendar/<uid>", methods=["GET", "POST"])
@requires(Permission.FEED_OWN, tells_much=True)
def link(uid: str) -> Any:
    """What one link shows, and its name."""
    identity = current()
    feed = get_feed(identity, uid)
    form = TitlesForm(obj=feed)
    if form.validate_on_submit():
        update_feed(identity, feed, form.name.data, form.titles.data)
        return _back(_("Kept. Your calendar follows when it next looks."))
    page = render_template("feeds/link.html", feed=feed, form=form, sample=sample_of(identity, feed.kind))
    return page, 422 if form.errors else 200


@blueprint.route("/calendar/<uid>/new-link", methods=["GET", "POST"])
@requires(Permission.FEED_OWN, tells_much=True)
def renew(uid: str) -> Any:
    """A new address for a link, after one question: the old one stops."""
    identity = current()
    feed = get_feed(identity, uid)
    if request.method == "POST":
        given = {name: request.form.get(name, "") for name in ("once", "replaces")}
        return _page(_fresh_form(), {"name": feed.name, "url": renew_feed(identity, feed, **given)})
    fields = {"once": secret(), "replaces": which_address(feed)}
    return render_template("feeds/renew.html", feed=feed, fields=fields)


@blueprint.route("/calendar/<uid>/turn-off", methods=["GET", "POST"])
@requires(Permission.FEED_OWN, tells_much=True)
def turn_off(uid: str) -> Any:
    """Turn a link off, after one question: there is no way back."""
    feed = get_feed(current(), uid)
    if request.method == "GET":
        return render_template("feeds/off.html", feed=feed)
    revoke_feed(current(), feed)
    return _back(_("“%(name)s” is turned off. Remove it in your calendar app too.", name=feed.name))


@blueprint.route("/calendar/words", methods=["GET", "POST"])
@requires(Permission.FEED_OWN, tells_much=True)
def own() -> Any:
    """A person's own words for their groups."""
    identity = current()
    groups, person = own_groups(identity), _member(identity).person_id
    if request.method == "POST":
        said = {group.id: request.form.get(f"words-{group.uid}", "") for group in groups}
        keep_own_words(identity, person, said)
        return _back(_("Your own words are kept."))
    return render_template("feeds/words.html", groups=groups, words=own_words(person))


def _page(form: NewLinkForm, shown_once: dict[str, str] | None = None) -> str:
    identity = current()
    feeds = own_feeds(identity)
    return render_template(
        "feeds/calendar.html",
        form=form,
        once=secret(),
        feeds=feeds,
        new=_shown_once(shown_once) if shown_once else None,
        sample=sample_of(identity, form.kind.data),
        device=device_of(request.user_agent.string),
        zone=_zone(),
        now=clock.now(),
    )


def _shown_once(new: dict[str, str]) -> dict[str, str]:
    """A new link as it is shown: its address, the one for phones, and the code to point a phone at."""
    webcal = "webcal" + new["url"][new["url"].index(":") :]
    code = segno.make(webcal, error="m").svg_inline(
        scale=4, border=2, dark="#000", light="#fff", omitsize=True, svgclass="qr", lineclass=None,
        title=_("Code of your calendar link"),
    )  # fmt: skip
    return {**new, "webcal": webcal, "code": code}


def _fresh_form() -> NewLinkForm:
    """The form of the next link, below the one that was made."""
    return _new_link_form(formdata=None)


def _new_link_form(**given: Any) -> NewLinkForm:
    """The form of a further link; those who lead groups may also choose what they lead, and it comes first."""
    choices = [SelectChoice(FeedKind.MINE, _("My sessions"))]
    if can(current(), Permission.FEED_LEADING):
        choices.insert(0, SelectChoice(FeedKind.LEADING, _("What I lead")))
    form = NewLinkForm(
        data={"kind": choices[0].value, "name": "" if own_feeds(current()) else _("My phone")}, **given
    )
    form.kind.choices = choices
    return form


def _member(identity: Identity) -> Member:
    if not isinstance(identity, Member):
        raise NotFound
    return identity


def _back(words: str) -> Response:
    flash(words)
    return redirect(url_for("feeds.calendar"), 303)


def _zone() -> str:
    program = current_program(current())
    return program.timezone if program else "UTC"
