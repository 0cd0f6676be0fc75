"""Verbs of the room: make, change, renew and turn off a link; answer the program that fetches it."""

from groupsched.feeds.service.fetching import Answer, fetch
from groupsched.feeds.service.links import (
    create_feed,
    keep_own_words,
    link_of,
    renew_feed,
    revoke_feed,
    update_feed,
)
from groupsched.feeds.service.public import fetch_public
from groupsched.feeds.service.single import date_file

__all__ = [
    "Answer",
    "create_feed",
    "date_file",
    "fetch",
    "fetch_public",
    "keep_own_words",
    "link_of",
    "renew_feed",
    "revoke_feed",
    "update_feed",
]
