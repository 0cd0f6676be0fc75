"""Write `static/vendor/bootstrap.used.css` anew: of Bootstrap only what a page of ours can use, an eighth of it.

A rule stays where every class in its selector is a word of a template, a module or a Python file: too many are kept rather than
one too few. No class of Bootstrap may be put together of parts; tests/house/test_static.py looks for that too.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from groupsched.core.resources import folder

PACKAGE = Path(__file__).parents[2] / "groupsched"
VENDOR = PACKAGE / "static" / "vendor"
WHOLE, USED = VENDOR / "bootstrap.min.css", VENDOR / "bootstrap.used.css"
CLASS = re.compile(r"\.(-?[A-Za-z_](?:\\.|[\w-])*)")
COMMENT = re.compile(r"/\*.*?\*/", re.S)
LICENCE = re.compile(r"/\*!.*?\*/", re.S)
CHARSET = '@charset "UTF-8";'
OUTSIDE_PARENTHESES = re.compile(r",(?![^(]*\))")


def words() -> set[str]:
    """Every word that could be a class."""
    places = ((folder("templates"), "*.html"), (PACKAGE, "*.py"), (PACKAGE / "static" / "js", "*.js"))
    files = (path for place, name in places for path in place.rglob(name))
    return {word for path in files for word in re.findall(r"[\w-]+", path.read_text(encoding="utf-8"))}


def blocks(css: str) -> Iterator[str]:
    """The rules of a style sheet, each with all that is in its braces."""
    depth, begin = 0, 0
    for place, letter in enumerate(css):
        depth += (letter == "{") - (letter == "}")
        if depth == 0 and letter in "};":
            yield css[begin : place + 1]
            begin = place + 1


def used(css: str, known: set[str]) -> str:
    """The rules of a style sheet whose classes are all known."""
    return "".join(_used(block, known) for block in blocks(css))


def _used(block: str, known: set[str]) -> str:
    head, _, body = block.partition("{")
    if head.startswith(("@media", "@supports")):
        inner = used(body[:-1], known)
        return f"{head}{{{inner}}}" if inner else ""
    if head.startswith("@"):
        return block
    kept = [one for one in OUTSIDE_PARENTHESES.split(head) if classes(one) <= known]
    return f"{','.join(kept)}{{{body}" if kept else ""


def classes(selector: str) -> set[str]:
    """The classes that a selector names."""
    return {name.replace("\\", "") for name in CLASS.findall(selector)}


def made() -> str:
    """The file as it is to be."""
    whole = WHOLE.read_text(encoding="utf-8")
    licence = LICENCE.search(whole)
    assert licence is not None
    plain = COMMENT.sub("", whole).removeprefix(CHARSET)
    return f"{CHARSET}{licence[0]}{used(plain, words())}\n"


def main() -> None:
    USED.write_text(made(), encoding="utf-8")
    print(f"{USED.name}: {USED.stat().st_size:,} of {WHOLE.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
