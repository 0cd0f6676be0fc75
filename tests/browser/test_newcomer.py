"""A newcomer's way in the browser: from the front page through three kinds to staying with one, by oneself on a phone and begun by the
desk on a tablet. Each step is pictured in light and dark; taps and seconds are counted.

The pictures are kept in docs/screenshots only with GROUPSCHED_SCREENSHOTS=1, which prints the taps and seconds too.
"""

import os
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from datetime import time as at_time
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect
from werkzeug.serving import make_server

from groupsched.access.identity import System
from groupsched.accounts.service import make_slip
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment.queries import live_of
from groupsched.enrolment.rules import EnrolmentMode
from tests.browser.conftest import ROOT
from tests.browser.tablets import told_by_cookie
from tests.factories import ZONE

pytestmark = [pytest.mark.browser, pytest.mark.on_sqlite]
PHONE = {"viewport": {"width": 390, "height": 844}, "reduced_motion": "reduce", "service_workers": "block"}
TABLET = {**PHONE, "viewport": {"width": 1024, "height": 768}}
KEPT = os.environ.get("GROUPSCHED_SCREENSHOTS") == "1"
SHOWN = ("2-find", "5-three-picked", "7-how-was-it", "9-stay-with-one", "12-desk-picked")
"""Those that the documentation shows."""
LARGEST = 150_000
KINDS = {
    "support": ("Morning circle", 10),
    "art": ("Open studio", 13),
    "movement": ("Slow qigong", 16),
    "quiet": ("Evening meditation", 19),
}
PASSWORD = "lantern street in spring"


class Journey:
    """A house with a group of each of four kinds, a server of its own whose clock is set, and a browser that counts taps."""

    def __init__(self, world: Any, app: Any, chrome: Any, folder: Any) -> None:
        self.world, self.chrome, self.folder = world, chrome, folder
        self.robin, self.desk = world.client(email="robin@example.org"), world.front_desk()
        lead, self.dates = world.facilitator(), {}
        for day, (kind, (title, hour)) in enumerate(KINDS.items(), 1):
            modality = world.modality(
                f"{kind}-kind",
                kind=kind,
                complementary=kind in ("movement", "quiet"),
                texts={"en": {"name": title, "summary": "For who is new too.", "happens": "We meet."}},
            )
            group = world.group(title, led_by=lead, modality=modality)
            first = datetime.combine(clock.today(ZONE) + timedelta(days=day), at_time(hour))
            self.dates[kind] = world.series(group, first, dates=6)
        self.login = urlsplit(make_slip(System(program_id=world.program.id), self.robin).link).path
        db.session.commit()
        self.now = clock.now()
        inner = told_by_cookie(app.wsgi_app)
        self.server = make_server(
            "127.0.0.1", 0, lambda environ, start: self._answer(inner, environ, start), threaded=True
        )
        self.address = f"http://127.0.0.1:{self.server.port}"
        self.taps, self.began = 0, time.monotonic()
        db.session.remove()

    def _answer(self, inner: Any, environ: Any, start: Any) -> Any:
        with clock.at(self.now):
            answer = inner(environ, start)
            try:
                return list(answer)
            finally:
                answer.close()

    def browse(self, **options: Any) -> Any:
        """A page of a new browser; taps and seconds begin anew."""
        context = self.chrome.new_context(base_url=self.address, **options)
        context.set_default_timeout(20_000)
        self.taps, self.began = 0, time.monotonic()
        return context.new_page()

    def known(self, page: Any, person: Any) -> None:
        """The browser stays signed in, however many days go by."""
        page.context.add_cookies([{"name": "who", "value": str(person.id), "url": self.address}])

    def tap(self, target: Any) -> None:
        """One tap."""
        self.taps += 1
        target.click()

    def go(self, page: Any, target: Any) -> None:
        """One tap that leads to another page, which is there when this returns."""
        with page.expect_navigation():
            self.tap(target)

    def after(self, kind: str) -> None:
        """It is half an hour after the date of this kind."""
        self.now = self.dates[kind][0].end + timedelta(minutes=30)

    def picture(self, page: Any, name: str) -> None:
        """What is on the screen in light and dark, and that nothing scrolls sideways."""
        page.evaluate("() => document.fonts.ready")
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), (
            f"{name} scrolls sideways"
        )
        for light in ("light", "dark"):
            page.emulate_media(color_scheme=light, reduced_motion="reduce")
            kept = KEPT and light == "light" and name in SHOWN
            path = (
                ROOT / "docs" / "screenshots" if kept else self.folder
            ) / f"newcomer-{name}{'' if kept else '-' + light}.png"
            page.screenshot(path=path)
            assert path.stat().st_size <= LARGEST
        page.emulate_media(color_scheme="light", reduced_motion="reduce")

    def told(self, who: str, most: int) -> None:
        """How long it took, which stays within what is promised."""
        print(
            f"{who}: {self.taps} taps, {time.monotonic() - self.began:.0f} seconds of a machine that draws and pictures"
        )
        assert self.taps <= most


