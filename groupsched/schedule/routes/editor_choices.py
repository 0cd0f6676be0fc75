"""What the form for a group offers to choose from."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from groupsched.access.identity import Identity
from groupsched.access.models import Site
from groupsched.access.queries import sites
from groupsched.accounts.models import Person
from groupsched.catalog.models import Group, Place
from groupsched.catalog.queries import (
    leaders,
    modalities,
    said_of_service_types,
    terms,
)
from groupsched.catalog.rules import (
    FIELD_OF,
    Setting,
)
from groupsched.catalog.words import (
    accesses,
    attendance_modes,
    line_modes,
    modality_name,
    orientations,
    settings,
    structures,
    term_name,
)
from groupsched.core.i18n import _, ngettext, text_of, weekday_name
from groupsched.schedule.forms import FindTimeForm
from groupsched.schedule.rules import (
    DayPart,
    Ends,
    MonthlyBy,
    Repeats,
    choices_of,
)

if TYPE_CHECKING:
    from groupsched.schedule.routes.editor import GroupEditor


def give_choices(editor: "GroupEditor") -> None:
    """Fill the lists of the form to choose from."""
    form = editor.form
    people = people_to_choose(editor.identity, editor.group)
    form.choose(
        modality=_modalities(editor),
        orientation=orientations(), structure=structures(), attendance_mode=attendance_modes(), access=accesses(), line_mode=line_modes(),
        setting=[*settings(), (Setting.SLOTS, _("In slots"))],
        service_type=_service_types(editor), place=[("", _("Choose…")), *rooms_to_choose(editor.identity, editor.rooms)],
        lead=[("", _("Choose…")), *people], others=people, **rule_choices(custom=_is_custom(editor)), **_terms(editor),
    )  # fmt: skip


def rule_choices(*, custom: bool) -> dict[str, list[tuple[Any, str]]]:
    """The lists of the part that says when; with the rule as it is now where the form has no words for it."""
    return {
        "repeats": _repeats(custom), "monthly_by": _monthly(), "ends": _ends(),
        "weekdays": [(n, weekday_name(n, "abbreviated")) for n in range(7)],
    }  # fmt: skip


def find_time_choices(
    form: FindTimeForm, here: Sequence[Site], rooms: Sequence[Place], leading: Sequence[Person]
) -> None:
    """Fill the lists of the form that looks for a time: rooms one by one, or any of a site."""
    names = {site.id: site.name for site in here} if len(here) > 1 else {}
    people = [(person.uid, person.name) for person in leading]
    form.room.choices = [
        *((f"site:{site.uid}", _("Any room of %(site)s", site=site.name)) for site in here),
        *((row.uid, _with_seats(row, names.get(row.site_id or 0, ""))) for row in rooms),
        ("", _("In no room")),
    ]
    form.lead.choices = [("", _("Anybody")), *people]
    form.others.choices = people
    form.days.choices = [(number, weekday_name(number, "abbreviated")) for number in range(7)]
    words = {DayPart.MORNING: _("Morning"), DayPart.AFTERNOON: _("Afternoon"), DayPart.EVENING: _("Evening")}
    form.parts.choices = [(part, words[part]) for part in DayPart]
    form.room.data = form.room.data or str(form.room.choices[0][0])


def _service_types(editor: "GroupEditor") -> list[tuple[str, str]]:
    said = said_of_service_types(editor.identity.program_id)
    return [
        ("", _("As its kind of session")),
        *((key, text_of(texts, "name")) for key, texts in said.items()),
    ]


def _terms(editor: "GroupEditor") -> dict[str, list[tuple[str, str]]]:
    """The program's terms for each field, and those that the group has besides: taken out, or brought by an import."""
    program, rows = editor.identity.program_id, terms(editor.identity)
    found = {}
    for vocabulary, field in FIELD_OF.items():
        offered = [row.key for row in rows if row.vocabulary == vocabulary]
        keys = dict.fromkeys([*offered, *(getattr(editor.group, field) if editor.group else ())])
        found[field] = [(key, term_name(program, vocabulary, key)) for key in keys]
    return found


def _modalities(editor: "GroupEditor") -> list[tuple[str, str]]:
    own = editor.group.modality if editor.group else None
    rows = modalities(editor.identity)
    rows += [own] if own is not None and own not in rows else []
    return [("", _("Choose…")), *((row.key, modality_name(row)) for row in rows)]


def rooms_to_choose(identity: Identity, rooms: Iterable[Place]) -> list[tuple[str, str]]:
    """Rooms as they are chosen, with how many they hold."""
    here = sites(identity)
    names = {site.id: site.name for site in here} if len(here) > 1 else {}
    return [(row.uid, _with_seats(row, names.get(row.site_id or 0, ""))) for row in rooms]


def _with_seats(row: Place, site: str) -> str:
    """A room as it is chosen, with its `site` where the program has several."""
    name = f"{row.name} · {site}" if site else row.name
    if not row.capacity:
        return name
    return str(ngettext("%(room)s, %(num)s seat", "%(room)s, %(num)s seats", row.capacity, room=name))


def people_to_choose(identity: Identity, group: Group | None) -> list[tuple[str, str]]:
    """Who may lead, and who leads the group already."""
    known = {person.uid: person.name for person in leaders(identity.program_id)}
    if group is not None:
        known |= {row.person.uid: row.person.name for row in group.facilitators}
    return list(known.items())


def _is_custom(editor: "GroupEditor") -> bool:
    return editor.series is not None and choices_of(editor.series.rule).repeats is Repeats.CUSTOM


def _repeats(custom: bool) -> list[tuple[str, str]]:
    words = [
        (Repeats.ONCE, _("Does not repeat")), (Repeats.WEEKLY, _("Every week")),
        (Repeats.BIWEEKLY, _("Every 2 weeks")), (Repeats.WEEKS, _("Every few weeks")), (Repeats.DAILY, _("Every day")),
        (Repeats.WEEKDAYS, _("Weekdays")), (Repeats.MONTHLY, _("Monthly")),
    ]  # fmt: skip
    return [*words, (Repeats.CUSTOM, _("As it is now"))] if custom else list(words)


def _monthly() -> list[tuple[str, str]]:
    return [
        (MonthlyBy.DAY, _("the same date, like the 3rd")), (MonthlyBy.NTH, _("the same weekday, like the first Tuesday")),
        (MonthlyBy.LAST, _("the last of that weekday, like the last Tuesday")),
    ]  # fmt: skip


def _ends() -> list[tuple[str, str]]:
    return [
        (Ends.AFTER, _("After a number of times")), (Ends.ON, _("On a date")), (Ends.OPEN, _("Open end")),
    ]  # fmt: skip
