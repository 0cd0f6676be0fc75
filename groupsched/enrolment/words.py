"""The words of the filters and answers, in the language of the page."""

from collections.abc import Callable, Iterable
from datetime import date, datetime

from groupsched.catalog import words as catalog
from groupsched.catalog.rules import Access, Orientation, PlaceMode, Setting, Structure, Vocabulary
from groupsched.core.filters import short_day
from groupsched.core.i18n import _, capital, listed, ngettext, text_of, weekday_name
from groupsched.core.text import clean_line
from groupsched.enrolment.rules import (
    CHOICES,
    HORIZON,
    LISTED,
    MOST_VALUES,
    Q_LENGTH,
    UNSET,
    BitIndex,
    CohortSpan,
    CohortState,
    FaultReason,
    FilterFault,
    GuestRelation,
    GuestSeats,
    PartOfDay,
    SuggestionRule,
    SwitchReason,
    part_of_day,
)
from groupsched.schedule.rules import Repeats, SeriesRule, sentence_parts
from groupsched.schedule.words import rhythm

EVERY_DAY = 7

SATURDAY = 5


def legends() -> dict[str, str]:
    """What each dimension is called, in the order of the form."""
    return {
        "kind": _("What it is for"),
        "day": _("Day"),
        "time": _("Time of day"),
        "free": _("Seats"),
        "structure": _("Structured or relaxed"),
        "orientation": _("Secular or faith-based"),
        "needs": _("Getting in"),
        "mode": _("Where"),
        "access": _("How to join"),
        "setting": _("In a group or alone"),
        "language": _("Language"),
        "audience": _("For whom"),
        "place": _("Place"),
        "tradition": _("Tradition"),
        "modality": _("Kind of session"),
        "stays": _("After the program"),
        "external": _("Groups run by others"),
    }


def choices(name: str, program_id: int | None = None) -> dict[str, str]:
    """The known values of a dimension with their words; what else a program names itself comes from the index."""
    # A page asks for each in turn: only the words of that one are looked up.
    known: dict[str, Callable[[], dict[str, str]]] = {
        "kind": lambda: dict(catalog.kinds()),
        "day": lambda: {value: weekday_name(number) for number, value in enumerate(CHOICES["day"])},
        "time": lambda: {PartOfDay.MORNING: _("Morning"), PartOfDay.AFTERNOON: _("Afternoon"), PartOfDay.EVENING: _("Evening")},
        "orientation": lambda: {Orientation.SECULAR: _("Secular"), Orientation.FAITH: _("Faith-based"), UNSET: _("Not stated")},
        "structure": lambda: {Structure.STRUCTURED: _("Structured"), Structure.RELAXED: _("Relaxed"), UNSET: _("Not stated")},
        "access": lambda: {
            Access.OPEN: _("Drop in"), Access.ENROL: _("Join, then come"), Access.CLOSED: _("Closed group"), Access.REFERRAL: _("Ask to join"),
        },
        "setting": lambda: {Setting.GROUP: _("Group"), Setting.SLOTS: _("By appointment")},
        "mode": lambda: {PlaceMode.ROOM: _("In a room"), PlaceMode.ONLINE: _("Online")},
        "needs": lambda: {key: catalog.term_name(program_id, Vocabulary.TAG, key) for key in CHOICES["needs"]},
        "free": lambda: {"1": _("With a free seat")},
        "stays": lambda: {"open": _("Stays open to me")},
        "external": lambda: {"1": _("Show them too")},
    }  # fmt: skip
    return known[name]() if name in known else {}


def value_word(name: str, value: str, index: BitIndex, program_id: int | None) -> str:
    """One value in words."""
    if name == "modality":
        return text_of(index.names.get("modality", {}).get(value, {}), "name") or catalog.plain(value)
    if name == "place":
        return str(index.names.get("place", {}).get(value, value))
    if name in (Vocabulary.LANGUAGE, Vocabulary.AUDIENCE):
        return catalog.term_name(program_id, name, value)
    return choices(name, program_id).get(value, value)


