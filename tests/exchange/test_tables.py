"""A table as spreadsheets write it: what is undone on its way, and what is said instead of guessed."""

import pytest

from groupsched.core.cells import written_table
from groupsched.exchange.rules import (
    MOST_ROWS,
    CellFault,
    TableFault,
    TableKind,
    TableUnreadable,
    read_table,
)

PEOPLE = TableKind.PEOPLE
HEAD = "record_number,first_name,last_name,phone\n"


def rows_of(text, **how):
    data = text if isinstance(text, bytes) else text.encode(how.get("encoding", "utf-8"))
    return read_table(data, PEOPLE).rows


def faults(text):
    return [(row.line, row.fault.fault, row.fault.column) for row in rows_of(HEAD + text) if row.fault]


@pytest.mark.parametrize(
    "data",
    [
        "record_number,first_name\nHL-1,Zoë\n".encode(),
        "record_number,first_name\r\nHL-1,Zoë\r\n".encode("utf-8-sig"),
        "record_number;first_name\r\nHL-1;Zoë\r\n".encode("cp1252"),
        "sep=;\r\nrecord_number;first_name\r\nHL-1;Zoë\r\n".encode(),
        "record_number\tfirst_name\r\nHL-1\tZoë\r\n".encode("utf-16"),
        'Record number,"First  name"\n\n,,\nHL-1, Zoe\u0308 \n'.encode(),
        'first_name,record-number\n"Zoë","=""HL-1"""\n'.encode(),
        "first_name,record_number\nZoë,'HL-1\n".replace("'HL", "HL").encode(),
    ],
    ids=["plain", "mark", "windows", "sep", "tabs", "spaced", "kept-as-text", "turned"],
)
def test_one_table_in_many_hands(data):
    table = read_table(data, PEOPLE)
    assert [(row["record_number"], row["first_name"], row.fault) for row in table.rows] == [
        ("HL-1", "Zoë", None)
    ]
    assert table.guessed == (b"\xeb" in data and b"\xc3" not in data and not data.startswith(b"\xff"))


def test_rows_keep_the_line_of_the_file_where_lines_are_empty_or_a_cell_has_several():
    rows = rows_of(HEAD + '\nHL-1,Robin,"Tea\ncup",\nHL-2,Holly,,\n')
    assert [(row.line, row["last_name"]) for row in rows] == [(3, "Tea cup"), (5, "")]


def test_what_a_spreadsheet_made_of_a_cell_is_said_and_not_guessed():
    assert faults("HL-1,=A1,,\nHL-2,#N/A,,\n1.2E+11,Robin,,\nHL-4,Robin,,=A1\n") == [
        (2, CellFault.FORMULA, "first_name"),
        (3, CellFault.EXCEL_ERROR, "first_name"),
        (4, CellFault.LOST_DIGITS, "record_number"),
        (5, CellFault.FORMULA, "phone"),
    ]


@pytest.mark.parametrize("words", ["- bring a cup", "+1 welcome", "@ the lake", "-", "Tea = talk"])
def test_what_begins_with_a_sign_is_text_and_a_description_keeps_its_paragraphs(words):
    file = f'key,title,kind,description\ntea,{words},support,"{words}\n\n\nSecond  part.\n"\n'
    (row,) = read_table(file.encode(), TableKind.GROUPS).rows
    assert (row["title"], row["description"], row.fault) == (words, f"{words}\n\nSecond part.", None)


def test_a_number_with_its_country_and_a_text_behind_an_apostrophe_are_no_formulas():
    rows = rows_of(HEAD + "HL-1,Robin,,+1 (202) 555-0100\n'0042,Holly,,'+12025550100\n")
    assert [(row["record_number"], row["phone"], row.fault) for row in rows] == [
        ("HL-1", "+1 (202) 555-0100", None), ("0042", "+12025550100", None),
    ]  # fmt: skip


def test_a_needed_cell_a_twin_and_a_cell_too_many_are_said_with_their_line():
    assert faults("HL-1,,,\nHL-2,Robin,,\nhl-2,Holly,,\nHL-3,Basil,x,y,more\n") == [
        (2, CellFault.MISSING, "first_name"),
        (4, CellFault.TWICE, "record_number"),
        (5, CellFault.TOO_MANY, ""),
    ]


def test_columns_that_nobody_reads_are_named():
    assert read_table(b"record_number,first_name,Diagnosis\nHL-1,Robin,x\n", PEOPLE).ignored == ("Diagnosis",)


@pytest.mark.parametrize(
    ("data", "fault", "detail"),
    [
        (b"PK\x03\x04workbook", TableFault.WORKBOOK, ""),
        (b"\xd0\xcf\x11\xe0old", TableFault.WORKBOOK, ""),
        (b"", TableFault.EMPTY, ""),
        (b"\n;;\n", TableFault.EMPTY, ""),
        (b"a\0b", TableFault.NOT_TEXT, ""),
        (b"name,phone\nRobin,1\n", TableFault.COLUMNS_MISSING, "record_number, first_name"),
        (b"record_number,first_name\n" + b"H,R\n" * (MOST_ROWS[PEOPLE] + 1), TableFault.TOO_LONG, "500"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(data, fault, detail):
    with pytest.raises(TableUnreadable) as found:
        read_table(data, PEOPLE)
    assert (found.value.fault, found.value.detail) == (fault, detail)


def test_what_is_written_never_begins_a_formula_and_is_read_back():
    data = written_table([["record_number", "first_name"], ["+1", "=HYPERLINK(1)"], ["@x", "-1"]])
    assert b"'=HYPERLINK" in data
    assert data.startswith(b"\xef\xbb\xbf")
    assert [row["record_number"] for row in read_table(data, PEOPLE).rows] == ["+1", "@x"]
