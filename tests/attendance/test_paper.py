"""A week on paper: printed in one go, entered afterwards in the same order, times included."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from groupsched.attendance.models import Attendee
from groupsched.attendance.queries import read_sheet
from groupsched.attendance.rules import AttendanceStatus
from groupsched.attendance.service import PaperLine, enter_paper, finish
from groupsched.audit.models import AuditRow
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict, DomainError
from groupsched.core.filters import local
from tests.attendance.conftest import Morning


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
