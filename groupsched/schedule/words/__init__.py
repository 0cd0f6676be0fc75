"""How the schedule reads: when a series meets, what was changed, who leads instead, which topics come when."""

from groupsched.schedule.words.changed import said_of, said_otherwise
from groupsched.schedule.words.cover import age, away_words, beside_words, for_and_against, not_free
from groupsched.schedule.words.sentences import nth_weekday, rhythm, sentence, slots_sentence
from groupsched.schedule.words.topics import topics_and_cycle

__all__ = [
    "age",
    "away_words",
    "beside_words",
    "for_and_against",
    "not_free",
    "nth_weekday",
    "rhythm",
    "said_of",
    "said_otherwise",
    "sentence",
    "slots_sentence",
    "topics_and_cycle",
]
