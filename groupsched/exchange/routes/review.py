"""Listings to review: what other directories do not say, settled by hand."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from groupsched.access.identity import current
from groupsched.access.policy import Permission, requires
from groupsched.core.db import db
from groupsched.core.i18n import _, ngettext
from groupsched.core.text import clean_line
from groupsched.exchange.forms import SettleForm
from groupsched.exchange.queries import ReviewQuery, open_questions, sources, to_review
from groupsched.exchange.routes.blueprint import blueprint
from groupsched.exchange.rules import SettleScope
from groupsched.exchange.service import settle
from groupsched.schedule.models import Series
from groupsched.schedule.words import sentence

LARGEST = 2**62


@blueprint.get("/import/review")
@requires(Permission.LISTINGS_REVIEW)
def review() -> str:
    """The listings with open questions, a page at a time."""
    return _page(SettleForm())


@blueprint.post("/import/review")
@requires(Permission.LISTINGS_REVIEW)
def settle_listings() -> Response | tuple[str, int]:
    """Answer open questions for the ticked listings, or for all that match."""
    form = SettleForm()
    if not form.validate():
        return _page(form), 422
    query = open_questions(current(), _wanted())
    chosen = None if form.scope.data == SettleScope.ALL else set(form.listing.data)
    groups = [group for group in db.session.scalars(query) if chosen is None or group.uid in chosen]
    count = settle(current(), groups, form.decisions())
    settled = ngettext("%(num)d listing is settled.", "%(num)d listings are settled.", count)
    flash(settled if count else _("Nothing was open there: these listings say it already."))
    return redirect(url_for("exchange.review", **_kept(_wanted())), 303)  # type: ignore[return-value]


def _page(form: SettleForm) -> str:
    wanted, identity = _wanted(), current()
    page = to_review(identity, wanted)
    form.count(page.total)
    return render_template(
        "exchange/review.html", form=form, wanted=wanted, page=page,
        sources=sources(identity), kept=_kept(wanted), when=_when,
    )  # fmt: skip


def _when(series: Series) -> str:
    """The rule of a listing as a sentence in the language of the page."""
    return sentence(series.rule)


def _wanted() -> ReviewQuery:
    """What is asked for, from the address; nonsense is no question."""
    given = request.args
    after = given.get("after", "")
    return ReviewQuery(
        source=clean_line(given.get("source", ""), 80),
        missing=clean_line(given.get("missing", ""), 20),
        q=clean_line(given.get("q", ""), 80),
        after=min(int(after), LARGEST) if after.isascii() and after.isdigit() and len(after) < 20 else 0,
    )


def _kept(wanted: ReviewQuery) -> dict[str, Any]:
    """The question again, for links and for the form's address, without its page."""
    return {k: v for k, v in (("source", wanted.source), ("missing", wanted.missing), ("q", wanted.q)) if v}
