"""Worlds that are made once and then laid out again: their rows, and what Python knew of them.

A fixture that says `@kept` instead of `@pytest.fixture` is built by the product's verbs for the first test that asks for it.
The next test in the same minute gets the same rows and the same objects without a verb being carried out; with `at`, the
moment at which the fixture is built, every later test does. Where anything else was written before it, it is built as ever.
"""

import io
import pickle
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from inspect import Parameter, Signature, signature
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, inspect
from sqlalchemy.engine import Engine
from sqlalchemy.orm import make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.collections import InstrumentedDict, InstrumentedList, InstrumentedSet

from groupsched.core import clock
from groupsched.core.db import db
from tests.databases import Emptied

READING = ("SELECT", "BEGIN", "PRAGMA", "SAVEPOINT", "RELEASE", "SET")
AS_GIVEN = (Flask, FlaskClient)
MOST = 32
"""Layers of one database that are kept: of the fixtures that were asked for last."""
PLAIN: dict[type, type] = {InstrumentedList: list, InstrumentedSet: set, InstrumentedDict: dict}


@dataclass(frozen=True)
class Layer:
    """What a fixture made: the database after it, the rows that Python held, and what the fixture gave."""

    database: Any
    rows: list[Any]
    value: bytes
    began: datetime
    ended: datetime

    def fits(self, now: datetime) -> bool:
        """Whether a test that begins now may have it: nothing in it is of another minute, or to come."""
        return self.ended <= now and _minute(self.began) == _minute(now)


