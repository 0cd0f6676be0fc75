"""Browsers at one sheet of a real server, and a line to it that can be cut, slowed, and made to answer otherwise."""

import re
import socket
import threading
import time
from http.cookies import SimpleCookie
from typing import Any

from playwright.sync_api import expect

from groupsched.attendance import queries
from groupsched.core.db import db


class Tablets:
    """Browsers at the same sheet; who signed in is told by a cookie."""

    def __init__(self, morning: Any, browser: Any, port: int, line: "Line"):
        self.morning, self.browser, self.line = morning, browser, line
        self.address = f"http://127.0.0.1:{port}"
        self.sheet = f"{self.address}/sheet/{morning.occurrence.uid}"
        db.session.rollback()  # what was read holds nothing up

    def open(self, person: Any, width: int = 1024, height: int = 768, path: str = "", **options: Any) -> Any:
        """The sheet in a browser of its own; with `context`, in one that is open."""
        context = options.pop("context", None) or self.context(width, height, **options)
        context.clear_cookies()
        context.add_cookies([{"name": "who", "value": str(person.id), "url": self.address}])
        db.session.rollback()
        page = context.new_page()
        page.goto(self.sheet + path)
        return alive(page)

    def context(self, width: int = 1024, height: int = 768, **options: Any) -> Any:
        """A browser: its cookies, and what it keeps. Its requests go without a worker between unless asked for."""
        options.setdefault("service_workers", "block")
        context = self.browser.new_context(
            viewport={"width": width, "height": height}, reduced_motion="reduce", **options
        )
        context.set_default_timeout(5000)
        return context

    def profile(self, folder: Any, person: Any | None = None) -> Any:
        """A browser that keeps what it knows in a folder, when it is closed too; signed in for a day."""
        from tests.browser.conftest import FLAGS, chromium

        context = self.browser.browser_type.launch_persistent_context(
            folder,
            executable_path=chromium(),
            args=FLAGS,
            viewport={"width": 1024, "height": 768},
            reduced_motion="reduce",
        )
        context.set_default_timeout(8000)
        if person:
            self.sign_in(context, person)
        return context

    def sign_in(self, context: Any, person: Any) -> None:
        """Somebody signs in in a browser."""
        day = time.time() + 24 * 3600
        context.add_cookies([{"name": "who", "value": str(person.id), "url": self.address, "expires": day}])
        db.session.rollback()

    def row(self, person: Any) -> Any:
        """How somebody stands on the sheet now."""
        db.session.rollback()
        db.session.expire_all()
        view = queries.read_sheet(self.morning.occurrence)
        found = next(row for row in view.rows if row.person and row.person.id == person.id)
        db.session.rollback()
        return found

    def uid(self, person: Any) -> str:
        """The id of somebody's row."""
        return str(self.row(person).attendee_id)

    def status(self, person: Any, page: Any = None) -> Any:
        """The status of somebody, when all that this page made is sent."""
        if page:
            saved(page)
        return self.row(person).state.status


def alive(page: Any) -> Any:
    """The page, when its module answers to hands and keys."""
    if page.locator("#saved").count():
        page.locator("#saved[data-state]").wait_for()
    return page


def saved(page: Any) -> None:
    """Wait until nothing waits."""
    expect(page.locator("#saved")).to_have_attribute("data-state", "saved")


def tile(page: Any, label: str) -> Any:
    """The tile of whoever is called so."""
    return page.locator(
        "#people > li", has=page.locator("strong", has_text=re.compile(f"^{re.escape(label)}"))
    )


def tap(page: Any, label: str) -> None:
    """One tap on a tile."""
    tile(page, label).locator(".tile-main").click()


def rested(page: Any) -> None:
    """As long as nobody is deaf any more."""
    page.wait_for_timeout(750)


def open_row(page: Any, label: str) -> None:
    """Open somebody's row, and wait until it hears."""
    tile(page, label).locator(".tile > a").click()
    rested(page)


def slow(page: Any, milliseconds: int) -> None:
    """Every answer comes so much later."""
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    line = {"offline": False, "latency": milliseconds, "downloadThroughput": -1, "uploadThroughput": -1}
    network.send("Network.emulateNetworkConditions", line)


