"""What the page of a draft sends of a question."""

from flask import request

from groupsched.core.errors import DomainError
from groupsched.core.i18n import LANGUAGES, _
from groupsched.core.text import clean_line, clean_prose
from groupsched.questionnaires.rules import (
    Comparison,
    HelpKind,
    ItemType,
    UrgentWritten,
    Words,
    Written,
)

QUESTION, ANCHOR, LINES, VALUE = 500, 80, 6000, 60


def written_sent() -> Written:
    """What is written of a question. Raises DomainError where it says no kind of answer, or no number."""
    kind = request.form.get("type", "")
    if kind not in set(ItemType):
        raise DomainError(_("Choose how it is answered."), field="type", code="no-type")
    lines = clean_prose(request.form.get("lines", ""), LINES).splitlines()
    return Written(
        type=ItemType(kind),
        text=words_sent("text", QUESTION),
        help=words_sent("help", QUESTION),
        lines=lines,
        anchor_min=words_sent("anchor_min", ANCHOR),
        anchor_max=words_sent("anchor_max", ANCHOR),
        after=clean_line(request.form.get("after", ""), VALUE),
        after_value=clean_line(request.form.get("after_value", ""), VALUE),
        urgent=_urgent_sent(),
    )


def words_sent(name: str, length: int) -> Words:
    """Words in each language that has some."""
    said = {code: clean_line(request.form.get(f"{name}-{code}", ""), length) for code in LANGUAGES}
    return {code: words for code, words in said.items() if words}


def version_sent() -> int:
    """Which version of the draft its writer saw; 0 where they say none."""
    sent = request.form.get("version", "")
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else 0


def _urgent_sent() -> UrgentWritten:
    compared, about = request.form.get("urgent_is", ""), request.form.get("urgent_help", "")
    return UrgentWritten(
        answers=tuple(clean_line(one, VALUE) for one in request.form.getlist("urgent") if one.strip()),
        number=_number_sent(),
        comparison=Comparison(compared) if compared in set(Comparison) else Comparison.AT_LEAST,
        help=HelpKind(about) if about in set(HelpKind) else HelpKind.MOOD,
    )


def _number_sent() -> int | None:
    """From which number on help is shown; none where the field is left empty."""
    sent = request.form.get("urgent_number", "").strip()
    if not sent:
        return None
    if not (sent.removeprefix("-").isdecimal() and len(sent) < 10):
        raise DomainError(_("Write a whole number."), field="urgent_number", code="no-number")
    return int(sent)
