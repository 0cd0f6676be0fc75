"""Verbs of the room: make, change, renew and turn off a link; answer the program that fetches it."""

from groupsched.feeds.service.fetching import FetchAnswer, fetch
from groupsched.feeds.service.links import (
    create_feed,
    keep_own_words,
    link_of,
    renew_feed,
    revoke_feed,
    update_feed,
)
from groupsched.feeds.service.one_date import date_file
from groupsched.feeds.service.public import fetch_public

__all__ = [
    "FetchAnswer",
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
