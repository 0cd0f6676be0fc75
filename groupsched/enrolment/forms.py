"""The forms of the room: what one wants to join, and whom staff bring."""

from collections.abc import Sequence
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, RadioField, SelectField, SelectMultipleField
from wtforms.validators import Length, Optional, ValidationError

from groupsched.catalog.forms import NumberField
from groupsched.core.fields import KeptField, LineField, ProseField, at_most, in_reach, needed
from groupsched.core.i18n import _, _l
from groupsched.enrolment.rules import (
    MOST_AT_ONCE,
    CohortSpan,
    GuestRelation,
    JoinWish,
    LineWish,
    RequestAnswer,
    lines_of,
)
from groupsched.enrolment.service import CohortPlan, GuestWish
from groupsched.schedule.models import Occurrence
from groupsched.schedule.rules import SeatPool


class JoinForm(FlaskForm):  # type: ignore[misc]
    """Every date, this date, chosen dates, or those dates that have a free place. `wait`: the reader knows it is full."""

    what = RadioField(_l("Keep a seat for"), choices=list(JoinWish), default=JoinWish.WHOLE)
    date = KeptField(validators=[Optional(), Length(max=15)])
    dates = SelectMultipleField(_l("Dates"), validate_choice=False)
    wait = BooleanField()
    accept_clash = BooleanField(_l("Keep both"))
    pool = RadioField(_l("How do you come?"), choices=list(SeatPool), default=None, validate_choice=False)

    def way(self) -> SeatPool | None:
        """How one would come, where that was said."""
        return SeatPool(self.pool.data) if self.pool.data in list(SeatPool) else None

    def as_asked(self) -> dict[str, Any]:
        """What was chosen, for an address."""
        chosen = {
            "what": self.what.data,
            "date": self.date.data,
            "dates": self.dates.data,
            "pool": self.way(),
        }
        chosen["accept_clash"] = "y" if self.accept_clash.data else None
        return {name: value for name, value in chosen.items() if value}


def few_lines(_form: Any, field: Any) -> None:
    """Refuse a list of more people than can be enrolled at once."""
    if len(lines_of(field.data or "")) > MOST_AT_ONCE:
        raise ValidationError(_("Write at most %(n)s names at once.", n=MOST_AT_ONCE))


class BringForm(FlaskForm):  # type: ignore[misc]
    """Staff enrol people: public ids of those chosen, and for every date or one; and how to choose more."""

    people = SelectMultipleField(_l("Whom to enrol"), validate_choice=False)
    letters = LineField(_l("First letters of a name, or a record number"))
    who = LineField(_l("Full name or record number"))
    page = KeptField(limit=4)
    group = KeptField(_l("Everyone of a group"))
    names = ProseField(_l("Names or record numbers, one a line"), validators=[at_most(12_000), few_lines])
    when = KeptField(validators=[Optional(), Length(max=15)])
    accept_clash = BooleanField(_l("Also where it clashes with other dates of theirs"))
    late = LineField(_l("Why they get in although joining has closed"), validators=[at_most(300)])

    def people_page(self) -> int:
        """The page of the list that is asked for, from 1; nonsense is the first."""
        asked = self.page.data or ""
        return max(1, int(asked)) if asked.isascii() and asked.isdigit() else 1


class LineWishForm(FlaskForm):  # type: ignore[misc]
    """How somebody waits on who said no to a seat."""

    wish = RadioField(_l("And the line?"), choices=list(LineWish), default=LineWish.KEEP)
    day = DateField(_l("Not before"), [Optional(), in_reach])


class AnswerForm(FlaskForm):  # type: ignore[misc]
    """The answer to who asked to join: yes, or not this one and another idea. The view gives which groups may be the idea."""

    answer = RadioField(
        _l("Your answer"),
        choices=["yes", RequestAnswer.NEXT, "idea", "no"],
        default="yes",
        validate_choice=False,
    )
    idea = SelectField(_l("Another idea"), validate_choice=False, default="")
    words = ProseField(_l("What they read"), validators=[at_most(300)])
    reason = LineField(_l("For the record"), validators=[Length(max=300)])


class ReferralPoolForm(FlaskForm):  # type: ignore[misc]
    """How many seats of each date are kept for who is referred, and until how many days before it."""

    seats = NumberField(_l("Seats"), [Optional()], default=0)
    days = NumberField(_l("Until so many days before"), [Optional()], default=3)


class CohortForm(FlaskForm):  # type: ignore[misc]
    """The days of a cohort of a closed group."""

    name = LineField(_l("Name or number"), validators=[at_most(60)])
    begins_on = DateField(_l("First day"), [needed, in_reach])
    ends_on = DateField(_l("Last day"), [needed, in_reach])
    screening_from = DateField(_l("People can ask from"), [needed, in_reach])
    screening_until = DateField(_l("People can ask until"), [needed, in_reach])
    joins_until = DateField(_l("Last day to get in"), [needed, in_reach])

    def plan(self) -> CohortPlan:
        """What is said; once it is valid."""
        days = (self.begins_on, self.ends_on, self.screening_from, self.screening_until, self.joins_until)
        return CohortPlan(self.name.data or "", CohortSpan(*(one.data for one in days)))


class EnrolmentReasonForm(FlaskForm):  # type: ignore[misc]
    """A short reason, for staff."""

    reason = LineField(_l("Reason"), validators=[Length(max=300)])


class MembersOnForm(FlaskForm):  # type: ignore[misc]
    """Who was in a group on a day."""

    on = DateField(_l("Who was in it on"), [Optional(), in_reach])


class BringGuestForm(FlaskForm):  # type: ignore[misc]
    """Whom a client brings, to which of their dates, and their own yes. The view gives who it may be."""

    first_name = LineField(_l("First name, or what you call them"), [at_most(80)])
    relation = RadioField(_l("Who is it for you?"), default=GuestRelation.PARTNER)
    dates = SelectMultipleField(_l("Which dates?"), validate_choice=False)
    adult = BooleanField(_l("They are 18 or older"))
    word = BooleanField()

    def wish(self, dates: Sequence[Occurrence]) -> GuestWish:
        """What is asked for, to these of one's dates."""
        relation = GuestRelation(self.relation.data)
        return GuestWish(self.first_name.data or "", relation, dates, self.word.data, self.adult.data)
