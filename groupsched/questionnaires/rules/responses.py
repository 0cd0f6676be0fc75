"""What a response goes through, who may read it, and how many answers are added up."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from groupsched.questionnaires.rules.form import SHARED, Audience, Form, FormKind, ReadWhen

SATURDAY = 5
BATCH = 5
"""Answers are added up in whole batches of so many people, so that no single one can be worked out of two totals."""


class ResponseStatus(StrEnum):
    """Where a response stands, in the words of FHIR R4 QuestionnaireResponse.status. Amended: a later row that names the one before."""

    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"
    AMENDED = "amended"


ASKED_IN_PLACE = frozenset({FormKind.REFLECTION, FormKind.REFERRAL})
"""What is asked at a moment of its own, after a session or with a request for a seat: nobody begins it among the forms."""


def chosen_at_first(form: Form, there: Collection[Audience]) -> Audience | None:
    """Which reader of a form is chosen unless a person says otherwise, where those of their care team who are `there` are known. None
    where that one is not there: nobody is promised to read it."""
    first = form.shared_with
    return None if first in SHARED and first not in there else first


def audiences_for(kind: FormKind) -> tuple[Audience, ...]:
    """Who can be a reader of a form of this kind. Totals are made of reflections alone; what is said with a request for a seat, whoever
    answers the request reads there, and nobody among the forms."""
    if kind is FormKind.REFERRAL:
        return (Audience.ONLY_ME,)
    return tuple(one for one in Audience if one is not Audience.TOTALS or kind is FormKind.REFLECTION)


@dataclass(frozen=True)
class ResponseFacts:
    """What decides who may read a response: whom it is about, who writes it, whether it was handed over, and to whom."""

    subject_id: int
    author_id: int
    handed_over: bool
    audience: Audience

    def is_read_by(self, person_id: int, counselors: frozenset[int], team: frozenset[int]) -> bool:
        """Whether somebody may read it: until it is handed over who writes it alone, then whom it is about and whoever of the care team
        of today it was handed to."""
        if not self.handed_over:
            return person_id == self.author_id
        if person_id == self.subject_id:
            return True
        among = {Audience.MY_COUNSELOR: counselors, Audience.CARE_TEAM: team}
        return person_id in among.get(self.audience, frozenset())


def promised_by(day: date, when: ReadWhen, closed: Collection[date] = ()) -> date | None:
    """Until which day somebody was promised that what they handed over on a day is read: working days are Monday to Friday, but those
    on which the house is `closed`. None where no number of days was promised.

    >>> promised_by(date(2026, 12, 23), ReadWhen.TWO_WORKING_DAYS, {date(2026, 12, 25)})
    datetime.date(2026, 12, 28)
    """
    left = {ReadWhen.ONE_WORKING_DAY: 1, ReadWhen.TWO_WORKING_DAYS: 2}.get(when)
    if left is None:
        return None
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < SATURDAY and day not in closed
    return day


def in_batches(people: Sequence[int]) -> int:
    """How many of the answers, the oldest first, are added up: whole batches of different people. `people` says whose each is.

    A batch ends with the answer of the fifth person that is new in it, and takes all before it along.
    """
    ends, new = 0, set[int]()
    for number, person in enumerate(people, start=1):
        new.add(person)
        if len(new) == BATCH:
            ends, new = number, set()
    return ends


def counted(values: Iterable[str], keys: Sequence[str]) -> tuple[int, ...]:
    """How often each key was chosen, in order."""
    found = list(values)
    return tuple(found.count(key) for key in keys)
