"""Verbs of the room: make, change, renew and turn off a link; answer the program that fetches it."""

from groupsched.feeds.service.fetching import (
    FetchAnswer,
    answer_of,
    fetch,
    was_noted,
)
from groupsched.feeds.service.links import (
    create_feed,
    keep_own_words,
    link_of,
    renew_feed,
    revoke_feed,
    touch,
    update_feed,
)
from groupsched.feeds.service.one_date import (
    date_file,
)
from groupsched.feeds.service.public import (
    fetch_public,
)
from groupsched.feeds.service.stamping import (
    stamp_leads,
)

__all__ = [
    "FetchAnswer",
    "answer_of",
    "create_feed",
    "date_file",
    "fetch",
    "fetch_public",
    "keep_own_words",
    "link_of",
    "renew_feed",
    "revoke_feed",
    "stamp_leads",
    "touch",
    "update_feed",
    "was_noted",
]
