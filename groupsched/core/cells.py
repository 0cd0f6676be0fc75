"""Tables that go out: a file that a spreadsheet opens with its letters right, and no cell of it a formula."""

import csv
import io
from collections.abc import Iterable

from flask import Response

BEGINNINGS = (*"=+-@", *"＝＋－＠")
"""The wide ones too: a spreadsheet set to a language that writes them reads them as the others. What stands before is trimmed."""
CONTROLS = ("\t", "\r", "\n")


def safe_cell(text: str) -> str:
    """A cell as it may be given to a spreadsheet: never the beginning of a formula.

    >>> safe_cell("=1+1"), safe_cell("-5"), safe_cell(" =1"), safe_cell("＝1+1"), safe_cell("Tea")
    ("'=1+1", "'-5", "' =1", "'＝1+1", 'Tea')
    """
    return f"'{text}" if text.lstrip()[:1] in BEGINNINGS or text[:1] in CONTROLS else text


def written_table(rows: Iterable[Iterable[str]]) -> bytes:
    """Rows as a file that spreadsheets open with its letters right."""
    file = io.StringIO()
    csv.writer(file).writerows([safe_cell(cell) for cell in row] for row in rows)
    return file.getvalue().encode("utf-8-sig")


def as_file(rows: Iterable[Iterable[str]], name: str) -> Response:
    """Such a table as an answer that a browser keeps under `name`."""
    answer = Response(written_table(rows), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
