"""The shape of what is asked where dates change: a date, alone or with those after it; another time; the end of a series."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_wtf import FlaskForm
from wtforms import SelectField
from wtforms.validators import Optional

from groupsched.catalog.forms import NumberField
from groupsched.catalog.rules import MOST_SEATS, SENTENCE_LENGTH, TITLE_LENGTH, is_link
from groupsched.catalog.words import reason
from groupsched.core.fields import KeptField, LineField, at_most
from groupsched.core.i18n import _, _l
from groupsched.core.regions import clock
from groupsched.schedule.forms.fields import DatesField, DayField, ManyField
from groupsched.schedule.forms.repeating import KEPT_REASON_LENGTH, RuleForm
from groupsched.schedule.rules import ChangeScope, DateField, Repeats, RuleRefused, minutes_between

WHEN = ("repeats", "weekdays", "every", "monthly_by", "starts_on", "ends", "count", "until")
"""What is asked of a rule alone."""


class OwnForm(RuleForm):
    """When something meets, and what its dates have otherwise than their group."""

    place = SelectField(_l("Room"))
    online_link = LineField(_l("Link for those who come online"))
    lead = SelectField(_l("Who leads"))
    others = ManyField(_l("Also leading"))
    capacity = NumberField(_l("Seats"), [Optional()])
    title = LineField(_l("Title"), [at_most(TITLE_LENGTH)])
    note = LineField(_l("A line for people who come"), [at_most(SENTENCE_LENGTH)])
    keep_clashes = KeptField(_l("Keep both, and say why"), limit=KEPT_REASON_LENGTH)

    def leaders(self) -> tuple[str, ...]:
        """Who leads, the lead first; nobody: who leads the group."""
        return tuple(dict.fromkeys(uid for uid in [self.lead.data, *(self.others.data or ())] if uid))

    def said(self) -> dict[DateField, Any]:
        """What is said of each field but the times, places and people by their ids."""
        return {
            DateField.PLACE: self.place.data or "", DateField.LINK: self.online_link.data or "",
            DateField.SEATS: self.capacity.data, DateField.TITLE: self.title.data or "",
            DateField.LEADS: self.leaders(), DateField.NOTE: self.note.data or "",
        }  # fmt: skip

    def fits(self) -> bool:
        """Check shape and meaning of all but the times; every problem ends up beside its field."""
        self.validate()
        seats, link = self.capacity.data, self.online_link.data
        if seats is not None and not 1 <= seats <= MOST_SEATS:
            self.refuse("capacity", reason("seats-range"))
        if link and not is_link(link):
            self.refuse("online_link", reason("not-a-link"))
        return not self.errors


class DateForm(OwnForm):
    """A date, and for how much a change of it holds. The view fills the choices."""

    scope = KeptField()
    version = KeptField()
    series_version = KeptField()
    last_change = KeptField()
    looked = KeptField()
    day = DayField(_l("Day"), [Optional()])

    def asks(self, name: str) -> bool:
        """Whether a field is asked at all: a date alone has a day, more of them have a rule."""
        if name in WHEN or name == "day":
            alone = self.scope.data == ChangeScope.THIS
            shown = name != "starts_on" or self.repeats.data == Repeats.MONTHLY
            return name == "day" if alone else name != "day" and shown and super().asks(name)
        return not isinstance(self[name], DatesField)

    def span(self, timezone: str) -> tuple[datetime, datetime]:
        """When the date begins and ends, in the zone of its series. Raises RuleRefused with the field that is missing or
        makes no sense."""
        day, starts, ends = self.day.data, self.start_time.data, self.end_time.data
        if day is None:
            raise RuleRefused(self.unread("day") or _("Choose the day."), "day")
        if starts is None or ends is None:
            name, sentence = next(one for one in self.missing_times() if one[0] != "starts_on")
            raise RuleRefused(sentence, name)
        minutes = minutes_between(starts, ends)
        if minutes is None:
            raise RuleRefused(_("After %(start)s, please", start=clock(starts)), "end_time")
        if not 2000 <= day.year <= 2199:
            raise RuleRefused(_("Write the date like 2026-12-03."), "day")
        begin = datetime.combine(day, starts).replace(tzinfo=ZoneInfo(timezone)).astimezone(UTC)
        return begin, begin + timedelta(minutes=minutes)


class SeriesForm(OwnForm):
    """Another time at which a group meets, or one more date of it."""

    looked = KeptField()


class KeepForm(FlaskForm):
    """What becomes of what something runs into, where nothing else is asked."""

    keep_clashes = KeptField(_l("Keep both, and say why"), limit=KEPT_REASON_LENGTH)


class EndForm(FlaskForm):
    """The last day of a series."""

    until = DayField(_l("Last date"))
    version = KeptField()
    looked = KeptField()
