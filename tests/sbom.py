"""`make sbom`: what the product is made of, as CycloneDX JSON, from the lock: names, versions, licences, hashes, who needs whom.

Licences are those that each package installed here declares; of one that the lock has for another Python there is none.
"""

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import ExternalReference, ExternalReferenceType, HashAlgorithm, HashType, Property, XsUri
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import License
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from cyclonedx.spdx import is_expression, is_supported_id
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

from groupsched import __version__

ROOT = Path(__file__).parents[1]
LOCK = ROOT / "requirements" / "runtime.txt"
VERSION = SchemaVersion.V1_6
OURSELVES = "-r requirements/runtime.in"
_PIN = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>\S+)(?: ; (?P<marker>.+?))?(?: \\)?$")


@dataclass
class Pin:
    """One package of the lock, with the hashes of its files and who asks for it."""

    name: str
    version: str
    marker: str | None
    hashes: list[str] = field(default_factory=list)
    needed_by: list[str] = field(default_factory=list)


def pins(lock: str) -> list[Pin]:
    """Every package of a lock as uv writes it."""
    found: list[Pin] = []
    for line in lock.splitlines():
        start = _PIN.match(line)
        if start:
            found.append(Pin(**start.groupdict()))
        elif "--hash=sha256:" in line:
            found[-1].hashes.append(line.split("sha256:")[1].rstrip(" \\"))
        elif line.startswith("    #"):
            by = line.strip().removeprefix("#").strip().removeprefix("via").strip()
            found[-1].needed_by += [by] if by else []
    return found


def declared(pin: Pin) -> Iterator[License]:
    """The licences of a package: its expression, else its one licence, else what its classifiers call it."""
    try:
        said = metadata.distribution(pin.name)
    except metadata.PackageNotFoundError:
        return
    if said.version != pin.version:
        return
    make = LicenseFactory()
    for line in (said.metadata["License-Expression"], said.metadata["License"]):
        if line and (is_supported_id(line) or is_expression(line)):
            yield make.make_from_string(line)
            return
    for line in said.metadata.get_all("Classifier") or ():
        if line.startswith("License :: "):
            yield make.make_with_name(line.rpartition(" :: ")[2])


def component(pin: Pin) -> Component:
    """A package as CycloneDX knows it."""
    files = ExternalReference(
        type=ExternalReferenceType.DISTRIBUTION,
        url=XsUri(f"https://pypi.org/project/{pin.name}/{pin.version}/#files"),
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=value) for value in pin.hashes],
    )
    purl = PackageURL("pypi", name=pin.name, version=pin.version)
    return Component(
        name=pin.name, version=pin.version, purl=purl, bom_ref=str(purl), licenses=declared(pin), external_references=[files],
        properties=[Property(name="groupsched:only-where", value=pin.marker)] if pin.marker else [],
    )  # fmt: skip


def bill(locked: Iterable[Pin]) -> Bom:
    """The bill of materials of the product: itself, and what it runs on."""
    itself = Component(
        name="groupsched", version=__version__, type=ComponentType.APPLICATION, bom_ref=f"groupsched@{__version__}",
        licenses=[LicenseFactory().make_from_string("Apache-2.0")],
    )  # fmt: skip
    made = [(pin, component(pin)) for pin in locked]
    bom = Bom(components=[part for _pin, part in made])
    bom.metadata.component = itself
    for name, whole in [(OURSELVES, itself), *((pin.name, part) for pin, part in made)]:
        bom.register_dependency(whole, [part for pin, part in made if name in pin.needed_by])
    return bom


def written(bom: Bom) -> str:
    """The JSON, held against the schema of CycloneDX. Raises ValueError with what does not fit."""
    text = make_outputter(bom, OutputFormat.JSON, VERSION).output_as_string(indent=1)
    fault = JsonStrictValidator(VERSION).validate_str(text)
    if fault is not None:
        raise ValueError(f"this is no CycloneDX {VERSION.to_version()}: {fault.data}")
    return text


def main() -> None:
    """Write dist/groupsched-<version>.cdx.json."""
    target = ROOT / "dist" / f"groupsched-{__version__}.cdx.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(written(bill(pins(LOCK.read_text(encoding="utf-8")))), encoding="utf-8")
    print(target.relative_to(ROOT))


if __name__ == "__main__":
    sys.exit(main())
