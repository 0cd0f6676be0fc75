"""What the interface refuses before a verb is asked, and how a verb's refusal names the fields of the request."""

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from flask import Response, current_app, request
from marshmallow import fields
from werkzeug.exceptions import UnprocessableEntity

from groupsched.api.rules import request_field
from groupsched.core.errors import DomainError
from groupsched.core.i18n import _
from groupsched.core.web import domain_answer


def refuse(messages: Mapping[str, Sequence[str]]) -> NoReturn:
    """Answer 422: the fields or parameters that do not fit, each with its sentences."""
    refusal = UnprocessableEntity()
    refusal.data = {"messages": messages}  # type: ignore[attr-defined]
    raise refusal


def refuse_unknown_parameters() -> None:
    """What stands behind the ? and is not described is refused, and so is what is said twice and can be said once."""
    known = _described()
    wrong = {name: [_("There is no such parameter.")] for name in request.args if name not in known}
    once = (name for name, field in known.items() if not isinstance(field, fields.List))
    wrong |= {name: [_("This can be said once.")] for name in once if len(request.args.getlist(name)) > 1}
    if wrong:
        refuse(wrong)


def _described() -> dict[str, fields.Field]:
    """The parameters that the description of this call names."""
    view = getattr(current_app.view_functions[request.endpoint or ""], "view_class", None)
    method = "get" if request.method == "HEAD" else request.method.lower()
    told: dict[str, Any] = getattr(getattr(view, method, None), "_apidoc", {}).get("arguments", {})
    schemas = [part["schema"] for part in told.get("parameters", ()) if part["in"] == "query"]
    return {field.data_key or name: field for schema in schemas for name, field in schema().fields.items()}


def on_refusal(error: DomainError) -> Response:
    """A verb's refusal; it names the field as the request does, not as the verb."""
    error.field = request_field(error.field)
    return domain_answer(error)
