"""The demo is there at any hour, shows what it is meant to show, and keeps what visitors changed."""

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from groupsched.access.models import Program
from groupsched.accounts.models import Person
from groupsched.accounts.queries import credential_of
from groupsched.accounts.service.passwords import fits
from groupsched.attendance.models import Attendee, Sheet
from groupsched.care.queries import trial_progress
from groupsched.care.rules import TrialState
from groupsched.catalog.models import Group
from groupsched.catalog.queries import is_public
from groupsched.core import clock
from groupsched.core.config import Settings, load
from groupsched.core.db import db
from groupsched.core.errors import DomainError
from groupsched.core.i18n import force_locale
from groupsched.enrolment.models import Enrolment, SeatOffer
from groupsched.operations.demo.accounts import DemoAccounts, read
from groupsched.operations.demo.cast import DemoCast, find_cast
from groupsched.operations.demo.start import start
from groupsched.outbox.models import Message
from groupsched.schedule.models import Occurrence
from tests.conftest import SECRET, build

# A Wednesday at three in the afternoon in New York.
MOMENT = datetime(2026, 11, 25, 20, 0, tzinfo=UTC)


def settings_in(folder: Path) -> Settings:
    return load(instance=folder, database_url=f"sqlite:///{folder / 'groupsched.db'}", secret_key=SECRET)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a demo that was made once, at MOMENT; it was not there before."""
    folder = tmp_path_factory.mktemp("demo") / "instance"
    app = build(settings_in(folder))
    with app.app_context(), clock.at(MOMENT):
        start(settings_in(folder), reset=False)
        db.session.remove()
        db.engine.dispose()
    return folder


@pytest.fixture
def demo(made: Path, tmp_path: Path) -> Iterator[Flask]:
    """A copy of that demo, at the moment it was made."""
    folder = tmp_path / "demo"
    shutil.copytree(made, folder)
    app = build(settings_in(folder))
    with app.app_context(), clock.at(MOMENT):
        yield app
        db.session.remove()
        db.engine.dispose()


def again(app: Flask, moment: datetime) -> DemoAccounts:
    db.session.remove()
    with clock.at(moment):
        return start(settings_in(Path(app.instance_path)), reset=False)


def cast_of(app: Flask) -> DemoCast:
    kept = read(Path(app.instance_path))
    assert kept is not None
    found = find_cast({"people": kept.people, "groups": kept.groups})
    assert found is not None
    return found


def dates(group: Group, *conditions: object) -> list[Occurrence]:
    query = select(Occurrence).where(Occurrence.group_id == group.id, *conditions)  # type: ignore[arg-type]
    return list(db.session.scalars(query.order_by(Occurrence.start)))


def rows(occurrence: Occurrence) -> dict[str, Attendee]:
    query = (
        select(Attendee)
        .join(Sheet)
        .where(Sheet.occurrence_id == occurrence.id, Attendee.removed_at.is_(None))
    )
    return {row.person.name if row.person else row.guest_name: row for row in db.session.scalars(query)}


def running(cast: DemoCast, now: datetime) -> list[Occurrence]:
    return dates(cast.groups["structured-support"], Occurrence.start <= now, Occurrence.end > now)


def test_one_sheet_is_live_with_people_here_late_excused_and_not_marked(demo: Flask) -> None:
    (now,) = running(cast_of(demo), MOMENT)
    marks = rows(now)
    assert sum(row.status == "present" and not row.late for row in marks.values()) == 5
    assert [name for name, row in marks.items() if row.late] == ["Reed Doormat"]
    assert [name for name, row in marks.items() if row.status == "excused"] == ["Olive Windchime"]
    assert sum(row.status == "unmarked" for row in marks.values()) == 4


def test_a_date_is_still_to_come_today_and_one_tomorrow_has_free_places(demo: Flask) -> None:
    cast = cast_of(demo)
    later = dates(cast.groups["tea-group"], Occurrence.start > MOMENT, Occurrence.local_date == MOMENT.date())
    assert [one.original_local for one in later] == ["2026-11-25T1730"]
    (tomorrow,) = dates(cast.groups["yoga"], Occurrence.original_local == "2026-11-26T1000")
    assert tomorrow.capacity is not None
    assert tomorrow.taken < tomorrow.capacity


def test_a_planted_date_stands_in_for_the_regular_one_of_that_day(demo: Flask) -> None:
    today = dates(cast_of(demo).groups["structured-support"], Occurrence.local_date == MOMENT.date())
    assert [one.original_local for one in today] == ["2026-11-25T1435"]


def test_ten_weeks_of_dates_have_been_met_and_finished(demo: Flask) -> None:
    past = list(db.session.scalars(select(Occurrence).where(Occurrence.end < MOMENT - timedelta(hours=1))))
    assert MOMENT - min(one.start for one in past) > timedelta(weeks=9, days=5)
    assert sum(one.status == "scheduled" for one in past) == 2
    assert len(past) > 200


def test_groups_without_an_end_have_dates_up_to_the_horizon(demo: Flask) -> None:
    last = dates(cast_of(demo).groups["meditation"])[-1]
    assert last.start - MOMENT > timedelta(days=399)


def test_a_date_that_was_given_back_is_kept_for_who_waits(demo: Flask) -> None:
    offer = db.session.scalars(select(SeatOffer).where(SeatOffer.state == "open")).one()
    assert (offer.enrolment.group.title, offer.enrolment.person.first_name) == ("Art therapy", "Hazel")


def test_the_full_group_has_two_people_waiting_for_all_of_it(demo: Flask) -> None:
    whole = Enrolment.mode == "whole"
    states = select(Enrolment.state, func.count()).where(Enrolment.group_id == cast_of(demo).groups["art"].id)
    states = states.where(whole)
    assert sorted(db.session.execute(states.group_by(Enrolment.state)).all()) == [
        ("active", 8),
        ("waitlisted", 2),
    ]


def test_the_cohort_is_closed_and_half_way(demo: Flask) -> None:
    cohort = cast_of(demo).groups["cbt-cohort"]
    assert cohort.access == "closed"
    met = [one.status for one in dates(cohort)]
    assert (met.count("finished"), len(met)) == (4, 16), "the next cohort has eight dates too"
    assert [one.taken for one in dates(cohort)] == [6] * 8 + [0] * 8


def test_a_cancelled_date_was_told_to_its_people(demo: Flask) -> None:
    (off,) = [one for one in dates(cast_of(demo).groups["motivational"]) if one.status == "cancelled"]
    assert off.reason == "Leader away"
    assert (db.session.scalar(select(func.count()).where(Message.kind == "cancelled")) or 0) >= 4


def test_two_answers_wait_for_a_choice(demo: Flask) -> None:
    last = dates(cast_of(demo).groups["structured-support"], Occurrence.end < MOMENT)[-1]
    assert [name for name, row in rows(last).items() if row.two_answers] == ["Jo Matchbox"]


def test_one_sheet_is_not_finished_and_one_date_did_not_meet(demo: Flask) -> None:
    cast = cast_of(demo)
    last = dates(cast.groups["tea-group"], Occurrence.end < MOMENT)[-1]
    assert sum(row.status == "unmarked" for row in rows(last).values()) == 2
    (off,) = [one for one in dates(cast.groups["ear-acupuncture"]) if one.status == "did_not_meet"]
    assert off.reason == "No heating"
    assert not any(row.status == "absent" for row in rows(off).values())


def test_new_today_back_after_a_gap_and_not_seen_for_a_while(demo: Flask) -> None:
    cast = cast_of(demo)
    (now,) = running(cast, MOMENT)
    assert rows(now)["Clover Doorbell"].last_seen is None
    back = rows(now)["Jay Bookend"].last_seen
    assert back is not None
    assert timedelta(weeks=3) <= now.start - back < timedelta(weeks=5)
    seen = (
        select(func.max(Occurrence.start))
        .join(Sheet)
        .join(Attendee)
        .where(Attendee.person_id == cast.people["c03"].id, Attendee.status == "present")
    )
    last = db.session.scalar(seen)
    assert last is not None
    assert timedelta(days=16) <= MOMENT - last < timedelta(days=21)


def test_private_hours_and_the_hidden_group_are_not_public_and_the_pair_stands_together(demo: Flask) -> None:
    groups = cast_of(demo).groups
    for key in ("counselor-hours", "counselor-hours-c02", "few-rounds"):
        assert not is_public(groups[key])
    assert groups["counselor-hours"].named_person_id is not None
    titles = [group.title for group in groups.values()]
    assert len(titles) == len(set(titles)), "two groups of one name cannot be told apart"
    with force_locale("es"):
        spanish = [group.title for group in groups.values()]
    assert len(spanish) == len(set(spanish)) and not set(spanish) & set(titles)
    assert groups["sunday-reflection"].secular_pair_id == groups["structured-support"].id
    assert groups["sunday-reflection"].orientation == "faith"


def test_everybody_is_invented_and_can_sign_in_with_the_password_of_this_instance(demo: Flask) -> None:
    kept = read(Path(demo.instance_path))
    assert kept is not None
    assert {account["role"] for account in kept.accounts} == {
        "client",
        "facilitator",
        "front_desk",
        "supervisor",
        "admin",
    }
    for account in kept.accounts[:2]:
        credential = credential_of(account["login"])
        assert credential is not None
        assert fits(account["password"], credential.password_hash)
    mails = db.session.scalars(select(Person.email).where(Person.email.is_not(None)))
    assert all(str(mail).endswith("@example.org") for mail in mails)
    assert (Path(demo.instance_path) / "demo.json").stat().st_mode & 0o777 == 0o600


def test_what_is_printed_holds_what_the_contract_names_and_no_more(demo: Flask) -> None:
    printed = again(demo, MOMENT).printed()
    assert list(printed) == ["base_url", "accounts", "token", "care_token", "open"]
    assert printed["open"][0] == "http://127.0.0.1:5000/"
    assert printed["open"][2].startswith("http://127.0.0.1:5000/sheet/")
    json.dumps(printed)


def test_a_second_start_changes_nothing(demo: Flask) -> None:
    def sizes() -> list[int | None]:
        tables = (Occurrence, Sheet, Attendee, Enrolment, Message, Person)
        return [db.session.scalar(select(func.count()).select_from(table)) for table in tables]

    before, kept = sizes(), read(Path(demo.instance_path))
    access = again(demo, MOMENT + timedelta(minutes=1))
    assert sizes() == before
    assert kept is not None
    assert (access.token, access.accounts, access.open) == (kept.token, kept.accounts, kept.open)


def test_later_the_same_day_a_sheet_is_live_again(demo: Flask) -> None:
    later = MOMENT + timedelta(hours=4)
    again(demo, later)
    assert len(running(cast_of(demo), later)) == 1


def test_another_day_adds_its_own_dates_and_keeps_what_was_changed(demo: Flask) -> None:
    group = cast_of(demo).groups["structured-support"]
    group.title = "Renamed by a visitor"
    db.session.commit()
    later = MOMENT + timedelta(days=3, hours=-7)
    again(demo, later)
    cast = cast_of(demo)
    assert cast.groups["structured-support"].title == "Renamed by a visitor"
    assert len(running(cast, later)) == 1
    between = dates(cast.groups["meditation"], Occurrence.start > MOMENT, Occurrence.end < later)
    assert len(between) >= 2
    assert {one.status for one in between} == {"finished"}


def test_a_database_that_holds_anything_else_is_left_alone(demo: Flask) -> None:
    db.session.add(Program(key="real", name="Real people", timezone="America/New_York"))
    db.session.commit()
    for reset in (False, True):
        with pytest.raises(DomainError, match="something else than the demo"):
            start(settings_in(Path(demo.instance_path)), reset=reset)
    assert db.session.scalar(select(func.count()).select_from(Program)) == 2


def test_a_reset_makes_it_anew_whatever_was_done_in_it(demo: Flask) -> None:
    cast_of(demo).groups["structured-support"].title = "Renamed by a visitor"
    db.session.commit()
    db.session.remove()
    start(settings_in(Path(demo.instance_path)), reset=True)
    assert cast_of(demo).groups["structured-support"].title == "Structured support"


def test_somebody_is_in_the_middle_of_three_kinds_in_two_weeks(demo: Flask) -> None:
    progress = trial_progress(cast_of(demo).people["c11"].id, MOMENT)
    assert progress is not None
    assert (progress.state, progress.tried) == (TrialState.GOING, 1)
    assert [one.response is not None for one in progress.dates] == [True, False, False]
    assert progress.next is not None