def fault_words(fault: FilterFault) -> str:
    """Why a filter is not understood, and what it takes."""
    match fault.why:
        case FaultReason.FILTER:
            return _("There is no such filter.")
        case FaultReason.DAY:
            return _("Write the date like this: %(example)s", example="2026-12-31")
        case FaultReason.REVERSED:
            return _("The last day comes before the first.")
        case FaultReason.TOO_LONG if fault.name == "q":
            return _("This can have %(max)s characters.", max=Q_LENGTH)
        case FaultReason.TOO_LONG:
            return _("Ask for at most %(most)s days at once.", most=HORIZON)
        case FaultReason.TOO_MANY:
            return _("Choose at most %(most)s.", most=MOST_VALUES)
        case FaultReason.TWICE:
            return _("This can be said once.")
    value = clean_line(fault.value, Q_LENGTH)
    known = LISTED.get(fault.name)
    if known is None:
        return _("Nothing here is called “%(value)s”.", value=value)
    return _("“%(value)s” is not one of: %(known)s.", value=value, known=", ".join(known))


def switch_reason_words() -> dict[SwitchReason, str]:
    """What is offered as a reason to change groups, in order."""
    return {
        SwitchReason.TIME: _("The time"),
        SwitchReason.FIT: _("Not a fit"),
        SwitchReason.MORE_STRUCTURE: _("More structure"),
        SwitchReason.LESS_STRUCTURE: _("Less structure"),
        SwitchReason.WITHOUT_FAITH: _("Without faith"),
        SwitchReason.WITH_FAITH: _("With faith"),
        SwitchReason.OTHER: _("Something else"),
    }


def guest_relations() -> dict[GuestRelation, str]:
    """Who a guest is for a client."""
    return {
        GuestRelation.PARTNER: _("Partner"),
        GuestRelation.PARENT: _("Parent"),
        GuestRelation.GROWN_CHILD: _("Grown child"),
        GuestRelation.FRIEND: _("Friend"),
        GuestRelation.SOMEONE_ELSE: _("Someone else"),
    }


def guest_seats_words() -> dict[str, str]:
    """How a group takes guests; empty: not at all."""
    return {
        "": _("No guests"),
        GuestSeats.BESIDE: _("Guests, besides the seats"),
        GuestSeats.SEATED: _("Guests, each on a seat"),
    }


def group_rhythm(rule: SeriesRule | None) -> str:
    """When a group meets, short: `Mon and Thu`, `Every Friday`, `Every 2 weeks on Wednesday`; where no one rule says it, that
    its dates differ."""
    parts = sentence_parts(rule) if rule is not None else None
    if rule is None or parts is None or parts.repeats in (Repeats.CUSTOM, Repeats.ONCE):
        return _("On single dates") if parts is not None else _("At several times")
    if parts.repeats is Repeats.WEEKLY and parts.interval == 1:
        return _weekdays(parts.weekdays)
    return capital(rhythm(rule, times=False))


def _weekdays(days: Iterable[int]) -> str:
    chosen = sorted(days)
    if len(chosen) == EVERY_DAY:
        return _("Every day")
    if len(chosen) == 1:
        return _("Every %(days)s", days=weekday_name(chosen[0]))
    return listed([weekday_name(day, "abbreviated") for day in chosen])


def cohort_words(span: CohortSpan, today: date, zone: str) -> str:
    """When a cohort begins, how long it runs, and until when one can ask: `Cohort: begins Mon, Jan 4, 8 weeks. Ask until Sun,
    Dec 20.`"""
    begins, ends = short_day(span.begins_on, zone), short_day(span.ends_on, zone)
    if span.state(today) is CohortState.RUNNING:
        words = _("A cohort is under way until %(day)s.", day=ends)
    else:
        words = ngettext(
            "Cohort: begins %(day)s, %(num)s week.",
            "Cohort: begins %(day)s, %(num)s weeks.",
            span.weeks,
            day=begins,
        )
    if span.asks(today):
        return f"{words} " + _("Ask until %(day)s.", day=short_day(span.screening_until, zone))
    if today < span.screening_from:
        return f"{words} " + _("You can ask from %(day)s.", day=short_day(span.screening_from, zone))
    return (
        f"{words} " + _("Nobody new gets in.")
        if not span.takes(today)
        else f"{words} " + _("Asking is over.")
    )


