"""The two ways a mail leaves: an SMTP server, or a file in instance/outbox where none is set (the demo)."""

import os
import smtplib
import ssl
from pathlib import Path
from typing import Protocol, Self
from urllib.parse import parse_qs, unquote, urlsplit

from groupsched.core.config import LOOPBACK, Settings

TIMEOUT_SECONDS = 20


class MailRefused(Exception):
    """A mail did not leave. `final`: trying again is of no use. The sentence never names an address."""

    def __init__(self, reason: str, *, final: bool = False) -> None:
        super().__init__(reason)
        self.final = final


class Carrier(Protocol):
    """Carries mails; used as a context, so that one connection serves a round."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_args: object) -> None: ...

    def carry(self, address: str, mail: bytes, uid: str) -> None:
        """Hand one mail over, or raise MailRefused."""
        ...


class FolderCarrier:
    """Writes `<uid>.eml`. The name is the message's own: written twice it is still one mail."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_args: object) -> None:
        return None

    def carry(self, address: str, mail: bytes, uid: str) -> None:
        """Write the file whole or not at all."""
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            unfinished = self.path / f".{uid}.{os.getpid()}"
            unfinished.write_bytes(mail)
            unfinished.replace(self.path / f"{uid}.eml")
        except OSError as error:
            raise MailRefused(f"the file could not be written ({error.strerror})") from error


class SmtpCarrier:
    """An SMTP server: `smtps://` speaks TLS at once, `smtp://` turns to TLS, or refuses to go on.

    Without TLS goes what stays on this machine, unless it says `?starttls=required`, and what another is given in the open
    by `?starttls=optional`; a name and password are only ever sent inside TLS, or to this very machine.
    """

    def __init__(self, url: str, sender: str) -> None:
        self.parts = urlsplit(url)
        self.sender = sender
        self.here = self.parts.hostname in LOOPBACK
        asked = parse_qs(self.parts.query).get("starttls", ["optional" if self.here else "required"])
        self.required = asked != ["optional"]
        self.server: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_args: object) -> None:
        self._hang_up()

    def carry(self, address: str, mail: bytes, uid: str) -> None:
        """Hand one mail to the server; connects at the first one, and again after a lost connection."""
        try:
            server = self.server or self._connect()
            self.server = server
            server.sendmail(self.sender, [address], mail, self._options(server, address))
        except smtplib.SMTPRecipientsRefused as error:
            code = next(iter(error.recipients.values()))[0]
            raise MailRefused(f"the server refused the recipient ({code})", final=code >= 500) from error
        except (OSError, smtplib.SMTPException) as error:
            self._hang_up()
            raise MailRefused(f"the server did not take it ({type(error).__name__})") from error

    @staticmethod
    def _options(server: smtplib.SMTP, address: str) -> list[str]:
        return [] if address.isascii() else ["SMTPUTF8", "BODY=8BITMIME"]

    def _connect(self) -> smtplib.SMTP:
        host, port = self.parts.hostname or "localhost", self.parts.port
        context = ssl.create_default_context()
        # The name a mail program greets with reaches mail headers: never this machine's own.
        name = self.sender.rpartition("@")[2]
        if self.parts.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                host, port or 465, local_hostname=name, timeout=TIMEOUT_SECONDS, context=context
            )
        else:
            server = smtplib.SMTP(host, port or 587, local_hostname=name, timeout=TIMEOUT_SECONDS)
            self._turn_to_tls(server, context)
        self._introduce(server)
        return server

    def _turn_to_tls(self, server: smtplib.SMTP, context: ssl.SSLContext) -> None:
        server.ehlo_or_helo_if_needed()
        if server.has_extn("starttls") and (self.required or not self.here):
            server.starttls(context=context)
        elif self.required or (self.parts.username and not self.here):
            server.close()
            raise smtplib.SMTPNotSupportedError("no TLS")

    def _introduce(self, server: smtplib.SMTP) -> None:
        if self.parts.username:
            server.login(unquote(self.parts.username), unquote(self.parts.password or ""))

    def _hang_up(self) -> None:
        if self.server is not None:
            try:
                self.server.quit()
            except (OSError, smtplib.SMTPException):
                self.server.close()
            self.server = None


def outbox_folder(settings: Settings) -> Path:
    """Where mails are written when no SMTP server is set."""
    return settings.instance / "outbox"


def carrier_for(settings: Settings) -> Carrier:
    """The way that the settings ask for."""
    if settings.smtp_url:
        return SmtpCarrier(settings.smtp_url, settings.mail_from)
    return FolderCarrier(outbox_folder(settings))
