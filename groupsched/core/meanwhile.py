"""Two editors of one thing: what differs, field by field, and whose words are kept.

A form that comes over a newer version is shown again with every difference. It names them (`DIFFERS`), and when it comes
back, `whose-<field>` says of each whose words stand. It also carries a mark of what each field said at first (`BEGAN`): a
field that its writer left alone takes what the other says, and that is only told.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

from flask import Flask, g, request
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Field, Form, HiddenField, SelectField, SelectMultipleField

from groupsched.core.filters import short_day
from groupsched.core.i18n import _, with_commas

DIFFERS, WHOSE, BEGAN = "differs", "whose-", "began"


class Whose(StrEnum):
    """Whose words of a field stand."""

    THEIRS = "theirs"
    MINE = "mine"


@dataclass(frozen=True)
class Difference:
    """A field of which two editors say different things, each in words, and `sent`: as a browser sends them."""

    name: str
    label: str
    theirs: str
    mine: str
    sent: Mapping[str, list[str]]


@dataclass(frozen=True)
class Meanwhile:
    """What somebody else saved while this was written: `rows` to choose from, and what was `taken` as the writer had left it
    alone. `by` and `at` where it is known who it was, and when."""

    rows: list[Difference] = field(default_factory=list)
    by: str = ""
    at: datetime | None = None
    taken: list[Difference] = field(default_factory=list)


def differences(mine: Form, theirs: Form) -> list[Difference]:
    """The fields of which the two forms say different things and that count in either, in the order of the form."""
    names = [one.name for one in mine if one.name in theirs and not isinstance(one, HiddenField)]
    return [
        Difference(
            name,
            str(mine[name].label.text),
            _shown(theirs[name]),
            _shown(mine[name]),
            {Whose.THEIRS: _sent(theirs[name]), Whose.MINE: _sent(mine[name])},
        )
        for name in names
        if _plain(mine[name]) != _plain(theirs[name]) and (_counts(mine, name) or _counts(theirs, name))
    ]


def look(mine: Form, theirs: Form, by: str = "", at: datetime | None = None) -> Meanwhile:
    """What there is to choose, over what somebody else has saved: fields of which the writer changed nothing take theirs."""
    found = differences(mine, theirs)
    known = _began()
    taken = [one for one in found if known.get(one.name) == _mark(mine[one.name])]
    for one in taken:
        _take(mine[one.name], theirs[one.name])
    begin_again(theirs)
    return Meanwhile([one for one in found if one not in taken], by, at, taken)


def left_alone(one: Field) -> bool:
    """Whether a field says what it said when the page was sent."""
    return _began().get(one.name) == _mark(one)


def keep_untouched(mine: Form, theirs: Form) -> None:
    """Have each field that its writer left as it began say what is said now: for one's own page, which has no version."""
    known = _began()
    for one in differences(mine, theirs):
        if known.get(one.name) == _mark(mine[one.name]):
            _take(mine[one.name], theirs[one.name])


def begin_again(form: Form) -> None:
    """Have the page say that its fields began as those of this form are: it asks for other things than before."""
    setattr(g, BEGAN, _marks(form))


def began(form: Form) -> Markup:
    """The hidden field by which a form says what each of its fields said at first."""
    known = g.get(BEGAN) or (request.form.get(BEGAN, "") if request.method == "POST" else _marks(form))
    return Markup('<input type="hidden" name="{}" value="{}">').format(BEGAN, known)


def settle(mine: Form, make_theirs: Callable[[], Form]) -> list[Difference]:
    """Put into a form what was chosen of the other's; returns the differences of which nobody chose yet."""
    named = [name for name in request.form.getlist(DIFFERS) if name in mine]
    if not named:
        return []
    theirs = make_theirs()
    whose = {name: request.form.get(WHOSE + name, "") for name in named}
    for name in named:
        if whose[name] == Whose.THEIRS:
            _take(mine[name], theirs[name])
    return [one for one in differences(mine, theirs) if whose.get(one.name, Whose.MINE) not in list(Whose)]


def init_app(app: Flask) -> None:
    """Let templates name whose words they are."""
    app.jinja_env.globals |= {"Whose": Whose, "began": began}


def _counts(form: Form, name: str) -> bool:
    """Whether the form asks a field at all, as it stands: how often is no question where nothing repeats."""
    asks: Callable[[str], bool] = getattr(form, "asks", lambda _name: True)
    return asks(name)


def _take(mine: Field, theirs: Field) -> None:
    mine.process(MultiDict((mine.name, value) for value in _sent(theirs)))


def _marks(form: Form) -> str:
    return " ".join(f"{one.name}:{_mark(one)}" for one in form if not isinstance(one, HiddenField))


def _began() -> dict[str, str]:
    marks = (one.rpartition(":") for one in request.form.get(BEGAN, "").split())
    return {name: mark for name, _colon, mark in marks}


def _mark(one: Field) -> str:
    """A few letters that are others as soon as the field says something else."""
    plain = _plain(one)
    said = (
        sorted(map(str, plain)) if isinstance(plain, frozenset) else str(plain).replace("\r\n", "\n").strip()
    )
    return sha256(str(said).encode()).hexdigest()[:10]


def _plain(one: Field) -> Any:
    """What a field says, so that two of them compare: nothing is nothing, however it is written."""
    data = one.data
    if isinstance(data, list | tuple | set | frozenset):
        return frozenset(data)
    return data or None if not isinstance(data, int) or isinstance(data, bool) else data


def _sent(one: Field) -> list[str]:
    """What a browser would send of a field as it stands."""
    if isinstance(one, BooleanField):
        return ["y"] if one.data else []
    if isinstance(one.data, list | tuple | set | frozenset):
        return [str(value) for value in sorted(one.data, key=str)]
    if isinstance(one, SelectField):
        return [str(one.data)] if one.data is not None else [""]
    return [str(one._value())]


def _shown(one: Field) -> str:
    """What a field says, in words."""
    if isinstance(one, BooleanField):
        return _("Yes") if one.data else _("No")
    if isinstance(one, SelectField | SelectMultipleField):
        words = {value: str(label) for value, label in one.choices or ()}
        data = one.data if isinstance(one.data, list | tuple) else [one.data]
        return with_commas(words.get(value, "") for value in data if value is not None) or _("(empty)")
    if isinstance(one.data, set | frozenset):
        days = [day for day in sorted(one.data) if isinstance(day, date)]
        return with_commas(short_day(day, "UTC") for day in days) or _("(none)")
    return str(one._value()) or _("(empty)")