@pytest.fixture
def journey(world: Any, app: Any, chrome: Any, tmp_path: Any) -> Iterator[Journey]:
    made = Journey(world, app, chrome, tmp_path)
    thread = threading.Thread(target=made.server.serve_forever)
    thread.start()
    yield made
    for context in chrome.contexts:
        context.close()
    made.server.shutdown()
    thread.join()
    made.server.server_close()


def pick_three(journey: Journey, page: Any, kinds: tuple[str, ...]) -> None:
    """Three tiles and one button."""
    for number, kind in enumerate(kinds, 1):
        journey.tap(page.locator(f"label:has(input[name=kind][value={kind}])"))
        expect(page.get_by_text(f"{number} of 3 picked.", exact=False)).to_be_visible()
    expect(page.locator("select[name=date]")).to_have_count(3)


def reflect(journey: Journey, page: Any, answer: int) -> None:
    """Three taps about the one session that is asked about, and Save."""
    for group in page.locator(".scale").all():
        journey.tap(group.locator("label").nth(answer))
    journey.go(page, page.get_by_role("button", name="Save"))


def test_a_newcomer_finds_compares_tries_three_and_stays_with_one(journey: Journey) -> None:
    page, kinds = journey.browse(**PHONE), ("support", "art", "quiet")
    page.goto("/")
    journey.picture(page, "1-front")
    journey.go(page, page.locator("main a[href^='/sessions']").first)
    journey.picture(page, "2-find")
    for number in range(2):
        journey.tap(page.locator("label:has(input[name=with])").nth(number))
    journey.go(page, page.locator("#compare button"))
    expect(page.locator("h1")).to_have_text("2 groups, side by side")
    journey.picture(page, "3-compare")
    page.goto(journey.login)
    page.locator("input[name=password]").fill(PASSWORD)
    if page.locator("input[name=privacy]").count():
        page.locator("input[name=privacy]").check()
    journey.go(page, page.locator("main form button[type=submit]").first)
    journey.known(page, journey.robin)
    page.goto("/my")
    journey.picture(page, "4-my-week-empty")
    journey.go(page, page.locator("main a[href='/my/try-three']").first)
    pick_three(journey, page, kinds)
    journey.picture(page, "5-three-picked")
    journey.go(page, page.get_by_role("button", name="Keep a seat on these 3 dates"))
    expect(page.locator("h1")).to_have_text("You tried 0 of 3.")
    journey.picture(page, "6-three-kept")
    for number, kind in enumerate(kinds, 1):
        journey.after(kind)
        page.goto("/my")
        journey.go(page, page.locator("main a[href^='/my/reflections/']").first)
        if number == 1:
            journey.picture(page, "7-how-was-it")
        reflect(journey, page, 1)
    page.goto("/my")
    journey.picture(page, "8-my-week-after")
    journey.go(page, page.get_by_role("link", name="See the three"))
    expect(page.locator("h1")).to_have_text("Stay with one?")
    journey.picture(page, "9-stay-with-one")
    journey.go(page, page.get_by_role("button", name="Keep this one Morning circle"))
    page.goto("/my")
    journey.picture(page, "10-stays")
    live = live_of(journey.dates["support"][0].group_id, journey.robin.id)
    assert live is not None
    assert live.mode == EnrolmentMode.WHOLE
    journey.told("By oneself, with three reflections", 32)


def test_the_desk_begins_it_with_a_newcomer_on_a_tablet(journey: Journey) -> None:
    page = journey.browse(**TABLET)
    journey.known(page, journey.desk)
    page.goto(f"/people/{journey.robin.uid}")
    journey.go(page, page.get_by_role("link", name="Begin with them"))
    journey.picture(page, "11-desk-choosing")
    pick_three(journey, page, ("support", "movement", "art"))
    journey.picture(page, "12-desk-picked")
    journey.go(page, page.get_by_role("button", name="Keep a seat on these 3 dates"))
    expect(page.locator("h1")).to_have_text("Tried 0 of 3.")
    journey.picture(page, "13-desk-kept")
    page.goto(f"/people/{journey.robin.uid}")
    expect(page.locator("#trial")).to_be_visible()
    journey.told("By the desk", 6)
