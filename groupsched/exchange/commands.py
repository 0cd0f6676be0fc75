"""`groupsched import` and `import-table`: listings of other directories, and a program's own people, groups and seats."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from zoneinfo import available_timezones

import click

from groupsched.accounts.commands import program_named
from groupsched.catalog.rules import ListingFormat
from groupsched.core.commands import application
from groupsched.core.errors import DomainError
from groupsched.core.regions import speaking
from groupsched.exchange.queries import fellowships, table_of
from groupsched.exchange.rules import ImportAction, TableKind, TableUnreadable, kind_of, read_table
from groupsched.exchange.service import (
    SHRUNK,
    ImportReport,
    ImportRow,
    RowAction,
    TableReport,
    bring_table,
    import_listings,
)
from groupsched.exchange.words import table_words

MEGABYTE = 1024 * 1024
MOST_BYTES = 20 * MEGABYTE
EXAMPLES = 3
MOST_ROWS_OF_COMMAND = 20_000
MARKS = {
    ImportAction.ADDED: "+", ImportAction.CHANGED: "~", ImportAction.REMOVED: "-", ImportAction.REFUSED: "!",
}  # fmt: skip


@click.command("import")
@click.argument("file", metavar="SOURCE")
@click.option(
    "--format",
    "form",
    type=click.Choice([form.value for form in ListingFormat]),
    required=True,
    help="What SOURCE is written in.",
)
@click.option(
    "--source", "name", required=True, help="The name this directory goes by here; only its listings change."
)
@click.option("--fellowship", help="In whose table its type codes are read: aa, al-anon, na …")
@click.option("--timezone", help="The zone of rows that name none, such as America/New_York.")
@click.option(
    "--program", help="The key of the program that shows the listings; not needed where there is one."
)
@click.option(
    "--fewer", is_flag=True, help="Take a feed that is empty or lost more than a third of its meetings."
)
@click.option("--dry-run", is_flag=True, help="Write nothing; say row by row what would be done.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def import_command(
    file: str,
    form: str,
    name: str,
    fellowship: str | None,
    timezone: str | None,
    program: str | None,
    fewer: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Bring other people's meetings in from SOURCE, a file or - for standard input.

    A meeting is known by (source, slug): the same import again changes only what is different now. A feed that is
    empty, lost more than a third of its meetings, or has none that can be taken changes nothing and is a failure.
    """
    from groupsched.access.identity import System
    from groupsched.core.config import load
    from groupsched.core.db import unit_of_work

    settings = load()
    zone = _zone(timezone or settings.timezone)
    text = read_text(file)
    _mention_unknown(fellowship)
    with application(settings), unit_of_work():
        try:
            report = import_listings(
                System(), program_named(program), text, source=name, fellowship=fellowship, timezone=zone,
                dry_run=dry_run, fewer=fewer, progress=bar(sys.stderr.isatty()),
            )  # fmt: skip
        except DomainError as refusal:
            raise click.ClickException(_way_on(refusal.message, refusal.code)) from refusal
    if as_json:
        click.echo(
            json.dumps({"format": form, "fellowship": fellowship, **report.as_dict()}, ensure_ascii=False)
        )
    else:
        say(report)
    if report.refusal:
        raise click.ClickException(_way_on(report.refusal, report.refusal_code))


@click.command("import-table")
@click.argument("kind", type=click.Choice([one.value for one in TableKind]))
@click.argument("file", metavar="SOURCE")
@click.option("--program", help="The key of the program whose they are; not needed where there is one.")
@click.option("--dry-run", is_flag=True, help="Write nothing; say what would be done.")
def import_table(kind: str, file: str, program: str | None, dry_run: bool) -> None:
    """Bring a program's own people, groups or seats in from SOURCE, a CSV file or - for standard input.

    People are known by their record number, groups by their key, seats by both: the same table again changes nothing. Nobody
    gets a message. Rows that cannot be taken are left out, and named with line, column and reason.
    """
    from groupsched.access.identity import System
    from groupsched.core.db import db, unit_of_work

    data = read_bytes(file)
    with application(), unit_of_work():
        owner = program_named(program)
        try:
            table = read_table(data, TableKind(kind), MOST_ROWS_OF_COMMAND)
        except TableUnreadable as unreadable:
            raise click.ClickException(table_words(unreadable)) from unreadable
        with speaking("en", owner.id):
            report = bring_table(System(program_id=owner.id), table)
        if dry_run:
            db.session.rollback()
    say_table(report, dry_run)


