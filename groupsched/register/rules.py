"""What the register is made of: the lists of people, and what somebody asks of the audit."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from groupsched.audit.rules import AuditAction, AuditEffect, AuditTopic

E = TypeVar("E", bound=StrEnum)


class PeopleList(StrEnum):
    """The two lists of people; one with both sides stands in both."""

    CLIENTS = "clients"
    STAFF = "staff"


@dataclass(frozen=True)
class AuditQuestion:
    """Which acts are asked for; what is empty asks nothing.

    `staff` is the public id of who did it. `client` is one too for who sees names; for others it is the number of an act and
    a place in it, so that no id tells whose record stands behind a number.
    """

    client: str = ""
    staff: str = ""
    group: str = ""
    kind: AuditTopic | None = None
    did: AuditEffect | None = None
    day: date | None = None

    @property
    def actions(self) -> list[AuditAction] | None:
        """The acts of this kind that leave this behind; None where neither is asked for."""
        if self.kind is None and self.did is None:
            return None
        return [
            action
            for action in AuditAction
            if self.kind in (None, action.topic) and self.did in (None, action.effect)
        ]

    def address(self, **instead: str) -> dict[str, Any]:
        """What is asked, as the arguments of an address, with these instead; an empty one is left out."""
        asked = {name: str(value or "") for name, value in vars(self).items()} | instead
        return {name: value for name, value in asked.items() if value}


def read_question(given: Mapping[str, str]) -> AuditQuestion:
    """What an address asks. A kind, an effect or a day that there is not asks nothing."""
    return AuditQuestion(
        client=given.get("client", ""),
        staff=given.get("staff", ""),
        group=given.get("group", ""),
        kind=_member(AuditTopic, given.get("kind", "")),
        did=_member(AuditEffect, given.get("did", "")),
        day=_day(given.get("day", "")),
    )


def place_in_act(key: str) -> tuple[int, int] | None:
    """An act by its number and a place in it, of `17.2`: 0 is who did it, then those whom it was about. None for others."""
    found = re.fullmatch(r"([0-9]{1,9})\.([0-9]{1,4})", key)
    return (int(found[1]), int(found[2])) if found else None


def hours_of(day: date, zone: str) -> tuple[datetime, datetime]:
    """When a day begins at a place, and when the next one does, in UTC."""
    first, last = (datetime.combine(one, time(), ZoneInfo(zone)) for one in (day, day + timedelta(days=1)))
    return first.astimezone(UTC), last.astimezone(UTC)


def _member(kind: type[E], word: str) -> E | None:
    return kind(word) if word in list(kind) else None


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1970 <= day.year < 3000 else None


class ApartAct(StrEnum):
    """What the form that keeps people apart is asked for; to search needs no word."""

    KEEP = "keep"
