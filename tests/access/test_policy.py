"""The policy itself: scopes of tokens, one's own record, the staff hat laid down."""

import pytest

from groupsched.access.identity import ADMIN_IMPLIES, ApiToken
from groupsched.access.policy import POLICY, Anyone, Facts, HasScope, Permission, can
from groupsched.api.rules import SCOPES

HERE, ME = 1, 7


def token(*scopes):
    return ApiToken(program_id=HERE, token_id=1, scopes=frozenset(scopes))


# ------------------------------------------------ scopes


def test_admin_stands_for_a_closed_list_of_scopes():
    assert {name for name in (*SCOPES, "care", "anything") if HasScope(name).ever(token("admin"))} == {
        "read",
        "schedule",
        "enrol",
        "attend",
        "admin",
    }


def test_care_is_given_by_name_or_not_at_all():
    care, here = HasScope("care"), Facts(program=HERE)
    assert not care(token("admin"), here)
    assert not care(token(*ADMIN_IMPLIES), here)
    assert care(token("care"), here)
    assert care(token("admin", "care"), here)
    assert not care(token("care"), Facts(program=HERE + 1))


def test_care_by_itself_opens_nothing_else():
    assert [name for name in ADMIN_IMPLIES if HasScope(name).ever(token("care"))] == []


@pytest.mark.parametrize("permission", Permission, ids=lambda permission: permission.name)
def test_an_unknown_scope_opens_what_is_open_to_all_and_no_more(permission):
    open_to_all = any(isinstance(one, Anyone) for one in POLICY[permission])
    assert can(token("care"), permission, Facts(program=HERE)) == open_to_all
