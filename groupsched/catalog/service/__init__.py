"""Verbs of the catalogue: groups, kinds of sessions, places, terms."""

from groupsched.catalog.service.filling import (
    refuse_external,
)
from groupsched.catalog.service.groups import (
    ask_with_request,
    choose_run_sheet,
    create_group,
    delete_group,
    duplicate_group,
    fields_of,
    has_link,
    pair_group,
    update_group,
)
from groupsched.catalog.service.offers import (
    ACTS_OF_SAVING,
    leader_renamed,
    load_default_modalities,
    load_default_terms,
    load_defaults,
    retire_row,
    save_row,
)
from groupsched.catalog.service.publishing import (
    needs_yes,
    offer_again,
    publish_group,
    retire_group,
    send_group_back,
)

__all__ = [
    "ACTS_OF_SAVING",
    "ask_with_request",
    "choose_run_sheet",
    "create_group",
    "delete_group",
    "duplicate_group",
    "fields_of",
    "has_link",
    "leader_renamed",
    "load_default_modalities",
    "load_default_terms",
    "load_defaults",
    "needs_yes",
    "offer_again",
    "pair_group",
    "publish_group",
    "refuse_external",
    "retire_group",
    "retire_row",
    "save_row",
    "send_group_back",
    "update_group",
]
