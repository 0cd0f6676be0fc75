"""Verbs of the people room: people and roles, invitations, signing in, passwords. They flush and never commit."""

from groupsched.accounts.service.failed_tries import (
    TooManyTries,
)
from groupsched.accounts.service.forgetting import (
    forget_person,
)
from groupsched.accounts.service.founding import (
    add_account,
    checked_hash,
    found_program,
)
from groupsched.accounts.service.invitations import (
    Slip,
    ask_for_reset,
    invite_by_mail,
    look_up_invitation,
    make_slip,
    person_of_invitation,
    redeem_invitation,
)
from groupsched.accounts.service.logins import (
    choose_login,
    ensure_credential,
)
from groupsched.accounts.service.passwords import (
    check_password,
    hash_password,
)
from groupsched.accounts.service.people import (
    PersonFields,
    acknowledge_privacy,
    add_person,
    change_own,
    change_person,
    disable,
    enable,
    end_role,
    ensure_may_invite,
    fewer_mails,
    fewer_staff_mails,
    give_role,
)
from groupsched.accounts.service.signing import (
    Browser,
    as_person,
    begin,
    change_hat,
    change_password,
    confirm,
    end_all_sign_ins,
    end_current_sign_in,
    end_sign_in,
    sign_in,
    store_password,
)

__all__ = [
    "Browser",
    "PersonFields",
    "Slip",
    "TooManyTries",
    "acknowledge_privacy",
    "add_account",
    "add_person",
    "as_person",
    "ask_for_reset",
    "begin",
    "change_hat",
    "change_own",
    "change_password",
    "change_person",
    "check_password",
    "checked_hash",
    "choose_login",
    "confirm",
    "disable",
    "enable",
    "end_all_sign_ins",
    "end_current_sign_in",
    "end_role",
    "end_sign_in",
    "ensure_credential",
    "ensure_may_invite",
    "fewer_mails",
    "fewer_staff_mails",
    "forget_person",
    "found_program",
    "give_role",
    "hash_password",
    "invite_by_mail",
    "look_up_invitation",
    "make_slip",
    "person_of_invitation",
    "redeem_invitation",
    "sign_in",
    "store_password",
]
