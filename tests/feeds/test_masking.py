"""The secret of a link stands in no log."""

import logging
from threading import Thread
from urllib.request import urlopen

import pytest
from werkzeug.serving import make_server

from groupsched.feeds.masking import LOGGERS, mask
from tests.feeds.setting import link_for

SECRET = "-qvPq5U0ouZbAg8e93bUZBhoFn3mAmeTnP5Aqq_pusE"


@pytest.mark.parametrize(
    ("line", "masked"),
    [
        (f'"GET /feeds/{SECRET}.ics HTTP/1.1" 200', '"GET /feeds/….ics HTTP/1.1" 200'),
        (f"https://x.example.org/feeds/{SECRET}.ics?x=1", "https://x.example.org/feeds/….ics?x=1"),
        ('"GET /feeds/public.ics?day=mo HTTP/1.1"', '"GET /feeds/public.ics?day=mo HTTP/1.1"'),
        (f'"GET /welcome/{SECRET} HTTP/1.1" 200', '"GET /welcome/… HTTP/1.1" 200'),
        ('"GET /people?show=clients&q=Robin%20T HTTP/1.1"', '"GET /people?show=clients&q=… HTTP/1.1"'),
        ('"GET /sign-in?next=/people?q=Robin HTTP/1.1"', '"GET /sign-in?next=… HTTP/1.1"'),
        (f'"GET /feeds/{SECRET} HTTP/1.1" 404', '"GET /feeds/… HTTP/1.1" 404'),
        (f'"GET /FEEDS//{SECRET}.ICS HTTP/1.1" 404', '"GET /FEEDS//….ICS HTTP/1.1" 404'),
        (f'"GET %2Ffeeds%2F{SECRET}.ics HTTP/1.1" 404', '"GET %2Ffeeds%2F….ics HTTP/1.1" 404'),
        (f'"GET /f%65eds/{SECRET}.ics/ HTTP/1.1" 404', '"GET /f%65eds/….ics/ HTTP/1.1" 404'),
        (f"webcal://x.example.org/feeds/{SECRET}.ics", "webcal://x.example.org/feeds/….ics"),
        ("GET /sessions", "GET /sessions"),
    ],
)
def test_a_line_loses_the_token_and_nothing_else(line, masked):
    assert mask(line) == masked


@pytest.mark.on_sqlite
@pytest.mark.parametrize("name", LOGGERS)
def test_the_loggers_of_servers_and_product_are_masked(app, caplog, name):
    with caplog.at_level(logging.INFO, logger=name):
        logging.getLogger(name).info('%s - "%s" %s', "127.0.0.1", f"GET /feeds/{SECRET}.ics", 200)
    assert SECRET not in caplog.text


def test_a_server_that_logs_requests_logs_no_token(app, world, caplog):
    _feed, path = link_for(world.client())
    server = make_server("127.0.0.1", 0, app)
    thread = Thread(target=server.handle_request)
    thread.start()
    with caplog.at_level(logging.INFO, logger="werkzeug"):
        urlopen(f"http://127.0.0.1:{server.server_port}{path}", timeout=10).read()
        thread.join()
    server.server_close()
    assert "/feeds/….ics" in caplog.text
    assert path not in caplog.text
