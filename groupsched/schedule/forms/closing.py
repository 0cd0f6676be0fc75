"""The shape of what is asked where dates are called off: one of them, or a closed day."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask_wtf import FlaskForm
from wtforms import DateField, SelectField
from wtforms.validators import Optional

from groupsched.core.errors import DomainError
from groupsched.core.fields import LineField, ProseField, at_most, in_reach, needed
from groupsched.core.i18n import _, _l
from groupsched.schedule.forms.fields import ClockField, ManyField
from groupsched.schedule.models import CLOSURE_NAME_LENGTH


class CancelForm(FlaskForm):
    """Why a date is cancelled."""

    reason = ProseField(_l("Why"))


class ClosureForm(FlaskForm):
    """A closed day: where, from when to when, why. The view gives the sites and rooms."""

    site = SelectField(_l("Where"))
    rooms = ManyField(_l("Only these rooms"), validate_choice=False)
    starts = DateField(_l("From"), [Optional(), in_reach])
    ends = DateField(_l("To"), [Optional(), in_reach])
    start_time = ClockField(_l("From what time"))
    end_time = ClockField(_l("Until what time"))
    name = LineField(_l("Reason"), [needed, at_most(CLOSURE_NAME_LENGTH)])

    def span(self, timezone: str) -> tuple[datetime, datetime]:
        """When it begins and ends: whole days where no time is said. Raises DomainError without a first day."""
        first = self.starts.data
        if first is None:
            raise DomainError(_("Say which day."), field="starts", code="no-day")
        last, end_time = self.ends.data or first, self.end_time.data
        start = datetime.combine(first, self.start_time.data or time())
        end = (
            datetime.combine(last, end_time)
            if end_time
            else datetime.combine(last + timedelta(days=1), time())
        )
        zone = ZoneInfo(timezone)
        return start.replace(tzinfo=zone).astimezone(UTC), end.replace(tzinfo=zone).astimezone(UTC)
