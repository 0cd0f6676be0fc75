"""What a device keeps for the time without a line: whose sheets, one look a day, and nothing twice."""

import json
import re
from datetime import timedelta
from urllib.parse import urljoin

import pytest

from groupsched.attendance import queries, service
from groupsched.audit.models import AuditRow
from groupsched.audit.rules import AuditAction
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.filters import machine
from tests.attendance.conftest import Morning
from tests.conftest import identity_of
from tests.house.test_vendored import code_points

pytestmark = pytest.mark.on_sqlite

ADDRESS = "/sheet/ahead"


def kept(browser, **headers):
    answer = browser.get(ADDRESS, headers={"Accept": "application/json", **headers})
    assert answer.status_code == 200
    return {one["uid"]: one for one in answer.json["sheets"]}


def looks():
    return [
        sorted(subject.person_id for subject in row.subjects)
        for row in db.session.query(AuditRow).filter_by(word=AuditAction.SHEET_FETCHED).order_by(AuditRow.id)
    ]


def test_those_who_write_on_a_sheet_keep_it_and_no_stranger_does(morning, client, world):
    uid = morning.occurrence.uid
    for who in (morning.ossian, world.front_desk("Ana", "Sill")):
        assert uid in kept(client.as_(who)), who.first_name
    assert uid not in kept(client.as_(world.supervisor())), "a supervisor gives a reason first"
    for why, who in morning.strangers().items():
        answer = client.as_(who).get(ADDRESS, headers={"Accept": "application/json"})
        assert answer.status_code == 404 or uid not in {one["uid"] for one in answer.json["sheets"]}, why
    assert client.as_(None).get(ADDRESS, headers={"Accept": "application/json"}).status_code == 401


def test_a_kept_sheet_has_what_its_page_needs_and_nothing_of_the_register(morning, client):
    browser = client.as_(morning.ossian)
    one = kept(browser)[morning.occurrence.uid]
    rows = browser.get(f"/sheet/{morning.occurrence.uid}/rows").json["rows"]
    assert one["rows"] == rows
    assert one["title"] == morning.group.title and one["facts"]["part"] is True
    assert [row["label"] for row in rows] == ["Ash D.", "Basil C.", "Jo Mar.", "Jo Mat."]
    assert "Doorbell" not in str(one)


def test_it_is_one_look_a_day_and_who_joins_is_written_down_when_they_come(morning, client, world):
    browser = client.as_(morning.ossian)
    everybody = sorted(person.id for person in morning.people)
    kept(browser)
    kept(browser)
    assert looks() == [everybody]
    yuri = world.client("Yuri", "Casserole")
    morning.enrol(yuri)
    kept(browser)
    assert looks() == [everybody, [yuri.id]]


def test_what_is_as_it_was_is_not_sent_again(morning, client):
    browser = client.as_(morning.ossian)
    first = browser.get(ADDRESS)
    again = browser.get(ADDRESS, headers={"If-None-Match": first.json["tag"]})
    assert (again.status_code, again.data) == (304, b"") and again.headers["X-Who"] == morning.ossian.uid
    service.everyone_else_here(morning.leader, morning.occurrence, service.new_op_id())
    db.session.commit()
    assert browser.get(ADDRESS, headers={"If-None-Match": first.json["tag"]}).status_code == 200


def test_a_finished_sheet_a_cancelled_date_and_the_day_after_tomorrow_are_not_kept(morning, client, world):
    later, gone = (world.soon(morning.group, in_minutes=minutes) for minutes in (3 * 24 * 60, -20))
    browser = client.as_(morning.ossian)
    assert later.uid not in kept(browser) and gone.uid in kept(browser)
    service.did_not_meet(morning.leader, gone, "Nobody came")
    rows = {row.attendee_id: "absent" for row in queries.read_sheet(morning.occurrence).rows}
    service.finish(morning.leader, morning.occurrence, rows)
    db.session.commit()
    assert kept(browser) == {}


def test_the_nearest_come_first_and_there_are_only_so_many(morning):
    near = [morning.occurrence.uid]
    soon = [morning.world.soon(morning.group, in_minutes=minutes).uid for minutes in (90, 30)]
    with clock.at(morning.occurrence.start + timedelta(minutes=25)):
        found = queries.sheets_ahead(identity_of(morning.ossian), morning.occurrence.timezone, most=2)
    assert [view.occurrence.uid for view in found] == near + soon[1:]


def told_by(worker):
    """What the worker is told: its release, files and shells."""
    return json.loads(worker.text.partition("\n")[0].removeprefix("const TOLD = ").removesuffix(";"))


