"""How attendance reads: tiles, counters and messages of a sheet, and the marks that wait for review."""

from groupsched.attendance.words.letters import SheetLetter, letters_of
from groupsched.attendance.words.namesakes import told_apart
from groupsched.attendance.words.review import act_words, review_words, story_of
from groupsched.attendance.words.sheet import (
    LOOKS,
    SheetReader,
    counters,
    done_words,
    outcome_pairs,
    outcome_words,
    says,
    spent_words,
    status_words,
    still_open,
    undone_words,
)

__all__ = [
    "LOOKS",
    "SheetLetter",
    "SheetReader",
    "act_words",
    "counters",
    "done_words",
    "letters_of",
    "outcome_pairs",
    "outcome_words",
    "review_words",
    "says",
    "spent_words",
    "status_words",
    "still_open",
    "story_of",
    "told_apart",
    "undone_words",
]
