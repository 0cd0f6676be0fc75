"""Which dates somebody has besides, as the group meets more often, in their language."""

from collections import defaultdict
from collections.abc import Sequence

from groupsched.core.filters import short_day, time_range
from groupsched.core.i18n import _, listed, ngettext
from groupsched.enrolment.service.outcomes import Replanned
from groupsched.schedule import words
from groupsched.schedule.models import Occurrence

MOST_DATES = 8


def besides(outcome: Replanned) -> list[str]:
    """The dates that are new, a sentence for each rule and one for all that are single."""
    online, by_series = outcome.enrolment.group.reached_online, defaultdict[int, list[Occurrence]](list)
    for one in outcome.moved:
        if one.id in outcome.new:
            by_series[one.series_id].append(one)
    regular = [dates for dates in by_series.values() if len(dates) > 1 and dates[0].series.rrule]
    single = [one for dates in by_series.values() if dates not in regular for one in dates]
    days = [
        f"{short_day(one.start, one.timezone)}, {time_range(one.start, one.end, one.timezone, online)}"
        for one in single[:MOST_DATES]
    ]
    more = len(single) - len(days)
    days += [ngettext("%(num)s more date", "%(num)s more dates", more)] if more else []
    said = [_("You also have one on %(days)s.", days=listed(days))] if days else []
    return [*map(_regular, regular), *said]


def _regular(dates: Sequence[Occurrence]) -> str:
    rule, zone = dates[0].series.rule, dates[0].timezone
    day, last = short_day(dates[0].start, zone), short_day(dates[-1].start, zone)
    rhythm = words.rhythm(rule)
    if not rhythm:
        return ngettext(
            "From %(day)s on you have %(num)s date more.",
            "From %(day)s on you have %(num)s dates more.",
            len(dates),
            day=day,
        )
    if rule.until is not None or "COUNT" in rule.rrule:
        return _(
            "From %(day)s until %(last)s you also have one %(rhythm)s.", day=day, last=last, rhythm=rhythm
        )
    return _("From %(day)s on you also have one %(rhythm)s.", day=day, rhythm=rhythm)
