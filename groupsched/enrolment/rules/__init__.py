"""What joining, waiting, clashing and finding mean, without a database or a clock."""

from groupsched.enrolment.rules.admission import (
    WALKED_INTO,
    Admitted,
    EntryMode,
    JoinAnswer,
    JoinRefused,
    Promotions,
    RefusalReason,
    Requested,
    Waitlisted,
    admit,
    door,
    promote,
    seated,
    seen_access,
)
from groupsched.enrolment.rules.apart import (
    MOST_BUFFER,
    USUAL_BUFFER,
    ApartRefusal,
    ApartSpan,
    OtherDate,
    SiteDate,
    refusal_to_keep,
    too_near,
)
from groupsched.enrolment.rules.cards import (
    CardAction,
    CardFacts,
    label_of,
    room_open,
)
from groupsched.enrolment.rules.clashes import (
    Clash,
    TimeSpan,
    clashes,
)
from groupsched.enrolment.rules.cohorts import (
    MOST_COHORT_DAYS,
    CohortFault,
    CohortNews,
    CohortSpan,
    CohortState,
    RequestAnswer,
    cohort_faults,
    cohort_news,
)
from groupsched.enrolment.rules.comparing import (
    FEWEST,
    MOST,
    ComparedAnswer,
    ComparedQuestion,
    chosen,
    differing,
    differs_in,
)
from groupsched.enrolment.rules.complementary import (
    MOST_ALONE,
    ClearanceSpan,
    OtherCare,
    is_cleared,
    too_much_alone,
)
from groupsched.enrolment.rules.equivalents import (
    OTHER,
    BelievingGroup,
    ShownAt,
    side_by_side,
)
from groupsched.enrolment.rules.filters import (
    CHOICES,
    DIMENSIONS,
    HORIZON,
    MOST_VALUES,
    PARTS,
    Q_LENGTH,
    UNSET,
    FindFilters,
    FindView,
    PartOfDay,
    part_of_day,
    read_day,
)
from groupsched.enrolment.rules.group_index import (
    GroupDate,
    GroupIndex,
    GroupTurn,
)
from groupsched.enrolment.rules.guests import (
    GUESTS_COME,
    MOST_DATES,
    MOST_GUESTS,
    GuestAsked,
    GuestRefusal,
    GuestRelation,
    GuestSeats,
    GuestState,
    refusal_to_bring,
    refusal_to_confirm,
    takes_guests,
)
from groupsched.enrolment.rules.index import (
    BitIndex,
    DateIndex,
    IndexEntry,
    positions,
    ways_out,
)
from groupsched.enrolment.rules.membership import (
    oldest_day,
)
from groupsched.enrolment.rules.offering import (
    HAD_THEIR_TURN,
    OFFER_KEY,
    LineWish,
    OfferState,
    OfferWindow,
    PassedFor,
    WhoIsNext,
    first_in_reach,
    who_is_next,
    window,
)
from groupsched.enrolment.rules.often import (
    BY_ONESELF,
    BY_PROGRAM,
    BY_STAFF,
    WITHIN,
    wait_for_room,
)
from groupsched.enrolment.rules.referrals import (
    MOST_DAYS,
    MOST_KEPT,
    opens_at,
    to_keep,
)
from groupsched.enrolment.rules.reminding import (
    FARTHEST,
    Quiet,
    reminders,
)
from groupsched.enrolment.rules.several import (
    MOST_AT_ONCE,
    MOST_BY_LEADER,
    BringAct,
    BroughtAs,
    KnownPerson,
    ListAnswer,
    lines_of,
    meant,
)
from groupsched.enrolment.rules.states import (
    IN_LINE,
    LIVE,
    NOT_YET,
    DateSeatState,
    EnrolmentMode,
    EnrolmentState,
    JoinWish,
    StandingState,
    UndoableKind,
)
from groupsched.enrolment.rules.strict import (
    FILTERS,
    LISTED,
    FaultReason,
    FilterFault,
    filter_faults,
)
from groupsched.enrolment.rules.suggesting import (
    ADDS,
    MOST_OF_A_RULE,
    MOST_SUGGESTED,
    THING,
    ComparedThing,
    GroupSize,
    OwnGroup,
    Suggestion,
    SuggestionLimits,
    SuggestionRule,
    size_of,
    suggest,
)
from groupsched.enrolment.rules.switching import (
    SwitchReason,
)
from groupsched.enrolment.rules.weekdays import (
    like_days,
    sentences,
    weekly_days,
    weekly_with_extra,
)
from groupsched.enrolment.rules.whereabouts import (
    DateSpot,
    moves_from,
)

__all__ = [
    "ADDS", "BY_ONESELF", "BY_PROGRAM", "BY_STAFF", "CHOICES", "DIMENSIONS", "FARTHEST", "FEWEST", "FILTERS",
    "GUESTS_COME", "HAD_THEIR_TURN", "HORIZON", "IN_LINE", "LISTED", "LIVE", "MOST", "MOST_ALONE", "MOST_AT_ONCE",
    "MOST_BUFFER", "MOST_BY_LEADER", "MOST_COHORT_DAYS", "MOST_DATES", "MOST_DAYS", "MOST_GUESTS", "MOST_KEPT",
    "MOST_OF_A_RULE", "MOST_SUGGESTED", "MOST_VALUES", "NOT_YET", "OFFER_KEY", "OTHER", "PARTS", "Q_LENGTH", "THING",
    "UNSET", "USUAL_BUFFER", "WALKED_INTO", "WITHIN", "Admitted", "ApartRefusal", "ApartSpan", "BelievingGroup",
    "BitIndex", "BringAct", "BroughtAs", "CardAction", "CardFacts", "Clash", "ClearanceSpan", "CohortFault",
    "CohortNews", "CohortSpan", "CohortState", "ComparedAnswer", "ComparedQuestion", "ComparedThing", "DateIndex",
    "DateSeatState", "DateSpot", "EnrolmentMode", "EnrolmentState", "EntryMode", "FaultReason", "FilterFault",
    "FindFilters", "FindView", "GroupDate", "GroupIndex", "GroupSize", "GroupTurn", "GuestAsked", "GuestRefusal",
    "GuestRelation", "GuestSeats", "GuestState", "IndexEntry", "JoinAnswer", "JoinRefused", "JoinWish", "KnownPerson",
    "LineWish", "ListAnswer", "OfferState", "OfferWindow", "OtherCare", "OtherDate", "OwnGroup", "PartOfDay",
    "PassedFor", "Promotions", "Quiet", "RefusalReason", "RequestAnswer", "Requested", "ShownAt", "SiteDate",
    "StandingState", "Suggestion", "SuggestionLimits", "SuggestionRule", "SwitchReason", "TimeSpan", "UndoableKind",
    "Waitlisted", "WhoIsNext", "admit", "chosen", "clashes", "cohort_faults", "cohort_news", "differing",
    "differs_in", "door", "filter_faults", "first_in_reach", "is_cleared", "label_of", "like_days", "lines_of",
    "meant", "moves_from", "oldest_day", "opens_at", "part_of_day", "positions", "promote", "read_day",
    "refusal_to_bring", "refusal_to_confirm", "refusal_to_keep", "reminders", "room_open", "seated", "seen_access",
    "sentences", "side_by_side", "size_of", "suggest", "takes_guests", "to_keep", "too_much_alone", "too_near",
    "wait_for_room", "ways_out", "weekly_days", "weekly_with_extra", "who_is_next", "window",
]  # fmt: skip
