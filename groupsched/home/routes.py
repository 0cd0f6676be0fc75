"""`/`, `/my` and `/today`, each in a file of its own."""

import importlib
import importlib.util

from groupsched.home.blueprint import blueprint

for _page in ("front", "my", "today"):
    if importlib.util.find_spec(f"groupsched.home.{_page}"):
        importlib.import_module(f"groupsched.home.{_page}")

__all__ = ["blueprint"]
