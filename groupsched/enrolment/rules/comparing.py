"""Two or three groups side by side: what differs first, what is the same in all said once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

FEWEST, MOST = 2, 3


@dataclass(frozen=True)
class ComparedAnswer:
    """What one group answers: a word or two, and what it means; both may be empty."""

    word: str = ""
    more: str = ""

    @property
    def said(self) -> bool:
        """Whether there is anything to read."""
        return bool(self.word or self.more)


@dataclass(frozen=True)
class ComparedQuestion:
    """One question with the answer of each group, in the order of the groups."""

    name: str
    answers: tuple[ComparedAnswer, ...]

    @property
    def same(self) -> bool:
        """Whether all groups answer alike."""
        return len(set(self.answers)) == 1


def differing(
    questions: Iterable[ComparedQuestion],
) -> tuple[list[ComparedQuestion], list[ComparedQuestion]]:
    """Those in which the groups differ and those in which they do not, each in the order given; what no group answers is left out.

    >>> hour = ComparedQuestion("time", (ComparedAnswer("9"), ComparedAnswer("10")))
    >>> room = ComparedQuestion("room", (ComparedAnswer("Oak"), ComparedAnswer("Oak")))
    >>> [[one.name for one in part] for part in differing([room, hour])]
    [['time'], ['room']]
    """
    asked = [one for one in questions if any(answer.said for answer in one.answers)]
    return [one for one in asked if not one.same], [one for one in asked if one.same]


def differs_in(questions: Iterable[ComparedQuestion], number: int) -> str:
    """The one question in which a group answers otherwise than the first, by its name; empty where it is none or several."""
    names = [one.name for one in questions if one.answers[number] != one.answers[0]]
    return names[0] if len(names) == 1 else ""


def chosen(uids: Sequence[str]) -> list[str]:
    """The first three groups that were chosen, each once.

    >>> chosen(["a", "b", "a", "c", "d"])
    ['a', 'b', 'c']
    """
    return list(dict.fromkeys(uid for uid in uids if uid.isascii() and uid.isalnum()))[:MOST]
