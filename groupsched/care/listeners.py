"""What is asked from below: who may see a person because they care for them, what people said of groups."""

from flask import Flask

from groupsched.access.events import CareTeamAsked, InCareAsked, StillStands
from groupsched.care.queries import call_under_way, care_team_of, in_care_of, still_cares, would_not_go_again
from groupsched.care.service import let_go_of_response
from groupsched.core.events import subscribe
from groupsched.enrolment.events import WouldNotGoAgain
from groupsched.questionnaires.events import CallUnderWayAsked, ResponseThrownAway


def connect(app: Flask) -> None:
    """The policy learns who is on a team, SQL the same, and who acts as one of a team stands on that; suggestions learn what
    their person would not go to again."""
    subscribe(app, CareTeamAsked, lambda asked: care_team_of(asked))
    subscribe(app, InCareAsked, lambda asked: in_care_of(asked))
    subscribe(app, CallUnderWayAsked, lambda asked: call_under_way(asked.person_id))
    subscribe(app, ResponseThrownAway, lambda event: let_go_of_response(event.response_id))
    subscribe(app, WouldNotGoAgain, would_not_go_again)
    subscribe(app, StillStands, lambda asked: still_cares(asked.identity, asked.words))
