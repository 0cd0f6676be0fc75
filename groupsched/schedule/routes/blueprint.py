"""The blueprint of the schedule, and what its pages share."""

from flask import Blueprint

from groupsched.core.i18n import current_language
from groupsched.schedule import rules

blueprint = Blueprint("schedule", __name__)


@blueprint.app_template_filter("zone_name")
def _zone_name(zone: str) -> str:
    """`New York time`: a zone by its city, as the sentence of a series says it."""
    return rules.zone_name(zone, current_language())
