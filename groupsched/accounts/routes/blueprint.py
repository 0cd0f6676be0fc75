"""The blueprint of the people room, and what its views share."""

from flask import Blueprint, current_app, flash, redirect, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from groupsched.access.identity import Identity, Member, current
from groupsched.accounts.rules import local_path
from groupsched.core.errors import NotFound

blueprint = Blueprint("accounts", __name__)


def member() -> Member:
    """The person who is signed in. Raises NotFound for everybody else."""
    identity = current()
    if not isinstance(identity, Member):
        raise NotFound
    return identity


def go(endpoint: str, words: str = "", **values: str) -> Response:
    """Go on to a page after a change, with a line of what was done."""
    if words:
        flash(words)
    return redirect(url_for(endpoint, **values), 303)


def next_page(default: str) -> str:
    """Where to go on: the `next` of the form or the address, if it is a path of this program."""
    return local_path(request.values.get("next")) or default


def start_page(identity: Identity) -> str:
    """What a person opens first: their day as staff, their week as themselves."""
    endpoint = "home.today" if identity.is_staff else "home.my"
    return url_for(endpoint if endpoint in current_app.view_functions else "home.front")


def sent(form: FlaskForm) -> bool:
    """Whether a form was sent and has the right shape."""
    return bool(form.validate_on_submit())
