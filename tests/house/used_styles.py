"""Write `static/vendor/bootstrap.used.css` anew: of Bootstrap only what a page of ours can use, a tenth of it; and
`bootstrap.sheets.css`, what of that an attendance sheet can use.

A rule stays where every class in its selector is a word of a template, a module or a Python file, and every element is written
in one; a property of Bootstrap's own where some rule reads it: too many are kept rather than one too few. No class of
Bootstrap may be put together of parts; tests/house/test_vendored.py looks for that too.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from groupsched.core.joining import BOOTSTRAP, BOOTSTRAP_OF_SHEETS, JOINED
from groupsched.core.resources import folder

PACKAGE = Path(__file__).parents[2] / "groupsched"
STATIC = PACKAGE / "static"
TEMPLATES = folder("templates")
WHOLE, USED = STATIC / "vendor" / "bootstrap.min.css", STATIC / BOOTSTRAP
# What lies in the frame of a sheet, and what its module draws from.
SHEETS = ("attendance/sheet.html", "attendance/shell.html", "attendance/house.html", "attendance/parts.html")
CLASS = re.compile(r"\.(-?[A-Za-z_](?:\\.|[\w-])*)")
NO_ELEMENT = re.compile(r"\[[^\]]*\]|::?[\w-]+(?:\([^()]*\))?|[.#](?:\\.|[\w-])+")
ELEMENT = re.compile(r"""<([a-z][a-z0-9]*)|createElement\(["'](\w+)""")
OWN = re.compile(r"(?<=[{;])(--bs-[\w-]+):[^;}]*(?:;|(?=\}))")
MOVEMENT = re.compile(r"@keyframes ([\w-]+)\{(?:[^{}]*\{[^{}]*\})*\}")
READ = re.compile(r"var\((--[\w-]+)")
COMMENT = re.compile(r"/\*.*?\*/", re.S)
LICENCE = re.compile(r"/\*!.*?\*/", re.S)
CHARSET = '@charset "UTF-8";'
OUTSIDE_PARENTHESES = re.compile(r",(?![^(]*\))")


def everything() -> Iterator[Path]:
    """Every file that can name a class."""
    for place, name in ((TEMPLATES, "*.html"), (PACKAGE, "*.py"), (STATIC / "js", "*.js")):
        yield from place.rglob(name)


def of_sheets() -> set[Path]:
    """The templates of a sheet with all that they draw in, and the modules that these name, with all that they import."""
    found, waiting = set[Path](), {TEMPLATES / name for name in SHEETS}
    while waiting:
        path = waiting.pop()
        found.add(path)
        text = path.read_text(encoding="utf-8")
        named = {TEMPLATES / name for name in re.findall(r"""["']([\w/.-]+\.html)["']""", text)}
        named |= {STATIC / "js" / name for name in re.findall(r"""["/]([\w-]+\.js)["']""", text)}
        waiting |= {one for one in named - found if one.is_file()}
    return found


def words(files: Iterable[Path]) -> set[str]:
    """Every word that could be a class, and `<name` of every element."""
    texts = [re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.S) for path in files]
    elements = {f"<{one or other}" for text in texts for one, other in ELEMENT.findall(text)}
    return {word for text in texts for word in re.findall(r"[\w-]+", text)} | elements


def blocks(css: str) -> Iterator[str]:
    """The rules of a style sheet, each with all that is in its braces."""
    depth, begin = 0, 0
    for place, letter in enumerate(css):
        depth += (letter == "{") - (letter == "}")
        if depth == 0 and letter in "};":
            yield css[begin : place + 1]
            begin = place + 1


def used(css: str, known: Collection[str]) -> str:
    """The rules of a style sheet whose classes and elements are all known."""
    return "".join(_used(block, known) for block in blocks(css))


def _used(block: str, known: Collection[str]) -> str:
    head, _, body = block.partition("{")
    if head.startswith(("@media", "@supports")):
        inner = used(body[:-1], known)
        return f"{head}{{{inner}}}" if inner else ""
    if head.startswith("@"):
        return block
    kept = [one for one in OUTSIDE_PARENTHESES.split(head) if (classes(one) | elements(one)).issubset(known)]
    return f"{','.join(kept)}{{{body}" if kept else ""


def classes(selector: str) -> set[str]:
    """The classes that a selector names."""
    return {name.replace("\\", "") for name in CLASS.findall(selector)}


def elements(selector: str) -> set[str]:
    """`<name` of each element that a selector names."""
    return {f"<{name}" for name in re.findall(r"[a-z]\w*", NO_ELEMENT.sub("", selector))}


def without_unread(css: str, ours: str) -> str:
    """Without the properties and movements that Bootstrap gives and nobody reads."""
    before = ""
    while css != before:
        before, read = css, set(READ.findall(css + ours))
        css = _dropped(OWN, css, read)
    css = _dropped(MOVEMENT, css, set(re.findall(r"[\w-]+", MOVEMENT.sub("", css) + ours)))
    for _ in range(2):  # a rule, then what stood around it
        css = re.sub(r"[^{};]+\{\}", "", css)
    return css


def _dropped(pattern: re.Pattern[str], css: str, read: set[str]) -> str:
    return pattern.sub(lambda found: found[0] if found[1] in read else "", css)


def made(files: Iterable[Path], ours: Iterable[Path]) -> str:
    """What these files use of Bootstrap, beside these style sheets of ours."""
    whole = WHOLE.read_text(encoding="utf-8")
    licence = LICENCE.search(whole)
    assert licence is not None
    plain = COMMENT.sub("", whole).removeprefix(CHARSET)
    beside = "".join(path.read_text(encoding="utf-8") for path in ours)
    return f"{CHARSET}{licence[0]}{without_unread(used(plain, words(files)), beside)}\n"


def both() -> dict[Path, str]:
    """The files as they are to be."""
    of_a_sheet = (STATIC / name for name in JOINED["css/sheets.css"][1:])
    return {
        USED: made(everything(), (STATIC / "css").glob("*.css")),
        STATIC / BOOTSTRAP_OF_SHEETS: made(of_sheets(), of_a_sheet),
    }


def main() -> None:
    for path, text in both().items():
        path.write_text(text, encoding="utf-8")
        print(f"{path.name}: {len(text.encode()):,} of {WHOLE.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
