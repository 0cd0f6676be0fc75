"""Reads of the room: the links of a person, and what a calendar shows."""

from groupsched.feeds.queries.contents import (
    FeedContents,
    shown_by,
    singles_of,
)
from groupsched.feeds.queries.links import (
    StoredFeed,
    chosen_titles,
    feeds_of,
    get_feed,
    own_feeds,
    own_words,
    owner_of_links,
    ready,
    ready_query,
    seen_before,
    which_address,
)
from groupsched.feeds.queries.public import (
    CatalogueVersion,
    catalogue_version,
    shown_in_public,
)
from groupsched.feeds.queries.sample import (
    own_groups,
    sample_of,
)
from groupsched.feeds.queries.saying import (
    FeedReader,
    facts_of,
)

__all__ = [
    "CatalogueVersion",
    "FeedContents",
    "FeedReader",
    "StoredFeed",
    "catalogue_version",
    "chosen_titles",
    "facts_of",
    "feeds_of",
    "get_feed",
    "own_feeds",
    "own_groups",
    "own_words",
    "owner_of_links",
    "ready",
    "ready_query",
    "sample_of",
    "seen_before",
    "shown_by",
    "shown_in_public",
    "singles_of",
    "which_address",
]
