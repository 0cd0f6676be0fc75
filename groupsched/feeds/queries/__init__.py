"""Reads of the room: the links of a person, and what a calendar shows."""

from groupsched.feeds.queries.contents import FeedContents, facts_of, shown_by
from groupsched.feeds.queries.links import StoredFeed, feeds_of, get_feed, own_feeds, own_words, ready
from groupsched.feeds.queries.public import CatalogueVersion, catalogue_version, shown_in_public

__all__ = [
    "CatalogueVersion",
    "FeedContents",
    "StoredFeed",
    "catalogue_version",
    "facts_of",
    "feeds_of",
    "get_feed",
    "own_feeds",
    "own_words",
    "ready",
    "shown_by",
    "shown_in_public",
]
