"""What stands before the application: a body is here whole before a thread waits for it, in time and not too large.

granian has no deadline for bodies (its issue 728), and a WSGI thread that reads one waits as long as the sender likes: as many
half-sent requests as there are threads would stop everybody. Here the event loop, which thousands can wait in, takes the
body first; threads get requests that are complete. Whatever the application then answers, nothing of a body is left unread.
"""

import asyncio
import io
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Protocol, cast

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

SPOOL = 64 * 1024
"""Bytes of a body that stay in memory while it arrives; more of it goes to a file without a name."""
PATIENCE = 30.0
"""Seconds that any body may take, however small."""
SLOWEST = 16 * 1024
"""Bytes a second that a large body has to come with beyond that."""
LARGEST = 20 * 1024 * 1024
"""Bytes of the largest body there is, an import; what a page takes of it is the application's to say."""
MOST_ARRIVING = 1000
"""Bodies that may be on their way to one process at once."""


CLOSING = [
    ("content-type", "text/plain; charset=utf-8"),
    ("cache-control", "no-store"),
    ("connection", "close"),
]
"""Headers of an answer that leaves a body unread: the next request must not begin in the middle of it."""


class RsgiScope(Protocol):
    """What RSGI tells of a request."""

    proto: str
    http_version: str
    server: str
    client: str
    scheme: str
    method: str
    path: str
    query_string: str
    authority: str | None
    headers: Any


class Refused(Exception):
    """A body that does not get in: its status and what that is called."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status, self.words = status, words


@dataclass
class Answer:
    """What the application said."""

    status: int = 500
    headers: list[tuple[str, str]] = field(default_factory=list)
    content: bytes = b""

    def start(self, status: str, headers: list[tuple[str, str]], _error: Any = None) -> None:
        """WSGI's `start_response`."""
        self.status, self.headers = int(status[:3]), [(name.lower(), value) for name, value in headers]


class Front:
    """An RSGI application that gives complete requests to a WSGI application in one of `threads` threads."""

    def __init__(self, application: WsgiApp, threads: int, *, patience: float = PATIENCE) -> None:
        self.application, self.patience, self.arriving = application, patience, 0
        self.threads = ThreadPoolExecutor(threads, thread_name_prefix="request")
        self.lasting = _lasting_environ()

    async def __rsgi__(self, scope: RsgiScope, protocol: Any) -> None:
        """Answer one request."""
        try:
            body = await self._body(scope, protocol)
        except Refused as refusal:
            protocol.response_str(refusal.status, CLOSING, f"{refusal.words}\n")
            return
        answer = await asyncio.get_running_loop().run_in_executor(self.threads, self._answer, scope, body)
        protocol.response_bytes(answer.status, answer.headers, answer.content)

    async def _body(self, scope: RsgiScope, protocol: Any) -> IO[bytes]:
        length = _length(scope)
        if length == 0:
            return io.BytesIO()
        if length is not None and length > LARGEST:
            raise Refused(413, "This is too large.")
        if self.arriving >= MOST_ARRIVING:
            raise Refused(503, "Too much arrives at once. Please try again.")
        self.arriving += 1
        try:
            async with asyncio.timeout(self.patience + (length or 0) / SLOWEST):
                return await self._read(protocol)
        except TimeoutError:
            raise Refused(408, "The request took too long to arrive.") from None
        finally:
            self.arriving -= 1

    async def _read(self, protocol: Any) -> IO[bytes]:
        body = cast(IO[bytes], SpooledTemporaryFile(SPOOL))  # noqa: SIM115 - who answers closes it
        size = 0
        async for piece in protocol:
            size += len(piece)
            if size > LARGEST:
                body.close()
                raise Refused(413, "This is too large.")
            body.write(piece)
        body.seek(0)
        return body

    def _answer(self, scope: RsgiScope, body: IO[bytes]) -> Answer:
        answer = Answer()
        with body:
            said = self.application({**self.lasting, **_environ(scope), "wsgi.input": body}, answer.start)
            try:
                answer.content = b"".join(said)
            finally:
                getattr(said, "close", lambda: None)()
        return answer


def _length(scope: RsgiScope) -> int | None:
    """How many bytes of a body are announced; None where it says only that there is one."""
    announced = scope.headers.get("content-length")
    if announced is not None and announced.isascii() and announced.isdigit():
        return int(announced[:12])
    return None if "transfer-encoding" in scope.headers else 0


def _lasting_environ() -> dict[str, Any]:
    return {
        "GATEWAY_INTERFACE": "CGI/1.1",
        "SCRIPT_NAME": "",
        "SERVER_SOFTWARE": "groupsched",
        "wsgi.errors": sys.stderr,
        "wsgi.input_terminated": True,
        "wsgi.multiprocess": True,
        "wsgi.multithread": True,
        "wsgi.run_once": False,
        "wsgi.version": (1, 0),
    }


def _environ(scope: RsgiScope) -> dict[str, Any]:
    """The request as PEP 3333 has it. Of a header that comes twice all values stand, but of a length or a host."""
    host, _colon, port = scope.server.rpartition(":")
    client, _colon, client_port = scope.client.rpartition(":")
    environ = {
        "REQUEST_METHOD": scope.method,
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": host.strip("[]"),
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": client.strip("[]"),
        "REMOTE_PORT": client_port,
        "wsgi.url_scheme": scope.scheme,
    }
    for name, value in scope.headers.items():
        key = name.upper().replace("-", "_")
        key = key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"
        if key in environ:
            value = f"{environ[key]}{';' if key == 'HTTP_COOKIE' else ','}{value}"
        environ[key] = value
    return environ
