"""Bring the Spanish catalogue up to date with the strings of the pages: `python -m tests.house.translate`."""

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[2]
PO = ROOT / "groupsched" / "translations" / "es" / "LC_MESSAGES" / "messages.po"
MO = PO.with_suffix(".mo")
KEYWORDS = {**DEFAULT_KEYWORDS, "_l": None, "RuleRefused": None}


def extracted() -> Catalog:
    """Every string of the code and the templates, as an empty catalogue."""
    with (ROOT / "babel.cfg").open() as lines:
        methods, options = parse_mapping_cfg(lines)
    catalog = Catalog()
    for _file, _line, message, _comments, context in extract_from_dir(ROOT, methods, options, KEYWORDS):
        catalog.add(message, context=context)
    return catalog


def spanish() -> Catalog:
    """The catalogue as it is kept."""
    with PO.open("rb") as lines:
        return read_po(lines, locale="es")


def untranslated(catalog: Catalog) -> list[str]:
    """The English strings that have no Spanish, or lack one of their plurals."""
    gaps = []
    for message in catalog:
        texts = message.string if isinstance(message.string, (list, tuple)) else (message.string,)
        if message.id and not all(texts):
            gaps.append(message.id if isinstance(message.id, str) else message.id[0])
    return gaps


def main() -> None:
    """Merge, compile, and print what is still to be translated."""
    catalog = spanish()
    template = extracted()
    template.creation_date = catalog.creation_date
    catalog.update(template, no_fuzzy_matching=True, update_header_comment=False)
    catalog.obsolete.clear()
    with PO.open("wb") as po, MO.open("wb") as mo:
        write_po(po, catalog, width=100, no_location=True, sort_output=True, ignore_obsolete=True)
        write_mo(mo, catalog)
    print("\n".join(untranslated(catalog)) or "Every string is translated.")


if __name__ == "__main__":
    main()
