"""The bound on how often seats are taken and given back."""

import math
from datetime import timedelta

from groupsched.access.identity import Identity, System
from groupsched.core import clock
from groupsched.core.errors import TooOften
from groupsched.core.i18n import ngettext
from groupsched.enrolment.queries import latest_acts
from groupsched.enrolment.rules import BY_ONESELF, BY_PROGRAM, BY_STAFF, WITHIN, wait_for_room


def not_too_often(identity: Identity, person_id: int, *, people: int = 1) -> None:
    """Go on only if this identity has room for so many more acts within the hour. Raises TooOften, which says how long to wait.

    Who acts for themselves has a bound of their own, staff one for all whom they act for, tokens one for each person. What
    the product does by itself has none.
    """
    if isinstance(identity, System):
        return
    own = person_id == identity.person
    most = BY_ONESELF if own else BY_STAFF if identity.person is not None else BY_PROGRAM
    about = None if identity.person is not None and not own else person_id
    now, most = clock.now(), max(1, most - people + 1)
    wait = wait_for_room(latest_acts(identity, about, now - WITHIN, most), most, now)
    if wait > timedelta():
        raise _too_often(wait, own=own)


def _too_often(wait: timedelta, *, own: bool) -> TooOften:
    minutes = math.ceil(wait.total_seconds() / 60)
    if own:
        sentence = ngettext(
            "You changed your seats many times in this hour. All stays as it is now. Please go on in %(num)d minute, or ask the desk.",
            "You changed your seats many times in this hour. All stays as it is now. Please go on in %(num)d minutes, or ask the desk.",
            minutes,
        )
    else:
        sentence = ngettext(
            "Very many seats were changed in this hour. All stays as it is now. Please go on in %(num)d minute.",
            "Very many seats were changed in this hour. All stays as it is now. Please go on in %(num)d minutes.",
            minutes,
        )
    return TooOften(sentence, wait, code="too-often")