class Shelf:
    """The layers of one database, by the fixtures that were laid on one another since it was emptied."""

    def __init__(self, emptied: Emptied) -> None:
        self._database = emptied
        self._layers: OrderedDict[tuple[Any, ...], Layer] = OrderedDict()
        self._laid: tuple[Any, ...] | None = None
        self._given: list[Any] = []
        event.listen(Engine, "before_cursor_execute", self._note)

    def close(self) -> None:
        """The end of the last test."""
        event.remove(Engine, "before_cursor_execute", self._note)

    def empty(self) -> None:
        """An empty database, for the next test."""
        self._database.empty()
        self._laid, self._given = (), []

    def lay(
        self, name: tuple[Any, ...], build: Callable[[], Any], given: list[Any], at: datetime | None
    ) -> Any:
        """What `build` makes over what is there, built now or laid out again."""
        before, began = self._laid, at or clock.now()
        path = (*(before or ()), name)
        layer = self._layers.get(path) if before is not None else None
        self._given += [one for one in given if isinstance(one, AS_GIVEN)]
        if layer is not None and layer.fits(began):
            self._layers.move_to_end(path)
            value = self._lay_out(layer)
        else:
            with clock.at(at) if at else nullcontext():
                value = build()
            if before is not None:
                self._layers[path] = self._keep(value, began, at or clock.now())
        if before is not None:
            self._laid = path
            self._given.append(value)
            while len(self._layers) > MOST:
                self._layers.popitem(last=False)
        return value

    def _keep(self, value: Any, began: datetime, ended: datetime) -> Layer:
        db.session.commit()
        rows = list(db.session.identity_map.values())
        out = io.BytesIO()
        states = [vars(one) for one in self._changing()]
        _Pickler(out, self._given).dump((list(map(_known_of, rows)), states, value))
        return Layer(self._database.keep(), [inspect(row).key for row in rows], out.getvalue(), began, ended)

    def _lay_out(self, layer: Layer) -> Any:
        db.session.rollback()
        self._database.lay_out(layer.database)
        rows = list(map(_row, layer.rows))
        loaded, states, value = _Unpickler(io.BytesIO(layer.value), self._given).load()
        for row, known in zip(rows, loaded, strict=True):
            _know(row, *known)
        for one, state in zip(self._changing(), states, strict=True):
            vars(one).update(state)
        db.session.commit()  # else what is rolled back later would take these rows out of the session
        return value

    def _changing(self) -> list[Any]:
        """What the fixtures before gave, and a fixture may have set attributes of."""
        fixed = [
            one for one in self._given if isinstance(one, AS_GIVEN) or hasattr(one, "_sa_instance_state")
        ]
        return [one for one in self._given if hasattr(one, "__dict__") and one not in fixed]

    def _note(self, _connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if self._laid is not None and not statement.startswith(READING):
            self._laid = None


class _Pickler(pickle.Pickler):
    """Rows, and what is known already, by what they are called."""

    def __init__(self, out: io.BytesIO, known: list[Any]) -> None:
        super().__init__(out)
        self._known = {id(one): number for number, one in enumerate(known)}

    def persistent_id(self, one: Any) -> Any:
        if id(one) in self._known:
            return self._known[id(one)]
        state = getattr(one, "_sa_instance_state", None)
        return None if state is None or isinstance(one, type) else state.key

    def reducer_override(self, one: Any) -> Any:
        # A collection of rows would bring a second state of its owner with it, which belongs to no session.
        for kind, plain in PLAIN.items():
            if isinstance(one, kind):
                return plain, (plain(one),)
        return NotImplemented


class _Unpickler(pickle.Unpickler):
    def __init__(self, source: io.BytesIO, known: list[Any]) -> None:
        super().__init__(source)
        self._known = known

    def persistent_load(self, name: Any) -> Any:
        return self._known[name] if isinstance(name, int) else db.session.identity_map[name]


def _known_of(row: Any) -> tuple[dict[str, Any], set[str]]:
    """What Python knows of a row, and what it would ask the database for: what is in neither was never set, and is None."""
    state = inspect(row)
    names = [one.key for one in state.mapper.attrs if one.key in state.dict]
    return {name: state.dict[name] for name in names}, set(state.expired_attributes)


def _know(row: Any, values: dict[str, Any], expired: set[str]) -> None:
    """Let Python know of a row this and no more."""
    state = inspect(row)
    for name in _known_of(row)[0].keys() - values.keys():
        del state.dict[name]
    for name, value in values.items():
        set_committed_value(row, name, value)
    state.expired_attributes.clear()
    state.expired_attributes.update(expired)


def _row(key: Any) -> Any:
    """The object of a row in the session: that which is there, or a new one of which nothing is known but its id."""
    if key in db.session.identity_map:
        return db.session.identity_map[key]
    row = key[0]()
    for column, value in zip(inspect(key[0]).primary_key, key[1], strict=True):
        set_committed_value(row, column.key, value)
    make_transient_to_detached(row)
    db.session.add(row)
    return row


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def kept(build: Callable[..., Any] | None = None, *, at: datetime | None = None, still: bool = False) -> Any:
    """A fixture whose rows are laid out again. `at`: the moment at which it is built, when that is no matter of the test;
    where it is to be `still`, the test runs at that moment too."""
    if build is None:
        return lambda then: kept(then, at=at, still=still)
    made: Callable[..., Any] = build
    asked = list(signature(made).parameters)

    def fixture(app: Flask, shelf: Shelf, **values: Any) -> Iterator[Any]:
        given = {"app": app, "shelf": shelf, **values}
        asks = [given[name] for name in asked]
        name = (made.__module__, made.__qualname__, getattr(values.get("request"), "param", None))
        with clock.at(at) if at and still else nullcontext():
            yield shelf.lay(name, lambda: made(*asks), asks, at)

    wanted = ["app", "shelf", *(name for name in asked if name not in ("app", "shelf"))]
    fixture.__name__, fixture.__doc__, fixture.__module__ = made.__name__, made.__doc__, made.__module__
    fixture.__signature__ = Signature(  # type: ignore[attr-defined]
        [Parameter(name, Parameter.KEYWORD_ONLY) for name in wanted]
    )
    return pytest.fixture(fixture)
