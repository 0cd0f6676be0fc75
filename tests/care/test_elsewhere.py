"""A meeting that others run: who went to it may say how it was, by their own word, and totals say nobody's answer."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from groupsched.care import queries, service
from groupsched.care.models import Reflection
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import NotFound
from groupsched.questionnaires.rules import Audience, Given
from groupsched.schedule.models import Occurrence
from tests.conftest import identity_of
from tests.kept import kept

pytestmark = pytest.mark.on_sqlite
NOW = datetime(2026, 11, 25, 15, tzinfo=UTC)  # a Wednesday, 10 in the morning; the meeting is in the evening
AFTER = datetime(2026, 11, 26, 15, tzinfo=UTC)


@kept(at=NOW, still=True)
def house(world):
    meeting = world.listing("Church hall meeting")
    world.another = world.another_program().client()
    return {
        "meeting": meeting, "robin": world.client(), "others": [world.client("Other", f"Person {n}") for n in range(5)],
        "ivy": world.supervisor("Ivy"), "lead": world.facilitator(), "stranger": world.another, "own": world.group("Tea"),
    }  # fmt: skip


@pytest.fixture(autouse=True)
def _after(house):
    with clock.at(AFTER):
        yield


def date_of(house):
    (one,) = queries.meetings_of(house["robin"], house["meeting"])
    return one


def say(house, person, audience=Audience.TOTALS):
    service.reflect(identity_of(person), date_of(house), {"welcome": Given("mostly")}, audience)
    db.session.commit()


def test_from_the_page_of_the_meeting_one_says_how_it_was_without_having_been_marked(house, client):
    robin = client.as_(house["robin"])
    page = f"/sessions/{house['meeting'].uid}"
    assert f"{page}/went" in robin.get(page).text
    to = robin.get(f"{page}/went").headers["Location"]
    assert to == f"/my/reflections/{date_of(house).uid}"
    shown = robin.get(to).text
    assert "Supervisors, as totals" in shown
    assert (
        robin.post(to, data={"answer": "save", "audience": "only_me", "a-again": "would"}).status_code == 303
    )
    row = db.session.scalars(select(Reflection)).one()
    assert (row.group_id, row.response.answers) == (house["meeting"].id, {"again": Given("would")})
    assert "There is no date of the last 7 days" in robin.get(f"{page}/went").text, "said once"


def test_nobody_is_asked_by_themself_about_what_others_run(house):
    assert queries.next_reflection(house["robin"].id, AFTER) is None


def test_totals_come_in_batches_of_five_for_supervisors(house, client):
    for person in house["others"][:4]:
        say(house, person)
    assert queries.batches_of(house["meeting"]) == []
    say(house, house["others"][4])
    assert [batch.people for batch in queries.batches_of(house["meeting"])] == [5]
    address = f"/groups/{house['meeting'].uid}/reflections"
    assert "5 answers" in client.as_(house["ivy"]).get(address).text
    assert client.as_(house["lead"]).get(address).status_code == 404


def test_a_date_is_said_something_of_for_seven_days_and_not_before_it_is_over(house):
    end = date_of(house).end
    for at, there in ((end, 0), (end + timedelta(minutes=16), 1), (end + timedelta(days=6, hours=23), 1)):
        with clock.at(at):
            assert len(queries.meetings_of(house["robin"], house["meeting"])) == there
    with clock.at(end + timedelta(days=7, minutes=1)):
        assert len(queries.meetings_of(house["robin"], house["meeting"])) == 0


def test_a_group_of_the_house_is_not_said_something_of_that_way(house, client):
    assert client.as_(house["robin"]).get(f"/sessions/{house['own'].uid}/went").status_code == 404


def test_who_is_of_another_program_says_nothing_of_it(house):
    date = db.session.get_one(Occurrence, date_of(house).id)
    with pytest.raises(NotFound):
        queries.date_to_reflect(house["stranger"].id, date.uid)
