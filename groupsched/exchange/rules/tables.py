"""A table of a program's own, as spreadsheets write it: bytes in, rows by column out. Pure.

What spreadsheets do to a table on its way is undone where that is certain (a mark at the beginning, semicolons, a text kept
by an apostrophe or as ="0042") and said where it is not: a formula, a number that lost its digits, an error of a cell.
"""

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from groupsched.core.text import clean_line, clean_prose
from groupsched.exchange.rules.keys import plain_key

MOST_CELL = 2000


class TableKind(StrEnum):
    """What the rows of a table are."""

    PEOPLE = "people"
    GROUPS = "groups"
    SEATS = "seats"


class SeatWish(StrEnum):
    """What a row of a table of seats asks for: a seat, or a place in line where there is none."""

    SEAT = "seat"
    WAITING = "waiting"


COLUMNS: Mapping[TableKind, tuple[str, ...]] = {
    TableKind.PEOPLE: ("record_number", "first_name", "last_name", "email", "phone", "language", "site"),
    TableKind.GROUPS: (
        "key", "title", "kind", "description", "repeats", "days", "first_date", "starts", "ends", "last_date", "place",
        "online_link", "seats", "access", "style", "orientation", "languages", "leaders", "publish",
    ),
    TableKind.SEATS: ("record_number", "group", "dates", "status"),
}  # fmt: skip
NEEDED: Mapping[TableKind, tuple[str, ...]] = {
    TableKind.PEOPLE: ("record_number", "first_name"),
    TableKind.GROUPS: ("key", "title", "kind"),
    TableKind.SEATS: ("record_number", "group"),
}
MOST_ROWS: Mapping[TableKind, int] = {TableKind.PEOPLE: 500, TableKind.GROUPS: 500, TableKind.SEATS: 300}
"""Rows of one file: more would keep others from writing to SQLite for longer than they wait."""
KNOWN_BY: Mapping[TableKind, tuple[str, ...]] = {
    TableKind.PEOPLE: ("record_number",),
    TableKind.GROUPS: ("key",),
    TableKind.SEATS: ("record_number", "group", "dates"),
}
"""The cells by which a row is told from every other one."""


class TableFault(StrEnum):
    """Why a file as a whole cannot be read."""

    WORKBOOK = "workbook"
    NOT_TEXT = "not-text"
    EMPTY = "empty"
    COLUMNS_MISSING = "columns-missing"
    TOO_LONG = "too-long"


class CellFault(StrEnum):
    """Why a row cannot be taken, as far as one cell says it."""

    MISSING = "missing"
    TWICE = "twice"
    FORMULA = "formula"
    EXCEL_ERROR = "excel-error"
    LOST_DIGITS = "lost-digits"
    TOO_MANY = "too-many"
    TOO_LONG = "too-long"
    NOT_A_DATE = "not-a-date"
    NOT_A_TIME = "not-a-time"
    NOT_A_NUMBER = "not-a-number"
    NOT_A_CHOICE = "not-a-choice"
    NOT_KNOWN = "not-known"
    NEEDED_THEN = "needed-then"
    NO_USE = "no-use"


class TableUnreadable(Exception):
    """The whole file cannot be read; `detail` names what is missing."""

    def __init__(self, fault: TableFault, detail: str = "") -> None:
        super().__init__(fault)
        self.fault, self.detail = fault, detail


class CellUnfit(Exception):
    """One cell keeps its row from being taken."""

    def __init__(self, fault: CellFault, column: str, value: str = "", detail: str = "") -> None:
        super().__init__(fault)
        self.fault, self.column, self.value, self.detail = fault, column, value, detail


@dataclass(frozen=True)
class TableRow:
    """One row: its line in the file, its cells by column, and the first fault that any of them has."""

    line: int
    cells: Mapping[str, str]
    fault: CellUnfit | None = None

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


@dataclass(frozen=True)
class Table:
    """A table that could be read. `ignored` are columns that nobody reads; `guessed` whether its letters are guessed."""

    kind: TableKind
    rows: tuple[TableRow, ...]
    ignored: tuple[str, ...] = ()
    guessed: bool = False


_ERRORS = frozenset(
    ["#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NUM!", "#NULL!", "#¡REF!", "#¿NOMBRE?", "#¡VALOR!"]
)
_EXPONENT = re.compile(r"\d(?:[.,]\d+)?E\+\d+", re.IGNORECASE)
_KEPT_AS_TEXT = re.compile(r'="([^"]*)"')
_HIDDEN = re.compile(r"'(?=[=+\-@\d])")
_PROSE = frozenset({"description"})


