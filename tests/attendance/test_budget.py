"""What a mark and a poll cost the database: counted with sign-in, locks, history and the last look at who asks."""

from datetime import timedelta

import pytest

from groupsched.attendance import service
from groupsched.core import clock
from groupsched.core.db import db
from tests.attendance.conftest import Morning
from tests.attendance.test_queue import of, post, sent
from tests.conftest import identity_of
from tests.kept import kept

MARK, POLL = 8, 4


@kept
def busy(world):
    """A sheet of forty that is open, and was marked on already; a supervisor has said why they write on it."""
    morning = Morning(world, capacity=40)
    morning.more = [world.client(f"Sage{number}", f"Isobar{number}") for number in range(36)]
    morning.enrol(*morning.more)
    morning.staff = {"leader": morning.ossian, "desk": world.front_desk(), "supervisor": world.supervisor()}
    service.give_reason(identity_of(morning.staff["supervisor"]), morning.occurrence, "Ossian is ill")
    service.open_sheet(morning.leader, morning.occurrence)
    return morning


def mark(morning, person, **fields):
    return sent(
        morning, attendee_id=of(morning, person), status="present", base_version=0, auto=True, **fields
    )


@pytest.fixture
def costs(statements):
    """The answer of a request, and how many statements it took from a session that knows nothing."""

    def count(ask):
        db.session.close()
        before = len(statements())
        answer = ask()
        return answer, len(statements()) - before

    return count


@pytest.mark.parametrize("who", ["leader", "desk", "supervisor"])
def test_a_mark_takes_at_most_eight_statements_and_twelve_of_them_no_more(client, busy, costs, who):
    browser = client.as_(busy.staff[who])
    post(browser, busy, mark(busy, busy.ash))
    one, asked = costs(lambda: post(browser, busy, mark(busy, busy.basil)))
    assert (one.json["results"][0]["outcome"], asked <= MARK) == ("applied", True), asked
    twelve = [mark(busy, person, seq=seq) for seq, person in enumerate(busy.more[:12])]
    twelve[3]["status"] = "excused"
    for again, outcome in ((False, "applied"), (True, "duplicate")):
        told, asked = costs(lambda: post(browser, busy, *twelve))
        assert {one["outcome"] for one in told.json["results"]} == {outcome}
        assert asked <= (MARK - 4 if again else MARK), asked
        assert len(told.json["rows"]) == 12 and told.json["rows"][0]["since"]
    other = sent(busy, attendee_id=of(busy, busy.ash), status="absent", base_version=1)
    changed, asked = costs(lambda: post(browser, busy, other))
    assert (changed.json["results"][0]["outcome"], asked <= MARK) == ("applied", True), asked


@pytest.mark.parametrize("who", ["leader", "desk", "supervisor"])
def test_a_poll_to_which_there_is_nothing_to_tell_takes_at_most_four(client, busy, costs, who):
    browser = client.as_(busy.staff[who])
    version = post(browser, busy, mark(busy, busy.ash)).json["version"]
    unattended = {"Accept": "application/json", "X-Unattended": "1"}
    with clock.at(clock.now() + timedelta(minutes=5)):
        address = f"/sheet/{busy.occurrence.uid}/rows?since={version}"
        answer, asked = costs(lambda: browser.get(address, headers=unattended))
    assert (answer.status_code, asked <= POLL) == (204, True), asked


def test_a_row_tells_whose_its_last_word_is_to_others_and_of_nobody_s_own(client, busy):
    desk = busy.staff["desk"]
    version = post(client.as_(desk), busy, mark(busy, busy.ash), mark(busy, busy.basil)).json["version"]
    told = post(client.as_(desk), busy, mark(busy, busy.mar)).json
    assert [row["by"] for row in told["rows"]] == [""]
    address = f"/sheet/{busy.occurrence.uid}/rows?since="
    rows = client.as_(busy.ossian).get(f"{address}{version}").json["rows"]
    assert [(row["label"], row["by"]) for row in rows] == [("Jo Mar.", desk.first_name)]
    own = client.as_(desk).get(f"{address}{version}").json["rows"]
    assert [row["by"] for row in own] == [""]
    known = {row["label"]: row["by"] for row in client.as_(busy.ossian).get(f"{address}0").json["rows"]}
    assert (known["Ash D."], known["Jo Mat."]) == (desk.first_name, "")


def test_an_act_that_comes_again_for_another_row_is_told_apart_in_one_batch_and_in_two(client, busy):
    browser = client.as_(busy.ossian)
    first = mark(busy, busy.ash)
    wrong = {**mark(busy, busy.basil), "op_id": first["op_id"]}
    for batch, outcomes in (
        ([first, wrong], ["applied", "conflict"]),
        ([wrong, first], ["conflict", "duplicate"]),
    ):
        told = post(browser, busy, *batch).json["results"]
        assert [one["outcome"] for one in told] == outcomes
