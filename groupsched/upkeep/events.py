"""What is told of upkeep."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class MailsDueByNow:
    """The data were put back and nobody knows which mails went out since: whoever writes mails by the clock is to write
    now all that was due until `at`, for them to be held back."""

    at: datetime
