"""Which sheet a group or a date has, and the library of a program."""

from groupsched.facilitation.queries.dates import (
    SheetOfDate,
    date_facts,
    for_minutes,
    get_date,
    minutes_of,
    outline_of,
    own_sheet,
    sheet_of_date,
)
from groupsched.facilitation.queries.library import (
    agreements_of,
    get_prompt,
    prompts_for,
)
from groupsched.facilitation.queries.ready import (
    ready_library,
    ready_sheets,
)
from groupsched.facilitation.queries.templates import (
    can_undo,
    candidates,
    former_of,
    get_template,
    library,
    library_rows,
    said_at,
    template_facts,
    template_of,
    version_of,
    writing_permission,
)

__all__ = [
    "SheetOfDate",
    "agreements_of",
    "can_undo",
    "candidates",
    "date_facts",
    "for_minutes",
    "former_of",
    "get_date",
    "get_prompt",
    "get_template",
    "library",
    "library_rows",
    "minutes_of",
    "outline_of",
    "own_sheet",
    "prompts_for",
    "ready_library",
    "ready_sheets",
    "said_at",
    "sheet_of_date",
    "template_facts",
    "template_of",
    "version_of",
    "writing_permission",
]
