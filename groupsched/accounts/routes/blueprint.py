"""The blueprint of the people room, and what its views share."""

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from groupsched.access.identity import Member, current
from groupsched.accounts.rules import local_path
from groupsched.core.errors import NotFound

blueprint = Blueprint("accounts", __name__)


def member() -> Member:
    """The person who is signed in. Raises NotFound for everybody else."""
    identity = current()
    if not isinstance(identity, Member):
        raise NotFound
    return identity


def go(endpoint: str, words: str, **values: str) -> Response:
    """Go on to a page after a change, with a line of what was done."""
    flash(words)
    address: str = url_for(endpoint, **values)  # type: ignore[arg-type]
    return redirect(address, 303)


def next_page(default: str) -> str:
    """Where to go on: the `next` of the form or the address, if it is a path of this program."""
    return local_path(request.values.get("next")) or default


def start_page(*, staff: bool) -> str:
    """What a person opens first: their day as staff, their week as themselves."""
    return "/today" if staff else "/my"
