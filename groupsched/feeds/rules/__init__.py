"""What a calendar feed says, decided without a database: zones, events, words and HTTP conditions."""

from groupsched.feeds.rules.conditions import (
    FetchConditions,
    accepts_gzip,
    etag_of,
    http_date,
    names_tag,
    unchanged,
    zipped_etag,
)
from groupsched.feeds.rules.devices import (
    CalendarDevice,
    device_of,
)
from groupsched.feeds.rules.masters import (
    told,
)
from groupsched.feeds.rules.model import (
    CalendarFile,
    Event,
    EventText,
    FeedDate,
    FeedKind,
    SeriesSpan,
    SingleDate,
    opaque_uid,
)
from groupsched.feeds.rules.stamps import (
    FIRST_STAMPS,
    Fact,
    FactOf,
    StampBook,
    next_stamp,
    number_of,
)
from groupsched.feeds.rules.window import (
    AHEAD,
    PAST,
    fresh_until,
    nearest,
    told_alone,
)
from groupsched.feeds.rules.words import (
    GroupFacts,
    NeutralWords,
    TitleMode,
    words_for,
)
from groupsched.feeds.rules.zones import (
    YearlyClockChange,
    ZoneRule,
    zone_rule,
)

__all__ = [
    "AHEAD",
    "FIRST_STAMPS",
    "PAST",
    "CalendarDevice",
    "CalendarFile",
    "Event",
    "EventText",
    "Fact",
    "FactOf",
    "FeedDate",
    "FeedKind",
    "FetchConditions",
    "GroupFacts",
    "NeutralWords",
    "SeriesSpan",
    "SingleDate",
    "StampBook",
    "TitleMode",
    "YearlyClockChange",
    "ZoneRule",
    "accepts_gzip",
    "device_of",
    "etag_of",
    "fresh_until",
    "http_date",
    "names_tag",
    "nearest",
    "next_stamp",
    "number_of",
    "opaque_uid",
    "told",
    "told_alone",
    "unchanged",
    "words_for",
    "zipped_etag",
    "zone_rule",
]
