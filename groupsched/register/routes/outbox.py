"""The mails of the demo, as its people would find them: no mail leaves a demo."""

from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.policy import default
from email.utils import parsedate_to_datetime
from pathlib import Path

from flask import Blueprint, render_template

from groupsched.access.identity import current
from groupsched.access.policy import Permission, requires
from groupsched.access.queries import current_program
from groupsched.core.errors import NotFound
from groupsched.core.web import settings
from groupsched.outbox.carriers import outbox_folder

blueprint = Blueprint("outbox", __name__)
MOST = 100


@dataclass(frozen=True)
class MailFile:
    """One `.eml` file, read."""

    uid: str
    sender: str
    to: str
    subject: str
    date: datetime
    text: str


@blueprint.get("/outbox")
@requires(Permission.DEMO)
def mails() -> str:
    """The mails, newest first."""
    return render_template("outbox/mails.html", mails=[_read(path) for path in _files()[:MOST]])


@blueprint.get("/outbox/<uid>")
@requires(Permission.DEMO)
def mail(uid: str) -> str:
    """One mail."""
    path = next((path for path in _files() if path.stem == uid), None)
    if path is None:
        raise NotFound
    return render_template("outbox/mail.html", mail=_read(path))


def _files() -> list[Path]:
    """The files, newest first. Raises NotFound where this is no demo: there it is as if the page did not exist."""
    program = current_program(current())
    if program is None or not program.demo:
        raise NotFound
    found = [path for path in outbox_folder(settings()).glob("*.eml") if not path.name.startswith(".")]
    return sorted(found, key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True)


def _read(path: Path) -> MailFile:
    message = message_from_bytes(path.read_bytes(), policy=default)
    body = message.get_body(("plain",))
    return MailFile(
        uid=path.stem,
        sender=str(message["From"]),
        to=str(message["To"]),
        subject=str(message["Subject"]),
        date=parsedate_to_datetime(str(message["Date"])),
        text=str(body.get_content()) if body is not None else "",
    )
