"""Write the next migration from what the models say and the newest migration does not: `python -m tests.house.new_migration "what it does"`."""

import sys
import tempfile

from alembic import command

from groupsched import create_app
from groupsched.core import schema
from groupsched.core.config import load


def main() -> None:
    words = " ".join(sys.argv[1:])
    if not words:
        sys.exit('Say what it does: python -m tests.house.new_migration "keep the place of a date"')
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(load({}, instance=folder, secret_key="m" * 40))
        with app.app_context():
            schema.upgrade()
            number = f"{int(schema.head_revision() or 0) + 1:04}"
            command.revision(schema.config(), words, autogenerate=True, rev_id=number)


if __name__ == "__main__":
    main()
