"""Bring the catalogues up to date with the strings of the pages: `python -m tests.house.translate`.

A code begins a language: `python -m tests.house.translate fr` makes its catalogue, with every string still to be said.
"""

import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[2]
TRANSLATIONS = ROOT / "groupsched" / "translations"
KEYWORDS = {**DEFAULT_KEYWORDS, "_l": None, "RuleRefused": None}


def extracted() -> Catalog:
    """Every string of the code and the templates, as an empty catalogue."""
    with (ROOT / "babel.cfg").open() as lines:
        methods, options = parse_mapping_cfg(lines)
    catalog = Catalog()
    for _file, _line, message, _comments, context in extract_from_dir(ROOT, methods, options, KEYWORDS):
        catalog.add(message, context=context)
    return catalog


def languages() -> list[str]:
    """The languages that have a catalogue."""
    return sorted(path.parts[-3] for path in TRANSLATIONS.glob("*/LC_MESSAGES/messages.po"))


def po(language: str) -> Path:
    """The file in which a catalogue is written."""
    return TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"


def kept(language: str) -> Catalog:
    """The catalogue as it is written; an empty one for a language that begins."""
    if not po(language).exists():
        return Catalog(locale=language)
    with po(language).open("rb") as lines:
        return read_po(lines, locale=language)


def keep(language: str, catalog: Catalog) -> None:
    """Write a catalogue, and compile it."""
    po(language).parent.mkdir(parents=True, exist_ok=True)
    with po(language).open("wb") as lines, po(language).with_suffix(".mo").open("wb") as compiled:
        write_po(lines, catalog, width=100, no_location=True, sort_output=True, ignore_obsolete=True)
        write_mo(compiled, catalog)


def untranslated(catalog: Catalog) -> list[str]:
    """The English strings that have no words in the language, or lack one of their plurals."""
    gaps = []
    for message in catalog:
        texts = message.string if isinstance(message.string, (list, tuple)) else (message.string,)
        if message.id and not all(texts):
            gaps.append(message.id if isinstance(message.id, str) else message.id[0])
    return gaps


def main(*begun: str) -> None:
    """Merge, compile, and print what is still to be translated."""
    template = extracted()
    for language in sorted({*languages(), *begun}):
        catalog = kept(language)
        template.creation_date = catalog.creation_date
        catalog.update(template, no_fuzzy_matching=True, update_header_comment=False)
        catalog.obsolete.clear()
        keep(language, catalog)
        print(f"{language}:", "\n".join(untranslated(catalog)) or "every string is translated.")


if __name__ == "__main__":
    main(*sys.argv[1:])
