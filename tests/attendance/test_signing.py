"""The signed roster: the tablet goes round, one name at a time, initials and the time of the tap."""

import re

import pytest
from sqlalchemy import select

from groupsched.attendance import queries, service
from groupsched.attendance.models import RosterSignature
from groupsched.attendance.rules import read_tap
from groupsched.audit.models import AuditRow
from groupsched.audit.rules import AuditAction
from groupsched.catalog.service import save_row
from groupsched.core.db import db
from groupsched.core.errors import Conflict, NotFound
from groupsched.core.filters import clock_time
from tests.attendance.conftest import Morning


@pytest.fixture
def signed(world):
    """The morning group, whose service type asks for a signed roster; Jo Mat. is not here."""
    morning = Morning(world)
    service_type = morning.group.counted_as
    save_row(world.system, service_type, {"signed": True}, service_type.version)
    jo = next(row for row in queries.read_sheet(morning.occurrence).rows if row.person == morning.mat)
    service.tap(morning.leader, morning.occurrence, read_tap(f"{jo.attendee_id}.0.absent"))
    service.everyone_else_here(morning.leader, morning.occurrence)
    db.session.commit()
    return morning


def text_of(page):
    return " ".join(re.sub("<[^>]+>", " ", "<main" + page.split("<main")[1]).split())


def test_the_tablet_goes_round_with_one_name_at_a_time_and_a_way_to_skip_and_to_undo(
    signed, client, statements
):
    tablet, address = client.as_(signed.ossian), f"/sheet/{signed.occurrence.uid}/sign"
    seen = []

    def step(answer_or_path):
        path = answer_or_path if isinstance(answer_or_path, str) else answer_or_path.location
        before = len(statements())
        page = tablet.get(path).text
        assert len(statements()) - before <= 12
        names = [
            name for name in ("Ash D.", "Basil C.", "Jo Mar.", "Jo Mat.", signed.group.title) if name in page
        ]
        assert len(names) <= 1 and signed.group.title not in names, "one name, no list, no title"
        seen.append(names[0] if names else text_of(page)[:9])
        return page

    def form(page):
        return re.search(r'action="([^"]*/sign/[\w-]+)"', page)[1]

    page = step(address)
    wrong = tablet.post(form(page), data={"initials": "R2"})
    assert wrong.status_code == 422 and "Two to four letters" in wrong.text
    page = step(tablet.post(form(page), data={"initials": "a.d."}))
    page = step(re.search(r'href="([^"]*after=[^"]*)"', page)[1])
    page = step(re.search(r'href="([^"]*after=[^"]*)"[^>]*>Skip', page)[1])
    page = step(tablet.post(form(page), data={"initials": "jm"}))
    page = step(tablet.post(re.search(r'action="([^"]*/undo)"', page)[1]))
    page = step(tablet.post(form(page), data={"initials": "jom"}))
    page = step(re.search(r'href="([^"]*after=[^"]*)"', page)[1])
    assert seen == [
        "Ash D.",
        "Thank you",
        "Basil C.",
        "Jo Mar.",
        "Thank you",
        "Jo Mar.",
        "Thank you",
        "The table",
    ]
    assert "2 of 3 signed." in page
    assert "Basil C." in tablet.get(address).text, "once more round asks who has not signed"


def test_who_signed_stands_in_the_record_on_paper_and_in_the_table(signed, client, world):
    view = queries.read_sheet(signed.occurrence)
    ash = next(row for row in view.rows if row.person == signed.ash)
    made = service.sign_roster(signed.leader, signed.occurrence, ash.attendee_id, "AD", "Desk tablet")
    assert service.sign_roster(signed.leader, signed.occurrence, ash.attendee_id, "XX") is made, "it stands"
    zone = signed.occurrence.timezone
    service.finish(signed.leader, signed.occurrence)
    db.session.commit()
    at = clock_time(made.signed_at, zone)
    leads = client.as_(signed.ossian)
    summary = leads.get(f"/sheet/{signed.occurrence.uid}").text
    assert f"AD {at}" in text_of(summary)
    assert f"AD {at}" in text_of(leads.get(f"/sheet/{signed.occurrence.uid}/record").text)
    day = signed.occurrence.local_date.isoformat()
    asked = {"first": day, "last": day, "purpose": "Billing of the month"}
    table = client.as_(world.supervisor()).post("/attendance/export", data=asked).text.splitlines()
    assert table[1].endswith(",initials,signed_at")
    (line,) = [one for one in table if one.startswith(signed.ash.record_number)]
    assert line.split(",")[-2] == "AD"
    leads.post(f"/sheet/{signed.occurrence.uid}/sign/{ash.attendee_id}/undo", data={"from": "record"})
    assert f"AD {at}" not in text_of(leads.get(f"/sheet/{signed.occurrence.uid}").text)
    (row,) = db.session.scalars(select(RosterSignature)).all()
    assert row.taken_back_by_id == signed.ossian.id and row.device == "Desk tablet"
    acts = [one.action for one in db.session.scalars(select(AuditRow).order_by(AuditRow.id))]
    assert AuditAction.SHEET_SIGNED in acts and AuditAction.SHEET_UNSIGNED in acts


def test_only_who_is_here_signs_and_only_where_a_roster_is_signed(signed, world, client):
    view = queries.read_sheet(signed.occurrence)
    mat = next(row for row in view.rows if row.person == signed.mat)
    with pytest.raises(Conflict):
        service.sign_roster(signed.leader, signed.occurrence, mat.attendee_id, "JM")
    with pytest.raises(NotFound):
        service.sign_roster(signed.leader, signed.occurrence, "nobody", "JM")
    plain = Morning(world, modality=world.modality("meditation"))
    row = queries.read_sheet(plain.occurrence).rows[0]
    with pytest.raises(NotFound):
        service.sign_roster(plain.leader, plain.occurrence, row.attendee_id, "AD")
    assert client.as_(plain.ossian).get(f"/sheet/{plain.occurrence.uid}/sign").status_code == 404
    assert "Have it signed" not in client.as_(plain.ossian).get(f"/sheet/{plain.occurrence.uid}").text
    for who, stranger in signed.strangers().items():
        assert client.as_(stranger).get(f"/sheet/{signed.occurrence.uid}/sign").status_code == 404, who
