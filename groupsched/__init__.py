"""groupsched: scheduling and running group sessions in recovery and behavioural-health programs."""

import importlib
import importlib.util
from enum import StrEnum
from functools import partial
from typing import Any

from flask import Flask

from groupsched.access import gate, standing
from groupsched.core import db as database
from groupsched.core import filters, i18n, icons, meanwhile, static, templates, web
from groupsched.core.config import Settings, load
from groupsched.core.db import run_view
from groupsched.core.resources import folder

__version__ = "0.1.0"

# From the ground up: events reach lower rooms first.
ROOMS = (
    "audit",
    "outbox",
    "access",
    "accounts",
    "questionnaires",
    "catalog",
    "schedule",
    "enrolment",
    "attendance",
    "care",
    "facilitation",
    "feeds",
    "exchange",
    "api",
    "upkeep",
    "home",
    "register",
    "operations",
)


class Application(Flask):
    """Flask, with views that run again when the database asks for it, and that keep nothing for who may not ask any more."""

    jinja_environment = templates.SharedGlobals

    def dispatch_request(self) -> Any:
        return run_view(partial(standing.answered, super().dispatch_request))


def create_app(settings: Settings | None = None, **overrides: Any) -> Flask:
    """The application. `settings` come from the environment by default; `overrides` go into Flask's config."""
    given = settings or load()
    app = Application(
        "groupsched", template_folder=str(folder("templates")), instance_path=str(given.instance)
    )
    app.config.update(overrides)
    web.init_app(app, given)
    static.init_app(app)
    templates.init_app(app)
    icons.init_app(app)
    load_models()
    database.init_app(app, given.database_url)
    i18n.init_app(app)
    filters.init_app(app)
    meanwhile.init_app(app)
    gate.init_app(app)
    for room in ROOMS:
        _furnish(app, room)
    return app


def load_models() -> None:
    """Import the tables of every room, so that the metadata is whole."""
    for room in ROOMS:
        _part(room, "models")


def _furnish(app: Flask, room: str) -> None:
    """What a room brings: the enums of its rules for the templates, its ears (listeners.connect), what runs beside its
    pages (startup.init_app), its pages."""
    for part in (_part(room, "rules"), _part(room, "identity")):
        app.jinja_env.globals |= enums_in(part)
    listeners, startup, routes = (_part(room, name) for name in ("listeners", "startup", "routes"))
    if listeners is not None:
        listeners.connect(app)
    if startup is not None:
        startup.init_app(app)
    for blueprint in routes.blueprints if routes is not None else ():
        app.register_blueprint(blueprint)


def enums_in(part: object) -> dict[str, type[StrEnum]]:
    """The enums that a module names, by their names."""
    found = {name: one for name, one in vars(part).items() if isinstance(one, type)} if part else {}
    return {name: one for name, one in found.items() if issubclass(one, StrEnum) and one is not StrEnum}


def _part(room: str, name: str) -> Any:
    module = f"groupsched.{room}.{name}"
    found = importlib.util.find_spec(module)
    return importlib.import_module(module) if found and found.origin else None
