"""The interface as a page: the OpenAPI document in the order in which a reader asks, with the scope each call needs."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Flask

from groupsched.access.identity import ADMIN_IMPLIES, ApiToken, Scope
from groupsched.access.policy import POLICY, HasScope, Permission, Published, permission_of

METHODS = ("get", "post", "put", "patch", "delete")
SHAPE = "#/components/schemas/"
EXAMPLES = {"date": "2026-12-01", "date-time": "2026-12-01T10:00:00-05:00", "email": "robin@example.org"}
EXAMPLES |= {"uuid": "5f0c6f0e-2b1d-4c55-9d0a-0a3a7f0d7e11"}
NAMED: dict[str, Any] = {
    "start_time": "10:00",
    "timezone": "America/New_York",
    "modality": "support-group",
    "rrule": None,
}
NAMED |= {
    "person_id": "PERSON_ID",
    "attendee_id": "ATTENDEE_ID",
    "duration_minutes": 90,
    "device": "tablet-1",
}


@dataclass(frozen=True)
class DescribedField:
    """One name of a body or a query: its type, and `shape`, the name of the schema that it holds, where it holds one."""

    name: str
    type: str
    shape: str
    needed: bool
    limits: str


@dataclass(frozen=True)
class DescribedCall:
    """One method of an address. One of `scopes` is enough; what is `published` any token reads."""

    method: str
    path: str
    summary: str
    scopes: list[Scope]
    published: bool
    query: list[DescribedField]
    body: list[DescribedField]
    answers: str
    example: str


@dataclass(frozen=True)
class DescribedPart:
    """The calls about one noun."""

    key: str
    name: str
    calls: list[DescribedCall]


def parts(app: Flask, spec: dict[str, Any], root: str) -> list[DescribedPart]:
    """Every call of the document by its noun, in the document's order."""
    asked = _permissions(app)
    found: dict[str, list[DescribedCall]] = {tag["name"]: [] for tag in spec["tags"]}
    for path, methods in spec["paths"].items():
        for method, told in methods.items():
            if method in METHODS:
                call = _call(spec, root, method, path, told, asked[method, path])
                found[told["tags"][0]].append(call)
    return [DescribedPart(tag["name"], tag["description"], found[tag["name"]]) for tag in spec["tags"]]


def shapes(spec: dict[str, Any]) -> dict[str, list[DescribedField]]:
    """The fields of every shape that something answers with or takes, by its name."""
    schemas = {n: s for n, s in spec["components"]["schemas"].items() if n != "PaginationMetadata"}
    return {name: list(_fields(schemas[name])) for name in sorted(schemas)}


def implied() -> list[Scope]:
    """What `admin` may besides its own, in the order in which scopes are told."""
    return [scope for scope in Scope if scope in ADMIN_IMPLIES - {Scope.ADMIN}]


def _permissions(app: Flask) -> dict[tuple[str, str], Permission]:
    """The permission of every method and address, as the document writes it."""
    found: dict[tuple[str, str], Permission] = {}
    for rule in app.url_map.iter_rules():
        path, view = re.sub(r"<(?:[^<>]*:)?(\w+)>", r"{\1}", rule.rule), app.view_functions[rule.endpoint]
        for method in METHODS:
            permission = permission_of(view, method)
            if permission and method.upper() in (rule.methods or ()):
                found[method, path] = permission
    return found


def _scopes(permission: Permission) -> list[Scope]:
    """The scopes of which one is enough, by the policy itself."""
    asked = [one for one in POLICY[permission] if isinstance(one, HasScope)]
    return [scope for scope in Scope if any(one.ever(ApiToken(scopes=frozenset({scope}))) for one in asked)]


def _call(
    spec: dict[str, Any], root: str, method: str, path: str, told: dict[str, Any], permission: Permission
) -> DescribedCall:
    body = _schema(told.get("requestBody", {}))
    held = spec["components"]["schemas"].get(_shape(body), body)
    query = [
        _field(q["name"], q["schema"], q.get("required", False))
        for q in told.get("parameters", ())
        if q["in"] == "query"
    ]
    good: dict[str, Any] = next(
        (answer for code, answer in told["responses"].items() if code.startswith("2")), {}
    )
    example = _curl(root, method, path, _example(spec, held) if body else None)
    return DescribedCall(
        method.upper(),
        path,
        told["summary"],
        _scopes(permission),
        Published() in POLICY[permission],
        query,
        list(_fields(held)),
        _shape(_schema(good)),
        example,
    )


def _schema(holder: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = holder.get("content", {}).get("application/json", {}).get("schema", {})
    return found


def _fields(schema: dict[str, Any]) -> Iterator[DescribedField]:
    needed = schema.get("required", ())
    for name, of in schema.get("properties", {}).items():
        if not of.get("readOnly"):
            yield _field(name, of, name in needed)


def _field(name: str, schema: dict[str, Any], needed: bool) -> DescribedField:
    return DescribedField(name, _type(schema), _shape(schema), needed, _limits(schema))


def _shape(schema: dict[str, Any]) -> str:
    """The name of the shape that a schema is, or holds a list of, or may be."""
    inner = schema.get("items", schema)
    return next(
        (str(one["$ref"]).removeprefix(SHAPE) for one in (inner, *inner.get("anyOf", ())) if "$ref" in one),
        "",
    )


def _type(schema: dict[str, Any]) -> str:
    kinds = schema.get("type", [])
    named = [kinds] if isinstance(kinds, str) else list(kinds)
    if "array" in named and "items" in schema:
        return f"{_type(schema['items']) or 'object'}[]"
    return " | ".join([schema["format"] if schema.get("format") and k == "string" else k for k in named])


def _limits(schema: dict[str, Any]) -> str:
    if "enum" in schema:
        return " | ".join("null" if word is None else str(word) for word in schema["enum"])
    least, most = schema.get("minimum", ""), schema.get("maximum", "")
    span = f"{least}…{most}" if most != "" or least != "" else ""
    length = f"≤ {schema['maxLength']}" if "maxLength" in schema and not schema.get("format") else ""
    default = f"= {json.dumps(schema['default'])}" if schema.get("default") not in (None, "") else ""
    return ", ".join(word for word in (span, length, default) if word)


def _example(spec: dict[str, Any], schema: dict[str, Any]) -> Any:
    """A small value that fits a schema: what it needs, or else its first field."""
    if "$ref" in schema:
        return _example(spec, spec["components"]["schemas"][_shape(schema)])
    if "properties" in schema:
        names = [*schema.get("required", ())] or [next(iter(schema["properties"]))]
        return {name: NAMED.get(name, _example(spec, schema["properties"][name])) for name in sorted(names)}
    if "items" in schema:
        return [_example(spec, schema["items"])]
    if "enum" in schema:
        return schema["enum"][0]
    plain = {"integer": 1, "boolean": True}
    kind = schema.get("type", "")
    # What may be null has several types: the first is what it is otherwise.
    return plain.get(kind[0] if isinstance(kind, list) else kind, EXAMPLES.get(schema.get("format", ""), "…"))


def _curl(root: str, method: str, path: str, body: Any) -> str:
    address = re.sub(r"\{(\w+)\}", lambda name: name[1].upper(), path)
    lines = [f'curl -H "Authorization: Bearer $TOKEN" {root}{address}']
    if method != "get":
        lines[0] += f" -X {method.upper()}"
    if body is not None:
        lines += ['  -H "Content-Type: application/json"', f"  -d '{json.dumps(body, ensure_ascii=False)}'"]
    return " \\\n".join(lines)
