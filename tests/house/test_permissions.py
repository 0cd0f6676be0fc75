"""Who may do what is pinned: a permission that reaches further, or less far, than the page says fails here."""

from difflib import unified_diff

import pytest

from groupsched.access.identity import Role, System
from groupsched.access.policy import Permission, can, may_ever
from tests.house.write_permissions import (
    NOTHING,
    PAGE,
    PEOPLE,
    PROGRAMS,
    cell,
    member,
    page,
    things,
)

EVERYBODY = {**PEOPLE, **PROGRAMS}


def test_the_page_says_what_the_policy_says():
    written, made = PAGE.read_text(encoding="utf-8").splitlines(), page().splitlines()
    change = "\n".join(unified_diff(written, made, "docs/permissions.md", "the policy", n=0, lineterm=""))
    if change:
        pytest.fail(
            f"If this is meant: .venv/bin/python -m tests.house.write_permissions\n{change}", pytrace=False
        )


@pytest.mark.parametrize("who", EVERYBODY)
def test_a_page_opens_to_those_who_may_do_something_there(who):
    """The gate asks may_ever before there is an object; it must not turn away, or let in, anybody else."""
    identity = EVERYBODY[who]
    opened = {permission.name: may_ever(identity, permission) for permission in Permission}
    assert opened == {one.name: cell(identity, one) != NOTHING for one in Permission}


def test_a_desk_held_in_the_whole_program_has_there_what_another_has_at_its_site():
    for permission in Permission:
        bound, wide = (cell(member(Role.FRONT_DESK, site=site), permission) for site in (1, None))
        # What everybody sees of the program is within what the wide desk sees of it anyhow.
        expected = (
            bound.replace("told, own site", "own groups")
            .replace("own site, published", "program")
            .replace("own site", "program")
        )
        assert wide == expected, permission.name


def test_the_product_itself_may_do_everything():
    assert all(can(System(), one, thing.facts) for one in Permission for thing in things())
