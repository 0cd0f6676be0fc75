"""Reads of the room: the links of a person, and what a calendar shows."""

from groupsched.feeds.queries.links import Ready, feeds_of, get_feed, own_feeds, own_words, ready
from groupsched.feeds.queries.public import Edition, edition, shown_in_public
from groupsched.feeds.queries.shows import Shown, facts_of, shown_by

__all__ = [
    "Edition",
    "Ready",
    "Shown",
    "edition",
    "facts_of",
    "feeds_of",
    "get_feed",
    "own_feeds",
    "own_words",
    "ready",
    "shown_by",
    "shown_in_public",
]
