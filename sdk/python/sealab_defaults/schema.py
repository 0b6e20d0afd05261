"""Checks a document against the part of JSON Schema that the environment's schema uses."""

import re

TYPES = {"object": dict, "array": list, "string": str, "boolean": bool}
URI = r"\A[A-Za-z][A-Za-z0-9+.-]*:\S"
# What is looked at here. A test fails when the schema has any other.
KEYWORDS = {
    *("$schema", "type", "properties", "required", "additionalProperties", "propertyNames"),
    *("items", "minItems", "maxItems", "pattern", "minLength", "format", "enum", "const", "description"),
}


def problems(value, schema, field=""):
    """Yields `(field, problem)` for everything that is wrong."""
    if "const" in schema and value != schema["const"] or "enum" in schema and value not in schema["enum"]:
        yield field, f"must be {' or '.join(map(repr, schema.get('enum', [schema.get('const')])))}"
    expected = TYPES.get(schema.get("type"))
    if expected is not None and not isinstance(value, expected):
        yield field, "is missing" if value is None else f"is not of type {schema['type']}"
    elif isinstance(value, dict):
        yield from _of_object(value, schema, field)
    elif isinstance(value, list):
        if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
            yield field, f"has {len(value)} elements"
        for index, item in enumerate(value):
            yield from problems(item, schema.get("items", {}), f"{field}[{index}]")
    elif isinstance(value, str):
        # `$` of a schema is the end, in Python also what stands before a last line break.
        pattern = re.sub(r"\$\Z", r"\\Z", schema.get("pattern", URI if schema.get("format") == "uri" else ""))
        if len(value) < schema.get("minLength", 0) or not re.search(pattern, value, re.ASCII):
            yield field, f"{value!r} does not have the right form"


def _of_object(value, schema, field):
    known = schema.get("properties", {})
    for name in [*schema.get("required", []), *value]:
        inner = f"{field}.{name}" if field else name
        if name in known:
            if name in schema.get("required", []) or value[name] is not None:
                yield from problems(value.get(name), known[name], inner)
        elif schema.get("additionalProperties", True) is False:
            yield inner, "is not a field of the document"
        elif isinstance(schema.get("additionalProperties"), dict):
            yield from problems(value[name], schema["additionalProperties"], inner)
