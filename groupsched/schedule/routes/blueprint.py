"""The blueprint of the schedule, and what its pages share."""

from flask import Blueprint

from groupsched.schedule import words

blueprint = Blueprint("schedule", __name__)


@blueprint.app_template_filter("zone_name")
def _zone_name(zone: str) -> str:
    """`New York time`: a zone by its city, as the sentence of a series says it."""
    return words.zone_name(zone)
