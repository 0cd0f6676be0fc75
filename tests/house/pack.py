"""Write `static/packed/` anew: the modules of `static/js/` as they are sent, joined and without what only people read.

What a page names, or a module fetches when it wants it, is a file of its name; what more than one of these imports lies in one
file for all, so that on no page a module runs twice. Made by esbuild, which Node needs: `npm ci` in tests/node, or
`python -m tests.setup`. Of the product only these files run; a test says when they are not of the present modules.
"""

import hashlib
import json
import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

from groupsched.core.resources import folder

ROOT = Path(__file__).parents[2]
NODE = ROOT / "tests" / "node"
MODULES, PACKED = (ROOT / "groupsched" / "static" / name for name in ("js", "packed"))
MADE_OF = "made-of.txt"
IMPORT = re.compile(r"""^import (?:\{([^}]*)\} from )?"\./([\w-]+\.js)";""", re.M)
LATER = re.compile(r"""\bimport\("\./([\w-]+\.js)"\)""")
NAMED = re.compile(r"\bjs/([\w-]+\.js)\b")


def entries() -> list[str]:
    """The modules that a template names, and those that a module fetches when it wants them."""
    pages = (path.read_text(encoding="utf-8") for path in folder("templates").rglob("*.html"))
    named = {name for page in pages for name in NAMED.findall(re.sub(r"\{#.*?#\}", "", page, flags=re.S))}
    later = {
        name for path in MODULES.glob("*.js") for name in LATER.findall(path.read_text(encoding="utf-8"))
    }
    return sorted(named | later)


def needs(name: str) -> set[str]:
    """A module with all that it imports."""
    text = (MODULES / name).read_text(encoding="utf-8")
    return {name}.union(*(needs(target) for _, target in IMPORT.findall(text)))


def shared() -> list[str]:
    """What more than one entry imports."""
    counted = Counter(one for name in entries() for one in needs(name) - {name})
    return sorted(name for name, times in counted.items() if times > 1)


def told() -> str:
    """What tests/node/pack.mjs is told."""
    alone = [name for name in entries() if needs(name) == {name}]
    rest = [name for name in entries() if name not in alone]
    return json.dumps({"alone": alone, "entries": rest, "shared": shared()})


def digest() -> str:
    """Changes with what the files are made of."""
    made_of = hashlib.sha256((NODE / "pack.mjs").read_bytes() + told().encode())
    for path in sorted(MODULES.glob("*.js")):
        made_of.update(path.name.encode() + path.read_bytes())
    return made_of.hexdigest()


def write(target: Path) -> None:
    """Make the files in an empty folder."""
    command = ["node", NODE / "pack.mjs", MODULES, target]
    subprocess.run(command, cwd=NODE, input=told(), text=True, check=True)
    (target / MADE_OF).write_text(f"{digest()}\n", encoding="utf-8")


def main() -> None:
    shutil.rmtree(PACKED, ignore_errors=True)
    write(PACKED)
    for path in sorted(PACKED.glob("*.js")):
        print(f"{path.name}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
