"""What can go wrong in a way that people are told about. Pages and the JSON interface translate these."""

import math
from datetime import timedelta

from groupsched.core.i18n import _


class DomainError(Exception):
    """A refusal with a sentence for people and, where there is one, the field it is about.

    `code` is a stable machine word; `status` is the HTTP status of the answer.
    """

    status = 422

    def __init__(self, message: str, *, field: str | None = None, code: str = "refused") -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.code = code


class NotFound(DomainError):
    """Unknown, forbidden or elsewhere: one answer for all three (42 CFR 2.13(c))."""

    status = 404

    def __init__(self, message: str = "") -> None:
        super().__init__(message, code="not-found")


class SignedOut(NotFound):
    """A change that somebody asks for who is not signed in, where that is needed."""


class Conflict(DomainError):
    """The state of things does not allow it now: somebody was quicker, or a choice is needed first."""

    status = 409


class ChangedMeanwhile(Conflict):
    """Somebody else saved the same thing first."""

    def __init__(self, code: str = "changed-meanwhile") -> None:
        super().__init__(
            _("Somebody else saved this while you were writing. Look at what is new, then save again."),
            code=code,
        )


class TooOften(DomainError):
    """A limit is reached for the moment; `seconds` says how long."""

    status = 429

    def __init__(self, message: str, wait: timedelta, *, code: str) -> None:
        self.seconds = max(1, math.ceil(wait.total_seconds()))
        super().__init__(message, code=code)


class Busy(DomainError):
    """Cannot be done at this moment; the same request may succeed later."""

    status = 503
