"""A new revision of a catalogue, with the groups that made it: what is kept of it is read anew of them alone."""

from collections.abc import Iterable

from sqlalchemy import delete, insert, select, update

from groupsched.access.models import Program
from groupsched.catalog.events import GroupChanged, GroupRetired
from groupsched.catalog.models import Group
from groupsched.core.db import db
from groupsched.enrolment.models import CatalogueChange
from groupsched.enrolment.queries import MOST_MENDED
from groupsched.schedule.events import DatesChanged, TopicsChanged

CHANGES_KEPT = 1000
"""So many revisions are told by their groups; whoever kept an older one reads the whole catalogue."""


def catalogue_changed(
    events: Iterable[GroupChanged | GroupRetired | DatesChanged | TopicsChanged],
) -> None:
    """The catalogue of these groups' programs has a new revision, made by them alone: an index of /sessions is read anew of them.

    The number is the database's: whoever makes the next one waits for this one to be kept.
    """
    groups = sorted({event.group_id for event in events})
    programs = select(Group.program_id).where(Group.id.in_(groups))
    made = db.session.execute(
        update(Program)
        .where(Program.id.in_(programs))
        .values(catalogue_revision=Program.catalogue_revision + 1)
        .returning(Program.id, Program.catalogue_revision)
        .execution_options(synchronize_session=False)
    ).all()
    # Whose index has nothing of a group passes it over.
    rows = [
        {"program_id": program_id, "revision": revision, "groups": groups} for program_id, revision in made
    ]
    if rows and len(groups) <= MOST_MENDED:
        db.session.execute(insert(CatalogueChange), rows)
    for program_id, revision in made:
        if revision % CHANGES_KEPT == 0:
            old = CatalogueChange.revision <= revision - CHANGES_KEPT
            db.session.execute(delete(CatalogueChange).where(CatalogueChange.program_id == program_id, old))
