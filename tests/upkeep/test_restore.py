"""After a restore the day of the backup is back, and nobody who was shut out since comes in again."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, func, select

from groupsched.access.identity import System
from groupsched.accounts.models import Credential, DeviceUser, Invitation, LegalHold, Person, SignIn
from groupsched.accounts.service import Browser, begin, disable, hold, make_slip, offer_pairing, pair
from groupsched.accounts.service.pins import known_on
from groupsched.api.service import create_token, identity_of_token, revoke_tokens
from groupsched.audit.models import AuditRow
from groupsched.audit.rules import AuditAction
from groupsched.core import clock, instance
from groupsched.core.config import Settings
from groupsched.core.db import db
from groupsched.core.errors import DomainError
from groupsched.feeds.queries import feeds_of
from groupsched.feeds.service import create_feed, renew_feed, revoke_feed
from groupsched.operations.worker import round_of_work
from groupsched.outbox.models import Message
from groupsched.upkeep.service import BackupRefused, write_backup
from tests.conftest import identity_of
from tests.factories import World, tomorrow_at
from tests.upkeep.conftest import opened, put_back


class Harbor(World):
    """A program on the day of its backup: links, a token, a sign-in, a slip, a reminder that is due tomorrow."""

    def __init__(self) -> None:
        super().__init__()
        self.robin, self.boss = self.reminded("Robin"), self.admin()
        own = identity_of(self.robin)
        self.links = {
            name: create_feed(own, self.robin, name, "private", "mine")[1].rpartition("/feeds")[2]
            for name in ("Phone", "Lost tablet", "Old laptop")
        }
        system = System(program_id=self.program.id)
        self.tokens = {
            name: create_token(system, self.program, name, ["read"])[1] for name in ("kept", "leaked")
        }
        begin(self.boss, Browser("198.51.100.7", "Firefox"))
        self.wren = self.front_desk()
        make_slip(identity_of(self.boss), self.wren)
        self.group_of_robin = self.group(led_by=self.facilitator())
        db.session.commit()


def later_that_day(world: Harbor) -> None:
    """What happens after the backup: somebody comes, two links and a token are turned off, an account is shut,
    a court asks about Robin."""
    own, system = identity_of(world.robin), System(program_id=world.program.id)
    by_name = {feed.name: feed for feed in feeds_of(world.robin.id)}
    revoke_feed(own, by_name["Lost tablet"])
    renew_feed(own, by_name["Old laptop"])
    revoke_tokens(system, world.program, "leaked")
    disable(identity_of(world.boss), world.wren)
    world.client("Later")
    hold(system, world.robin, "Letter of the court, 12 Feb, 26-104")
    db.session.commit()


def a_tablet_that_knows(person: Person, by: Person) -> None:
    offered = offer_pairing(identity_of(by), by.program.sites[0], "Desk tablet")
    device, _secret = pair(offered.code, "")
    known_on(device.id, person)
    db.session.commit()


def statuses(app: Flask, links: dict[str, str]) -> dict[str, int]:
    client = app.test_client()
    return {name: client.get(f"/feeds{path}").status_code for name, path in links.items()}


def count(table: type, *conditions: object) -> int:
    return db.session.scalar(select(func.count()).select_from(table).where(*conditions)) or 0  # type: ignore[arg-type]


def test_the_day_of_the_backup_is_back_and_who_was_shut_out_since_stays_out(
    home: Settings, tmp_path: Path
) -> None:
    backup = tmp_path / "friday.backup"
    with opened(home):
        world = Harbor()
        waiting = count(Message, Message.state == "waiting")
        a_tablet_that_knows(world.wren, world.boss)
        write_backup(home, backup)
        later_that_day(world)
        db.session.rollback()
        if not home.database_url.startswith("sqlite"):
            with pytest.raises(BackupRefused, match="in use"):
                put_back(home, backup)
    done = put_back(home, backup)
    assert done.links_known and done.told.links_ended == 3
    with opened(home) as app:
        assert statuses(app, world.links) == {"Phone": 200, "Lost tablet": 404, "Old laptop": 404}
        assert identity_of_token(world.tokens["kept"]) is not None
        assert identity_of_token(world.tokens["leaked"]) is None
        assert count(Person, Person.first_name == "Later") == 0
        assert count(LegalHold, LegalHold.person_id == world.robin.id, LegalHold.lifted_at.is_(None)) == 1
        assert (
            count(SignIn, SignIn.ended_at.is_(None)) == count(Invitation, Invitation.used_at.is_(None)) == 0
        )
        assert count(DeviceUser) == 0  # the tablet may have been unpaired since: it asks for the password
        shut = select(Credential.disabled_at).where(Credential.person_id == world.wren.id)
        assert db.session.scalar(shut) is not None
        db.session.rollback()
        assert round_of_work().sent == 0
        assert done.told.messages_held == waiting
        assert count(AuditRow, AuditRow.word == AuditAction.DATABASE_RESTORED) == 1
        the_banner_stays_until_somebody_has_read_it(app, world)
    if home.database_url.startswith("sqlite"):
        names = {path.name for path in home.instance.iterdir()}
        locks = {f"groupsched.db-{name}" for name in ("turn", "use", "upgrade", "journal")}
        assert names - locks == {"groupsched.db", Path(done.aside).name}
    else:
        the_old_one_is_there_and_no_third(home, done.aside)


def the_banner_stays_until_somebody_has_read_it(app: Flask, world: Harbor) -> None:
    boss = app.test_client().as_(world.boss)  # type: ignore[attr-defined]
    words = "The data were put back from a backup"
    assert words in boss.get("/today").text
    desk = app.test_client().as_(world.front_desk("Other"))  # type: ignore[attr-defined]
    db.session.commit()
    assert words not in desk.get("/today").text
    assert desk.post("/today/restored").status_code == 404
    assert words in boss.get("/today").text
    assert boss.post("/today/restored").status_code == 303
    assert words not in boss.get("/today").text
    assert count(AuditRow, AuditRow.word == AuditAction.DATABASE_ACKNOWLEDGED) == 1


def the_old_one_is_there_and_no_third(home: Settings, aside: str) -> None:
    engine = create_engine(home.database_url)
    with engine.connect() as server:
        names = set(server.exec_driver_sql("SELECT datname FROM pg_database").scalars())
    engine.dispose()
    assert aside in names
    assert not any(name.endswith("_restoring") for name in names)


def test_where_the_old_database_is_lost_no_link_is_trusted_but_by_those_who_moved(
    files: Settings, tmp_path: Path
) -> None:
    backup = tmp_path / "friday.backup"
    with opened(files):
        world = Harbor()
        write_backup(files, backup)
    (files.instance / "groupsched.db").write_bytes(b"burnt" * 1000)
    done = put_back(files, backup)
    assert not done.links_known
    with opened(files) as app:
        assert set(statuses(app, world.links).values()) == {404}
        assert identity_of_token(world.tokens["kept"]) is None
    (files.instance / "groupsched.db").unlink()
    done = put_back(files, backup, keep_links=True)
    assert done.aside == ""
    with opened(files) as app:
        assert set(statuses(app, world.links).values()) == {200}


@pytest.mark.parametrize("lost", [False, True])
def test_a_reminder_that_went_out_after_the_backup_goes_out_once(
    files: Settings, tmp_path: Path, lost: bool
) -> None:
    backup = tmp_path / "friday.backup"
    with opened(files):
        world = Harbor()
        # At five in the afternoon: hours before it nobody sleeps.
        start = world.series(world.group_of_robin, tomorrow_at(17) + timedelta(days=1))[0].start
        world.enrol(world.group_of_robin, world.robin)
        db.session.commit()
        round_of_work()
        write_backup(files, backup)
        with clock.at(start - timedelta(hours=5)):
            round_of_work()
            assert count(Message, Message.kind == "reminder", Message.state == "sent") == 1
        db.session.rollback()
    if lost:
        (files.instance / "groupsched.db").unlink()
    with clock.at(start - timedelta(hours=4)):
        put_back(files, backup)
    with opened(files), clock.at(start - timedelta(hours=3)):
        assert round_of_work().sent == 0


def test_what_is_broken_foreign_or_later_is_refused_with_one_sentence_and_nothing_changes(
    files: Settings, tmp_path: Path
) -> None:
    sound = tmp_path / "sound.backup"
    header = write_backup(files, sound)
    whole = sound.read_bytes()
    middle = len(whole) // 2
    changed = bytes([whole[middle] ^ 1])
    wrong = {
        "no backup of groupsched": b"SQLite format 3\0" + whole,
        "beginning cannot be read": whole[:20] + b"{}\n" + whole[-100:],
        "4096 of": whole[:-4096],
        "checksum is another": whole[:middle] + changed + whole[middle + 1 :],
        "checksum is another.": whole + b"\n",
        "of postgresql": whole.replace(b'"sqlite"', b'"postgresql"', 1),
        "it is of a later one": whole.replace(header.migration.encode(), b"9999", 1),
    }
    before = (files.instance / "groupsched.db").read_bytes()
    for sentence, content in wrong.items():
        (tmp_path / "wrong").write_bytes(content)
        with pytest.raises(BackupRefused, match=sentence):
            put_back(files, tmp_path / "wrong")
        assert (files.instance / "groupsched.db").read_bytes() == before
        assert [path.name for path in files.instance.glob("*restoring*")] == []
    with pytest.raises(BackupRefused, match="No such file"):
        put_back(files, tmp_path / "nowhere")


def test_a_database_that_somebody_uses_is_left_alone(files: Settings, tmp_path: Path) -> None:
    write_backup(files, tmp_path / "sound.backup")
    # Another process says so; its own copy of the settings makes no difference.
    with (
        instance.locked(files.instance / "groupsched.db-use", 0, "never"),
        pytest.raises(DomainError, match="in use"),
    ):
        put_back(files, tmp_path / "sound.backup")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
def test_what_root_puts_back_belongs_to_whom_the_folder_belongs(files: Settings, tmp_path: Path) -> None:
    write_backup(files, tmp_path / "sound.backup")
    os.chown(files.instance, 1, 1)
    put_back(files, tmp_path / "sound.backup")
    owners = {
        path.stat().st_uid for name in ("", "-use") for path in files.instance.glob(f"groupsched.db{name}")
    }
    assert owners == {1}
