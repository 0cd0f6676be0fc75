"""How to get into a demo: its passwords and token, made for this instance alone and kept in instance/demo.json."""

import json
import os
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from groupsched.access.identity import Role, Scope
from groupsched.accounts.service import choose_login, hash_password, store_password
from groupsched.api.service import create_token
from groupsched.operations.demo.cast import DemoCast, story

FILE = "demo.json"
FIRST_OF_ROLE = {
    Role.CLIENT: "c01",
    Role.FACILITATOR: "pike",
    Role.FRONT_DESK: "wren",
    Role.SUPERVISOR: "marigold",
    Role.ADMIN: "marigold",
}
PRINTED = ("base_url", "accounts", "token", "care_token", "open")


@dataclass
class DemoAccounts:
    """What `groupsched demo --json` prints, and what a later start has to remember."""

    base_url: str = ""
    accounts: list[dict[str, str]] = field(default_factory=list)
    token: str = ""
    care_token: str = ""
    open: list[str] = field(default_factory=list)
    program: str = ""
    lived_until: str = ""
    people: dict[str, str] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)

    @property
    def lived(self) -> datetime:
        """How far an earlier start had lived."""
        return datetime.fromisoformat(self.lived_until)

    def printed(self) -> dict[str, Any]:
        """What people and scripts get to read."""
        return {name: value for name, value in asdict(self).items() if name in PRINTED}

    def open_at(self, base_url: str, sheet: str) -> None:
        """The three addresses to open first."""
        self.base_url = base_url
        self.open = [f"{base_url}/", f"{base_url}/sessions", f"{base_url}/sheet/{sheet}"]


def read(instance: Path) -> DemoAccounts | None:
    """What an earlier start wrote down; None where there is nothing that can be used."""
    try:
        return DemoAccounts(**json.loads((instance / FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def write(instance: Path, access: DemoAccounts) -> None:
    """Write it down for this user alone, whole or not at all."""
    instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = instance / f".{FILE}.{os.getpid()}"
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(asdict(access), file, ensure_ascii=False, indent=1)
    unfinished.replace(instance / FILE)


def new_passwords(cast: DemoCast) -> dict[str, tuple[str, str]]:
    """A random password for everybody of the story who has a mail address, with its hash. Slow on purpose."""
    told = [*story()["staff"], *story()["clients"]]
    passwords = {
        row["key"]: secrets.token_urlsafe(12) for row in told if row["mail"] and row["key"] in cast.people
    }
    return {key: (password, hash_password(password)) for key, password in passwords.items()}


def give_access(cast: DemoCast, passwords: dict[str, tuple[str, str]]) -> DemoAccounts:
    """Let everybody sign in with their key of the story, and make two tokens for the JSON interface."""
    for key, (_password, hashed) in passwords.items():
        store_password(choose_login(cast.people[key], key), hashed)
    keys, plain = cast.keys(), [scope for scope in Scope if scope is not Scope.CARE]
    return DemoAccounts(
        accounts=_accounts(cast, passwords),
        token=_token(cast, "demo", plain),
        care_token=_token(cast, "demo care", list(Scope)),
        program=cast.program.uid,
        people=keys["people"],
        groups=keys["groups"],
    )


def _token(cast: DemoCast, name: str, scopes: Sequence[Scope]) -> str:
    _row, secret = create_token(cast.system, cast.program, name, scopes)
    return secret


def _accounts(cast: DemoCast, passwords: dict[str, tuple[str, str]]) -> list[dict[str, str]]:
    """Every account once for each of its roles; the first of a role is the one that shows it best."""
    order = list(FIRST_OF_ROLE)
    pairs = [(grant.role, key) for key in passwords for grant in cast.people[key].grants]
    pairs.sort(key=lambda pair: (order.index(pair[0]), pair[1] != FIRST_OF_ROLE[pair[0]]))
    return [{"role": role, "login": key, "password": passwords[key][0]} for role, key in pairs]
