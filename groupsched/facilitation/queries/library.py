"""The prompts and agreements of a program that fit."""

from sqlalchemy import select

from groupsched.catalog.models import Group
from groupsched.catalog.rules import AttendanceMode
from groupsched.core.db import db
from groupsched.core.errors import NotFound
from groupsched.facilitation.models import (
    LibraryAgreement,
    LibraryPrompt,
)
from groupsched.facilitation.rules import (
    AgreementsWanted,
    PromptsWanted,
    agreements_for,
    fitting,
)


def prompts_for(program_id: int, wanted: PromptsWanted) -> list[LibraryPrompt]:
    """The prompts of a program that fit, in their order, those for this kind of session first."""
    query = (
        select(LibraryPrompt).where(LibraryPrompt.program_id == program_id).order_by(LibraryPrompt.position)
    )
    rows = {row.key: row for row in db.session.scalars(query)}
    return [rows[one.key] for one in fitting((row.facts for row in rows.values()), wanted)]


def get_prompt(program_id: int, key: str) -> LibraryPrompt:
    """A prompt by its key. Raises NotFound."""
    found = db.session.get(LibraryPrompt, (program_id, key))
    if found is None:
        raise NotFound
    return found


def agreements_of(group: Group) -> list[LibraryAgreement]:
    """The agreements that a group starts from."""
    query = select(LibraryAgreement).where(LibraryAgreement.program_id == group.program_id)
    rows = {row.key: row for row in db.session.scalars(query.order_by(LibraryAgreement.position))}
    online = group.attendance_mode != AttendanceMode.IN_PERSON
    wanted = AgreementsWanted(group.modality.kind, online)
    return [rows[key] for key in agreements_for((row.facts for row in rows.values()), wanted)]
