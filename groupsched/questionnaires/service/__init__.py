"""Verbs on forms and on what people answer."""

from groupsched.questionnaires.service.forms import (
    add_questionnaire,
    load_ready_forms,
    publish_draft,
    retire_questionnaire,
    write_draft,
)
from groupsched.questionnaires.service.responses import (
    amend,
    begin,
    forget_answers,
    forget_responses,
    hand_over,
    respond,
    save_answer,
    share,
    throw_away,
)

__all__ = [
    "add_questionnaire",
    "amend",
    "begin",
    "forget_answers",
    "forget_responses",
    "hand_over",
    "load_ready_forms",
    "publish_draft",
    "respond",
    "retire_questionnaire",
    "save_answer",
    "share",
    "throw_away",
    "write_draft",
]
