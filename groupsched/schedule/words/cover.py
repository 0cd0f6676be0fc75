"""Who leads a date instead, and who is away, in words."""

from datetime import datetime, timedelta

from groupsched.core.filters import day, short_day
from groupsched.core.i18n import _, ngettext
from groupsched.schedule.rules import AssignmentRole, CoverFitness


def age(since: datetime, now: datetime) -> str:
    """For how long something waits, in the largest unit that says it.

    >>> from datetime import UTC
    >>> age(datetime(2026, 12, 1, 9, tzinfo=UTC), datetime(2026, 12, 1, 11, 50, tzinfo=UTC))
    '2 hours'
    """
    minutes = max(0, int((now - since).total_seconds()) // 60)
    if minutes < 60:
        return ngettext("%(num)s minute", "%(num)s minutes", minutes)
    if minutes < 48 * 60:
        return ngettext("%(num)s hour", "%(num)s hours", minutes // 60)
    return ngettext("%(num)s day", "%(num)s days", minutes // (24 * 60))


def for_and_against(fitness: CoverFitness, zone: str, last: datetime | None, meets: str) -> str:
    """What speaks for somebody who could lead a date, and what against; `meets` names what they lead then."""
    said = []
    if fitness.led and last is not None:
        times = ngettext("Has led it %(num)s time", "Has led it %(num)s times", fitness.led)
        said.append(_("%(times)s, last on %(day)s.", times=times, day=day(last, zone)))
    elif fitness.co_leads:
        said.append(_("Leads this group too."))
    if meets:
        said.append(_("Leads %(group)s then.", group=meets))
    if fitness.away:
        said.append(_("Is away then."))
    if not fitness.works:
        said.append(_("Does not work then."))
    if fitness.free:
        said.append(_("Free then."))
    if not fitness.qualified:
        said.append(_("Holds another credential, or none."))
    return " ".join(said)


def not_free(fitness: CoverFitness, meets: str) -> str:
    """Why somebody is not free for a date, in words that go on from their name; nothing where they are."""
    if meets:
        return _("leads %(group)s then", group=meets)
    if fitness.away:
        return _("is away then")
    return _("does not work then") if not fitness.works else ""


def away_words(start: datetime, end: datetime, zone: str) -> str:
    """The days of some time off: one day, or from the first to the last.

    >>> from datetime import UTC
    >>> away_words(datetime(2026, 3, 3, tzinfo=UTC), datetime(2026, 3, 4, tzinfo=UTC), "UTC")
    'Tuesday 3 March'
    """
    last = end - timedelta(microseconds=1)
    if day(start, zone) == day(last, zone):
        return day(start, zone)
    return _("%(first)s to %(last)s", first=short_day(start, zone), last=short_day(last, zone))


def beside_words() -> dict[AssignmentRole, str]:
    """As what somebody is at a date who does not lead it."""
    return {AssignmentRole.OBSERVER: _("Observer"), AssignmentRole.HOST: _("Host")}
