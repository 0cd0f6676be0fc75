"""What was written in another form while somebody looks for a time: it goes along, and back again with the time that was found."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import current_app, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException
from wtforms import Field

from groupsched.access.identity import current
from groupsched.access.policy import Permission
from groupsched.catalog.models import Group, Place
from groupsched.catalog.queries import get_group
from groupsched.schedule.forms import DefineForm, RuleForm
from groupsched.schedule.queries import get_occurrence
from groupsched.schedule.rules import ChangeScope, Repeats, minutes_between

BACK, CARRIED, FOUND = "back", "carried", "use_time"
NOT_CARRIED = frozenset({"csrf_token", "written_by", "act", "toggle", "use_room", "looked", BACK, CARRIED})
FORMS = ("schedule.new_group", "schedule.edit_group", "schedule.edit_date", "schedule.new_series")
WEEKLY = (Repeats.WEEKLY, Repeats.BIWEEKLY, Repeats.WEEKS)


@dataclass(frozen=True)
class CarriedForm:
    """A form that waits: its address, everything that was written in it, and the group that it changes, None for a new one."""

    back: str
    pairs: Sequence[tuple[str, str]]
    group: Group | None
    leads: Sequence[str]

    @property
    def text(self) -> str:
        """All of it as one field."""
        return urlencode(self.pairs)

    @property
    def alone(self) -> bool:
        """Whether it is about one date."""
        return ("scope", ChangeScope.THIS.value) in self.pairs or (
            "repeats",
            Repeats.ONCE.value,
        ) in self.pairs

    def asks(self, rooms: Sequence[Place]) -> dict[str, Any]:
        """What the page that looks for a time begins with."""
        form = DefineForm(formdata=MultiDict(self.pairs), meta={"csrf": False})
        starts, ends = form.start_time.data, form.end_time.data
        lead, *others = form.leaders() or tuple(self.leads) or ("",)
        here = {one.uid for one in rooms}
        found: dict[str, Any] = {
            "minutes": (minutes_between(starts, ends) if starts and ends else None) or 60,
            "lead": lead, "others": others, "seats": form.capacity.data, "weeks": 1 if self.alone else 8,
        }  # fmt: skip
        return found | ({"room": form.place.data} if form.place.data in here else {})

    def first(self) -> str:
        """The day from which on its dates are, as it was written."""
        said = dict(self.pairs)
        return said.get("day") or said.get("starts_on") or ""


def carried() -> CarriedForm | None:
    """The form from which somebody came to look for a time; None where they came from none, or its address is none of ours."""
    back = request.form.get(BACK, "")
    try:
        endpoint, values = current_app.url_map.bind("").match(back.partition("?")[0], method="POST")
    except HTTPException:
        return None
    if endpoint not in FORMS or not back.startswith("/") or back.startswith("//"):
        return None
    if CARRIED in request.form:
        pairs = parse_qsl(request.form[CARRIED], keep_blank_values=True)
    else:
        pairs = [pair for pair in request.form.items(multi=True) if pair[0] not in NOT_CARRIED]
    group, leads = _about(str(endpoint), values.get("uid", ""))
    return CarriedForm(back, pairs, group, leads)


def _about(endpoint: str, uid: str) -> tuple[Group | None, Sequence[str]]:
    """The group that a form changes, and who leads where it says nothing of it."""
    if endpoint == "schedule.edit_date":
        date = get_occurrence(current(), uid, Permission.GROUP_WRITE)
        return date.group, [person.uid for person in date.leaders]
    if not uid:
        return None, ()
    group = get_group(current(), uid, Permission.GROUP_WRITE)
    return group, [row.person.uid for row in group.facilitators]


def found_text(start: datetime, end: datetime, place: Place | None) -> str:
    """A time that was found as its button sends it; on the wall clock."""
    return f"{start:%Y-%m-%dT%H:%M}/{end:%H:%M}/{place.uid if place else ''}"


def use_found(form: RuleForm) -> bool:
    """Have a form say the time that was found and its room, everything else as it was. False where none was, or nonsense."""
    try:
        begins, until, room = request.form.get(FOUND, "").split("/")
        start, end = datetime.fromisoformat(begins), time.fromisoformat(until)
    except ValueError:
        return False
    said: dict[str, Any] = {
        "start_time": start.time(),
        "end_time": end,
        "starts_on": start.date(),
        "day": start.date(),
    }
    if form.repeats.data in WEEKLY:
        said["weekdays"] = [start.weekday()]
    if room in {str(value) for value, *_rest in form["place"].iter_choices()}:
        said["place"] = room
    for name, value in said.items():
        if name in form:
            _say(form[name], value)
    return True


def _say(field: Field, value: Any) -> None:
    field.raw_data, field.process_errors, field.errors = None, [], ()
    field.process(None, value)
