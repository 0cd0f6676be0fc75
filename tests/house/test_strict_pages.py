"""Whatever page a test gets through its client has to be HTML without an error."""

from functools import wraps

import pytest
from html5lib.html5parser import ParseError

PAGE = "<!doctype html><html lang=en><head><title>Tea</title></head><body>{}</body></html>"


@pytest.mark.on_sqlite
@pytest.mark.parametrize(
    "wrong", ["<p>A box <div>in a line</p></div>", "<b>open", '<a href="/" href="/">twice</a>']
)
def test_a_page_with_an_error_fails_the_test_that_gets_it(app, client, monkeypatch, wrong):
    seen = wraps(app.view_functions["accounts.privacy"])(lambda: PAGE.format(inside))
    monkeypatch.setitem(app.view_functions, "accounts.privacy", seen)
    inside = "<p>A line</p>"
    assert client.get("/privacy").status_code == 200
    inside = wrong
    with pytest.raises(ParseError):
        client.get("/privacy")
