"""The bill of materials names everything of the lock, with licence and hashes, and is CycloneDX."""

import json
from importlib import metadata

from packaging.markers import Marker

from tests.sbom import LOCK, bill, pins, written


def test_the_bill_of_materials_is_the_lock():
    lock = LOCK.read_text(encoding="utf-8")
    made = json.loads(written(bill(pins(lock))))
    parts = {part["purl"]: part for part in made["components"]}
    assert made["bomFormat"] == "CycloneDX" and made["metadata"]["component"]["name"] == "groupsched"
    assert (
        len(parts)
        == len(made["components"])
        == sum("==" in line and line[0].isalpha() for line in lock.splitlines())
    )
    of_files = [files["hashes"] for part in parts.values() for files in part["externalReferences"]]
    assert len(of_files) == len(parts) and sum(map(len, of_files)) == lock.count("--hash=sha256:")
    assert {value["content"] for hashes in of_files for value in hashes} == {
        line.strip(" \\").removeprefix("--hash=sha256:") for line in lock.splitlines() if "--hash" in line
    }
    for purl, part in parts.items():
        assert purl == f"pkg:pypi/{part['name']}@{part['version']}"
        only = [said["value"] for said in part.get("properties", ())]
        assert part.get("licenses") or not all(Marker(marker).evaluate() for marker in only), purl
    flask = parts[f"pkg:pypi/flask@{metadata.version('flask')}"]
    assert flask["licenses"] == [{"license": {"id": "BSD-3-Clause"}}]
    needs = {row["ref"]: row.get("dependsOn", []) for row in made["dependencies"]}
    assert flask["bom-ref"] in needs[made["metadata"]["component"]["bom-ref"]]
    assert any(ref.startswith("pkg:pypi/werkzeug@") for ref in needs[flask["bom-ref"]])
    assert parts.keys() == {ref for below in needs.values() for ref in below}, "nobody needs it"
