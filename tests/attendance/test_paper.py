"""A week on paper: printed in one go, entered afterwards in the same order, times included."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from groupsched.attendance.models import Attendee
from groupsched.attendance.queries import read_sheet
from groupsched.attendance.rules import AttendanceStatus
from groupsched.attendance.service import PaperLine, add_walk_in, enter_paper, finish
from groupsched.audit.models import AuditRow
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict, DomainError
from groupsched.core.filters import local
from tests.attendance.conftest import Morning

pytestmark = pytest.mark.on_sqlite


@pytest.fixture
def over(world):
    """The morning group, an hour after its end; nobody is marked."""
    morning = Morning(world)
    with clock.at(morning.occurrence.end + timedelta(hours=1)):
        yield morning


def rows(morning):
    return {row.label: row for row in read_sheet(morning.occurrence).rows}


def test_a_week_is_printed_as_lists_or_slips_and_names_no_kind_of_care(over, client, statements, world):
    week = f"/paper?week={over.occurrence.local_date}"
    page = client.as_(over.ossian).get(week).text
    assert page.index("Ash D.") < page.index("Basil C.") < page.index("Jo Mar.")
    assert page.count("Free line") == 6 and "Signature" in page
    assert over.group.title not in page.split("<main")[1], "whoever reads the paper learns no title"
    assert 'class="slip"' in client.as_(over.ossian).get(f"{week}&how=slips").text
    assert "paper.printed" in set(db.session.scalars(select(AuditRow.word)))
    other = client.as_(world.facilitator("Juniper", "Placeholder"))
    assert "No dates to print" in other.get(week).text
    assert client.as_(over.ash).get(week).status_code == 404


def test_paper_is_entered_in_its_order_with_times_and_guests_once(over, client):
    address, leader = f"/sheet/{over.occurrence.uid}/from-paper", client.as_(over.ossian)
    page = leader.get(address).text
    assert page.index("Ash D.") < page.index("Basil C.") < page.index("Jo Mar.") < page.index("Jo Mat.")
    known = rows(over)
    came = local(over.occurrence.start + timedelta(minutes=20), over.occurrence.timezone)
    sent = {f"v-{row.attendee_id}": row.version for row in known.values()}
    sent |= {
        f"row-{known['Ash D.'].attendee_id}": "present",
        f"row-{known['Basil C.'].attendee_id}": "present",
        f"in-{known['Basil C.'].attendee_id}": f"{came:%H:%M}",
        f"row-{known['Jo Mar.'].attendee_id}": "excused",
        "name-0": "Una", "op-0": "guest-of-paper", "in-free-0": f"{came:%H:%M}",
    }  # fmt: skip
    for _again in range(2):
        assert leader.post(address, data=sent).status_code == 303
    now = rows(over)
    assert now["Ash D."].state.answer.time_in == over.occurrence.start
    assert now["Basil C."].state.answer.time_in == over.occurrence.start + timedelta(minutes=20)
    assert now["Jo Mar."].state.status is AttendanceStatus.EXCUSED
    assert now["Jo Mat."].state.untouched, "a line without a mark is none"
    assert now["Una"].state.answer.time_in == over.occurrence.start + timedelta(minutes=20)
    assert len(db.session.scalars(select(Attendee).where(Attendee.guest_name != "")).all()) == 1
    bad = {**sent, f"in-{known['Basil C.'].attendee_id}": "half past"}
    refused = leader.post(address, data=bad)
    assert refused.status_code == 422 and "half past" in refused.text
    assert client.as_(over.ash).post(address, data=sent).status_code == 404


def test_what_somebody_marked_otherwise_meanwhile_keeps_both_answers(over):
    ash = rows(over)["Ash D."]
    enter_paper(over.leader, over.occurrence, [PaperLine(ash.attendee_id, 0, AttendanceStatus.PRESENT)])
    changed = enter_paper(
        over.leader, over.occurrence, [PaperLine(ash.attendee_id, 0, AttendanceStatus.PRESENT)]
    )
    assert changed == 0
    enter_paper(over.leader, over.occurrence, [PaperLine(ash.attendee_id, 0, AttendanceStatus.ABSENT)])
    assert rows(over)["Ash D."].state.rival is not None


def test_times_are_bound_to_the_session_and_a_finished_sheet_takes_no_paper(over):
    ash = rows(over)["Ash D."]
    far = over.occurrence.start - timedelta(hours=9)
    line = PaperLine(ash.attendee_id, 0, AttendanceStatus.PRESENT, far)
    with pytest.raises(DomainError) as refused:
        enter_paper(over.leader, over.occurrence, [line])
    assert refused.value.field == f"in-{ash.attendee_id}"
    finish(over.leader, over.occurrence)
    with pytest.raises(Conflict):
        enter_paper(over.leader, over.occurrence, [PaperLine(ash.attendee_id, 0, AttendanceStatus.PRESENT)])


def test_a_drop_in_group_is_run_on_paper_and_entered_afterwards_with_who_came_lately(
    world, client, statements
):
    morning = Morning(world, access="open")
    weeks, long_ago = morning.earlier(3), morning.earlier(7)
    yuri, zinnia = world.client("Yuri", "Clementine"), world.client("Zinnia", "Postcard")
    for date, person in ((weeks, yuri), (weeks, world.client("Alder", "Cupboard")), (long_ago, zinnia)):
        with clock.at(date.start + timedelta(minutes=5)):
            add_walk_in(world.system, date, person)
            db.session.commit()
    leader, uid = client.as_(morning.ossian), morning.occurrence.uid
    names = ["Ash D.", "Basil C.", "Jo Mar.", "Jo Mat.", "Alder C.", "Yuri C."]
    before = len(statements())
    printed = leader.get(f"/paper?week={morning.occurrence.local_date}").text
    assert len(statements()) - before <= 12
    for page in (printed, leader.get(f"/sheet/{uid}/paper").text):
        assert sorted(names, key=page.index) == names and "Zinnia" not in page, "seven weeks are not lately"
    with clock.at(morning.occurrence.end + timedelta(hours=1)):
        page = leader.get(f"/sheet/{uid}/from-paper").text
        assert sorted(names, key=page.index) == names
        known = rows(morning)
        came = local(morning.occurrence.start + timedelta(minutes=15), morning.occurrence.timezone)
        went = local(morning.occurrence.end - timedelta(minutes=15), morning.occurrence.timezone)
        line = known["Yuri C."].attendee_id
        sent = {f"row-{line}": "present", f"in-{line}": f"{came:%H:%M}", f"out-{line}": f"{went:%H:%M}"}
        sent |= {f"row-{known['Ash D.'].attendee_id}": "present"}
        assert leader.post(f"/sheet/{uid}/from-paper", data=sent).status_code == 303
        finish(morning.leader, morning.occurrence)
        db.session.commit()
        done = rows(morning)
        answer = done["Yuri C."].state.answer
        assert (answer.time_in, answer.time_out) == (came, went)
        assert done["Basil C."].state.status is AttendanceStatus.ABSENT
        assert done["Alder C."].state.untouched, "who came lately and has no mark was not expected"
        table = leader.get(f"/groups/{morning.group.uid}/attendance.csv").text
        assert f"Yuri C.,Here,yes,yes,{came:%H:%M},{went:%H:%M},60" in table
