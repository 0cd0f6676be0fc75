"""One feed, one row at a time: each is taken as a listing or refused with a sentence. Dirt is expected.

The rules follow the Meeting Guide specification (code4recovery/spec, 2026-03) where it speaks, and real feeds
where it does not. Contact people, mail, phones, payment and passcodes are dropped here and go no further.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import time
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from groupsched.catalog.rules import AttendanceMode
from groupsched.core.text import clean_prose
from groupsched.exchange.rules.codes import CodeTable, RowMeaning, codes_of, say
from groupsched.exchange.rules.listings import Listing, RefusedRow
from groupsched.exchange.rules.scrubbing import without_secrets
from groupsched.exchange.rules.texts import clean, clean_notes, dial_number, join_link
from groupsched.exchange.rules.times import minutes_until, read_days, read_time

NUMBER_WITHHELD = "ask"
"""What is kept of a number to dial in that may not be told: that there is one."""
NAME_LENGTH = SLUG_LENGTH = 200
_ADDRESS = ("address", "city", "state", "postal_code", "country")
_KEPT = (
    *(
        "slug",
        "name",
        "day",
        "time",
        "end_time",
        "timezone",
        "types",
        "location",
        "formatted_address",
        *_ADDRESS,
    ),
    *("region", "sub_region", "regions", "approximate", "attendance_option", "group", "updated", "district"),
)


class SourceUnreadable(Exception):
    """The whole feed cannot be read; the sentence says where it breaks."""


class _RowUnfit(Exception):
    """This row cannot be taken; the sentence says why."""


def read_feed(text: str) -> list[Any]:
    """The rows of a feed. Raises SourceUnreadable with the place of the error when it is not a JSON list."""
    try:
        rows = json.loads(text.removeprefix("\ufeff"), parse_constant=str)
    except json.JSONDecodeError as error:
        raise SourceUnreadable(
            f"This is not JSON: line {error.lineno}, column {error.colno}: {error.msg}."
        ) from error
    except (ValueError, RecursionError) as error:
        raise SourceUnreadable(
            "This is not JSON that can be read: a number is too long or it is nested too deep."
        ) from error
    if not isinstance(rows, list):
        raise SourceUnreadable("A Meeting Guide feed is a list of meetings, [ … ]; this is something else.")
    return rows


def read_rows(rows: Iterable[Any], table: CodeTable, zone: str | None) -> Iterator[Listing | RefusedRow]:
    """Every row of a feed in its order; the second row with the same slug is refused."""
    seen: set[str] = set()
    for number, row in enumerate(rows, start=1):
        read = read_row(row, number, table, zone)
        if isinstance(read, Listing) and read.slug in seen:
            read = RefusedRow(number, read.slug, "Another row of this feed has the same slug.")
        seen.add(read.slug)
        yield read


def read_row(row: Any, number: int, table: CodeTable, zone: str | None) -> Listing | RefusedRow:
    """One row as a listing, or why not. `zone` is taken where the row names none."""
    slug = clean(row.get("slug"), limit=SLUG_LENGTH + 1) if isinstance(row, dict) else ""
    try:
        if not isinstance(row, dict):
            raise _RowUnfit("This row is not an object.")
        return _listing(row, slug, table, zone)
    except _RowUnfit as unfit:
        return RefusedRow(number, slug[:SLUG_LENGTH], str(unfit))


def _listing(row: dict[str, Any], slug: str, table: CodeTable, zone: str | None) -> Listing:
    name = clean(row.get("name"), limit=NAME_LENGTH + 1)
    _check_names(slug, name)
    days, start = _when(row)
    minutes, doubt = _length(row, start)
    said = say(table, codes_of(row.get("types")))
    link, by_phone = join_link(row.get("conference_url")), bool(clean(row.get("conference_phone")))
    mode, active = _attendance(row, said, online=bool(link or by_phone))
    if mode is AttendanceMode.IN_PERSON and not (_address(row) or clean(row.get("location"))):
        raise _RowUnfit("It has no address and no link.")
    zone, notes = _zone(row, zone), _notes(row)
    return Listing(
        slug=slug, name=name, days=days, start=start, minutes=minutes, timezone=zone,
        mode=mode, active=active, link=link, page=join_link(row.get("url")),
        by_phone=by_phone, phone=dial_number(row.get("conference_phone")), doubt=doubt,
        location=clean(row.get("location"), limit=200), address=_address(row), region=_region(row),
        group=clean(row.get("group"), limit=200), notes=notes,
        orientation=said.orientation, structure=said.structure, access=said.access, modality=said.modality,
        audience=said.audience, languages=said.languages, needs=said.needs, tags=said.tags,
        codes=codes_of(row.get("types")), unknown_codes=said.unknown, row=_kept(row, zone, notes),
    )  # fmt: skip


def _check_names(slug: str, name: str) -> None:
    if not slug:
        raise _RowUnfit("It has no slug, so it could not be found again.")
    if not name:
        raise _RowUnfit("It has no name.")
    if len(slug) > SLUG_LENGTH or len(name) > NAME_LENGTH:
        raise _RowUnfit("Its slug or its name is longer than 200 characters.")


def _when(row: dict[str, Any]) -> tuple[tuple[str, ...], time]:
    days, written = read_days(row.get("day")), clean(row.get("time"), limit=20)
    if days is None:
        raise _RowUnfit("Its day is not a number from 0 (Sunday) to 6.")
    if not days or not written:
        raise _RowUnfit("It has no fixed day and time (by appointment).")
    start = read_time(written)
    if start is None:
        raise _RowUnfit(f"Its time cannot be read: {written}.")
    return days, start


def _length(row: dict[str, Any], start: time) -> tuple[int | None, str]:
    """How many minutes it lasts, or none and a sentence about an end that nobody can mean."""
    end = row.get("end_time") if isinstance(row.get("end_time"), str | int | None) else "?"
    minutes = minutes_until(start, end)
    written = clean(end, limit=20) or "?"
    return minutes, "" if minutes is not None else f"Its end cannot be meant: {start:%H:%M} to {written}."


def _zone(row: dict[str, Any], zone: str | None) -> str:
    named = clean(row.get("timezone"), limit=60) or zone
    if not named:
        raise _RowUnfit("It names no time zone, and none was given for the feed.")
    if named not in _zones():
        raise _RowUnfit(f"Its time zone is not known: {named}.")
    return named


@cache
def _zones() -> frozenset[str]:
    return frozenset(name for name in available_timezones() if "/" in name or name == "UTC")


def _attendance(row: dict[str, Any], said: RowMeaning, *, online: bool) -> tuple[AttendanceMode, bool]:
    """How people attend, and whether it meets at all for now. What the row says outright wins."""
    option = clean(row.get("attendance_option"))
    if option in set(AttendanceMode):
        return AttendanceMode(option), True
    if option == "inactive":
        return (AttendanceMode.ONLINE if online else AttendanceMode.IN_PERSON), False
    if online:
        return (
            AttendanceMode.ONLINE if said.room_closed or _approximate(row) else AttendanceMode.HYBRID
        ), True
    nowhere = _approximate(row) and (clean(row.get("approximate")) == "yes" or not clean(row.get("location")))
    return AttendanceMode.IN_PERSON, not (said.room_closed or nowhere)


def _approximate(row: dict[str, Any]) -> bool:
    """Whether the address is only a town. Where the row does not say: fewer than four parts and no house number."""
    said = clean(row.get("approximate")).lower()
    if said in ("yes", "no"):
        return said == "yes"
    address = _address(row)
    return address.count(",") < 3 and not any(c.isdigit() for c in address.split(",")[0])


def _address(row: dict[str, Any]) -> str:
    whole = clean(row.get("formatted_address"), limit=300)
    parts = [clean(row.get(key), limit=100) for key in _ADDRESS]
    return whole or ", ".join(part for part in parts if part)[:300]


def _region(row: dict[str, Any]) -> str:
    parts = (
        row.get("regions")
        if isinstance(row.get("regions"), list)
        else [row.get("region"), row.get("sub_region")]
    )
    return " > ".join(text for part in parts or () if (text := clean(part, limit=60)))[:200]


def _notes(row: dict[str, Any]) -> str:
    texts = [without_secrets(clean_notes(row.get(key))) for key in ("notes", "group_notes", "location_notes")]
    return clean_prose("\n".join(text for text in dict.fromkeys(texts) if text), 2000)


def _kept(row: dict[str, Any], zone: str, notes: str) -> dict[str, Any]:
    """The source row without contacts, payment and passcodes; it can be read again with a later table."""
    kept = {key: _plain(row.get(key)) for key in _KEPT}
    kept |= {key: join_link(row.get(key)) for key in ("conference_url", "url")} | {
        "notes": notes,
        "timezone": zone,
    }
    if clean(row.get("conference_phone")):
        kept["conference_phone"] = dial_number(row.get("conference_phone")) or NUMBER_WITHHELD
    return {key: value for key, value in kept.items() if value not in (None, "", [])}


def _plain(value: object) -> Any:
    """A value that any database can keep: cleaned text, a number, or a list of these."""
    if isinstance(value, list):
        return [_plain(one) for one in value[:50] if not isinstance(one, list)]
    return value if isinstance(value, int) and abs(value) < 2**53 else clean(value, limit=300)
