"""What was changed of a group's dates, in words for its history."""

from collections.abc import Callable, Mapping, Sequence

from groupsched.catalog.models import Group
from groupsched.catalog.queries import zone_of
from groupsched.core.filters import clock_time, short_day
from groupsched.core.i18n import _, listed, ngettext
from groupsched.schedule.queries import ChangeNames, names_in
from groupsched.schedule.rules import TimetableDate, TimetablePart

MOST_SAID = 6


def said_of(group: Group, changes: Sequence[tuple[TimetablePart, TimetablePart]]) -> list[list[str]]:
    """What each of these changes of the dates of a group did, of what stood before and after it."""
    names, zone = names_in(group, changes), zone_of(group)
    return [_what_changed(before, after, zone, names) for before, after in changes]


def said_otherwise(group: Group, before: TimetablePart, after: TimetablePart) -> list[str]:
    """What a change makes otherwise of dates that take place before and after it, besides their times."""
    return _otherwise(_staying(before, after), names_in(group, [(before, after)]), zone_of(group))


def _staying(before: TimetablePart, after: TimetablePart) -> list[tuple[TimetableDate, TimetableDate]]:
    was = {one.key: one for one in before.dates}
    both = [(was[one.key], one) for one in after.dates if one.key in was]
    return [(old, now) for old, now in both if old.takes_place and now.takes_place]


def _what_changed(before: TimetablePart, after: TimetablePart, zone: str, names: ChangeNames) -> list[str]:
    """What a change of dates did, a sentence each; of an old and a new standing of the same dates."""
    was = {one.key: one for one in before.dates}
    both = [(was[one.key], one) for one in after.dates if one.key in was]
    stays = _staying(before, after)
    off = [now for old, now in both if old.takes_place and not now.takes_place]
    counts = {
        "gone": len(before.dates) - len(both) + sum(1 for one in off if not one.reason),
        "back": sum(1 for old, now in both if now.takes_place and not old.takes_place),
    }
    shut = [one for one in off if one.closure is not None]
    new = [one for one in after.dates if one.key not in was and one.takes_place]
    said = [*_moved(stays, zone), *_closed(shut, zone)]
    said += [
        *_cancelled([one for one in off if one.reason and one.closure is None], zone),
        *_otherwise(stays, names, zone),
    ]
    said += [_new(new, zone)] if new else []
    said += [words for words in (_counted(how, number) for how, number in counts.items() if number) if words]
    return said or [_("Changed when it meets.")]


def _moved(dates: Sequence[tuple[TimetableDate, TimetableDate]], zone: str) -> list[str]:
    moved = [(was, now) for was, now in dates if (was.start, was.end) != (now.start, now.end)]
    if not moved:
        return []
    if len(moved) == 1:
        was, now = moved[0]
        when, then = (f"{short_day(one.start, zone)}, {clock_time(one.start, zone)}" for one in (was, now))
        return [_("Moved %(old)s to %(new)s.", old=when, new=then)]
    hours = {(clock_time(was.start, zone), clock_time(now.start, zone)) for was, now in moved}
    if len(hours) > 1 or len(set(next(iter(hours)))) == 1:
        was, now = min(moved, key=lambda pair: pair[0].start)
        when, then = (f"{short_day(one.start, zone)}, {clock_time(one.start, zone)}" for one in (was, now))
        return [
            ngettext(
                "Moved %(num)s date, the first from %(old)s to %(new)s.",
                "Moved %(num)s dates, the first from %(old)s to %(new)s.",
                len(moved), old=when, new=then,
            )
        ]  # fmt: skip
    ((old, new),) = hours
    return [
        ngettext(
            "Moved %(num)s date from %(old)s to %(new)s.",
            "Moved %(num)s dates from %(old)s to %(new)s.",
            len(moved),
            old=old,
            new=new,
        )
    ]


def _cancelled(dates: Sequence[TimetableDate], zone: str) -> list[str]:
    if len(dates) > 1:
        return [ngettext("Cancelled %(num)s date.", "Cancelled %(num)s dates.", len(dates))]
    return [_("Cancelled %(day)s: %(why)s", day=short_day(one.start, zone), why=one.reason) for one in dates]


