"""Write docs/routes.md anew and add new addresses to the list of those that never vanish."""

import tempfile
from pathlib import Path

from groupsched import create_app
from groupsched.core.config import load
from tests.house.test_access import TABLE, table

ADDRESSES = Path(__file__).parent / "addresses.txt"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(load({}, instance=folder, secret_key="r" * 40))
        TABLE.write_text(table(app), encoding="utf-8")
        known = set(ADDRESSES.read_text(encoding="utf-8").split()) if ADDRESSES.exists() else set()
        served = {rule.rule for rule in app.url_map.iter_rules()}
        ADDRESSES.write_text("\n".join(sorted(known | served)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
