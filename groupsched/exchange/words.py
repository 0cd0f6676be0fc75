"""What the pages say of an import: why a row is refused, in the language of the page."""

from collections.abc import Mapping
from datetime import time

from groupsched.catalog.rules import Access, Orientation, Structure
from groupsched.core.i18n import _, _l
from groupsched.core.regions import clock
from groupsched.exchange.rules import CellFault, CellUnfit, SeatWish, TableFault, TableKind, TableUnreadable
from groupsched.schedule.rules import Repeats

# What rules/rows.py says of a row, for the catalogues of translation; the command prints it as it is.
REASONS = (
    _l("This row is not an object."),
    _l("It has no slug, so it could not be found again."),
    _l("It has no name."),
    _l("Its slug or its name is longer than 200 characters."),
    _l("Its day is not a number from 0 (Sunday) to 6."),
    _l("It has no fixed day and time (by appointment)."),
    _l("Its time cannot be read."),
    _l("Its end cannot be meant."),
    _l("It names no time zone, and none was given for the feed."),
    _l("Its time zone is not known."),
    _l("It has no address and no link."),
    _l("Another row of this feed has the same slug."),
)


def reason_words(kind: str) -> str:
    """One of these sentences in the language of the page."""
    return str(_(kind))


# --- tables of a program's own --------------------------------------------------------------------------------------

# Words for choices in the cells of a table, besides their keys: as people of either language write them.
ACCESS_WORDS = {
    "open": Access.OPEN, "abierto": Access.OPEN, "drop in": Access.OPEN, "drop-in": Access.OPEN, "enrol": Access.ENROL,
    "enroll": Access.ENROL, "inscripción": Access.ENROL, "closed": Access.CLOSED, "cerrado": Access.CLOSED,
    "referral": Access.REFERRAL, "derivación": Access.REFERRAL,
}  # fmt: skip
STYLE_WORDS = {
    "structured": Structure.STRUCTURED, "estructurado": Structure.STRUCTURED, "relaxed": Structure.RELAXED,
    "relajado": Structure.RELAXED,
}  # fmt: skip
ORIENTATION_WORDS = {
    "secular": Orientation.SECULAR, "laico": Orientation.SECULAR, "faith": Orientation.FAITH,
    "faith-based": Orientation.FAITH, "religioso": Orientation.FAITH,
}  # fmt: skip
REPEATS_WORDS = {
    "once": Repeats.ONCE, "una vez": Repeats.ONCE, "daily": Repeats.DAILY, "diario": Repeats.DAILY,
    "weekdays": Repeats.WEEKDAYS, "laborables": Repeats.WEEKDAYS, "weekly": Repeats.WEEKLY, "semanal": Repeats.WEEKLY,
    "biweekly": Repeats.BIWEEKLY, "every 2 weeks": Repeats.BIWEEKLY, "cada 2 semanas": Repeats.BIWEEKLY,
    "quincenal": Repeats.BIWEEKLY, "monthly": Repeats.MONTHLY, "mensual": Repeats.MONTHLY,
}  # fmt: skip


SEAT_WORDS = {
    "seat": SeatWish.SEAT, "in": SeatWish.SEAT, "active": SeatWish.SEAT, "lugar": SeatWish.SEAT, "plaza": SeatWish.SEAT,
    "waiting": SeatWish.WAITING, "waiting list": SeatWish.WAITING, "waitlist": SeatWish.WAITING,
    "en espera": SeatWish.WAITING, "espera": SeatWish.WAITING, "lista de espera": SeatWish.WAITING,
}  # fmt: skip
WHOLE_WORDS = frozenset({"", "whole", "all", "every", "todas", "todo", "entero"})
"""What the dates of a seat are where it is one on every date of the group."""


def cell_words(unfit: CellUnfit) -> str:
    """Why a row cannot be taken, and what to do."""
    words = {
        CellFault.MISSING: _("This cell is empty. It is needed."),
        CellFault.NEEDED_THEN: _("This cell is empty. It is needed where a row says when the group meets."),
        CellFault.NO_USE: _(
            "A group that meets so has no use for this. Leave it empty, or change “repeats”."
        ),
        CellFault.TWICE: _("Row %(row)s has it already. Keep one of the two.", row=unfit.detail),
        CellFault.FORMULA: _("This is a formula. Write the words themselves."),
        CellFault.EXCEL_ERROR: _("The spreadsheet could not work this cell out. Write what is meant."),
        CellFault.LOST_DIGITS: _(
            "The spreadsheet shortened this number, and digits are lost. Make the column text, then write it again."
        ),
        CellFault.TOO_MANY: _(
            "This row has more cells than the table has columns. Is a comma missing its quotes?"
        ),
        CellFault.TOO_LONG: _("This is too long. Please shorten it."),
        CellFault.NOT_A_DATE: _("There is no such day. Dates look like 2026-11-30."),
        CellFault.NOT_A_TIME: _(
            "This is no time, or none after the start. Times look like %(example)s.",
            example=clock(EXAMPLE_TIMES["starts"]),
        ),
        CellFault.NOT_A_NUMBER: _("This is no whole number."),
        CellFault.NOT_A_CHOICE: _("This can be: %(offered)s.", offered=unfit.detail),
        CellFault.NOT_KNOWN: _("There is no such name here."),
    }
    if unfit.fault is CellFault.NOT_KNOWN and unfit.detail:
        return " ".join([words[unfit.fault], _("Meant: %(name)s?", name=unfit.detail)])
    return str(words[unfit.fault])


def table_words(unreadable: TableUnreadable) -> str:
    """Why a file as a whole cannot be read, and what to do."""
    words = {
        TableFault.WORKBOOK: _(
            "This is a workbook. Save it as “CSV UTF-8 (comma delimited)”, and choose that file."
        ),
        TableFault.NOT_TEXT: _("This is not a table that can be read. Save it as CSV, and choose that file."),
        TableFault.EMPTY: _("There is nothing in this file."),
        TableFault.COLUMNS_MISSING: _(
            "The first row names the columns, and these are missing: %(names)s. Start from the template.",
            names=unreadable.detail,
        ),
        TableFault.TOO_LONG: _("A file can have %(most)s rows. Please split it.", most=unreadable.detail),
    }
    return str(words[unreadable.fault])


EXAMPLE_TIMES = {"starts": time(18), "ends": time(19, 30)}


def examples(kind: TableKind) -> dict[str, str]:
    """How each column is written, by its name; times as the region of the page does."""
    times = {name: clock(at) for name, at in EXAMPLE_TIMES.items()} if kind is TableKind.GROUPS else {}
    return {**_EXAMPLES[kind], **times}


_EXAMPLES: Mapping[TableKind, Mapping[str, str]] = {
    TableKind.PEOPLE: {
        "record_number": "HL-0001", "first_name": "Robin", "last_name": "Teacup", "email": "robin@example.org",
        "phone": "202-555-0100", "language": "en",
    },
    TableKind.GROUPS: {
        "key": "tuesday-tea", "title": "Tea and talk", "kind": "support-group", "description": "A circle and a kettle.",
        "repeats": "weekly", "days": "Tue", "first_date": "2026-12-01", "seats": "12",
        "access": "enrol", "style": "relaxed", "languages": "en", "publish": "no",
    },
    TableKind.SEATS: {
        "record_number": "HL-0001", "group": "tuesday-tea", "dates": "2026-12-01; 2026-12-08", "status": "seat",
    },
}  # fmt: skip
