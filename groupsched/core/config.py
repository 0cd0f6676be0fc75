"""Settings from the environment. Nonsense stops the start with a sentence; a secret may also come as NAME_FILE."""

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import available_timezones

Network = IPv4Network | IPv6Network
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class SettingError(Exception):
    """A setting that cannot be used; the sentence says which and what is wanted."""


@dataclass(frozen=True)
class Settings:
    """Every setting of the product. docs/operations.md lists each with its default."""

    instance: Path
    database_url: str
    secret_key: str
    base_url: str
    timezone: str | None
    smtp_url: str | None
    mail_from: str
    limiter_url: str
    proxies: int
    backups: Path | None
    backup_hour: int
    probes: tuple[Network, ...] = ()
    hsts_subdomains: bool = False
    audit_log: bool = False

    @property
    def secure(self) -> bool:
        """Whether the base address is https: it decides on the cookie's name and flags."""
        return self.base_url.startswith("https://")

    @property
    def hosts(self) -> frozenset[str]:
        """Host names this installation answers to (without port); loopback names count as one."""
        host = urlsplit(self.base_url).hostname or ""
        return frozenset(LOOPBACK | {host}) if host in LOOPBACK else frozenset({host})


def load(environ: Mapping[str, str] | None = None, **given: object) -> Settings:
    """Read the settings from `environ` (the process's by default); `given` wins. Raises SettingError."""
    env = os.environ if environ is None else environ
    instance = Path(str(given.get("instance") or env.get("GROUPSCHED_INSTANCE") or "instance")).absolute()
    return Settings(
        instance=instance,
        database_url=_database(str(given.get("database_url") or _read(env, "DATABASE_URL") or ""), instance),
        secret_key=str(given.get("secret_key") or _secret(env, instance)),
        base_url=_base_url(
            str(given.get("base_url") or env.get("GROUPSCHED_BASE_URL") or "http://127.0.0.1:5000")
        ),
        timezone=_timezone(env.get("GROUPSCHED_TIMEZONE")),
        smtp_url=_smtp(_read(env, "SMTP_URL")),
        mail_from=_mail_from(env.get("GROUPSCHED_MAIL_FROM"), env.get("GROUPSCHED_BASE_URL") or ""),
        limiter_url=_limiter(_read(env, "LIMITER_URL") or "memory://"),
        proxies=_proxies(env.get("GROUPSCHED_PROXIES") or "0"),
        backups=_backups(env.get("GROUPSCHED_BACKUPS"), instance),
        backup_hour=_hour(env.get("GROUPSCHED_BACKUP_HOUR") or "3"),
        probes=_probes(env.get("GROUPSCHED_PROBES") or ""),
        hsts_subdomains=_switch(env, "HSTS_SUBDOMAINS"),
        audit_log=_switch(env, "AUDIT_LOG"),
    )


def make_secret(instance: Path) -> Path:
    """Write instance/secret_key (0600) unless it is there; `demo` and `init` call this.

    A new folder is its owner's alone: the database lies in it.
    """
    instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = instance / "secret_key"
    if not path.exists():
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32))
    return path


def ensure_secret() -> None:
    """The same where neither the environment nor the folder has a secret yet."""
    if not (os.environ.get("GROUPSCHED_SECRET_KEY") or os.environ.get("GROUPSCHED_SECRET_KEY_FILE")):
        make_secret(Path(os.environ.get("GROUPSCHED_INSTANCE") or "instance").absolute())


def _read(env: Mapping[str, str], name: str) -> str | None:
    path = env.get(f"GROUPSCHED_{name}_FILE")
    if path:
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise SettingError(
                f"GROUPSCHED_{name}_FILE: {path} cannot be read ({error.strerror})."
            ) from error
    return env.get(f"GROUPSCHED_{name}")


def _secret(env: Mapping[str, str], instance: Path) -> str:
    value = _read(env, "SECRET_KEY")
    if value is None and (instance / "secret_key").exists():
        value = (instance / "secret_key").read_text(encoding="ascii").strip()
    if not value:
        raise SettingError(
            "There is no secret key. Run `make demo` to try the product, or `groupsched init` to set it up; "
            "or set GROUPSCHED_SECRET_KEY."
        )
    if len(value) < 32:
        raise SettingError("GROUPSCHED_SECRET_KEY is too short: give at least 32 random characters.")
    return value


def _database(url: str, instance: Path) -> str:
    url = url or f"sqlite:///{instance / 'groupsched.db'}"
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise SettingError("GROUPSCHED_DATABASE_URL must start with sqlite:/// or postgresql+psycopg://.")
    return url


def _base_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/"):
        raise SettingError("GROUPSCHED_BASE_URL must look like https://sessions.example.org, without a path.")
    return url.rstrip("/")


def _timezone(name: str | None) -> str | None:
    if name and name not in available_timezones():
        raise SettingError(f"GROUPSCHED_TIMEZONE: {name} is not an IANA time zone such as America/New_York.")
    return name or None


def _smtp(url: str | None) -> str | None:
    if url and urlsplit(url).scheme not in ("smtp", "smtps"):
        raise SettingError("GROUPSCHED_SMTP_URL must start with smtp:// or smtps://.")
    return url or None


def _mail_from(address: str | None, base_url: str) -> str:
    host = urlsplit(base_url).hostname or ""
    named = re.fullmatch(r"(?:[a-z0-9-]+\.)+[a-z]{2,}", host)
    address = address or f"appointments@{host if named else 'example.org'}"
    if not re.fullmatch(r"[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}", address):
        raise SettingError("GROUPSCHED_MAIL_FROM must be one mail address, such as appointments@example.org.")
    return address


def _limiter(url: str) -> str:
    if not url.startswith(("memory://", "redis://", "rediss://")):
        raise SettingError("GROUPSCHED_LIMITER_URL must be memory:// or redis://….")
    if not url.startswith("memory://") and find_spec("redis") is None:
        raise SettingError("GROUPSCHED_LIMITER_URL: Redis needs a package of Python: pip install redis.")
    return url


def _proxies(value: str) -> int:
    # isascii: ² is a digit too, and none that int() reads.
    if not (value.isascii() and value.isdigit()) or int(value) > 10:
        raise SettingError("GROUPSCHED_PROXIES must be the number of trusted proxies, 0 to 10.")
    return int(value)


def _backups(folder: str | None, instance: Path) -> Path | None:
    return None if folder == "off" else Path(folder).absolute() if folder else instance / "backups"


def _hour(value: str) -> int:
    if not (value.isascii() and value.isdigit()) or int(value) > 23:
        raise SettingError("GROUPSCHED_BACKUP_HOUR must be an hour of the day, 0 to 23.")
    return int(value)


def _probes(value: str) -> tuple[Network, ...]:
    try:
        return tuple(ip_network(one.strip()) for one in value.split(",") if one.strip())
    except ValueError as error:
        raise SettingError(
            "GROUPSCHED_PROBES must be addresses or networks with commas, such as 10.0.0.0/8."
        ) from error


def _switch(env: Mapping[str, str], name: str) -> bool:
    value = env.get(f"GROUPSCHED_{name}") or "0"
    if value not in ("0", "1"):
        raise SettingError(f"GROUPSCHED_{name} must be 0 or 1.")
    return value == "1"
