"""Asking a server over kept connections, with as little work on this side as can be, and what it cost the server."""

import socket
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from benchmarks.report import NotAsSaid
from benchmarks.servers import Server


@dataclass(frozen=True)
class Question:
    """A path to ask for, the status that is right, and how many bytes must follow (None: any)."""

    path: str
    headers: dict[str, str] = field(default_factory=dict)
    status: int = 200
    length: int | None = None


@dataclass(frozen=True)
class Cost:
    """Seconds of the server's processor time a request, and requests a second."""

    cpu: float
    rate: float


def cost_of(server: Server, questions: Sequence[Question], connections: int) -> Cost:
    """Ask all questions once over so many connections. Raises NotAsSaid for an answer that is not the right one."""
    parts = [questions[number::connections] for number in range(connections)]
    used, begin = server.cpu(), time.perf_counter()
    with ThreadPoolExecutor(connections) as pool:
        for done in [pool.submit(_ask, server.port, part) for part in parts if part]:
            done.result()
    seconds = time.perf_counter() - begin
    return Cost((server.cpu() - used) / len(questions), len(questions) / seconds)


def _ask(port: int, questions: Sequence[Question]) -> None:
    line = _open(port)
    for question in questions:
        line.sendall(_written(question))
        if not _read(line, question):
            line.close()
            line = _open(port)
    line.close()


def _open(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=60)


def _written(question: Question) -> bytes:
    lines = [f"GET {question.path} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [f"{name}: {value}" for name, value in question.headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def _read(line: socket.socket, question: Question) -> bool:
    """Read one answer; False where the server closes the line."""
    data = b""
    while b"\r\n\r\n" not in data:
        part = line.recv(65536)
        if not part:
            raise NotAsSaid(f"{question.path}: the server closed the line")
        data += part
    top, _, rest = data.partition(b"\r\n\r\n")
    status = int(top.split(b" ", 2)[1])
    length = next(
        (int(one[15:]) for one in top.lower().split(b"\r\n") if one.startswith(b"content-length:")), 0
    )
    if status != question.status or (question.length is not None and length != question.length):
        raise NotAsSaid(f"{question.path}: {status} with {length} bytes, not {question}")
    missing = 0 if status == 304 else length - len(rest)
    while missing > 0:
        missing -= len(line.recv(65536))
    return not top.startswith(b"HTTP/1.0") and b"connection: close" not in top.lower()
