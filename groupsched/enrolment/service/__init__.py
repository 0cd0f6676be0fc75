"""Verbs of the room: join, leave, cannot come, answer a request. Seats are exact; the lines move in the same transaction."""

from groupsched.enrolment.service.answering import (
    accept_request,
    decline_request,
)
from groupsched.enrolment.service.answering_offers import (
    OfferOver,
    accept_offer,
    decline_offer,
    end_overdue,
)
from groupsched.enrolment.service.changes import (
    catalogue_changed,
    dates_changed,
    group_retired,
    retiring_undone,
)
from groupsched.enrolment.service.choosing_pool import (
    PoolAnswer,
    choose_pool,
    forget_pools,
)
from groupsched.enrolment.service.deciding import (
    ClashFound,
    JoinOutcome,
    answer_of,
    date_refusal,
    preview,
)
from groupsched.enrolment.service.discharge import (
    client_role_ended,
    end_with_roles,
)
from groupsched.enrolment.service.joining import (
    enrol,
)
from groupsched.enrolment.service.leaving import (
    can_come_again,
    cannot_come,
    leave,
    leave_no_trace,
)
from groupsched.enrolment.service.led_instead import led_instead
from groupsched.enrolment.service.messages import (
    ANSWER_WITHIN,
)
from groupsched.enrolment.service.moving import (
    line_behind,
    line_behind_all,
    move_lines,
    see_moved_up,
    who_would_move_up,
    would_move_up,
)
from groupsched.enrolment.service.one_date import give_back_by_link
from groupsched.enrolment.service.placing import keep_people_in_slots
from groupsched.enrolment.service.proposing import (
    propose,
)
from groupsched.enrolment.service.reminding import (
    remind,
)
from groupsched.enrolment.service.removing import (
    hears_of_removal,
)
from groupsched.enrolment.service.replanned_words import (
    bullets,
)
from groupsched.enrolment.service.rhythms import (
    days_in_words,
)
from groupsched.enrolment.service.several import (
    enrol_many,
)
from groupsched.enrolment.service.slots import (
    take_slot,
)
from groupsched.enrolment.service.switching import (
    switch,
)
from groupsched.enrolment.service.telling import seat_gone
from groupsched.enrolment.service.undoable import (
    UNDO_FOR,
)
from groupsched.enrolment.service.undoing import (
    undo,
)
from groupsched.enrolment.service.unreached import (
    finish_telling,
    take_telling_back,
)

__all__ = [
    "ANSWER_WITHIN",
    "UNDO_FOR",
    "ClashFound",
    "JoinOutcome",
    "OfferOver",
    "PoolAnswer",
    "accept_offer",
    "accept_request",
    "answer_of",
    "bullets",
    "can_come_again",
    "cannot_come",
    "catalogue_changed",
    "choose_pool",
    "client_role_ended",
    "date_refusal",
    "dates_changed",
    "days_in_words",
    "decline_offer",
    "decline_request",
    "end_overdue",
    "end_with_roles",
    "enrol",
    "enrol_many",
    "finish_telling",
    "forget_pools",
    "give_back_by_link",
    "group_retired",
    "hears_of_removal",
    "keep_people_in_slots",
    "leave",
    "leave_no_trace",
    "led_instead",
    "line_behind",
    "line_behind_all",
    "move_lines",
    "preview",
    "propose",
    "remind",
    "retiring_undone",
    "seat_gone",
    "see_moved_up",
    "switch",
    "take_slot",
    "take_telling_back",
    "undo",
    "who_would_move_up",
    "would_move_up",
]
