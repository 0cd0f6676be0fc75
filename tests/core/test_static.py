"""Files under an address of their version: kept for a year, the same for everybody, never in the way of an update."""

import gzip
import re

import brotli
import pytest

from groupsched.core.joining import JOINED, whole
from groupsched.core.static import version_of

pytestmark = pytest.mark.on_sqlite

FILES = ("css/page.css", "css/tokens.css", "js/frame.js", "vendor/bootstrap.min.css", "img/icons.svg")


def fetch(client, address, **headers):
    """A file, read to its end and closed."""
    return client.get(address, headers=headers, buffered=True)


def linked(client, name):
    """The address by which a page names a file."""
    page = client.get("/no-such-page").text
    return re.search(rf'"(/static/~\w+/{name})"', page)[1]


def test_what_a_page_links_is_kept_for_a_year_and_never_asked_for_again(client, world):
    answer = fetch(client, linked(client, "css/page.css"))
    assert answer.status_code == 200
    assert set(answer.headers["Cache-Control"].split(", ")) == {"max-age=31536000", "immutable", "public"}


def test_a_file_is_the_same_for_everybody(client, world):
    assert "Cookie" not in fetch(client, linked(client, "css/page.css")).headers.get("Vary", "")


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("folder", ["", "~0123456789/"])
def test_an_address_without_the_present_version_is_served_and_not_kept(client, folder, name):
    answer = fetch(client, f"/static/{folder}{name}")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-cache"
    again = fetch(client, f"/static/{folder}{name}", **{"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("name", FILES)
def test_a_text_is_sent_packed_as_whoever_asks_takes_it_and_is_the_same_text(client, world, name):
    address = linked(client, "css/page.css").replace("css/page.css", name)
    plain = fetch(client, address)
    assert "Content-Encoding" not in plain.headers
    tags = {plain.headers["ETag"]}
    for taken, packing, unpacked in (
        ("gzip, br", "br", brotli.decompress), ("br;q=0, gzip", "gzip", gzip.decompress), ("gzip", "gzip", gzip.decompress),
    ):  # fmt: skip
        packed = fetch(client, address, **{"Accept-Encoding": taken})
        assert packed.headers["Content-Encoding"] == packing
        assert packed.headers["Content-Type"] == plain.headers["Content-Type"]
        assert unpacked(packed.data) == plain.data
        assert packed.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
        tags.add(packed.headers["ETag"])
    assert len(tags) == 3
    refused = fetch(client, address, **{"Accept-Encoding": "gzip;q=0"})
    assert "Content-Encoding" not in refused.headers


def test_a_font_is_packed_already(client, world):
    sheet = linked(client, "css/page.css")
    font = re.search(r"\.\./(fonts/[\w-]+\.woff2)", fetch(client, sheet).text)[1]
    answer = fetch(client, sheet.replace("css/page.css", font), **{"Accept-Encoding": "gzip"})
    assert answer.status_code == 200
    assert "Content-Encoding" not in answer.headers
    assert answer.headers["Cache-Control"] == fetch(client, sheet).headers["Cache-Control"]


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_a_file_that_is_not_there_is_not_kept(client, world, encoding):
    missing = linked(client, "css/page.css").replace("page", "nothing")
    answer = fetch(client, missing, **{"Accept-Encoding": encoding})
    assert answer.status_code == 404
    assert "max-age" not in answer.headers.get("Cache-Control", "")


@pytest.mark.parametrize(
    "outside", ["../__init__.py", "css/../../content/../static/../cli.css", "/etc/x.css", "css"]
)
def test_nothing_outside_the_folder_is_served(client, world, outside):
    folder = linked(client, "css/page.css").removesuffix("css/page.css")
    for encoding in ("identity", "gzip"):
        assert fetch(client, folder + outside, **{"Accept-Encoding": encoding}).status_code in (404, 308)


def test_the_version_tells_of_every_byte_and_name(tmp_path):
    seen = set()
    for number, (name, words) in enumerate([("a.css", "x"), ("a.css", "y"), ("b.css", "y"), ("b.css", "yy")]):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / name).write_text(words)
        seen.add(version_of(folder))
    assert len(seen) == 4


def rules(css):
    """A style sheet without comments, spaces and last semicolons."""
    return re.sub(r"\s|;(?=\s*\})", "", re.sub(r"/\*.*?\*/", "", css, flags=re.S))


def test_the_style_sheets_of_every_page_are_one_file_in_the_order_of_the_cascade_without_what_only_people_read(
    client, world
):
    page = linked(client, "css/page.css")
    for joined, names in JOINED.items():
        whole = fetch(client, page.replace("css/page.css", joined)).text
        assert rules(whole) == "".join(rules(fetch(client, f"/static/{name}").text) for name in names)
        assert "/* " not in whole


def test_what_stands_between_words_and_in_strings_of_a_style_sheet_stays(tmp_path):
    (tmp_path / "css").mkdir()
    (tmp_path / "css" / "a.css").write_text("""/* x */
      .a  .b > c:hover, .d { margin: 0 calc(1px + 2px); font-family: "A;  B", 'C ,  D'; content: "{ : }"; }
      @media (min-width: 2em) and (max-width: 3em) { .e::before { content: ""; } }
    """)
    assert whole(tmp_path, "css/a.css").decode().strip() == (
        """.a .b > c:hover,.d{margin:0 calc(1px + 2px);font-family:"A;  B",'C ,  D';content:"{ : }"}"""
        """@media (min-width:2em) and (max-width:3em){.e::before{content:""}}"""
    )


def test_modules_are_sent_joined_under_any_version_and_lie_each_alone_without_one(client, world):
    joined = linked(client, "js/frame.js")
    for address in (joined, joined.replace("~", "~0")):
        assert 'from"./shared-' in fetch(client, address).text
    assert 'from "./focus.js"' in fetch(client, "/static/js/frame.js").text
    shared = re.search(r"js/shared-\w+\.js", client.get("/no-such-page").text)[0]
    assert fetch(client, joined.replace("js/frame.js", shared)).status_code == 200
