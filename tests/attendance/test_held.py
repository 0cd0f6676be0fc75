"""How a date was held: true hours, grace, who led and as what, units with their source."""

from datetime import timedelta

from sqlalchemy import select

from groupsched.accounts.queries import qualifications
from groupsched.accounts.service import set_qualification
from groupsched.attendance.queries import held_date, led_by, read_sheet
from groupsched.attendance.rules import AttendanceStatus
from groupsched.attendance.service import finish
from groupsched.audit.models import AuditRow
from groupsched.catalog.queries import service_types, unit_presets
from groupsched.catalog.rules import Setting, units
from groupsched.catalog.service import load_defaults, save_row
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.filters import local
from tests.attendance.conftest import Morning
from tests.conftest import identity_of


def finished(world, **group):
    """The morning group, over, with Ash here from its start and Basil from the 20th minute on."""
    morning = Morning(world, **group)
    with clock.at(morning.occurrence.end):
        rows = {row.person: row.attendee_id for row in read_sheet(morning.occurrence).rows}
        finish(morning.leader, morning.occurrence, {rows[morning.ash]: AttendanceStatus.PRESENT})
    db.session.commit()
    return morning


def test_units_and_service_types_are_rows_with_a_source(world):
    presets = unit_presets(world.program.id)
    assert all(preset.source and preset.checked for preset in presets)
    assert {row.key for row in service_types(world.program.id)} >= {"counseling", "education", "peer"}
    group = world.group(modality=world.modality("cbt"))
    assert group.counted_as.key == "counseling"
    assert units(90, group.unit.minutes, group.unit.rounding) == 1, "a group hour is a session"
    alone = world.group(modality=world.modality("cbt"), setting=Setting.PRIVATE, service_type="peer")
    assert alone.counted_as.key == "peer"
    assert units(50, alone.unit.minutes, alone.unit.rounding) == 3
    presets[0].source = "Our payer"
    load_defaults(world.program)
    assert unit_presets(world.program.id)[0].source == "Our payer", "what a program made of it stays"


def test_late_is_what_the_program_says(world):
    morning = Morning(world)
    meeting = read_sheet(morning.occurrence).meeting
    assert meeting.grace == timedelta(minutes=10)
    save_row(world.system, world.program, {"grace_minutes": 25}, world.program.version)
    assert read_sheet(morning.occurrence).meeting.grace == timedelta(minutes=25)


def test_who_led_keeps_the_credential_of_that_day(world):
    admin, morning = identity_of(world.admin()), Morning(world)
    group_leader = morning.ossian
    set_qualification(admin, group_leader, "certified-peer")
    with clock.at(morning.occurrence.end):
        finish(morning.leader, morning.occurrence)
    set_qualification(admin, group_leader, "")
    (leader,) = led_by(morning.occurrence)
    assert (leader.person, leader.held.key) == (group_leader, "certified-peer")
    assert {row.key for row in qualifications(world.program.id) if row.clinical} >= {
        "licensed-clinician",
        "nurse",
    }


def test_true_hours_are_written_beside_the_summary_and_bound_the_minutes(world, client):
    morning = finished(world)
    with clock.at(morning.occurrence.end):
        address, leader = f"/sheet/{morning.occurrence.uid}", client.as_(morning.ossian)
        assert read_sheet(morning.occurrence).totals.minutes == 90
        page = leader.get(address).text
        assert "no credential on file" in page and "1 h 30 min" in page and "A session" in page
        began = local(morning.occurrence.start + timedelta(minutes=30), morning.occurrence.timezone)
        assert leader.post(f"{address}/hours", data={"began": "nonsense"}).status_code == 422
        assert (
            leader.post(f"{address}/hours", data={"began": f"{began:%H:%M}", "ended": ""}).status_code == 303
        )
        assert held_date(read_sheet(morning.occurrence)).view.totals.minutes == 60
        refused = leader.post(
            f"{address}/hours", data={"began": "", "ended": f"{began - timedelta(hours=2):%H:%M}"}
        )
        assert refused.status_code == 422 and "The end is after the start." in refused.text
        assert client.as_(morning.ash).post(f"{address}/hours").status_code == 404


def test_a_table_for_the_record_counts_units_and_says_what_for(world, client):
    morning, sup = finished(world, modality=world.modality("cbt")), world.supervisor()
    with clock.at(morning.occurrence.end):
        span = {"first": str(morning.occurrence.local_date), "last": str(morning.occurrence.local_date)}
        page = client.as_(sup)
        assert "No claim is made here." in page.get("/attendance/export").text
        assert page.post("/attendance/export", data={**span, "purpose": ""}).status_code == 422
        answer = page.post("/attendance/export", data={**span, "purpose": "Claims of November"})
        notice, head, *rows = answer.data.decode("utf-8-sig").splitlines()
        assert "42 CFR Part 2" in notice and head.startswith("record_number,service_type,kind")
        (row,) = rows
        assert row.startswith(f"{morning.ash.record_number},counseling,cbt,") and ",90,1,A session," in row
        assert row.endswith(",Ossian Sampleton,,1,,") and "Ash" not in row
        kept = db.session.scalars(select(AuditRow).where(AuditRow.word == "service.exported")).one()
        assert kept.detail["purpose"] == "Claims of November" and kept.detail["rows"] == 1
        for other in (world.front_desk(), world.admin(), morning.ossian, morning.ash):
            assert client.as_(other).get("/attendance/export").status_code == 404
        stranger = client.as_(world.another_program().supervisor())
        assert len(stranger.post("/attendance/export", data={**span, "purpose": "x"}).data.splitlines()) == 2
