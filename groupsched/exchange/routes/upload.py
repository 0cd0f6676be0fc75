"""A file between its dry run and the yes: it travels with the page, packed, and a seal says that it is the same.

Nothing of it is kept here. The seal names who sent which bytes for what, and what the dry run said of them; it holds for an
hour, for the same person, and for those bytes alone.
"""

import gzip
import hashlib
from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import Any

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from groupsched.access.identity import current
from groupsched.core.errors import DomainError
from groupsched.core.i18n import _

AGE = 3600  # seconds
PACKED, SEAL = "packed", "seal"


@dataclass(frozen=True)
class SealedUpload:
    """The bytes of a file, how it was asked to be read, and the mark of what its dry run said."""

    data: bytes
    about: dict[str, Any]
    seen: str


def fields_of(upload: SealedUpload, kind: str) -> dict[str, str]:
    """The hidden fields that bring a file back."""
    packed = b64encode(gzip.compress(upload.data, 6, mtime=0)).decode()
    said = {"about": upload.about, "seen": upload.seen, **_of_this_person(kind, packed)}
    return {PACKED: packed, SEAL: _serializer().dumps(said)}


def came_back(kind: str) -> SealedUpload | None:
    """The file that comes back with a yes, None where none does. Raises DomainError for one that is not what was looked at."""
    packed, seal = request.form.get(PACKED, ""), request.form.get(SEAL, "")
    if not seal:
        return None
    try:
        said = _serializer().loads(seal, max_age=AGE)
    except BadSignature:
        said = {}
    # The seal first: what is unpacked here was packed here.
    if not _of_this_person(kind, packed).items() <= said.items():
        words = _("This page is older than an hour, or the file in it is not the one that was looked at.")
        raise DomainError(" ".join([words, _("Choose the file again.")]), field="file", code="seal")
    return SealedUpload(gzip.decompress(b64decode(packed)), said["about"], said["seen"])


def mark_of(what: object) -> str:
    """A mark of what a dry run said: another outcome has another one."""
    return hashlib.sha256(repr(what).encode()).hexdigest()[:32]


def _of_this_person(kind: str, packed: str) -> dict[str, Any]:
    digest = hashlib.sha256(packed.encode()).hexdigest()
    return {"kind": kind, "person": current().person, "program": current().program_id, "digest": digest}


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="groupsched-upload")
