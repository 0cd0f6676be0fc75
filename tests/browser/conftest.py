"""A demo of its own, served by the product itself, and a Chromium that reads it as each role.

A machine without Chromium skips these tests with a sentence; with CI=true that is a failure.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "tests" / "node" / "node_modules" / "axe-core" / "axe.min.js"
# Only the last list of features counts, so what Playwright turns off is in it too. The two of the address bar would draw
# pages of their own for each window, which nobody sees: three fifths of what a window costs.
OFF = (
    "AimEnabled", "AvoidCorsURLLoaderRestartOnRedirect", "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose", "HttpsFirstBalancedModeAutoEnable", "HttpsUpgrades", "LensOverlay", "MediaRouter",
    "NetworkTimeServiceQuerying", "OptimizationHints", "PaintHolding", "PreconnectToSearch", "ThirdPartyStoragePartitioning",
    "WebUIOmniboxAimPopup", "WebUIOmniboxPopup",
)  # fmt: skip
FLAGS = [
    f"--disable-features={','.join(OFF)}",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ROLES = ("client", "facilitator", "front_desk", "supervisor", "admin")


@dataclass(frozen=True)
class Demo:
    """A running demo: where it is, and who may sign in."""

    address: str
    accounts: dict[str, tuple[str, str]]
    folder: Path


def missing(sentence: str) -> None:
    """What these tests need is not here: a skip at home, a failure where everything has to run."""
    if os.environ.get("CI") == "true":
        pytest.fail(sentence, pytrace=False)
    pytest.skip(sentence)


def chromium() -> str:
    """The browser of this machine."""
    for name in ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    missing("Chromium is not on this machine (apt-get install chromium): the pages were not looked at.")
    return ""


def axe_source() -> str:
    """The text of axe-core."""
    if not AXE.is_file():
        missing("axe-core is not installed (npm ci in tests/node): accessibility was not checked.")
    return AXE.read_text(encoding="utf-8")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _groupsched(*words: str, **environment: str) -> list[str]:
    return [sys.executable, "-m", "groupsched.cli", *words]


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo in a temporary instance, served on a free port until the last test."""
    folder, port = tmp_path_factory.mktemp("demo"), _free_port()
    address = f"http://127.0.0.1:{port}"
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith("GROUPSCHED_")},
        "GROUPSCHED_INSTANCE": str(folder),
        "GROUPSCHED_BASE_URL": address,
        "PYTHONPATH": str(ROOT),
        "GROUPSCHED_SECRET_KEY": "browser-tests-browser-tests-browser-tests",
    }
    made = subprocess.run(
        _groupsched("demo", "--no-serve", "--json"),
        env=environment,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    told = json.loads(made.stdout)
    log = (folder / "server.log").open("w")
    server = subprocess.Popen(
        _groupsched("demo", "--port", str(port)), env=environment, cwd=folder, stdout=log, stderr=log
    )
    try:
        _wait_for(f"{address}/readyz", server, folder / "server.log")
        yield Demo(
            address, {a["role"]: (a["login"], a["password"]) for a in reversed(told["accounts"])}, folder
        )
    finally:
        server.terminate()
        try:
            server.wait(15)
        except subprocess.TimeoutExpired:
            server.kill()
        log.close()


def _wait_for(address: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    for _ in range(300):
        assert server.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(address, timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"the demo did not start: {log.read_text()}")


@pytest.fixture
def browse(chrome: Any, demo: Demo) -> Iterator[Callable[..., Any]]:
    """`browse("client")` is a page in which that role is signed in; further words go to the browser's context."""
    contexts = []

    def open_as(role: str | None = None, **options: Any) -> Any:
        context = chrome.new_context(
            base_url=demo.address, **{"viewport": {"width": 1280, "height": 800}, **options}
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        if role:
            sign_in(page, *demo.accounts[role])
        return page

    yield open_as
    for context in contexts:
        context.close()


def sign_in(page: Any, login: str, password: str) -> None:
    """Sign in by the page, as a person does; a notice that has to be read first is read."""
    page.goto("/sign-in")
    page.locator("input[name=login]").fill(login)
    page.locator("input[name=password]").fill(password)
    with page.expect_navigation():
        page.locator("main form button[type=submit]").first.click()
    assert "/sign-in" not in page.url, f"{login} could not sign in"


@pytest.fixture
def tablets(app: Any, chrome: Any, world: Any) -> Iterator[Any]:
    """Browsers at the sheet of a morning group that began 25 minutes ago, marked as people arrive."""
    from werkzeug.serving import make_server

    from groupsched.attendance import service
    from groupsched.attendance.rules import MarkingMode
    from groupsched.core.db import db
    from tests.attendance.conftest import Morning
    from tests.browser.tablets import Line, Tablets, told_by_cookie

    morning = Morning(world)
    service.choose_marking(morning.leader, morning.occurrence, MarkingMode.ARRIVING)
    db.session.commit()
    line = Line(told_by_cookie(app.wsgi_app))
    server = make_server("127.0.0.1", 0, line, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Tablets(morning, chrome, server.port, line)
    line.be("fine")
    for context in chrome.contexts:
        context.close()
    server.shutdown()
    thread.join()
    server.server_close()
