"""A real browser at a sheet of forty: what the page weighs when nothing of it is there yet, and fast taps on a slow line."""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.report import NotAsSaid, head, row
from benchmarks.servers import Server, groupsched
from benchmarks.tablets import Tablet, house

TAPS, SECONDS, LATENCY = 12, 0.5, 400  # milliseconds
MOST_WIRE = 60_000
FAST_TAPS = """async ([taps, pause]) => {
  const tiles = [...document.querySelectorAll("#people .tile-main")].slice(0, taps);
  const begin = performance.now();
  for (const [number, tile] of tiles.entries()) {
    await new Promise((done) => setTimeout(done, begin + number * pause - performance.now()));
    tile.click();
  }
  return tiles.length;
}"""


@dataclass(frozen=True)
class Size:
    """How many people stand on the sheet."""

    people: int


FULL = Size(people=40)
SMALLEST = Size(people=12)


@dataclass(frozen=True)
class Loaded:
    """One file of the page: its address, its kind, and its bytes on the wire with their headers."""

    path: str
    kind: str
    size: int


def run(size: Size) -> None:
    """Print what the browser saw."""
    head(f"A browser at a sheet of {size.people}, nothing in its cache")
    with tempfile.TemporaryDirectory() as folder:
        database = f"sqlite:///{folder}/taps.db"
        tablet, *_other = house(database, Path(folder), 1, size.people)
        with _chromium() as browser, groupsched(Path(folder), database) as server:
            if browser is None:
                return
            _weigh_after_today(_page(browser, server, tablet), server, tablet)
            page = _page(browser, server, tablet)
            _weigh(page, server, tablet, size)
            _tap(page)


def _weigh(page: Any, server: Server, tablet: Tablet, size: Size) -> None:
    files = _loaded(page, f"{server.base}{tablet.sheet}")
    seen = {
        "tiles": (page.locator("#people .tile-main").count(), size.people),
        "the page's module runs": (page.locator("#saved").get_attribute("data-state"), "saved"),
        "kinds of files": ({"Document", "Stylesheet", "Script", "Font"} <= {one.kind for one in files}, True),
    }
    for kind in sorted({one.kind for one in files}):
        of_kind = [one.size for one in files if one.kind == kind]
        row(f"{kind}: files and bytes", f"{len(of_kind)} · {sum(of_kind):,} B", seen=seen)
    total = sum(one.size for one in files)
    row("all of it", f"{total:,} B", f"{MOST_WIRE:,} B", seen=seen, met=total <= MOST_WIRE)


def _weigh_after_today(page: Any, server: Server, tablet: Tablet) -> None:
    """As a tablet comes to a sheet: what other pages have too is there already."""
    before = _loaded(page, f"{server.base}/today")
    files = _loaded(page, f"{server.base}{tablet.sheet}")
    again = {one.path for one in before} & {one.path for one in files}
    fonts = {
        "fonts that came with Today": (any(one.kind == "Font" for one in before), True),
        "again": (again, set()),
    }
    total = sum(one.size for one in files)
    row(
        "coming from Today",
        f"{len(files)} · {total:,} B",
        f"{MOST_WIRE:,} B",
        seen=fonts,
        met=total <= MOST_WIRE,
    )


def _loaded(page: Any, address: str) -> list[Loaded]:
    """Open an address; every file that came, by what the browser counted on the wire."""
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    about: dict[str, tuple[str, str]] = {}
    sizes: dict[str, int] = {}
    network.on(
        "Network.responseReceived",
        lambda e: about.update({e["requestId"]: (e["response"]["url"], e["type"])}),
    )
    network.on(
        "Network.loadingFinished", lambda e: sizes.update({e["requestId"]: int(e["encodedDataLength"])})
    )
    page.goto(address, wait_until="networkidle")
    network.detach()
    return [Loaded(url, kind, sizes[one]) for one, (url, kind) in about.items() if sizes.get(one)]


def _tap(page: Any) -> None:
    """Twelve taps, one after the other in half a second, on a line on which each answer comes 400 ms later."""
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    line = {"offline": False, "latency": LATENCY, "downloadThroughput": -1, "uploadThroughput": -1}
    network.send("Network.emulateNetworkConditions", line)
    sent: list[Any] = []
    page.on("request", lambda one: sent.append(one) if one.url.endswith("/operations") else None)
    begin = page.evaluate("performance.timeOrigin + performance.now()")
    tapped = page.evaluate(FAST_TAPS, [TAPS, SECONDS * 1000 / (TAPS - 1)])
    taken = page.evaluate("performance.timeOrigin + performance.now()") - begin
    page.locator("#saved[data-state=saved]").wait_for()
    answers = [(one.timing, one.response().json()) for one in sent]
    outcomes = [result["outcome"] for _timing, told in answers for result in told["results"]]
    last = max(timing["startTime"] + timing["responseEnd"] for timing, _told in answers)
    trip = sorted(timing["responseEnd"] for timing, _told in answers)[len(answers) // 2]
    seen = {
        "taps": (tapped, TAPS),
        "marks that were applied": (outcomes, ["applied"] * TAPS),
        "taps in about half a second": (taken < 4 * SECONDS * 1000, True),
        "each trip was slow": (all(timing["responseEnd"] >= LATENCY for timing, _told in answers), True),
    }
    name = f"{TAPS} taps in {taken:.0f} ms, {LATENCY} ms latency"
    row(f"{name}: requests", str(len(sent)), "3", seen=seen, met=len(sent) <= 3)
    trips = (last - begin) / trip
    told = f"{last - begin:.0f} ms = {trips:.1f} trips of {trip:.0f} ms"
    row(f"{name}: first tap to last answer", told, "3 trips", seen=seen, met=round(trips) <= 3)


def _page(browser: Any, server: Server, tablet: Tablet) -> Any:
    context = browser.new_context(base_url=server.base, viewport={"width": 1024, "height": 768})
    name, _, value = tablet.cookie.partition("=")
    context.add_cookies([{"name": name, "value": value, "url": server.base}])
    context.set_default_timeout(30_000)
    return context.new_page()


@contextmanager
def _chromium() -> Iterator[Any]:
    """The browser of this machine, that of the tests; None with a line that says why there is none."""
    try:
        sys.path.insert(0, str(Path(__file__).parents[1]))
        from tests.browser.conftest import FLAGS, chromium

        path = chromium()
        from playwright.sync_api import sync_playwright
    except BaseException as missing:
        if isinstance(missing, KeyboardInterrupt | NotAsSaid):
            raise
        print(f"  not run, {missing}")
        yield None
        return
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()