def _closed(dates: Sequence[TimetableDate], zone: str) -> list[str]:
    if len(dates) > 1:
        return [ngettext("%(num)s date is closed.", "%(num)s dates are closed.", len(dates))]
    return [_("Closed %(day)s: %(why)s", day=short_day(one.start, zone), why=one.reason) for one in dates]


def _otherwise(
    dates: Sequence[tuple[TimetableDate, TimetableDate]], names: ChangeNames, zone: str
) -> list[str]:
    """What is otherwise of dates beside their times, each with the dates of which it holds."""
    said = []
    for what, words in _FIELDS.items():
        by_words: dict[str, list[TimetableDate]] = {}
        for was, now in dates:
            if getattr(was, what) != getattr(now, what):
                by_words.setdefault(words(was, now, names), []).append(now)
        said += [_on(text, rows, zone) for text, rows in by_words.items()]
    return said if len(said) <= MOST_SAID else [_on(_("Otherwise"), [now for _was, now in dates], zone)]


def _on(words: str, dates: Sequence[TimetableDate], zone: str) -> str:
    """What holds of some dates: of one its day, of more how many they are and the first of them."""
    first = short_day(min(one.start for one in dates), zone)
    if len(dates) == 1:
        return _("%(what)s: %(day)s.", what=words, day=first)
    return ngettext(
        "%(what)s: %(num)s date, the first on %(day)s.",
        "%(what)s: %(num)s dates, the first on %(day)s.",
        len(dates),
        what=words,
        day=first,
    )


def _place(_was: TimetableDate, now: TimetableDate, names: ChangeNames) -> str:
    if now.place is None:
        return _("Without a room")
    return _("In %(room)s", room=names.places.get(now.place, "–"))


def _seats(_was: TimetableDate, now: TimetableDate, _names: ChangeNames) -> str:
    return (
        _("No limit of seats") if now.seats is None else ngettext("%(num)s seat", "%(num)s seats", now.seats)
    )


def _title(_was: TimetableDate, now: TimetableDate, _names: ChangeNames) -> str:
    return _("Named “%(title)s”", title=now.title) if now.title else _("Named as the group")


def _link(_was: TimetableDate, now: TimetableDate, _names: ChangeNames) -> str:
    return _("Another link") if now.link else _("The usual link")


def _note(_was: TimetableDate, now: TimetableDate, _names: ChangeNames) -> str:
    return (
        _("A line for people who come: “%(line)s”", line=now.note)
        if now.note
        else _("No line for people who come")
    )


def _leads(was: TimetableDate, now: TimetableDate, names: ChangeNames) -> str:
    before, after = was.leads or names.leads, now.leads or names.leads
    come, gone = (
        [names.people.get(one, "–") for one in some if one not in others]
        for some, others in ((after, before), (before, after))
    )
    if come and gone:
        return ngettext(
            "%(names)s leads instead of %(others)s", "%(names)s lead instead of %(others)s", len(come),
            names=listed(come), others=listed(gone),
        )  # fmt: skip
    if come:
        return ngettext("%(names)s leads too", "%(names)s lead too", len(come), names=listed(come))
    if gone:
        return ngettext(
            "%(names)s does not lead any more",
            "%(names)s do not lead any more",
            len(gone),
            names=listed(gone),
        )
    return _("Led as before")


_FIELDS: Mapping[str, Callable[[TimetableDate, TimetableDate, ChangeNames], str]] = {
    "place": _place, "seats": _seats, "title": _title, "link": _link, "leads": _leads, "note": _note,
}  # fmt: skip


def _new(dates: Sequence[TimetableDate], zone: str) -> str:
    return ngettext(
        "%(num)s new date, on %(day)s.", "%(num)s new dates, the first on %(day)s.", len(dates),
        day=short_day(min(one.start for one in dates), zone),
    )  # fmt: skip


def _counted(how: str, number: int) -> str:
    return {
        "gone": ngettext("%(num)s date fell away.", "%(num)s dates fell away.", number),
        "back": ngettext(
            "%(num)s date takes place after all.", "%(num)s dates take place after all.", number
        ),
    }[how]
