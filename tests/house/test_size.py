"""The size budget: short functions, short files, measured as code lines."""

import ast
import io
import tokenize
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "groupsched"


def code_lines(path: Path) -> dict[str, int]:
    """Code lines of every function: without decorators, docstring, comments, blanks."""
    source = path.read_text(encoding="utf-8")
    busy: set[int] = set()
    quiet = (
        tokenize.COMMENT,
        tokenize.NL,
        tokenize.NEWLINE,
        tokenize.INDENT,
        tokenize.DEDENT,
        tokenize.ENDMARKER,
    )
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in quiet:
            busy.update(range(token.start[0], token.end[0] + 1))
    sizes = {}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = busy & set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
            doc = node.body[0]
            if (
                isinstance(doc, ast.Expr)
                and isinstance(doc.value, ast.Constant)
                and isinstance(doc.value.value, str)
            ):
                lines -= set(range(doc.lineno, (doc.end_lineno or doc.lineno) + 1))
            sizes[f"{path.relative_to(PACKAGE)}:{node.lineno} {node.name}"] = len(lines)
    return sizes


def rank(values: list[int], share: float) -> int:
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


def test_functions_stay_short():
    sizes = {name: size for path in PACKAGE.rglob("*.py") for name, size in code_lines(path).items()}
    too_long = {name: size for name, size in sizes.items() if size > 60}
    assert not too_long
    assert rank(list(sizes.values()), 0.5) <= 8
    assert rank(list(sizes.values()), 0.9) <= 25


def test_files_stay_short():
    sizes = {
        str(p.relative_to(PACKAGE)): len(p.read_text(encoding="utf-8").splitlines())
        for p in PACKAGE.rglob("*.py")
    }
    assert not {name: size for name, size in sizes.items() if size > 400}
    assert rank(list(sizes.values()), 0.9) <= 250
