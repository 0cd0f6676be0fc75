"""Pages are packed, and neither their length nor their letters tell the secret of their forms."""

import gzip
import re

import pytest

from groupsched.core.config import load
from groupsched.core.db import db
from groupsched.core.form_secret import masked, unmasked
from tests.conftest import SECRET, build

pytestmark = pytest.mark.on_sqlite

GZIP = {"Accept-Encoding": "gzip"}
SECRET_FIELD = re.compile(r'name="(?:csrf_token|written_by)" value="[^"]*"')


@pytest.fixture
def strict(world, database, instance_folder):
    """A browser of the application with its form secrets on."""
    robin = world.client()
    settings = load(instance=instance_folder, database_url=database, secret_key=SECRET)
    app = build(settings, WTF_CSRF_ENABLED=True)
    yield app.test_client().as_(robin)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def secrets_of(page):
    return re.findall(r'name="csrf_token" value="([^"]+)"', page)


@pytest.mark.parametrize("address", ["/", "/sessions", "/no-such-page"])
def test_a_page_is_packed_for_who_takes_it_and_is_the_same_page(client, world, address):
    plain, packed = client.get(address), client.get(address, headers=GZIP)
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    unpacked = gzip.decompress(packed.data).decode()
    assert SECRET_FIELD.sub("", unpacked) == SECRET_FIELD.sub("", plain.text)
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data) / 2
    assert "Accept-Encoding" in packed.headers["Vary"] and "Accept-Encoding" in plain.headers["Vary"]


def test_who_refuses_gzip_a_short_answer_and_a_calendar_are_sent_as_they_are(client, world):
    assert "Content-Encoding" not in client.get("/sessions", headers={"Accept-Encoding": "gzip;q=0"}).headers
    assert "Content-Encoding" not in client.get("/healthz", headers=GZIP).headers
    feed = client.get("/feeds/public.ics", headers=GZIP)  # has its own way, with an ETag for each form
    assert feed.headers["ETag"]


def test_every_answer_writes_the_secret_of_its_forms_otherwise_and_each_is_taken(strict):
    pages = [strict.get("/my").text for _ in range(2)]
    first, second = (set(secrets_of(page)) for page in pages)
    assert len(first) == len(second) == 1 and first != second
    assert {unmasked(one) for one in first}.isdisjoint(first)
    for (secret,) in (first, second):
        assert strict.post("/language", data={"csrf_token": secret, "language": "es"}).status_code == 303
    assert strict.get("/stay").json["secret"] not in first | second


@pytest.mark.parametrize(
    "change", [lambda s: s[:-4], lambda s: unmasked(s), lambda s: "A" + s[1:], lambda s: "x"]
)
def test_another_text_is_no_secret(strict, change):
    secret = secrets_of(strict.get("/my").text)[0]
    changed = change(secret)
    if changed != secret:
        assert strict.post("/language", data={"csrf_token": changed, "language": "es"}).status_code == 400


def test_the_same_page_is_not_always_as_long(client, world):
    assert len({len(client.get("/sessions", headers=GZIP).data) for _ in range(20)}) > 3


def test_a_masked_secret_repeats_nothing_of_it():
    one, other = masked("secret.of.forms"), masked("secret.of.forms")
    assert one != other and unmasked(one) == unmasked(other) == "secret.of.forms"
