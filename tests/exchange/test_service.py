"""Importing a feed into the catalogue: what is written, what a repeat changes, and what stays."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from groupsched.access.identity import System
from groupsched.access.models import Program
from groupsched.catalog.models import Group, ListingSource, Place
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import DomainError, NotFound
from groupsched.exchange.service import ImportReport, import_listings, settle
from groupsched.schedule.models import Occurrence, Series
from tests.conftest import identity_of
from tests.exchange.test_rules import row
from tests.factories import World


def bring(world: World, *rows: dict[str, Any], **given: Any) -> ImportReport:
    text = given.pop("text", json.dumps(rows))
    defaults = {"source": "north", "fellowship": "aa", "timezone": "America/New_York"}
    report = import_listings(System(), world.program, text, **{**defaults, **given})
    db.session.commit()
    return report


def listing(slug: str = "monday") -> Group:
    return db.session.scalars(select(Group).where(Group.source_slug == slug)).one()


def dates(group: Group) -> list[Occurrence]:
    query = select(Occurrence).where(Occurrence.group_id == group.id).order_by(Occurrence.start)
    return list(db.session.scalars(query))


def rows_in(table: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def counts(report: ImportReport) -> tuple[int, int, int, int, int]:
    return report.added, report.changed, report.removed, report.unchanged, report.refused


def test_a_listing_becomes_a_published_external_group_with_its_dates(world: World) -> None:
    report = bring(world, row(types=["O", "A", "X"], url="https://example.org/monday"))
    group = listing()
    assert counts(report) == (1, 0, 0, 0, 0)
    assert (group.external, group.state, group.capacity) == (True, "published", None)
    assert (group.orientation, group.structure, group.access) == ("secular", None, "open")
    assert (group.review, group.tags, group.languages) == (["structure"], ["step-free"], [])
    assert group.source_url == "https://example.org/monday"
    assert group.place is not None
    assert (group.place.external, group.place.step_free) == (True, True)
    meetings = dates(group)
    assert 57 <= len(meetings) <= 59
    assert all(
        one.external and one.local_date.weekday() == 0 and one.local_minute == 19 * 60 for one in meetings
    )
    assert all(one.end - one.start == timedelta(hours=1) for one in meetings)
    assert meetings[-1].start - clock.now() > timedelta(days=393)


def test_a_dry_run_writes_nothing(world: World) -> None:
    report = bring(world, row(), row(slug="late", time="late"), dry_run=True)
    assert counts(report) == (1, 0, 0, 0, 1)
    assert [(one.action, one.slug) for one in report.rows] == [("added", "monday"), ("refused", "late")]
    assert rows_in(Group) == rows_in(Series) == rows_in(Occurrence) == 0


def test_the_same_feed_again_changes_nothing(world: World) -> None:
    bring(world, row(), row(slug="two"))
    before = [(one.id, one.version) for one in dates(listing())]
    assert counts(bring(world, row(updated="later"), row(slug="two"))) == (0, 0, 0, 2, 0)
    assert [(one.id, one.version) for one in dates(listing())] == before


def test_other_words_keep_the_dates_and_their_addresses(world: World) -> None:
    bring(world, row())
    before = [one.uid for one in dates(listing())]
    assert counts(
        bring(world, row(name="Monday night", formatted_address="2 Other St, Anytown, PA 1, USA"))
    ) == (0, 1, 0, 0, 0)
    group = listing()
    assert group.title == "Monday night"
    assert [one.uid for one in dates(group)] == before
    assert {one.place_id for one in dates(group)} == {group.place_id}


def test_another_time_gives_new_dates_and_ends_the_old_ones(world: World) -> None:
    bring(world, row())
    bring(world, row(day=2, time="08:00"))
    assert all((one.local_date.weekday(), one.local_minute) == (1, 480) for one in dates(listing()))


def test_what_is_gone_is_retired_and_is_the_same_group_when_it_comes_back(world: World) -> None:
    bring(world, row(), row(slug="two"))
    uid = listing().uid
    assert counts(bring(world, row(slug="two"), fewer=True)) == (0, 0, 1, 1, 0)
    assert (listing().state, dates(listing())) == ("retired", [])
    assert counts(bring(world, row(), row(slug="two"))) == (1, 0, 0, 1, 0)
    assert (listing().state, listing().uid) == ("published", uid)
    assert len(dates(listing())) > 50


def test_dates_that_have_passed_stay(world: World) -> None:
    bring(world, row())
    with clock.at(clock.now() + timedelta(days=30)):
        bring(world, row(slug="two"), fewer=True)
    assert 4 <= len(dates(listing())) <= 5


def test_only_the_rows_of_its_own_source_are_ever_removed(world: World) -> None:
    bring(world, row(slug="one"), source="south")
    own = world.group()
    assert counts(bring(world, row(slug="two"))) == (1, 0, 0, 0, 0)
    assert counts(bring(world, text="[]", fewer=True)) == (0, 0, 1, 0, 0)
    assert (listing("one").state, own.state, listing("two").state) == ("published", "published", "retired")


def test_the_same_slug_in_two_sources_is_two_listings(world: World) -> None:
    bring(world, row(), source="south")
    assert counts(bring(world, row(), source="north")) == (1, 0, 0, 0, 0)


def test_listings_of_one_program_are_not_known_to_another(world: World) -> None:
    bring(world, row())
    assert counts(bring(world.another_program(), row())) == (1, 0, 0, 0, 0)


def test_a_listing_that_does_not_meet_for_now_has_no_dates_until_it_does(world: World) -> None:
    bring(world, row(types=["TC"]))
    assert (listing().state, dates(listing())) == ("published", [])
    bring(world, row(types=[]))
    assert len(dates(listing())) > 50
    bring(world, row(types=["TC"]))
    assert dates(listing()) == []


def test_meetings_in_one_room_share_its_place(world: World) -> None:
    bring(
        world,
        row(location="Hall"),
        row(slug="two", location="Hall", day=2),
        row(slug="three", location="Barn"),
    )
    places = db.session.scalars(select(Place.name).where(Place.external.is_(True)).order_by(Place.name))
    assert list(places) == ["Barn", "Hall"]


def test_an_online_meeting_has_a_link_and_no_place(world: World) -> None:
    bring(world, row(types=["TC"], conference_url="https://zoom.us/j/1?pwd=secret"))
    assert (listing().place, listing().online_link, listing().attendance_mode) == (
        None,
        "https://zoom.us/j/1",
        "online",
    )


@pytest.mark.on_sqlite
def test_a_broken_feed_is_a_sentence(world: World) -> None:
    with pytest.raises(DomainError, match="line 1, column 2"):
        bring(world, text="[oops")


@pytest.mark.on_sqlite
@pytest.mark.parametrize("name", ["", "  ", "x" * 81, "\u0000\u200b"])
def test_a_source_needs_a_name(world: World, name: str) -> None:
    with pytest.raises(DomainError):
        bring(world, row(), source=name)


@pytest.mark.on_sqlite
def test_only_an_admin_may_import(world: World) -> None:
    for person in (world.facilitator(), world.supervisor(), world.front_desk(), world.client()):
        with pytest.raises(NotFound):
            import_listings(identity_of(person), world.program, json.dumps([row()]), source="north")
    text, zone = json.dumps([row()]), "America/New_York"
    done = import_listings(identity_of(world.admin()), world.program, text, source="north", timezone=zone)
    assert done.added == 1


def test_a_list_that_is_kept_elsewhere_hears_of_changes_and_only_of_changes(world: World) -> None:
    def revision() -> int:
        return db.session.scalars(select(Program.catalogue_revision)).one()

    first = revision()
    bring(world, row())
    second = revision()
    bring(world, row())
    assert first < second == revision()


# --- what is refused as a whole -----------------------------------------------------------------------------------


def six(*but: int) -> list[dict[str, Any]]:
    return [row(slug=f"s{number}") for number in range(6) if number not in but]


@pytest.mark.on_sqlite
@pytest.mark.parametrize("text", ["[]", json.dumps(six(0, 1, 2)), json.dumps([row(slug="other")])])
def test_a_feed_that_is_empty_or_much_smaller_is_refused_unless_told_so(world: World, text: str) -> None:
    bring(world, *six())
    with pytest.raises(DomainError, match="nothing was changed"):
        bring(world, text=text)
    db.session.rollback()
    assert all(group.published for group in db.session.scalars(select(Group)))
    said = bring(world, text=text, dry_run=True)
    assert said.refusal
    assert bring(world, text=text, fewer=True).removed == said.removed > 2


@pytest.mark.on_sqlite
def test_a_feed_that_lost_a_third_is_taken(world: World) -> None:
    bring(world, *six())
    assert counts(bring(world, *six(0, 1))) == (0, 0, 2, 4, 0)


@pytest.mark.on_sqlite
def test_an_empty_feed_of_a_new_source_is_refused_too(world: World) -> None:
    with pytest.raises(DomainError, match="no meetings"):
        bring(world, text="[]")


@pytest.mark.on_sqlite
def test_a_feed_of_which_no_row_can_be_taken_changes_nothing_and_says_so(world: World) -> None:
    bring(world, *six())
    report = bring(world, *(one | {"time": "late"} for one in six(0)))
    assert (report.refused, report.refusal) == (
        5,
        "No meeting of this feed could be taken: nothing was changed.",
    )
    assert listing("s0").published
    bring(world, row(time="late"), source="south")
    assert [source.name for source in db.session.scalars(select(ListingSource))] == ["north"]


def test_sources_differ_by_more_than_capital_letters(world: World) -> None:
    bring(world, row(), source="North")
    for dry_run in (True, False):
        with pytest.raises(DomainError, match="“North” already"):
            bring(world, row(), source="NORTH", dry_run=dry_run)
    assert counts(bring(world, row(), source="North")) == (0, 0, 0, 1, 0)
    assert counts(bring(world.another_program(), row(), source="NORTH")) == (1, 0, 0, 0, 0)


# --- an end that cannot be meant --------------------------------------------------------------------------------------


def test_a_listing_whose_end_cannot_be_meant_waits_for_review_without_dates(world: World) -> None:
    report = bring(world, row(end_time="18:00"), row(slug="good"))
    assert (report.added, report.without_dates) == (2, 1)
    assert report.rows[0].reason == "Its end cannot be meant: 19:00 to 18:00."
    assert (dates(listing()), "ends" in listing().review) == ([], True)
    assert len(dates(listing("good"))) > 50


def test_who_says_how_long_it_lasts_gives_it_its_dates_and_an_import_keeps_them(world: World) -> None:
    bring(world, row(end_time="bad"))
    assert settle(identity_of(world.supervisor()), [listing()], {"ends": "90"}) == 1
    db.session.commit()
    before = [one.uid for one in dates(listing())]
    assert len(before) > 50
    assert all(one.end - one.start == timedelta(minutes=90) for one in dates(listing()))
    bring(world, row(end_time="bad", name="Other words"))
    assert ([one.uid for one in dates(listing())], listing().title) == (before, "Other words")
    assert "ends" not in listing().review
    bring(world, row(end_time="20:00", name="Other words"))
    assert all(one.end - one.start == timedelta(minutes=60) for one in dates(listing()))


def test_an_end_that_is_known_no_more_takes_the_dates_to_come(world: World) -> None:
    bring(world, row())
    bring(world, row(end_time="25:00"))
    assert (dates(listing()), "ends" in listing().review) == ([], True)


def test_nobody_has_to_say_how_long_it_lasts(world: World) -> None:
    bring(world, row(end_time="bad"))
    settle(System(), [listing()], {"ends": None})
    bring(world, row(end_time="bad", name="Other words"))
    assert (dates(listing()), "ends" in listing().review) == ([], False)


# --- by hand ---------------------------------------------------------------------------------------------------


def test_an_answer_given_by_hand_stays_when_the_listing_changes(world: World) -> None:
    bring(world, row())
    settle(identity_of(world.supervisor()), [listing()], {"orientation": "faith", "access": None})
    db.session.commit()
    bring(world, row(name="Other words"))
    group = listing()
    assert (group.title, group.orientation, group.access, group.review) == (
        "Other words",
        "faith",
        None,
        ["structure"],
    )


def test_what_a_listing_says_itself_comes_before_an_answer_given_by_hand(world: World) -> None:
    bring(world, row())
    settle(System(), [listing()], {"orientation": "faith"})
    bring(world, row(types=["A"]))
    assert (listing().orientation, "orientation" in listing().review) == ("secular", False)


def test_what_a_listing_says_no_more_is_asked_again(world: World) -> None:
    bring(world, row(types=["A"]))
    bring(world, row(types=[]))
    assert (listing().orientation, "orientation" in listing().review) == (None, True)


def test_only_open_questions_can_be_answered(world: World) -> None:
    bring(world, row(types=["A"]))
    assert settle(System(), [listing()], {"orientation": "faith"}) == 0
    assert listing().orientation == "secular"


def test_answers_are_for_those_who_review_in_this_program(world: World) -> None:
    bring(world, row())
    stranger = world.another_program().supervisor()
    for person in (world.facilitator(), world.client(), stranger):
        with pytest.raises(NotFound):
            settle(identity_of(person), [listing()], {"orientation": "faith"})
