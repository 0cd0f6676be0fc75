"""What a backup says of itself, when one is due, and which old ones go; how long records are kept, where a program says so."""

import json
import re
from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

KEPT_FOR = timedelta(days=14)
LATE_AFTER = timedelta(hours=36)
"""How old the last backup of the night may be before it is news: a night was missed."""
AGAIN_AFTER = timedelta(hours=1)
"""How long after one that failed, or never came to its end, the next is tried."""
MAGIC = b"groupsched backup 1\n"
LONGEST_HEADER = 4096
_NAME = re.compile(r"groupsched-(\d{8}-\d{4})\.backup(?:\.part.*)?")


class BackupProblem(StrEnum):
    """Why there is no backup."""

    NO_ROOM = "no_room"
    NO_FOLDER = "no_folder"
    NO_PROGRAM = "no_program"
    BROKEN = "broken"
    DATABASE = "database"


@dataclass(frozen=True)
class BackupHeader:
    """What a backup says of itself before its bytes: which database it is of (SQLAlchemy's name), the migration it stands at, when it was made, how many
    bytes follow, and their SHA-256."""

    kind: str
    migration: str
    made_at: datetime
    size: int
    sha256: str

    def line(self) -> bytes:
        """It as the second line of the file."""
        said = {**asdict(self), "made_at": self.made_at.isoformat(timespec="seconds")}
        return json.dumps(said).encode() + b"\n"


@dataclass(frozen=True)
class Restoration:
    """That the data were put back at a moment, from a backup of another, and what that ended: read by staff until one says
    so."""

    at: datetime
    made_at: datetime
    messages_held: int
    links_ended: int

    def kept(self) -> dict[str, Any]:
        """It as JSON keeps it."""
        return {**asdict(self), "at": self.at.isoformat(), "made_at": self.made_at.isoformat()}


def read_restoration(kept: Mapping[str, Any]) -> Restoration:
    """It again."""
    at, made_at = (datetime.fromisoformat(kept[name]) for name in ("at", "made_at"))
    return Restoration(at, made_at, kept["messages_held"], kept["links_ended"])


def read_header(line: bytes) -> BackupHeader:
    """The header that `line` says. Raises ValueError for anything else."""
    said = json.loads(line)
    if not isinstance(said, dict) or set(said) != set(BackupHeader.__annotations__):
        raise ValueError("these are not the fields of a backup")
    made_at = datetime.fromisoformat(said["made_at"])
    return BackupHeader(
        str(said["kind"]), str(said["migration"]), made_at, int(said["size"]), str(said["sha256"])
    )


def is_due(now: datetime, hour: int, zone: str, began_at: datetime | None, made_at: datetime | None) -> bool:
    """Whether the backup of the night is to be made: none was begun since the hour last struck in the zone, or the one
    begun then has not come to stand.

    >>> four = datetime(2026, 3, 2, 4, tzinfo=UTC)
    >>> is_due(four, 3, "UTC", four - timedelta(days=1), four - timedelta(days=1)), is_due(four, 3, "UTC", four, four)
    (True, False)
    """
    if began_at is None:
        return True
    stands = made_at is not None and made_at >= began_at
    return began_at < last_struck(now, hour, zone) or (not stands and now - began_at > AGAIN_AFTER)


def last_struck(now: datetime, hour: int, zone: str) -> datetime:
    """When an hour of the clock last struck in a zone."""
    local = now.astimezone(ZoneInfo(zone))
    struck = datetime.combine(local.date(), time(hour), ZoneInfo(zone)).astimezone(UTC)
    if struck <= now:
        return struck
    return datetime.combine(local.date() - timedelta(days=1), time(hour), ZoneInfo(zone)).astimezone(UTC)


def file_name(now: datetime) -> str:
    """The name of the backup of a night, by its moment in UTC."""
    return f"groupsched-{now.astimezone(UTC):%Y%m%d-%H%M}.backup"


def old_ones(names: Iterable[str], now: datetime) -> list[str]:
    """The backups of nights, and what killed ones left, that have been kept long enough. What has another name is somebody's own and stays.

    >>> old_ones(["groupsched-20260301-0300.backup", "before-the-move.backup"], datetime(2026, 3, 16, tzinfo=UTC))
    ['groupsched-20260301-0300.backup']
    """
    found = {name: match[1] for name in names if (match := _NAME.fullmatch(name))}
    oldest = f"{(now - KEPT_FOR).astimezone(UTC):%Y%m%d-%H%M}"
    return sorted(name for name, made in found.items() if made < oldest)


# --- how long records are kept ---


class RecordKind(StrEnum):
    """A class of records for which a program may say how long it is kept. Without a rule it is kept without end."""

    MAIL_TEXT = "mail_text"
    ENDED_LINK = "ended_link"
    SIGN_IN = "sign_in"
    INVITATION = "invitation"
    SHEET_NOTE = "sheet_note"
    GUEST_NAME = "guest_name"
    FORM_ANSWERS = "form_answers"
    LEFT_PERSON = "left_person"


LEAST_MONTHS = {
    RecordKind.MAIL_TEXT: 1,
    RecordKind.ENDED_LINK: 1,
    RecordKind.SIGN_IN: 1,
    RecordKind.INVITATION: 1,
    RecordKind.SHEET_NOTE: 3,
    RecordKind.GUEST_NAME: 1,
    RecordKind.FORM_ANSWERS: 12,
    RecordKind.LEFT_PERSON: 12,
}
"""No rule is shorter: what is younger is still worked with."""
MOST_MONTHS = 600


def months_before(now: datetime, months: int) -> datetime:
    """The same day and time that many months earlier; the last day of a month that has no such day.

    >>> months_before(datetime(2026, 3, 31, 4), 1), months_before(datetime(2026, 1, 15), 13)
    (datetime.datetime(2026, 2, 28, 4, 0), datetime.datetime(2024, 12, 15, 0, 0))
    """
    year, month = divmod(now.year * 12 + now.month - 1 - months, 12)
    return now.replace(year=year, month=month + 1, day=min(now.day, monthrange(year, month + 1)[1]))


def fits(kind: RecordKind, months: int) -> bool:
    """Whether a rule may say so.

    >>> fits(RecordKind.LEFT_PERSON, 6), fits(RecordKind.LEFT_PERSON, 12)
    (False, True)
    """
    return LEAST_MONTHS[kind] <= months <= MOST_MONTHS


def rule_is_due(now: datetime, hour: int, zone: str, set_at: datetime, ran_at: datetime | None) -> bool:
    """Whether a rule is to be carried out: the hour has struck since it was set and since it last was. So whoever has set
    one has until the night to take it back.

    >>> noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    >>> rule_is_due(noon, 3, "UTC", noon, None), rule_is_due(noon + timedelta(hours=16), 3, "UTC", noon, None)
    (False, True)
    """
    return max(set_at, ran_at or set_at) < last_struck(now, hour, zone)
