"""One table says who may: every endpoint appears here with its permission, and none is served without one."""

from pathlib import Path

from groupsched.access.gate import OPEN_ENDPOINTS
from groupsched.access.policy import POLICY, Permission, permission_of

TABLE = Path(__file__).parents[2] / "docs" / "routes.md"


def declared(app):
    """(methods, address, endpoint, permission) of everything that is served."""
    rows = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint in OPEN_ENDPOINTS:
            continue
        view = app.view_functions[rule.endpoint]
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            permission = permission_of(view, method)
            rows.append((rule.rule, method, rule.endpoint, permission.name if permission else None))
    return sorted(rows)


def table(app) -> str:
    lines = [
        "# Addresses and who may use them",
        "",
        "Made by the test of the access table; every change of an address or a permission shows here.",
        "",
        "| address | method | endpoint | permission |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| `{address}` | {method} | {endpoint} | {permission} |"
        for address, method, endpoint, permission in declared(app)
    ]
    return "\n".join(lines) + "\n"


def test_every_view_declares_its_permission(app):
    assert [row for row in declared(app) if row[3] is None] == []


def test_every_permission_stands_in_the_policy():
    assert set(POLICY) == set(Permission)


def test_the_documented_table_of_addresses_is_the_one_that_is_served(app):
    assert TABLE.read_text(encoding="utf-8") == table(app), (
        "docs/routes.md: run `python -m tests.house.write_routes`"
    )


def test_addresses_never_vanish(app):
    """An address once given out stays: calendars and bookmarks hold it."""
    promised = (Path(__file__).parent / "addresses.txt").read_text(encoding="utf-8").split("\n")
    served = {rule.rule for rule in app.url_map.iter_rules()}
    assert [address for address in promised if address and address not in served] == []
