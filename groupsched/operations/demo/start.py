"""Starting the demo: made anew where there is none, brought up to now where there is one, refused where something else is."""

import shutil
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import inspect, select, update

from groupsched.access.models import Program
from groupsched.attendance.service import load_absence_rules
from groupsched.catalog.service import load_defaults
from groupsched.core import clock, schema
from groupsched.core.config import Settings
from groupsched.core.db import db, unit_of_work
from groupsched.core.errors import DomainError
from groupsched.facilitation.service import load_ready_sheets
from groupsched.operations.demo.accounts import DemoAccounts, give_access, new_passwords, read, write
from groupsched.operations.demo.cast import DemoCast, find_cast, story
from groupsched.operations.demo.dates_around_now import plant_dates
from groupsched.operations.demo.history import DemoStory
from groupsched.operations.demo.world import beginning, make_world
from groupsched.outbox.models import Message
from groupsched.outbox.rules import MessageState
from groupsched.questionnaires.service import load_ready_forms
from groupsched.schedule.service import extend_horizon

OLD_MAIL = timedelta(days=1)


def start(settings: Settings, *, reset: bool) -> DemoAccounts:
    """The demo, ready at this moment. Raises DomainError for a database that holds anything else."""
    _refuse_others()
    kept = None if reset else read(settings.instance)
    cast = _known(kept)
    if kept is None or cast is None:
        return _make(settings)
    with unit_of_work():
        load_defaults(cast.program)
        load_absence_rules(cast.program)
        load_ready_forms(cast.program)
        load_ready_sheets(cast.program)
        DemoStory(cast, clock.now()).live(kept.lived, first=False)
    return _ready(settings, cast, kept)


def _refuse_others() -> None:
    """Any program that is no demo means that real people may be in there."""
    schema.make_folder()
    tables = set(inspect(db.engine).get_table_names())
    demos = list(db.session.scalars(select(Program.demo))) if Program.__tablename__ in tables else []
    db.session.rollback()
    foreign = tables - set(db.metadata.tables) - {"alembic_version"}
    unknown = bool(tables) and schema.current_revision() is None
    if foreign or unknown or not all(demos):
        raise DomainError(
            "This database holds something else than the demo, so the demo leaves it alone. "
            "Give another one with --database, or another folder with GROUPSCHED_INSTANCE."
        )


def _known(kept: DemoAccounts | None) -> DemoCast | None:
    """The demo of an earlier start, if it was finished and is in this database."""
    if kept is None or schema.current_revision() is None:
        return None
    schema.upgrade()
    cast = find_cast({"people": kept.people, "groups": kept.groups})
    return cast if cast is not None and cast.program.uid == kept.program else None


def _make(settings: Settings) -> DemoAccounts:
    _empty(settings.instance)
    schema.upgrade()
    now, zone = clock.now(), settings.timezone or story()["program"]["zone"]
    begin = beginning(now, zone)
    with clock.at(begin), unit_of_work():
        cast = make_world(zone, now)
    passwords = new_passwords(cast)
    with clock.at(begin), unit_of_work():
        access = give_access(cast, passwords)
    DemoStory(cast, now).live(begin, first=True)
    with unit_of_work():
        _old_mail_is_gone(now)
    return _ready(settings, cast, access)


def _empty(instance: Path) -> None:
    """Leave nothing of an earlier demo."""
    db.session.remove()
    if schema.current_revision() is not None:
        schema.downgrade("base")
    shutil.rmtree(instance / "outbox", ignore_errors=True)


def _old_mail_is_gone(now: datetime) -> None:
    """What was written in the weeks before now has long been delivered; the latest still lies in the outbox."""
    old = update(Message).where(Message.state == MessageState.WAITING, Message.created_at < now - OLD_MAIL)
    db.session.execute(old.values(state=MessageState.SENT, sent_at=Message.created_at))


def _ready(settings: Settings, cast: DemoCast, access: DemoAccounts) -> DemoAccounts:
    now = clock.now()
    with unit_of_work():
        running = plant_dates(cast, now)
        while extend_horizon(now):
            pass
    access.lived_until = now.isoformat()
    access.open_at(settings.base_url, running.uid)
    write(settings.instance, access)
    return access
