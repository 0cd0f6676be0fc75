"""Pages are sent as gzip: a list of sessions is an eighth of its size on the wire."""

import gzip
import io
import secrets

from flask import Flask, Response, request

PACKED = frozenset({"text/html", "application/json", "application/problem+json"})
LEAST = 1000  # bytes: less than that fits into one packet anyway
LEVEL = 5  # 6 and more take twice the time for a hundredth less
PADDING = 64  # characters


def takes_gzip() -> bool:
    """Whether whoever asks takes gzip."""
    # Not `"gzip" in …`, which is true of `gzip;q=0` too: that refuses it.
    return request.accept_encodings["gzip"] > 0


def init_app(app: Flask) -> None:
    """Pack what is for people and for programs that ask; calendars and static files have their own way."""
    app.after_request(_packed)


def _packed(response: Response) -> Response:
    if response.mimetype not in PACKED or response.is_streamed or response.content_encoding:
        return response
    response.vary.add("Accept-Encoding")
    if takes_gzip() and "ETag" not in response.headers:
        body = response.get_data()
        if len(body) >= LEAST:
            response.set_data(_gzip(body))
            response.content_encoding = "gzip"
    return response


def _gzip(body: bytes) -> bytes:
    """A name of random length stands in the head: the same page twice is not as long, so length tells nothing of a secret."""
    told, name = io.BytesIO(), "x" * secrets.randbelow(PADDING)
    with gzip.GzipFile(name, "wb", LEVEL, told, mtime=0) as file:
        file.write(body)
    return told.getvalue()