def test_the_shell_its_parts_and_the_worker_are_the_same_for_everybody_and_name_nobody(morning, client):
    signed, nobody = client.as_(morning.ossian), client.as_(None)
    worker = nobody.get("/sheet/worker.js")
    assert (worker.mimetype, worker.headers["Service-Worker-Allowed"]) == ("text/javascript", "/")
    told = told_by(worker)
    assert told == told_by(signed.get("/sheet/worker.js"))
    for file in told["files"]:
        answer = nobody.get(file)
        answer.close()
        assert answer.status_code == 200 and "Set-Cookie" not in answer.headers, file
        assert "immutable" in answer.headers["Cache-Control"], file
        if file.startswith("/sheet/parts/"):
            text = nobody.get(file).text
            assert text == signed.get(file).text and "csrf" not in text
            assert "data-waits=" in text, "an ended sign-in says how many marks wait for who comes back"
    for name in ("js/sheet.js", "js/sheet-shell.js", "css/sheets.css"):
        assert any(file.endswith(name) for file in told["files"]), name
    assert any("js/shared-" in file for file in told["files"])
    assert any(file.endswith(".woff2") for file in told["files"])
    for language, shell in [*told["shells"].items(), *told["houses"].items()]:
        page = nobody.get(shell).text
        assert f'<html lang="{language}"' in page and "Ossian" not in page and "Morning" not in page
    assert nobody.get("/sheet/shell/xx").status_code == 404


def test_an_answer_that_a_shell_may_stand_for_says_that_it_is_ours(morning, client):
    browser = client.as_(morning.ossian)
    for address in ("/today", f"/sheet/{morning.occurrence.uid}", "/sheet/unknown", "/house/unknown"):
        assert browser.get(address).headers["X-Shell"] == "en"


# As Chromium asks over https, and on its own machine.
TAKEN = {"Accept-Encoding": "gzip, deflate, br, zstd"}
NAMED = re.compile(
    r'''(?:src|href|data-parts)="(/(?:static|sheet/parts)/[^"]+)"|(?:from|import)\(?"(\./[^"]+)"'''
)
FACE = re.compile(r"""@font-face\{[^}]*url\("([^"]+)"\)[^}]*unicode-range:([^;}]+)""")


def on_the_wire(browser, address):
    """What a browser that keeps nothing fetches for a page, packed as it takes it: bytes by address."""
    found, waiting, said = {}, {address}, ""
    while waiting:
        # Which letters a page has is known before its fonts.
        one = min(waiting, key=lambda name: name.endswith(".css"))
        waiting.remove(one)
        found[one] = len(browser.get(one, headers=TAKEN, buffered=True).data)
        text = "" if one.endswith((".woff2", ".svg")) else browser.get(one, buffered=True).text
        said += "" if "/static/" in one else text
        named = {urljoin(one, path or beside) for path, beside in NAMED.findall(text)}
        named |= {
            urljoin(one, file)
            for file, ranges in FACE.findall(text)
            if code_points(ranges) & set(map(ord, said))
        }
        waiting |= named - set(found)
    return found


def test_a_sheet_of_forty_is_light_with_all_that_it_fetches_and_plain_forms_without_a_script(world, client):
    morning = Morning(world, capacity=60)
    morning.enrol(*[world.client(f"First{n}", f"Last{n}") for n in range(36)])
    browser, address = client.as_(morning.ossian), f"/sheet/{morning.occurrence.uid}"
    page = browser.get(address).text
    assert page.count('class="tile-main" name="mark"') == 40
    assert len(page.encode()) <= 25_000
    wire = on_the_wire(browser, address)
    for name in (
        "js/sheet.js",
        "js/shared-",
        "css/sheets.css",
        "fonts/hanken-grotesk-first",
        "/sheet/parts/",
    ):
        assert any(name in one for one in wire), name
    assert len(wire) <= 12 and sum(wire.values()) <= 60_000, wire


def test_a_device_keeps_who_will_be_in_the_house_in_the_next_hours_and_no_stranger_does(
    morning, client, world
):
    desk, address = client.as_(world.front_desk("Ana", "Sill")), "/house/ahead"
    later = world.soon(morning.group, in_minutes=5 * 60)
    first, again = desk.get(address), desk.get(address)
    (house,) = first.json["houses"]
    assert house == again.json["houses"][0] and (house["uid"], house["roll"]) == (world.site.uid, "")
    ash = [one for one in house["people"] if one["key"] == f"p-{morning.ash.uid}"]
    assert [one["until"] for one in ash] == [
        machine(one.end + timedelta(minutes=30)) for one in (morning.occurrence, later)
    ]
    assert (ash[0]["label"], ash[0]["sure"]) == ("Ash D.", False) and "Doorbell" not in first.text
    seen = db.session.query(AuditRow).filter_by(word=AuditAction.ROLL_CALL_FETCHED).all()
    assert [sorted(one.person_id for one in row.subjects) for row in seen] == [
        sorted(person.id for person in morning.people)
    ], "one look a day"
    desk.post(f"/house/{world.site.uid}/begin")
    desk.post(f"/house/{world.site.uid}/out", data={"mark": f"p-{morning.ash.uid}.1"})
    desk.post(f"/house/{world.site.uid}/out", data={"mark": "x-1.1", "name": "Zebedee"})
    (house,) = desk.get(address).json["houses"]
    assert set(house["out"]) == {f"p-{morning.ash.uid}", "x-1"} and house["called"] == {"x-1": "Zebedee"}
    for stranger in (morning.ossian, morning.ash, world.admin()):
        assert client.as_(stranger).get(address).status_code == 404
    assert world.another_program() and client.as_(None).get("/house/shell/es").status_code == 200
