"""One application per database, emptied between tests; a client that reads every page as strict HTML."""

import gc
import os
import re
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from itertools import pairwise
from pathlib import Path
from typing import Any

import html5lib
import hypothesis
import pytest
import time_machine
from flask import Flask, g, has_app_context
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import event
from sqlalchemy.orm import joinedload

from groupsched import create_app
from groupsched.access.identity import Member
from groupsched.access.models import Program
from groupsched.accounts.cookie import member
from groupsched.accounts.models import Person
from groupsched.catalog import queries as catalog_queries
from groupsched.core import write_queue
from groupsched.core.config import Settings, load
from groupsched.core.db import db
from groupsched.enrolment.queries import find, find_by_group
from groupsched.feeds.service import public
from tests import clocks
from tests.databases import emptied
from tests.factories import LONG_AGO, World
from tests.kept import Shelf, kept
from tests.planned import on_sqlite_alone, planner
from tests.postgres import PostgresMissing, postgres_address

if clocks.IS_SET:  # for what is made once, before the first test
    clocks.set_clock().start()

# No test of ours measures time: a busy machine must not make a property look broken, nor a race look lost.
write_queue.PATIENCE = write_queue.BRIEF_PATIENCE = 60.0
hypothesis.settings.register_profile("groupsched", deadline=None)
hypothesis.settings.load_profile("groupsched")

SECRET = "tests-only-tests-only-tests-only-tests-only"
DATABASES = os.environ.get("GROUPSCHED_TEST_DATABASES", "sqlite,postgresql").split(",")
TEST_CONFIG: dict[str, Any] = {
    "TESTING": True,
    "WTF_CSRF_ENABLED": False,
    "RATELIMIT_ENABLED": False,
    "PASSWORD_COST": (1, 8, 1),
}


class Compiled(BytecodeCache):
    """Templates are compiled once, however many applications the tests make."""

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if code := self._code.get(bucket.key + bucket.checksum):
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key + bucket.checksum] = bucket.bytecode_to_string()


COMPILED = Compiled()

TAG = re.compile(r"<[^>]*>")
VALUE = re.compile(r"""=(?:"[^"]*"|'[^']*')""")
READ: set[tuple[str, str]] = set()
"""Tags with their attributes that followed one another in a page that was parsed."""


