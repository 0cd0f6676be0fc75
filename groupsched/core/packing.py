"""Pages are sent as gzip: a list of sessions is an eighth of its size on the wire. What is the same for everybody, and is
kept, is packed as tightly as can be: brotli, which browsers take over https and from their own machine, else gzip."""

import gzip
import io
import secrets
from collections.abc import Callable, Mapping

import brotli
from flask import Flask, Response, request

PACKED = frozenset({"text/html", "application/json", "application/problem+json"})
LEAST = 1000  # bytes: less than that fits into one packet anyway
LEVEL = 5  # 6 and more take twice the time for a hundredth less
PADDING = 64  # characters
TIGHT: Mapping[str, Callable[[bytes], bytes]] = {
    "br": brotli.compress,
    # Without the time in it: every process packs for itself, and all their bytes have one ETag.
    "gzip": lambda body: gzip.compress(body, mtime=0),
    "": bytes,
}


def tightest() -> str:
    """The best way of TIGHT that whoever asks takes; empty for none."""
    return next((name for name in TIGHT if name and _takes(name)), "")


def _takes(name: str) -> bool:
    # Not `name in …`, which is true of `gzip;q=0` too: that refuses it.
    return request.accept_encodings[name] > 0


def pack_tightly(response: Response) -> Response:
    """Pack a page with nothing secret in it, which is the same for everybody: its length may tell what it is."""
    if name := tightest():
        response.set_data(TIGHT[name](response.get_data()))
        response.content_encoding = name
    response.vary.add("Accept-Encoding")
    return response


def init_app(app: Flask) -> None:
    """Pack what is for people and for programs that ask; calendars and static files have their own way."""
    app.after_request(_packed)


def _packed(response: Response) -> Response:
    if response.mimetype not in PACKED or response.is_streamed or response.content_encoding:
        return response
    response.vary.add("Accept-Encoding")
    if _takes("gzip") and "ETag" not in response.headers:
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