def read_table(data: bytes, kind: TableKind, most: int | None = None) -> Table:
    """Read a file of comma-separated values with at most so many rows, else MOST_ROWS. Raises TableUnreadable."""
    most = MOST_ROWS[kind] if most is None else most
    text, guessed = _text(data)
    lines = _records(text)
    if not lines:
        raise TableUnreadable(TableFault.EMPTY)
    head = [_column(cell) for cell in lines[0][1]]
    missing = [name for name in NEEDED[kind] if name not in head]
    if missing:
        raise TableUnreadable(TableFault.COLUMNS_MISSING, ", ".join(missing))
    if len(lines) - 1 > most:
        raise TableUnreadable(TableFault.TOO_LONG, str(most))
    known = {name: head.index(name) for name in COLUMNS[kind] if name in head}
    rows = tuple(_row(number, cells, known, len(head), NEEDED[kind]) for number, cells in lines[1:])
    ignored = tuple(
        clean_line(cell, 40) for cell, name in zip(lines[0][1], head, strict=True) if name not in known
    )
    return Table(kind, _without_twins(rows, KNOWN_BY[kind]), tuple(one for one in ignored if one), guessed)


def _text(data: bytes) -> tuple[str, bool]:
    """The text of a file, and whether its letters are guessed."""
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise TableUnreadable(TableFault.WORKBOOK)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace"), False
    if b"\0" in data:
        raise TableUnreadable(TableFault.NOT_TEXT)
    try:
        return data.decode("utf-8-sig"), False
    except UnicodeDecodeError:
        # What spreadsheets of Windows write in the west; the five bytes that mean nothing there are no reason to refuse.
        return data.decode("cp1252", errors="replace"), True


def _records(text: str) -> list[tuple[int, list[str]]]:
    """The rows that say anything, each with the line on which it begins."""
    first, _end, rest = text.partition("\n")
    told = re.fullmatch(r'"?sep=(.)"?\s*', first)
    reader_text, before = (rest, 1) if told else (text, 0)
    mark = told[1] if told else _separator(reader_text.lstrip("\r\n").partition("\n")[0])
    reader = csv.reader(io.StringIO(reader_text, newline=""), delimiter=mark)
    found, begun = [], before + 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                found.append((begun, cells))
            begun = before + reader.line_num + 1
    except csv.Error as error:
        raise TableUnreadable(TableFault.NOT_TEXT) from error
    return found


def _separator(head: str) -> str:
    return max((",", ";", "\t"), key=head.count)


def _column(cell: str) -> str:
    """The name of a column, however it is written: "First name" is first_name."""
    return re.sub(r"[\s-]+", "_", clean_line(cell).casefold())


def _row(
    line: int, cells: list[str], known: Mapping[str, int], width: int, needed: tuple[str, ...]
) -> TableRow:
    values: dict[str, str] = {}
    fault = None
    for name, at in known.items():
        written = cells[at] if at < len(cells) else ""
        try:
            values[name] = _cell(name, written)
        except CellUnfit as unfit:
            values[name], fault = clean_line(written, 80), fault or unfit
    if any(cell.strip() for cell in cells[width:]):
        extra = clean_line(next(cell for cell in cells[width:] if cell.strip()), 80)
        fault = fault or CellUnfit(CellFault.TOO_MANY, "", extra)
    missing = next((name for name in needed if not values.get(name)), None)
    if fault is None and missing is not None:
        fault = CellUnfit(CellFault.MISSING, missing)
    return TableRow(line, values, fault)


def _cell(name: str, written: str) -> str:
    """What a cell says. Raises CellUnfit for what a spreadsheet made of it."""
    text = clean_prose(written) if name in _PROSE else clean_line(written)
    if len(text) > MOST_CELL:
        raise CellUnfit(CellFault.TOO_LONG, name, text[:80])
    if kept := _KEPT_AS_TEXT.fullmatch(text):
        return clean_line(kept[1])
    if _HIDDEN.match(text):
        return text[1:]
    if text.upper() in _ERRORS:
        raise CellUnfit(CellFault.EXCEL_ERROR, name, text)
    if _EXPONENT.fullmatch(text):
        raise CellUnfit(CellFault.LOST_DIGITS, name, text)
    if text.startswith("="):
        raise CellUnfit(CellFault.FORMULA, name, text[:80])
    return text


def _without_twins(rows: tuple[TableRow, ...], cells: tuple[str, ...]) -> tuple[TableRow, ...]:
    """A second row of the same person, group or seat is refused: nobody could say which one is meant."""
    seen: dict[tuple[str, ...], int] = {}
    found = []
    for row in rows:
        name, first = tuple(plain_key(row[cell]) for cell in cells), cells[0]
        if name[0] and name in seen and row.fault is None:
            twice = CellUnfit(CellFault.TWICE, first, row[first], str(seen[name]))
            row = TableRow(row.line, row.cells, twice)
        seen.setdefault(name, row.line)
        found.append(row)
    return tuple(found)