@pytest.hookimpl(tryfirst=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Where a test says `on_sqlite`, or its file does."""
    if "database" in metafunc.fixturenames and on_sqlite_alone(metafunc.definition):
        metafunc.definition.add_marker(pytest.mark.parametrize("database", ["sqlite"], indirect=True))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What needs a browser comes first: it is the longest piece, and mostly waits."""
    items.sort(key=lambda item: "browser" not in item.path.parts)
    if clocks.IS_SET:
        own = pytest.mark.skip(
            reason="Chromium keeps its own clock: no browser where GROUPSCHED_TEST_CLOCK is set."
        )
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(own)


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: nobody looks through it for garbage again and again."""
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Where several processes share the tests, a file stays whole on one of them, once per kind of database; all that
    needs a browser stays together, with the one demo that is served to it."""
    from xdist.scheduler.loadscope import LoadScopeScheduling

    class InPieces(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file, _colons, test = nodeid.partition("::")
            kind = next((name for name in DATABASES if name in re.split(r"[\[\]-]", test)), "")
            return "browser" if "/browser/" in file else f"{file} {kind}"

    # In this order, first all on SQLite, then all on PostgreSQL, the database changes once.
    config.option.loadscopereorder = False
    return InPieces(config, log)


class Client(FlaskClient):
    """A test client whose pages must be well-formed HTML. `client.as_(person)` is that person's browser."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        # A test holds an application context, which Flask then uses for the request too: what the request before
        # remembered there (who asks, which program) would be remembered still.
        for name in list(g) if has_app_context() else ():
            g.pop(name)
        response = super().open(*args, **kwargs)
        if response.mimetype == "text/html" and response.data and not response.content_encoding:
            _read_what_is_new(response.text)
        return response

    def as_(self, person: Person | None, *, as_self: bool = False) -> "Client":
        """Another browser, in which this person is signed in."""
        other = self.application.test_client()
        other.environ_base["test.person"] = person.id if person else None
        other.environ_base["test.as_self"] = as_self
        return other  # type: ignore[return-value]


def read_html(page: str) -> Any:
    """Parse a page (or a part of one) strictly: any error of the HTML standard fails the test."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    return parser.parse(page) if page.lstrip()[:9].lower() == "<!doctype" else parser.parseFragment(page)


def _read_what_is_new(page: str) -> None:
    """Parse a page that has a tag, or two after one another, that no page before had. Text and values are left to escaping:
    to parse every page of every test would take a third of their time."""
    tags = TAG.findall(VALUE.sub("", page))
    new = set(pairwise(tags)) - READ
    if new:
        read_html(page)
        READ.update(new)


def _member(person_id: int, as_self: bool) -> Member | None:
    person = db.session.get(
        Person,
        person_id,
        options=[joinedload(Person.grants), joinedload(Person.program).joinedload(Program.sites)],
    )
    if person is None:
        return None
    return member(person, as_self=as_self)


def identity_of(person: Person, *, as_self: bool = False) -> Member:
    """The identity of a person in a test of services and queries."""
    found = _member(person.id, as_self)
    assert found is not None
    return found


def _test_loader(request: Any) -> Member | None:
    person_id = request.environ.get("test.person")
    return _member(person_id, request.environ.get("test.as_self", False)) if person_id else None


def build(settings: Settings, **config: Any) -> Flask:
    """An application for tests."""
    app = create_app(settings, **{**TEST_CONFIG, **config})
    app.test_client_class = Client
    app.jinja_env.bytecode_cache = COMPILED
    app.extensions.setdefault("groupsched.identity_loaders", []).insert(0, _test_loader)
    return app


@pytest.fixture(autouse=True)
def _each_test_begins_at_the_set_moment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """However long the tests before it took; the processes that it starts agree."""
    if not clocks.IS_SET:
        yield
        return
    with clocks.set_clock():
        for name, value in clocks.of_started_processes().items():
            monkeypatch.setenv(name, value)
        yield


@pytest.fixture(params=clocks.FORGOTTEN.values(), ids=clocks.FORGOTTEN)
def minute(request: pytest.FixtureRequest) -> Iterator[None]:
    """Each of some minutes that are easily forgotten; to be named before what it is to hold for: `usefixtures("minute")`."""
    with time_machine.travel(request.param):
        yield


@pytest.fixture(scope="session")
def instance_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("instance")


@pytest.fixture(scope="session", params=DATABASES)
def database(request: pytest.FixtureRequest, instance_folder: Path) -> str:
    """The address of an empty database with all tables, once per kind of database."""
    if request.param == "sqlite":
        return f"sqlite:///{instance_folder / 'tests.db'}"
    try:
        return postgres_address()
    except PostgresMissing as missing:
        if os.environ.get("CI") == "true":
            pytest.fail(str(missing))
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def shared_app(database: str, instance_folder: Path) -> Iterator[Flask]:
    app = build(load(instance=instance_folder, database_url=database, secret_key=SECRET))
    with app.app_context():
        if database.startswith("sqlite"):
            event.listen(db.engine, "connect", _for_tests)
        db.drop_all()
        db.create_all()
        db.engine.dispose()
    yield app
    with app.app_context():
        db.engine.dispose()


def _for_tests(connection: Any, _record: Any) -> None:
    """Worlds are built in many short transactions, and no test pulls the plug: nothing waits for the disk. What asks
    for no order gets its rows backwards: whoever counts on one by accident learns it here, not from PostgreSQL one day
    in ten."""
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute("PRAGMA reverse_unordered_selects=ON")


@pytest.fixture(scope="session")
def shelf(shared_app: Flask, database: str) -> Iterator[Shelf]:
    """The database, emptied for each test, and what fixtures that say `@kept` have put in it so far."""
    with shared_app.app_context():
        shelf = Shelf(emptied(database))
    yield shelf
    shelf.close()


@pytest.fixture
def app(shared_app: Flask, shelf: Shelf, database: str, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The application over an empty database, with an application context for services and queries."""
    plans = planner() if "postgresql" in DATABASES and on_sqlite_alone(request.node) else None
    with shared_app.app_context(), plans.watching(db.engine) if plans else nullcontext():
        _forget()
        shelf.empty()
        yield shared_app
        db.session.remove()
        if database.startswith("sqlite"):
            db.engine.dispose()


def _forget() -> None:
    """What is remembered of a revision of a program: the same world, laid out again, counts from the same one."""
    for memory in (catalog_queries._kept, find._kept, find_by_group._kept, public._kept):
        memory.clear()


@pytest.fixture
def client(app: Flask) -> Client:
    """A browser in which nobody is signed in."""
    return app.test_client()  # type: ignore[return-value]


@kept(at=LONG_AGO)
def world() -> World:
    """A maker of people, groups and dates; a program "Harbor" with a site and its staff is there already."""
    return World()


@pytest.fixture
def statements(app: Flask) -> Iterator[Callable[[], list[str]]]:
    """The SQL statements sent since the test began, without BEGIN and pragmas."""
    seen: list[str] = []

    def note(_c: Any, _cur: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA", "SAVEPOINT", "RELEASE")):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield lambda: seen
    event.remove(db.engine, "before_cursor_execute", note)


__all__ = ["Client", "identity_of", "read_html"]


@pytest.fixture(scope="session")
def chrome() -> Iterator[Any]:
    """Chromium, started once: a second driver in one process would find the first one's loop and stop."""
    from tests.browser.conftest import FLAGS, chromium

    path = chromium()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()
