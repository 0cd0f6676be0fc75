"""What this machine knows of time zones: the files that zoneinfo reads, as they are."""

import zoneinfo
from hashlib import sha256
from importlib import resources
from pathlib import Path


def zone_file(key: str) -> bytes:
    """The file of an IANA zone, found in the order in which zoneinfo looks."""
    for folder in zoneinfo.TZPATH:
        path = Path(folder, *key.split("/"))
        if path.is_file():
            return path.read_bytes()
    return resources.files("tzdata.zoneinfo").joinpath(*key.split("/")).read_bytes()


def zone_mark(key: str) -> str:
    """Twenty letters that are others where anything is known otherwise of a zone."""
    return sha256(zone_file(key)).hexdigest()[:20]