def say_table(report: TableReport, dry_run: bool) -> None:
    """What rows change, which of them somebody should look at, those that cannot be taken, and the counts."""
    for row in report.having(RowAction.CHANGED):
        told = "; ".join(f"{one.column}: {one.before} -> {one.after}" for one in row.changes)
        click.echo(f"~ row {row.line}: {told}")
    for row in report.rows:
        if row.note:
            click.echo(f"? row {row.line}: {row.note}")
    for row in report.having(RowAction.REFUSED):
        where = " ".join(part for part in (row.column, f"“{row.value}”" if row.value else "") if part)
        click.echo(f"! row {row.line}{f' ({where})' if where else ''}: {row.words}")
    counts = ", ".join(f"{count:,} {action}" for action, count in report.counts.items())
    click.echo(f"{report.kind}: {counts}.{' Nothing was written.' if dry_run else ''}")


def _way_on(refusal: str, code: str) -> str:
    return f"{refusal} (--fewer)" if code == SHRUNK else refusal


def read_text(file: str) -> str:
    """The text of a file, or of standard input for `-`. Raises ClickException with a sentence."""
    try:
        return read_bytes(file).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise click.ClickException(
            f"{file} is not UTF-8 text: byte {error.start + 1} does not fit."
        ) from error


def read_bytes(file: str) -> bytes:
    """What stands in a file, or comes in for `-`. Raises ClickException with a sentence."""
    try:
        data = sys.stdin.buffer.read(MOST_BYTES + 1) if file == "-" else _read(Path(file))
    except OSError as error:
        raise click.ClickException(f"{file} cannot be read: {error.strerror}.") from error
    if len(data) > MOST_BYTES:
        raise click.ClickException(f"{file} is larger than {MOST_BYTES // MEGABYTE} MB.")
    return data


def _read(path: Path) -> bytes:
    with path.open("rb") as opened:
        return opened.read(MOST_BYTES + 1)


def _mention_unknown(fellowship: str | None) -> None:
    if fellowship and not table_of(fellowship).known:
        known = ", ".join(fellowships())
        click.echo(
            f"There is no code table for {fellowship}: only the codes that mean the same everywhere are read. Known: {known}.",
            err=True,
        )


def _zone(name: str | None) -> str | None:
    if name and name not in available_timezones():
        raise click.BadParameter(
            f"{name} is not a time zone such as America/New_York.", param_hint="--timezone"
        )
    return name or None


def bar(on_terminal: bool) -> Callable[[int, int], None]:
    """Progress on one line of a terminal; nothing in a pipe."""

    def show(done: int, whole: int) -> None:
        if on_terminal:
            click.echo(f"\r{done:,} of {whole:,} listings written", nl=done == whole, err=True)

    return show


def say(report: ImportReport) -> None:
    """The report in words: after a dry run row by row, otherwise what was refused or doubted, and the counts."""
    alike: dict[tuple[ImportAction, str], list[ImportRow]] = {}
    for row in report.rows:
        if row.reason:
            alike.setdefault((row.action, kind_of(row.reason)), []).append(row)
        elif report.dry_run:
            click.echo(line(row))
    for (action, kind), rows in alike.items():
        click.echo(line(rows[0]) if len(rows) == 1 else line_of_many(action, kind, rows))
    counts = ", ".join(
        f"{getattr(report, one):,} {one}" for one in ("added", "changed", "removed", "unchanged", "refused")
    )
    undated = f" Added without dates: {report.without_dates:,}." if report.without_dates else ""
    written = " Nothing was written." if report.dry_run or report.refusal else ""
    click.echo(f"{report.source}: {counts}.{undated}{written}")


def line(row: ImportRow) -> str:
    """One row of the report."""
    where = f" (row {row.number})" if row.number else ""
    done = f"{row.action} without dates" if row.without_dates else f"{row.action:8}"
    return f"{MARKS[row.action]} {done} {row.slug or 'without a slug'}{where}{f'  {row.name}' if row.name else ''}{f': {row.reason}' if row.reason else ''}"


def line_of_many(action: ImportAction, kind: str, rows: list[ImportRow]) -> str:
    """One sentence for many like rows, with their number and the first of them."""
    first = ", ".join(_example(row) for row in rows[:EXAMPLES])
    return f"{MARKS[action]} {action:8} {len(rows):,} rows: {kind} {'They are' if len(rows) <= EXAMPLES else 'The first are'} {first}."


def _example(row: ImportRow) -> str:
    value = row.reason.partition(":")[2].strip().rstrip(".")
    told = [f"row {row.number}" if row.number else "", f"“{value}”" if value else ""]
    inside = ", ".join(one for one in told if one)
    return f"{row.slug or 'without a slug'}{f' ({inside})' if inside else ''}"
