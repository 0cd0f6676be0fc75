"""Ready groups that fill the form: one for each kind of session, from the content or from the kind's own defaults."""

from dataclasses import dataclass
from datetime import time
from typing import Any

from groupsched.catalog.models import Modality
from groupsched.catalog.rules import Access, Orientation, Setting
from groupsched.catalog.words import modality_name
from groupsched.core.i18n import text_of
from groupsched.core.resources import content

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_TAGS = {"step_free": "step-free", "chair_version": "chair", "no_touch": "no-touch"}
_UNSET = {"unset": None, "faith-based": Orientation.FAITH}


@dataclass(frozen=True)
class GroupTemplate:
    """What a ready group fills in. `weekdays` count from Monday = 0; `every` is the number of weeks."""

    title: str
    description: str
    not_asked: str
    orientation: str | None
    structure: str | None
    access: str
    setting: str
    minutes: int
    capacity: int | None
    start: time
    weekdays: tuple[int, ...]
    every: int
    count: int | None
    tags: tuple[str, ...]
    online: bool
    slot_minutes: int | None
    slot_gap: int


def pattern_for(modality: Modality) -> GroupTemplate:
    """The ready group of a kind of session; one that the program added itself gets a plain weekly one."""
    rows = content("templates_of_groups")["templates"]
    row = next((row for row in rows if row["modality"] == modality.key), None) or _plain(modality)
    repeat, setting, slots = row["repeat"], row["setting"], row.get("slots", {})
    return GroupTemplate(
        title=text_of(row, "title") or modality_name(modality),
        description=text_of(modality.texts, "happens"),
        not_asked=text_of(modality.texts, "not_asked"),
        orientation=_UNSET.get(row["orientation"], row["orientation"]),
        structure=_UNSET.get(row["structure"], row["structure"]),
        access=row["access"],
        setting=setting if setting == Setting.PRIVATE or slots else Setting.GROUP,
        slot_minutes=slots.get("minutes"),
        slot_gap=slots.get("gap", 0),
        minutes=row["minutes"],
        capacity=row["capacity"]["max"],
        start=time.fromisoformat(row["start"]),
        weekdays=tuple(DAYS.index(day) for day in repeat["days"]),
        every=2 if repeat["pattern"] == "every_2_weeks" else 1,
        count=repeat["count"],
        tags=tuple(_TAGS.get(tag, tag.replace("_", "-")) for tag in row["tags"] if ":" not in tag),
        online=row["room_kind"] == "online",
    )


def _plain(modality: Modality) -> dict[str, Any]:
    return {
        "setting": modality.setting,
        "structure": modality.structure,
        "orientation": modality.orientation,
        "access": Access.ENROL,
        "minutes": modality.minutes,
        "capacity": {"max": modality.capacity},
        "repeat": {"pattern": "weekly", "days": ["mon"], "count": None},
        "start": "10:00",
        "room_kind": "circle",
        "tags": [],
    }
