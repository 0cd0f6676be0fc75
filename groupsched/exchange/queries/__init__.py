"""Reading what came from elsewhere: listings and what nobody has said of them yet, and what tables of a program's own brought."""

from groupsched.exchange.queries.brought import Brought, brought_by, imports_since, mark_of_group
from groupsched.exchange.queries.listings import (
    ReviewPage,
    ReviewQuery,
    fellowships,
    get_source,
    known_listings,
    open_questions,
    source_like,
    source_named,
    sources,
    table_of,
    to_review,
)

__all__ = [
    "Brought",
    "ReviewPage",
    "ReviewQuery",
    "brought_by",
    "fellowships",
    "get_source",
    "imports_since",
    "known_listings",
    "mark_of_group",
    "open_questions",
    "source_like",
    "source_named",
    "sources",
    "table_of",
    "to_review",
]
