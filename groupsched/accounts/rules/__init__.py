"""Decisions about names, passwords, tries, sign-ins, one-time links and their limits: pure functions."""

from groupsched.accounts.rules.factors import (
    HALF_LIFETIME,
    RECOVERY_CODES,
    address_for_app,
    is_fresh,
    looks_like_code,
    needs_second_step,
    step_of,
)
from groupsched.accounts.rules.glass import (
    GLASS_LASTS,
    GLASS_NEWS_FOR,
    LONGEST_REASON,
    says_why,
)
from groupsched.accounts.rules.links import (
    CODE_LENGTH,
    LinkChannel,
    LinkPurpose,
    code_from,
    link_lives,
    read_code,
)
from groupsched.accounts.rules.names import (
    is_mail_address,
    normal_login,
)
from groupsched.accounts.rules.passwords import (
    LONGEST_PASSWORD,
    PasswordFault,
    password_fault,
    plain_password,
    shortest_password,
)
from groupsched.accounts.rules.reminders import (
    EVENINGS,
    MORNINGS,
    QUIET_FROM,
    QUIET_UNTIL,
    ReminderWish,
    StaffMail,
)
from groupsched.accounts.rules.sign_ins import (
    OWN_PHONE_LIFETIME,
    PRIVACY_NOTICE,
    Hat,
    browser_name,
    is_over,
    lifetime,
    local_path,
    must_ask_again,
    needs_touch,
)
from groupsched.accounts.rules.tries import (
    PER_ACCOUNT,
    PER_ADDRESS,
    TryLimit,
    wait_left,
)

__all__ = [
    "CODE_LENGTH",
    "EVENINGS",
    "GLASS_LASTS",
    "GLASS_NEWS_FOR",
    "HALF_LIFETIME",
    "LONGEST_PASSWORD",
    "LONGEST_REASON",
    "MORNINGS",
    "OWN_PHONE_LIFETIME",
    "PER_ACCOUNT",
    "PER_ADDRESS",
    "PRIVACY_NOTICE",
    "QUIET_FROM",
    "QUIET_UNTIL",
    "RECOVERY_CODES",
    "Hat",
    "LinkChannel",
    "LinkPurpose",
    "PasswordFault",
    "ReminderWish",
    "StaffMail",
    "TryLimit",
    "address_for_app",
    "browser_name",
    "code_from",
    "is_fresh",
    "is_mail_address",
    "is_over",
    "lifetime",
    "link_lives",
    "local_path",
    "looks_like_code",
    "must_ask_again",
    "needs_second_step",
    "needs_touch",
    "normal_login",
    "password_fault",
    "plain_password",
    "read_code",
    "says_why",
    "shortest_password",
    "step_of",
    "wait_left",
]
