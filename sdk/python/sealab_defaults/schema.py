"""Checks a document against the part of JSON Schema that the schemas of the environment and of pipelines use."""

import re

TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "number": (int, float), "integer": (int, float), "null": type(None)}
URI = r"\A[A-Za-z][A-Za-z0-9+.-]*:\S"
# What is looked at here. A test fails when the schema has any other.
KEYWORDS = {
    *("$schema", "type", "properties", "required", "additionalProperties", "propertyNames"),
    *("items", "minItems", "maxItems", "pattern", "minLength", "maxLength", "minimum", "maximum", "format", "enum", "const"),
    *("description", "oneOf", "anyOf", "$ref", "$defs"),
}


def problems(value, schema, field="", root=None):
    """Yields `(field, problem)` for everything that is wrong. `root` is the schema that holds the definitions of this one."""
    root = schema if root is None else root
    if "$ref" in schema:
        schema = root["$defs"][schema["$ref"].removeprefix("#/$defs/")]
    branches = schema.get("oneOf", schema.get("anyOf"))
    if branches is not None:
        yield from _of_union(value, branches, field, root)
        return
    if "const" in schema and value != schema["const"] or "enum" in schema and value not in schema["enum"]:
        yield field, f"must be {' or '.join(map(repr, schema.get('enum', [schema.get('const')])))}"
    expected = schema.get("type", [])
    expected = [expected] if isinstance(expected, str) else expected
    if expected and not any(_is_of(value, one) for one in expected):
        yield field, "is missing" if value is None else f"is not of type {' or '.join(expected)}"
    elif isinstance(value, dict):
        yield from _of_object(value, schema, field, root)
    elif isinstance(value, list):
        if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
            yield field, f"has {len(value)} elements"
        for index, item in enumerate(value):
            yield from problems(item, schema.get("items", {}), f"{field}[{index}]", root)
    elif isinstance(value, str):
        # `$` of a schema is the end, in Python also what stands before a last line break.
        pattern = re.sub(r"\$\Z", r"\\Z", schema.get("pattern", URI if schema.get("format") == "uri" else ""))
        fits = schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value))
        if not fits or not re.search(pattern, value, re.ASCII):
            yield field, f"{value!r} does not have the right form"
    elif _is_of(value, "number") and not schema.get("minimum", value) <= value <= schema.get("maximum", value):
        yield field, f"{value} is not between {schema.get('minimum')} and {schema.get('maximum')}"


def _is_of(value, kind):
    # In Python, True is 1; in JSON, 1.0 is an integer.
    if not isinstance(value, TYPES[kind]) or (isinstance(value, bool) and kind != "boolean"):
        return False
    return kind != "integer" or value % 1 == 0


def _of_union(value, branches, field, root):
    """Of the branches that are meant, by their constants, the one that got furthest says what is wrong."""
    meant = [branch for branch in branches if _is_meant(value, branch)] or branches
    found = [next(problems(value, branch, field, root), None) for branch in meant]
    if None not in found:
        yield max(found, key=lambda one: len(re.findall(r"[.\[]", one[0])))


def _is_meant(value, branch):
    constants = [(name, one) for name, one in branch.get("properties", {}).items() if "const" in one or "enum" in one]
    return not isinstance(value, dict) or all(value.get(name) in one.get("enum", [one.get("const")]) for name, one in constants)


def _of_object(value, schema, field, root):
    known = schema.get("properties", {})
    for name in [*schema.get("required", []), *value]:
        inner = f"{field}.{name}" if field else name
        if name in known:
            if name in schema.get("required", []) or value[name] is not None:
                yield from problems(value.get(name), known[name], inner, root)
        elif schema.get("additionalProperties", True) is False:
            yield inner, "is not a field of the document"
        elif isinstance(schema.get("additionalProperties"), dict):
            yield from problems(value[name], schema["additionalProperties"], inner, root)