def cohort_state_words() -> dict[CohortState, str]:
    """Where a cohort is, for staff."""
    return {
        CohortState.PLANNED: _("Planned"),
        CohortState.SCREENING: _("Screening"),
        CohortState.RUNNING: _("Under way"),
        CohortState.ENDED: _("Ended"),
    }


def cohort_seats(free: int | None) -> str:
    """How many seats of a cohort are free; nothing where there is no limit."""
    if free is None:
        return ""
    return (
        ngettext("%(num)s seat free.", "%(num)s seats free.", free) if free > 0 else _("Every seat is taken.")
    )


def tell_of_secular(title: str) -> str:
    """What staff who brought somebody into a faith-based group say to them."""
    return _(
        "A secular group like it: %(title)s. Please tell them: it is noted that they had the choice.",
        title=title,
    )


def because(rule: SuggestionRule, title: str, start: datetime) -> str:
    """Why a group is suggested: like which of one's own, and in what it differs; `start` is that of its next date, by its clock."""
    weekend = start.weekday() >= SATURDAY
    other_part = {
        PartOfDay.MORNING: _("Like %(title)s, but in the morning."),
        PartOfDay.AFTERNOON: _("Like %(title)s, but in the afternoon."),
        PartOfDay.EVENING: _("Like %(title)s, but in the evening."),
    }
    other_day = (
        _("Like %(title)s, but at the weekend.") if weekend else _("Like %(title)s, but on a weekday.")
    )
    said = {
        SuggestionRule.SECULAR: _("Like %(title)s, but secular."),
        SuggestionRule.FAITH: _("Like %(title)s, but faith-based."),
        SuggestionRule.STRUCTURED: _("Like %(title)s, but structured: the same outline each time."),
        SuggestionRule.RELAXED: _("Like %(title)s, but relaxed: open talk, no fixed program."),
        SuggestionRule.OTHER_DAY: other_day,
        SuggestionRule.OTHER_PART: other_part[part_of_day(start.time())],
        SuggestionRule.ONLINE: _("Like %(title)s, but online."),
        SuggestionRule.IN_PERSON: _("Like %(title)s, but in a room."),
        SuggestionRule.SMALLER: _("Like %(title)s, but smaller."),
        SuggestionRule.LARGER: _("Like %(title)s, but with more people."),
        SuggestionRule.OTHER_KIND: _("In the style and at the time of %(title)s, but another kind."),
    }
    return said[rule] % {"title": title}


def rule_sentences() -> dict[SuggestionRule, str]:
    """How groups are suggested, a sentence for each rule."""
    return {
        SuggestionRule.SECULAR: _(
            "When a group of theirs is faith-based, suggest one like it that is secular."
        ),
        SuggestionRule.FAITH: _(
            "When a group of theirs is secular, suggest one like it that is faith-based; never to who said no faith."
        ),
        SuggestionRule.STRUCTURED: _(
            "When a group of theirs is relaxed, suggest one like it that is structured."
        ),
        SuggestionRule.RELAXED: _(
            "When a group of theirs is structured, suggest one like it that is relaxed."
        ),
        SuggestionRule.OTHER_DAY: _(
            "When a group of theirs meets on weekdays, suggest one like it at the weekend, and the other way round."
        ),
        SuggestionRule.OTHER_PART: _("Suggest one like a group of theirs in another part of the day."),
        SuggestionRule.ONLINE: _("When a group of theirs meets in a room, suggest one like it online."),
        SuggestionRule.IN_PERSON: _("When a group of theirs meets online, suggest one like it in a room."),
        SuggestionRule.SMALLER: _(
            "When a group of theirs has more than eight seats, suggest one like it with eight or fewer."
        ),
        SuggestionRule.LARGER: _(
            "When a group of theirs has eight seats or fewer, suggest one like it with more."
        ),
        SuggestionRule.OTHER_KIND: _(
            "Suggest another kind in the style and at the time of a group of theirs."
        ),
    }