def cut(page: Any, how: str = "abort", *, milliseconds: int = 0) -> list[Any]:
    """The line of what is sent: cut, hung, or answered otherwise; the requests that were made are in the list."""
    sent: list[Any] = []

    def answer(route: Any) -> None:
        sent.append(route.request.post_data_json)
        if how == "abort":
            route.abort()
        elif how == "portal":
            route.fulfill(status=200, content_type="text/html", body="<h1>Welcome to our Wi-Fi</h1>")
        elif how == "busy":
            route.fulfill(status=503, content_type="text/html", body="Busy")
        elif how == "signed-out":
            route.fulfill(status=401, json={"code": "signed-out"})
        elif how == "commit":  # the answer alone is lost
            route.fetch()
            route.abort()
        elif how == "slow":
            time.sleep(milliseconds / 1000)
            route.continue_()
        elif how != "hang":
            raise ValueError(how)

    page.route("**/operations", answer)  # before what was routed earlier: nothing slips between
    return sent


def leave_as_format_1(page: Any, sheet: str, row: str, status: str) -> None:
    """A mark as the release before sealing left it to wait: an entry as plain data, in a base of its own."""
    page.evaluate(
        """([sheet, row, status]) => new Promise((done) => {
          const id = "00000000-0000-4000-8000-000000000001";
          const at = new Date().toISOString();
          const op = {op_id: id, kind: "mark", device: "11111111-0000-4000-8000-000000000001", seq: 1,
            actor: document.getElementById("sheet-facts").dataset.who, observed_at: at, claimed_at: at,
            attendee_id: row, base_version: 0, status, time_in: null, time_out: null, auto: true};
          const back = {[row]: {status: "unmarked", time_in: null, time_out: null, two: []}};
          const asked = indexedDB.open("groupsched-sheet", 1);
          asked.onupgradeneeded = () => asked.result.createObjectStore("waiting", {keyPath: "id"});
          asked.onsuccess = () => {
            const transaction = asked.result.transaction("waiting", "readwrite");
            transaction.objectStore("waiting").put({id, sheet, op, touches: [row], back});
            transaction.oncomplete = () => { asked.result.close(); done(); };
          };
        })""",
        [sheet, row, status],
    )


class Line:
    """The line to a server: fine, down, hung, or with something between that answers in its place."""

    def __init__(self, inner: Any):
        self.inner, self.state, self.release = inner, "fine", ""
        self.back = threading.Event()

    def be(self, state: str) -> None:
        """From now on: fine, down, hung, busy, portal."""
        self.state = state
        if state == "hung":
            self.back.clear()
        else:
            self.back.set()

    def __call__(self, environ: Any, start: Any) -> Any:
        if self.state == "hung":
            self.back.wait(60)
        if self.state == "down":
            environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
        if self.state in ("down", "busy"):
            start("503 Busy", [("Content-Type", "text/html")])
            return [b"Busy"]
        if self.state == "portal":
            start("200 OK", [("Content-Type", "text/html")])
            return [b"<h1>Welcome to our Wi-Fi</h1>"]
        if self.release and environ["PATH_INFO"].endswith("/worker.js"):
            return self._of_a_release(environ, start)
        return self.inner(environ, start)

    def _of_a_release(self, environ: Any, start: Any) -> list[bytes]:
        """The worker as another release would send it."""
        told: list[Any] = []
        body = b"".join(self.inner(environ, lambda *given: told.append(given)))
        status, headers = told[0][:2]
        start(status, [pair for pair in headers if pair[0] != "Content-Length"])
        return [re.sub(rb'"version": ?"\w+"', f'"version": "{self.release}"'.encode(), body)]


def told_by_cookie(inner: Any) -> Any:
    """The application, for whom the cookie names."""

    def answer(environ: Any, start: Any) -> Any:
        who = SimpleCookie(environ.get("HTTP_COOKIE", "")).get("who")
        if who:
            environ["test.person"] = int(who.value)
        return inner(environ, start)

    return answer
