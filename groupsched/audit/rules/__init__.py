"""What is written down: every act by one word, `noun.verb`, whether it is a look, and what it is done to.

Rows never change, so a word that was once written stays: RENAMED says what those of earlier versions mean today.
"""

from groupsched.audit.rules.actors import (
    ActorKind,
    AddressClass,
    class_of,
)
from groupsched.audit.rules.acts import (
    LOOKS,
    AuditAction,
    AuditEffect,
)
from groupsched.audit.rules.nouns import (
    AuditObject,
    AuditTopic,
)
from groupsched.audit.rules.renamed import (
    RENAMED,
    action_of,
    words_of,
)
from groupsched.audit.rules.seals import (
    FIRST_LINK,
    sealed,
)

__all__ = [
    "FIRST_LINK",
    "LOOKS",
    "RENAMED",
    "ActorKind",
    "AddressClass",
    "AuditAction",
    "AuditEffect",
    "AuditObject",
    "AuditTopic",
    "action_of",
    "class_of",
    "sealed",
    "words_of",
]
