"""Keeping the secret of a link out of every log that writes down addresses."""

import logging
import re

_TOKEN = re.compile(r"(/feeds/)(?!public\.)[^/\s?\"']+(?=\.ics)")
LOGGERS = ("werkzeug", "_granian.access", "granian.access", "groupsched")


class Mask(logging.Filter):
    """Write `/feeds/….ics` where a log line names a link."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Change the line where it has to be; every line passes."""
        line = record.getMessage()
        masked = mask(line)
        if masked != line:
            record.msg, record.args = masked, ()
        return True


def mask(text: str) -> str:
    """The text without the token of any link in it."""
    return _TOKEN.sub(r"\1…", text)


def init_app() -> None:
    """Mask what the servers and the product itself log."""
    for name in LOGGERS:
        logger = logging.getLogger(name)
        if not any(isinstance(given, Mask) for given in logger.filters):
            logger.addFilter(Mask())
