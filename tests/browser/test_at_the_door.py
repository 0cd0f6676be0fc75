"""What clients have in their own hands: the tablet at the door, and the one that goes round to be signed."""

import pytest
from playwright.sync_api import expect

from groupsched.accounts.service import offer_pairing, pair
from groupsched.attendance import queries, service
from groupsched.attendance.rules import AttendanceStatus
from groupsched.catalog.service import save_row
from groupsched.core.db import db
from tests.browser.conftest import axe_source
from tests.browser.test_door import RULES
from tests.conftest import identity_of

# One kind of database is enough for the page's module.
pytestmark = [pytest.mark.browser, pytest.mark.on_sqlite]

SIZES = ((1024, 768), (768, 1024), (390, 844), (320, 640))


def looks_right(page):
    page.evaluate(axe_source())
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            assert page.evaluate(RULES) == [], f"{page.url} {width} {scheme}"
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.set_viewport_size({"width": 1024, "height": 768})


def type_in(page, code):
    for digit in code:
        page.locator(f'[data-key="{digit}"]').click()


def test_a_code_at_the_door_is_thanked_and_the_screen_clears_by_itself(tablets):
    world, morning = tablets.morning.world, tablets.morning
    save_row(world.system, world.program, {"self_sign_in": True}, world.program.version)
    offer = offer_pairing(identity_of(world.admin()), world.site, "Door tablet")
    _device, secret = pair(offer.link.rsplit("/", 1)[1], "")
    code = service.make_door_code(identity_of(morning.ash), morning.ash)
    db.session.commit()
    context = tablets.context()
    context.add_cookies([{"name": "device", "value": secret, "url": tablets.address}])
    page = context.new_page()
    page.clock.install()
    page.goto(f"{tablets.address}/door")
    looks_right(page)
    box = page.locator("[data-key='5']").bounding_box()
    assert min(box["width"], box["height"]) >= 88
    for _again in range(2):
        type_in(page, code)
        expect(page.locator("[data-told]")).to_have_text("Thank you, you are signed in.")
        expect(page.locator("#main")).to_be_hidden()
        page.clock.run_for(6_100)
        expect(page.locator("#main")).to_be_visible()
    assert tablets.status(morning.ash) is AttendanceStatus.PRESENT
    type_in(page, "12")
    page.clock.run_for(21_000)
    expect(page.locator(".digits .on")).to_have_count(0)
    context.set_offline(True)
    type_in(page, code)
    page.clock.run_for(8_100)
    expect(page.locator("[data-told]")).to_have_text("Please see the desk.")
    context.set_offline(False)
    page.clock.run_for(6_100)
    ring = page.locator("[data-hold]").bounding_box()
    page.mouse.move(ring["x"] + 30, ring["y"] + 30)
    page.mouse.down()
    page.clock.run_for(2_000)
    page.mouse.up()
    page.clock.run_for(2_000)
    assert page.url.endswith("/door"), "two seconds are a touch"
    page.mouse.down()
    page.clock.run_for(3_100)
    page.wait_for_url("**/sign-in")


def test_the_tablet_goes_round_and_what_else_it_opens_is_covered(tablets):
    morning = tablets.morning
    service_type = morning.group.counted_as
    save_row(morning.world.system, service_type, {"signed": True}, service_type.version)
    service.everyone_else_here(morning.leader, morning.occurrence)
    db.session.commit()
    page = tablets.open(morning.ossian)
    page.locator(".counts .menu summary").click()
    page.get_by_role("link", name="Have it signed").click()
    expect(page.locator("h1")).to_have_text("Ash D.")
    looks_right(page)
    page.get_by_label("Your initials").fill("ad")
    page.get_by_role("button", name="Sign").click()
    expect(page.locator("h1")).to_have_text("Thank you. You have signed.")
    page.get_by_role("link", name="Next person").click()
    for _each in range(3):
        page.get_by_role("link", name="Skip").click()
    expect(page.locator("main")).to_contain_text("1 of 4 signed.")
    looks_right(page)
    page.get_by_role("link", name="Give the tablet back").click()
    expect(page.locator(".cover")).to_be_visible()
    expect(page.locator("#people")).to_be_hidden()
    db.session.rollback()
    assert len(queries.signatures_of(queries.read_sheet(morning.occurrence))) == 1
    db.session.rollback()
