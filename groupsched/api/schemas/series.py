"""How the rule of a series is changed, and what that does."""

from marshmallow import fields, validate

from groupsched.api.schemas.fields import KeptClashes
from groupsched.api.schemas.groups import CLOCK, SeriesSchema
from groupsched.api.schemas.occurrences import ChangeOfDates, ImpactSchema
from groupsched.core.shapes import StrictSchema


class SeriesChange(ChangeOfDates):
    """What is to be otherwise of the rule of a series; what is not named stays. Without `starts_on` it begins on the first day
    that fits."""

    starts_on = fields.Date()
    start_time = fields.String(validate=validate.Regexp(CLOCK))
    duration_minutes = fields.Integer(strict=True, validate=validate.Range(1, 1440))
    timezone = fields.String(validate=validate.Length(max=60))
    rrule = fields.String(allow_none=True, validate=validate.Length(max=200))
    until = fields.Date(allow_none=True)
    skip = fields.List(fields.Date(), validate=validate.Length(max=400))
    since = fields.Date(
        data_key="from",
        metadata={"description": "From its first date of this day on; else all that is to come."},
    )


class SeriesCreation(SeriesSchema, KeptClashes):
    """A new series."""


class SeriesEnd(StrictSchema):
    """From which day on there is no date any more; today, if nothing is said."""

    since = fields.Date(data_key="from", load_default=None)
    dry_run = fields.Boolean(load_default=False)


class SeriesImpact(ImpactSchema):
    """What a change of a series does; `series` is the one that goes on."""

    class Meta:
        exclude = ("occurrence",)

    series = fields.Nested(SeriesSchema)
