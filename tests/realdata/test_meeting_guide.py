"""Real public feeds, with their dirt: every row is taken or refused with a reason, and a year later compared."""

import os
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import select

from groupsched.access.identity import System
from groupsched.catalog.models import Group
from groupsched.core.db import db
from groupsched.core.resources import content
from groupsched.exchange.rules import (
    ImportPlan,
    KnownListing,
    Listing,
    RefusedRow,
    SourceUnreadable,
    code_table,
    plan,
    read_feed,
    read_rows,
)
from groupsched.exchange.service import ImportReport, import_listings
from groupsched.schedule.models import Occurrence
from tests.factories import World

pytestmark = pytest.mark.realdata

FEEDS = [
    ("aasepia-2021-10.json", "aa", 2098, 0),
    ("aasepia-2022-10.json", "aa", 2038, 0),
    ("aasanjose-2021-10.json", "aa", 692, 1),
    ("al-anon-2023-08.json", "al-anon", 360, 0),
    ("nwta-2021-no-types.json", "aa", 613, 0),
    ("edmonton-2020-quirky.json", "aa", 315, 0),
    ("edge-appointment.json", "aa", 1, 1),
    ("edge-times.json", "aa", 8, 1),
    ("edge-timezones.json", "aa", 2, 0),
]


@pytest.fixture(scope="module")
def feeds() -> Path:
    """The folder of real feeds; the tests are skipped where it is not named."""
    folder = os.environ.get("GROUPSCHED_REALDATA")
    if not folder:
        pytest.skip("Set GROUPSCHED_REALDATA to the folder of real feeds to run this.")
    return Path(folder) / "meeting-guide"


def read(path: Path, fellowship: str) -> list[Listing | RefusedRow]:
    table = code_table(content("fellowships"), fellowship)
    return list(read_rows(read_feed(path.read_text(encoding="utf-8")), table, "America/New_York"))


def sizes(result: ImportPlan) -> dict[str, int]:
    return {
        name: len(getattr(result, name)) for name in ("added", "changed", "unchanged", "removed", "refused")
    }


@pytest.mark.parametrize(("name", "fellowship", "taken", "refused"), FEEDS)
def test_every_row_is_taken_or_refused_with_a_reason(
    feeds: Path, name: str, fellowship: str, taken: int, refused: int
) -> None:
    rows = read(feeds / name, fellowship)
    assert Counter(type(row) for row in rows) == Counter(
        {Listing: taken} | ({RefusedRow: refused} if refused else {})
    )
    assert all(row.reason.endswith(".") for row in rows if isinstance(row, RefusedRow))


def test_every_code_of_a_real_feed_is_in_its_table_or_listed_as_unknown(feeds: Path) -> None:
    rows = [row for row in read(feeds / "aasepia-2021-10.json", "aa") if isinstance(row, Listing)]
    assert not any(row.unknown_codes for row in rows)
    rows = [row for row in read(feeds / "al-anon-2023-08.json", "al-anon") if isinstance(row, Listing)]
    assert not any(row.unknown_codes for row in rows)


def test_only_the_code_for_secular_says_anything_about_faith(feeds: Path) -> None:
    rows = [row for row in read(feeds / "aasepia-2021-10.json", "aa") if isinstance(row, Listing)]
    assert Counter(row.orientation for row in rows) == {None: 2085, "secular": 13}
    assert all((row.orientation == "secular") == ("A" in row.codes) for row in rows)


def test_a_year_later_the_same_source_has_these_differences(feeds: Path) -> None:
    first = plan(read(feeds / "aasepia-2021-10.json", "aa"), {})
    known = {one.listing.slug: KnownListing(one.fingerprint, listed=True) for one in first.added}
    again = sizes(plan(read(feeds / "aasepia-2021-10.json", "aa"), known))
    assert again == {"added": 0, "changed": 0, "unchanged": 2098, "removed": 0, "refused": 0}
    later = sizes(plan(read(feeds / "aasepia-2022-10.json", "aa"), known))
    assert later["changed"] + later.pop("unchanged") == 1923
    assert later == {"added": 115, "changed": later["changed"], "removed": 175, "refused": 0}


def test_the_broken_feed_gets_a_sentence_with_the_place(feeds: Path) -> None:
    with pytest.raises(SourceUnreadable, match=r"line 80, column 3: .*\.$"):
        read_feed((feeds / "edge-invalid-json.json").read_text(encoding="utf-8"))


def test_no_contact_or_passcode_is_left_in_any_real_listing(feeds: Path) -> None:
    for name, fellowship, _taken, _refused in FEEDS:
        for row in read(feeds / name, fellowship):
            assert isinstance(row, RefusedRow) or "@" not in row.notes.replace("@ ", "")
            assert isinstance(row, RefusedRow) or "REDACTED" not in f"{row.link}{row.page}"


def test_a_real_feed_comes_into_the_catalogue_and_a_repeat_changes_nothing(feeds: Path, world: World) -> None:
    text = (feeds / "al-anon-2023-08.json").read_text(encoding="utf-8")

    def bring() -> ImportReport:
        report = import_listings(
            System(), world.program, text, source="ma", fellowship="al-anon", timezone="America/New_York"
        )
        db.session.commit()
        return report

    assert (bring().added, bring().unchanged) == (360, 360)
    groups = list(db.session.scalars(select(Group)))
    assert {(group.state, group.external) for group in groups} == {("published", True)}
    assert all("orientation" in group.review for group in groups)
    meeting = set(db.session.scalars(select(Occurrence.group_id).distinct()))
    assert len(groups) - len(meeting) == 31
