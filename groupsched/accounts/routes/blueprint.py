"""The blueprint of the people room, and what its views share."""

from flask import Blueprint, request

from groupsched.accounts.rules import local_path

blueprint = Blueprint("accounts", __name__)


def next_page(default: str) -> str:
    """Where to go on: the `next` of the form or the address, if it is a path of this program."""
    return local_path(request.values.get("next")) or default


def start_page(*, staff: bool) -> str:
    """What a person opens first: their day as staff, their week as themselves."""
    return "/today" if staff else "/my"
