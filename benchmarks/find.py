"""`/sessions` by group and by day, with all its counts, over few and many series, beside one bare SELECT of the dates of a page."""

import re
import statistics
import time
from dataclasses import dataclass

from flask import Flask
from sqlalchemy import func, select, text

from benchmarks.report import Seen, head, interleaved, measure, ratio
from benchmarks.world import KINDS, ZONE, fill, fresh_app, program
from groupsched.access.identity import Anonymous, System
from groupsched.catalog.events import GroupChanged
from groupsched.catalog.models import Group, Place
from groupsched.catalog.service import save_row
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.events import publish
from groupsched.enrolment.queries import find_groups, find_occurrences
from groupsched.enrolment.rules import FindFilters
from groupsched.schedule.models import Occurrence

PAGE = 50
OF_A_KIND = 5
KEYSET = "SELECT id FROM occurrence WHERE program_id = 1 AND external = 0 AND start > '2000' ORDER BY start, id LIMIT 50"
DATE = re.compile(r'href="/sessions/[^"/]+/\d{4}-\d\d-\d\dT\d{4}')
GROUP = re.compile(r'class="dayrow" href="/sessions/[^"/]+"')
BY_DAY = "/sessions?view=list"


@dataclass(frozen=True)
class Size:
    """The numbers of series, fewest first, and the rounds."""

    series: tuple[int, ...]
    rounds: int


FULL = Size(series=(200, 2_000, 20_000), rounds=9)
SMALLEST = Size(series=(60, 80), rounds=1)


def run(size: Size) -> None:
    """Print how the page grows with the catalogue."""
    head("Find a group: by kind and by day, the page of 50 dates, with every count")
    pages = {many: _pages(many, size.rounds) for many in size.series}
    least, most = size.series[0], size.series[-1]
    ratio(f"{most:,} series to {least:,}: by day", pages[most]["page"], pages[least]["page"], 2, seen={})
    ratio(
        f"{most:,} series to {least:,}: by group", pages[most]["groups"], pages[least]["groups"], 3, seen={}
    )


def _pages(many: int, rounds: int) -> dict[str, float]:
    with fresh_app() as app:
        fill(program(), many)
        seen = dict(_seen(app))
        client = app.test_client()
        asker = Anonymous(program_id=1)
        times = interleaved(
            {
                "groups": lambda: client.get("/sessions"),
                "of a kind": lambda: client.get("/sessions?kind=art&orientation=secular"),
                "page": lambda: client.get(BY_DAY),
                "filtered": lambda: client.get(f"{BY_DAY}&time=morning&orientation=secular&free=1"),
                "query": lambda: find_occurrences(asker, FindFilters()),
                "keyset": lambda: db.session.execute(text(KEYSET)).all(),
            },
            rounds,
        )
        db.session.rollback()
        first, seen["groups found by their new name"] = _after_changes(app, BY_DAY, min(rounds, 5))
        of_groups, seen["groups found by it"] = _after_changes(app, "/sessions", min(rounds, 5))
        anew = measure(lambda: _after_a_label(app, "/sessions"), min(rounds, 3))
        ratio(f"{many:,} series: the query, to a bare SELECT", times["query"], times["keyset"], 2, seen=seen)
        ratio(
            f"{many:,} series: with filters, to the page", times["filtered"], times["page"], None, seen=seen
        )
        ratio(f"{many:,} series: first page after a change, to the page", first, times["page"], 4, seen=seen)
        by_group, one_kind = times["groups"], times["of a kind"]
        ratio(f"{many:,} series: by group, to by day", by_group, times["page"], None, seen=seen)
        ratio(f"{many:,} series: one kind of a style, to by group", one_kind, by_group, None, seen=seen)
        ratio(
            f"{many:,} series: by group, first page after a change, to the page",
            of_groups,
            by_group,
            4,
            seen=seen,
        )
        ratio(f"{many:,} series: by group, after a change of a label", anew, by_group, None, seen=seen)
        return times


def _seen(app: Flask) -> Seen:
    """The pages show fifty dates, and five groups of each of six kinds; they count what there is."""
    page = app.test_client().get(BY_DAY).text
    groups = app.test_client().get("/sessions").text
    by_group = find_groups(Anonymous(program_id=1), FindFilters())
    found = find_occurrences(Anonymous(program_id=1), FindFilters())
    bare = db.session.execute(text(KEYSET)).all()
    return {
        "dates on the page": (len(set(DATE.findall(page))), PAGE),
        "groups on the page": (len(GROUP.findall(groups)), len(KINDS) * OF_A_KIND),
        "groups that are counted": (
            by_group.total,
            db.session.scalar(select(func.count()).select_from(Group)) or 0,
        ),
        "dates of the query": (len(found.occurrences), PAGE),
        "dates of the bare SELECT": (len(bare), PAGE),
        "dates that are counted": (found.total, _dates_of_the_window()),
    }


def _dates_of_the_window() -> int:
    """How many dates of the window have not ended, counted by the database."""
    first, last = FindFilters().window(clock.today(ZONE))
    dates = select(func.count()).where(
        Occurrence.local_date.between(first, last), Occurrence.end > clock.now()
    )
    return db.session.scalar(dates) or 0


def _after_changes(app: Flask, address: str, rounds: int) -> tuple[float, tuple[int, int]]:
    """How long the first page takes after a change of a group, in seconds, the median of some; and how many of the groups are
    found as they are called now, beside how many were changed."""
    times, found = [], 0
    for number in range(rounds):
        title = f"Renamed{'abcdefgh'[number]}{len(address)}"
        _rename(number, title)
        begin = time.perf_counter()
        app.test_client().get(address)
        times.append(time.perf_counter() - begin)
        found += find_groups(Anonymous(program_id=1), FindFilters(q=title)).total
        db.session.rollback()
    return statistics.median(times), (found, rounds)


def _rename(number: int, title: str) -> None:
    """One of the groups is called otherwise, and its room says so."""
    [group] = db.session.scalars(select(Group).order_by(Group.id).offset(number).limit(1))
    group.title = title
    db.session.flush()
    publish(GroupChanged(group.id, 1))
    db.session.commit()
    db.session.remove()


def _after_a_label(app: Flask, address: str) -> None:
    """A place that all groups may be in is called otherwise, and the page is asked for."""
    place = db.session.scalars(select(Place)).one()
    save_row(System(program_id=1), place, {"name": f"{place.name}."}, place.version)
    db.session.commit()
    app.test_client().get(address)
