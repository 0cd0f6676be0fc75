"""What the care team is asked from below: who may see a person because they care for them."""

from flask import Flask

from groupsched.access.events import CareTeamAsked, InCareAsked, StillStands
from groupsched.care.queries import care_team_of, in_care_of, still_cares
from groupsched.core.events import subscribe


def connect(app: Flask) -> None:
    """The policy learns who is on a team, SQL the same, and who acts as one of a team stands on that."""
    subscribe(app, CareTeamAsked, lambda asked: care_team_of(asked))
    subscribe(app, InCareAsked, lambda asked: in_care_of(asked))
    subscribe(app, StillStands, lambda asked: still_cares(asked.identity, asked.words))
