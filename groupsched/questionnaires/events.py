"""What forms ask of the rooms above."""

from dataclasses import dataclass


@dataclass(frozen=True)
class CallUnderWayAsked:
    """Which call has somebody asked for that is not over? The room that owns the calls answers with its row: `uid`, `asked_at`,
    `taken_by`."""

    person_id: int


@dataclass(frozen=True)
class ResponseThrownAway:
    """Who wrote a response that was not handed over throws it away: what names it lets go of it."""

    response_id: int
