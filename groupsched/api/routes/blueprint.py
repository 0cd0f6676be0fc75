"""The blueprint of each noun: its description says how a call can be refused."""

from http import HTTPStatus
from typing import Any

from flask_smorest import Blueprint

from groupsched.api.rules import KEY_LENGTH, refusals

IDEMPOTENCY_KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "description": "The same key with the same request has one effect and the same answer for 24 hours.",
    "schema": {"type": "string", "maxLength": KEY_LENGTH},
}


class NounBlueprint(Blueprint):  # type: ignore[misc]
    """The calls of one noun."""

    def add_url_rule(self, rule: str, *args: Any, **options: Any) -> None:
        """Serve an address, and describe each of its methods with the answers that refuse it."""
        super().add_url_rule(rule, *args, **options)
        for method, told in self._docs[self._endpoints[-1]].items():
            if method == "parameters":
                continue
            if method == "post":
                told["manual_doc"] = {"parameters": [IDEMPOTENCY_KEY]}
            answers = told.setdefault("response", {}).setdefault("responses", {})
            for code in refusals(rule, method):
                answers.setdefault(code, [HTTPStatus(code).name])
