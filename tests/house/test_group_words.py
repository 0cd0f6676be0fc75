"""What a group says of itself is read in the language of its reader: no template and no view names the first words by themselves.

That every page says it in its language is asked in tests/house/test_statements.py.
"""

import re
from pathlib import Path

from groupsched.core.resources import folder

PACKAGE = Path(__file__).parents[2] / "groupsched"
FIRST_WORDS = re.compile(r"plain_(title|tradition|description|not_asked)\b|\bplain_\{")
# Who may: the room that keeps them, the interface that gives them as they are, and who asks by a value that is one for all languages.
MAY = {
    "api/routes/shapes.py", "catalog/models.py", "catalog/service/filling.py", "catalog/service/groups.py",
    "core/texts.py", "exchange/service/table_seats.py", "enrolment/queries/searched.py", "enrolment/queries/understood.py", "register/queries/asked.py",
    "feeds/service/stamping.py",
}  # fmt: skip


def test_no_template_and_no_view_names_the_column_of_the_first_words():
    files = {path.relative_to(PACKAGE).as_posix(): path for path in PACKAGE.rglob("*.py")}
    naming = {name for name, path in files.items() if FIRST_WORDS.search(path.read_text(encoding="utf-8"))}
    templates = [
        path.name for path in folder("templates").rglob("*.html") if "plain_" in path.read_text("utf-8")
    ]
    assert naming == MAY
    assert templates == []
