"""Verbs of the people room: people and roles, invitations, signing in, passwords. They flush and never commit."""

from groupsched.accounts.service.devices import (
    kept_with,
)
from groupsched.accounts.service.door_tries import count_door_try, forgive_door_try
from groupsched.accounts.service.factors import (
    FactorOffer,
    add_factor,
    check_code,
    new_salt,
    offer,
    remove_factor,
    renew_codes,
)
from groupsched.accounts.service.failed_tries import (
    TooManyTries,
)
from groupsched.accounts.service.forgetting import (
    forget_left,
    forget_person,
)
from groupsched.accounts.service.founding import (
    add_account,
    checked_hash,
    found_program,
)
from groupsched.accounts.service.glass import (
    break_glass,
    close_glass,
)
from groupsched.accounts.service.holds import (
    hold,
    lift_hold,
    lock_people,
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
from groupsched.accounts.service.keyed import (
    keyed,
)
from groupsched.accounts.service.logins import (
    choose_login,
    ensure_credential,
)
from groupsched.accounts.service.pairing import (
    PairingOffer,
    look_up_pairing,
    offer_pairing,
    pair,
    pair_again,
    pairing_with,
    rename_device,
    stop_pairing,
    unpair,
)
from groupsched.accounts.service.passwords import (
    check_password,
    hash_password,
    names_of,
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
    keep_week_columns,
    reset_second_step,
    set_qualification,
    sign_out_everywhere,
    want_second_step,
)
from groupsched.accounts.service.pins import (
    check_pin_shape,
    remove_pin,
    set_pin,
)
from groupsched.accounts.service.present import roles_stand, sign_in_stands
from groupsched.accounts.service.proving import (
    confirm,
    prove,
    prove_both,
)
from groupsched.accounts.service.signing import (
    Browser,
    as_person,
    begin,
    change_hat,
    change_password,
    end_all_sign_ins,
    end_current_sign_in,
    end_sign_in,
    finish,
    sign_in,
    store_password,
)
from groupsched.accounts.service.unlocking import (
    hide_screen,
    show_screen,
    unlock,
    vouched_for,
)
from groupsched.accounts.service.witness import (
    Witness,
    WitnessNeeded,
    bear_witness,
)

__all__ = [
    "Browser",
    "FactorOffer",
    "PairingOffer",
    "PersonFields",
    "Slip",
    "TooManyTries",
    "Witness",
    "WitnessNeeded",
    "acknowledge_privacy",
    "add_account",
    "add_factor",
    "add_person",
    "as_person",
    "ask_for_reset",
    "bear_witness",
    "begin",
    "break_glass",
    "change_hat",
    "change_own",
    "change_password",
    "change_person",
    "check_code",
    "check_password",
    "check_pin_shape",
    "checked_hash",
    "choose_login",
    "close_glass",
    "confirm",
    "count_door_try",
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
    "finish",
    "forget_left",
    "forget_person",
    "forgive_door_try",
    "found_program",
    "give_role",
    "hash_password",
    "hide_screen",
    "hold",
    "invite_by_mail",
    "keep_week_columns",
    "kept_with",
    "keyed",
    "lift_hold",
    "lock_people",
    "look_up_invitation",
    "look_up_pairing",
    "make_slip",
    "names_of",
    "new_salt",
    "offer",
    "offer_pairing",
    "pair",
    "pair_again",
    "pairing_with",
    "person_of_invitation",
    "prove",
    "prove_both",
    "redeem_invitation",
    "remove_factor",
    "remove_pin",
    "rename_device",
    "renew_codes",
    "reset_second_step",
    "roles_stand",
    "set_pin",
    "set_qualification",
    "show_screen",
    "sign_in",
    "sign_in_stands",
    "sign_out_everywhere",
    "stop_pairing",
    "store_password",
    "unlock",
    "unpair",
    "vouched_for",
    "want_second_step",
]
