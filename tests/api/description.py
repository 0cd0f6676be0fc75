"""Whether an answer is what the description says: its status, its fields, the words of its lists."""

import re

from werkzeug.exceptions import HTTPException

SHAPE = "#/components/schemas/"
REFUSAL = "#/components/responses/"


def spec_of(app):
    return app.extensions["groupsched.api"].spec.to_dict()


def operations(spec):
    """(path, method, what is told of it) of every call."""
    for path, methods in spec["paths"].items():
        for method, told in methods.items():
            if method != "parameters":
                yield path, method, told


def told_of(app, spec, method, path):
    """What the description tells of the call at this address; None for an address that is none."""
    try:
        rule, _ids = app.url_map.bind("127.0.0.1").match(path, method, return_rule=True)
    except HTTPException:
        return None
    return spec["paths"].get(re.sub(r"<(\w+)>", r"{\1}", rule.rule), {}).get(method.lower())


def undescribed(app, method, path, answer):
    """What of an answer the description does not say."""
    spec = spec_of(app)
    told = told_of(app, spec, method, path)
    if told is None:
        return []
    said = told["responses"].get(str(answer.status_code))
    if said is None:
        return [f"status {answer.status_code}"]
    if "$ref" in said:
        said = spec["components"]["responses"][said["$ref"].removeprefix(REFUSAL)]
    content = said.get("content", {})
    if not answer.data:
        return [] if not content else ["no body"]
    if answer.mimetype not in content:
        return [f"a body of {answer.mimetype}"]
    return list(unlike(spec, content[answer.mimetype]["schema"], answer.json, ""))


def unlike(spec, schema, value, where):
    """Where a value is not of a schema: a field it does not name, a word that is not of its list, another type."""
    if "$ref" in schema:
        yield from unlike(
            spec, spec["components"]["schemas"][schema["$ref"].removeprefix(SHAPE)], value, where
        )
    elif "anyOf" in schema:
        if all(list(unlike(spec, one, value, where)) for one in schema["anyOf"]):
            yield f"{where}: none of {schema['anyOf']}"
    elif not fits(schema.get("type"), value):
        yield f"{where}: {value!r} is no {schema['type']}"
    elif "enum" in schema and value not in schema["enum"]:
        yield f"{where}: {value!r} is not in {schema['enum']}"
    elif isinstance(value, dict):
        known = schema.get("properties", {})
        # Where a program, or another standard, names what is in it the description says so.
        free = "additionalProperties" in schema
        yield from (f"{where}.{name}" for name in value if name not in known and not free)
        for name in value.keys() & known.keys():
            yield from unlike(spec, known[name], value[name], f"{where}.{name}")
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from unlike(spec, schema["items"], one, f"{where}.{number}")


def fits(named, value):
    """Whether a JSON value is of one of these types."""
    kinds = {
        "string": str,
        "integer": int,
        "boolean": bool,
        "array": list,
        "object": dict,
        "null": type(None),
    }
    types = [named] if isinstance(named, str) else named or []
    return not types or any(type(value) is kinds[name] for name in types)
