"""The policy itself: scopes of tokens, one's own record, the staff hat laid down."""

from itertools import combinations

import pytest

from groupsched.access.identity import ADMIN_IMPLIES, STAFF, ApiToken, GrantInForce, Member, Role, Scope
from groupsched.access.policy import POLICY, Anyone, Facts, HasScope, OwnRecord, Permission, SignedIn, can

HERE, SITE, ME, SOMEBODY = 1, 1, 7, 8
MY_RECORD = Facts(program=HERE, site=SITE, owners=frozenset({ME}), subject=ME)
THEIR_RECORD = Facts(program=HERE, site=SITE, owners=frozenset({ME}), subject=SOMEBODY)
# What holds of a person as such, whatever their roles.
AS_A_PERSON = (Anyone, SignedIn, OwnRecord)
EACH = pytest.mark.parametrize("permission", Permission, ids=lambda permission: permission.name)


def member(*roles, as_self=False):
    """Somebody with these roles, all of them in the whole program."""
    grants = tuple(GrantInForce(role, HERE) for role in roles)
    return Member(program_id=HERE, person_id=ME, grants=grants, as_self=as_self)


def token(*scopes):
    return ApiToken(program_id=HERE, token_id=1, scopes=frozenset(scopes))


# ------------------------------------------------ scopes


def test_admin_stands_for_a_closed_list_of_scopes():
    assert {name for name in (*Scope, "anything") if HasScope(name).ever(token("admin"))} == {
        "read",
        "people",
        "feeds",
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


@EACH
def test_an_unknown_scope_opens_what_is_open_to_all_and_no_more(permission):
    open_to_all = any(isinstance(one, Anyone) for one in POLICY[permission])
    assert can(token("unheard-of"), permission, Facts(program=HERE)) == open_to_all


# ------------------------------------------------ both hats


@EACH
def test_no_role_of_staff_reaches_ones_own_client_record(permission):
    as_a_person = any(isinstance(one, AS_A_PERSON) for one in POLICY[permission])
    assert can(member(*Role), permission, MY_RECORD) == as_a_person
    for role in STAFF:
        assert can(member(role), permission, MY_RECORD) == as_a_person


def test_the_same_roles_do_reach_the_record_of_somebody_else():
    for role in STAFF - {Role.ADMIN}:
        assert can(member(role), Permission.CLIENT_READ, THEIR_RECORD)
    assert not can(member(Role.ADMIN), Permission.CLIENT_READ, THEIR_RECORD)


@EACH
def test_who_acts_as_themselves_has_what_a_client_has(permission):
    group = Facts(program=HERE, site=SITE, owners=frozenset({ME}))
    for about in (None, group, MY_RECORD, THEIR_RECORD):
        laid_down = can(member(*Role, as_self=True), permission, about)
        assert laid_down == can(member(Role.CLIENT), permission, about)


def test_who_acts_as_themselves_is_no_staff_and_holds_no_role_of_staff():
    laid_down = member(*Role, as_self=True)
    assert laid_down.roles() == {Role.CLIENT}
    assert not laid_down.is_staff
    assert not any(laid_down.holds(role, HERE) or laid_down.sites(role) for role in STAFF)
    assert laid_down.has_both_hats


@EACH
def test_roles_add_up(permission):
    for one, other in combinations(Role, 2):
        for about in (None, MY_RECORD, THEIR_RECORD, Facts(program=HERE, site=SITE)):
            alone = can(member(one), permission, about) or can(member(other), permission, about)
            assert can(member(one, other), permission, about) == alone


def test_a_role_reaches_no_other_program():
    elsewhere = Facts(program=HERE + 1, site=SITE, owners=frozenset({ME}), subject=SOMEBODY)
    for permission in Permission:
        as_a_person = any(isinstance(one, AS_A_PERSON[:2]) for one in POLICY[permission])
        assert can(member(*Role), permission, elsewhere) == as_a_person, permission.name
