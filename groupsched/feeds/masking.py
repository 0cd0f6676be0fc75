"""Keeping secrets of links, and names that were searched for, out of every log that writes down addresses."""

import logging
import re

_SECRETS = (
    # In any spelling of the address: in capitals, with a slash too many or too few, percent-encoded.
    re.compile(
        r"((?:/|%2f)feeds(?:/|%2f)+)(?!public\.)[^/\s?\"'…]+?(?=\.ics\b|[/\s?\"']|%2f|$)", re.IGNORECASE
    ),
    # A secret by its length alone, wherever it stands.
    re.compile(r"(^|[^\w-])[\w-]{43}(?![\w-])", re.ASCII),
    re.compile(r"(/welcome/)[^/\s?&\"']+"),
    re.compile(r"(/c/)[^/\s?&\"']+"),
    re.compile(r"([?&](?:q|next)=)[^&\s\"']+"),
)
LOGGERS = ("werkzeug", "_granian.access", "granian.access", "groupsched")


class SecretMask(logging.Filter):
    """Write `…` where a log line names the secret of a link, or what somebody searched for."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Change the line where it has to be; every line passes."""
        line = record.getMessage()
        masked = mask(line)
        if masked != line:
            record.msg, record.args = masked, ()
        return True


def mask(text: str) -> str:
    """The text without the secret of any link and the words of any search in it.

    >>> mask("GET /feeds/s3cr3t.ics"), mask("GET /people?q=robin&page=2")
    ('GET /feeds/….ics', 'GET /people?q=…&page=2')
    """
    for secret in _SECRETS:
        text = secret.sub(r"\1…", text)
    return text


def init_app() -> None:
    """Mask what the servers and the product itself log."""
    for name in LOGGERS:
        logger = logging.getLogger(name)
        if not any(isinstance(given, SecretMask) for given in logger.filters):
            logger.addFilter(SecretMask())
