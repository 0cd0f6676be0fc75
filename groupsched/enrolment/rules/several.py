"""Enrolling several people: what a pasted list says, whom it means, and what became of each."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from groupsched.core.text import clean_line, fold, plain_number

MOST_AT_ONCE = 100
MOST_BY_LEADER = 5
"""How many somebody who leads a group enrols at once; more are proposals."""
LINE_LENGTH = 120
_NUMBERING = re.compile(r"^(?:\d{1,3}[.)]\s+|[-–—•*·]\s*)")


class BringAct(StrEnum):
    """What the form that enrols people is asked for; to search and to turn the page need no word."""

    GROUP = "group"
    FIND = "find"
    NAMES = "names"
    ENROL = "enrol"


class BroughtAs(StrEnum):
    """What became of one of several people."""

    JOINED = "joined"
    WAITS = "waits"
    WAS_IN = "was_in"
    WAITED = "waited"
    REFUSED = "refused"
    PROPOSED = "proposed"


@dataclass(frozen=True)
class KnownPerson:
    """Somebody whom a list may mean."""

    uid: str
    name: str
    number: str


@dataclass
class ListAnswer:
    """Whom the lines of a list mean: public ids of those that are sure, lines to choose from several, or from those who have
    that part of a name, lines with nobody."""

    sure: list[str] = field(default_factory=list)
    several: dict[str, list[str]] = field(default_factory=dict)
    nobody: list[str] = field(default_factory=list)


def lines_of(text: str) -> list[str]:
    """The names or numbers of a pasted list, one a line or between semicolons, each once, without bullets and numbering.

    >>> lines_of("1. Robin Teacup\\n• HB-1002; Teaspoon, Rowan\\n\\nrobin teacup\\nRobin Teacup")
    ['Robin Teacup', 'HB-1002', 'Teaspoon, Rowan', 'robin teacup']
    """
    cut = (clean_line(line, LINE_LENGTH) for line in re.split(r"[\n\r;]+", text))
    return list(dict.fromkeys(found for line in cut if (found := _NUMBERING.sub("", line))))


def meant(lines: Iterable[str], known: Sequence[KnownPerson]) -> ListAnswer:
    """Whom each line means: by the whole name in either order, by the record number, or by both where they agree. A part of
    a name is never sure: whoever has it is there to choose from.

    >>> ann, ben = KnownPerson("a", "Ann Lee", "HB1"), KnownPerson("b", "Ben O’Neil", "HB-2")
    >>> meant(["lee, ann", "hb2", "hb-2", "Ben ONeil HB2", "Ann Lee HB2", "Ann", "An"], [ann, ben])
    ListAnswer(sure=['a', 'b'], several={'Ann': ['a']}, nobody=['Ann Lee HB2', 'An'])
    >>> meant(["Ann Lee"], [ann, KnownPerson("c", "Ann Lee", "HB3")]).several
    {'Ann Lee': ['a', 'c']}
    """
    answer = ListAnswer()
    for line in lines:
        found = [one.uid for one in known if _is_meant(line, one)]
        part = [] if found else [one.uid for one in known if _has_part(line, one)]
        if part:
            answer.several[line] = part
        elif not found:
            answer.nobody.append(line)
        elif len(found) > 1:
            answer.several[line] = found
        elif found[0] not in answer.sure:
            answer.sure.append(found[0])
    return answer


def _is_meant(line: str, one: KnownPerson) -> bool:
    number, parts = plain_number(one.number), line.split()
    if number and plain_number(line) == number:
        return True
    numbered = len(parts) > 1 and plain_number(parts[-1]) == number
    said, name = fold(" ".join(parts[:-1]) if numbered else line).split(), fold(one.name).split()
    return sorted(said) == sorted(name) or "".join(said) == "".join(name)


def _has_part(line: str, one: KnownPerson) -> bool:
    """Whether each word of a line is a word of the name."""
    said = set(fold(line).split())
    return bool(said) and said <= set(fold(one.name).split())
