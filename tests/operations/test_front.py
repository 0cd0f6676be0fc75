"""What stands before the application: who sends slowly, or too much, holds up nobody."""

import http.client
import json
import os
import socket
import subprocess
import sys
import urllib.parse
from contextlib import closing

import pytest

from groupsched.operations.front import LARGEST
from tests.operations.conftest import free_port, status, until

ECHO = """
import json
from granian.server import Server
from groupsched.operations.front import Front

def app(environ, start):
    start("200 OK", [("Content-Type", "application/json"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")])
    seen = {key: value for key, value in environ.items() if isinstance(value, str)}
    return [json.dumps(seen | {"size": len(environ["wsgi.input"].read())}).encode()]

front = Front(app, 2, patience=0.3)
if __name__ == "__main__":
    Server("echo:front", address="127.0.0.1", port=PORT, interface="rsgi", workers=1, log_enabled=False).serve()
"""


@pytest.fixture
def echo(tmp_path):
    """The port of an application with two threads that says what it was given; a body has 0.3 s."""
    port = free_port()
    (tmp_path / "echo.py").write_text(ECHO.replace("PORT", str(port)))
    process = subprocess.Popen(
        [sys.executable, "echo.py"], cwd=tmp_path, env={**os.environ, "PYTHONPATH": os.pathsep.join([os.getcwd(), str(tmp_path)])}
    )  # fmt: skip
    try:
        until(lambda: status(f"http://127.0.0.1:{port}/") == 200)
        yield port
    finally:
        process.terminate()
        process.wait()


def begun(port, *, length, sent=b"login=ab"):
    """A request whose body is announced, and sent in part."""
    line = socket.create_connection(("127.0.0.1", port), timeout=20)
    head = f"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {length}\r\n"
    line.sendall(head.encode() + b"Content-Type: application/x-www-form-urlencoded\r\n\r\n" + sent)
    return line


def answered(line):
    """The status of an answer, and whether the connection is closed after it."""
    with line, closing(http.client.HTTPResponse(line)) as answer:
        answer.begin()
        answer.read()
        return answer.status, line.recv(1) == b""


def asked(port, method, path, body=None, headers=None):
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as line:
        line.request(method, path, body, headers or {})
        answer = line.getresponse()
        return answer.status, answer.headers, answer.read()


def test_four_hundred_who_send_slowly_leave_every_other_request_served(server):
    _process, address = server
    port = urllib.parse.urlsplit(address).port
    silent = [begun(port, length=500) for _ in range(200)]
    dripping = [begun(port, length=500, sent=b"") for _ in range(200)]
    for _ in range(5):
        for line in dripping:
            line.sendall(b"a")
        assert status(f"{address}/sign-in") == 200
        assert asked(port, "POST", "/sign-in", "login=nobody&password=wrong")[0] in (400, 422)
    for line in silent + dripping:
        line.close()


def test_a_body_that_does_not_come_in_time_or_is_too_large_is_answered_and_its_connection_closed(echo):
    assert answered(begun(echo, length=500)) == (408, True)
    assert answered(begun(echo, length=LARGEST + 1)) == (413, True)
    lying = socket.create_connection(("127.0.0.1", echo), timeout=20)
    lying.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")
    assert answered(lying) == (408, True)


def test_the_application_is_given_the_request_as_it_was_sent(echo):
    _status, headers, content = asked(
        echo, "POST", "/%C3%A9/a%2Fb?x=%FF&y=1", b"a" * 300_000, {"X-Two": "1", "Cookie": "a=1", "Content-Type": "text/x"}
    )  # fmt: skip
    seen = json.loads(content)
    assert seen["size"] == 300_000
    assert seen["PATH_INFO"].encode("latin-1").decode() == "/é/a/b"
    expected = {
        "QUERY_STRING": "x=%FF&y=1", "REQUEST_METHOD": "POST", "CONTENT_TYPE": "text/x", "CONTENT_LENGTH": "300000", "HTTP_COOKIE": "a=1",
        "HTTP_X_TWO": "1", "HTTP_HOST": f"127.0.0.1:{echo}", "REMOTE_ADDR": "127.0.0.1", "SERVER_PORT": str(echo),
    }  # fmt: skip
    assert {key: seen.get(key) for key in expected} == expected
    assert headers.get_all("set-cookie") == ["a=1", "b=2"]


def test_a_body_in_pieces_arrives_whole_and_head_has_none(echo):
    assert b'"size": 7' in asked(echo, "PUT", "/", iter([b"abc", b"defg"]))[2]
    assert asked(echo, "HEAD", "/")[2] == b""
