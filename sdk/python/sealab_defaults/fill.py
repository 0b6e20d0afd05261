"""Writes the environment's security values into a SageMaker request. As sdk/src/secure/fill.ts; a test holds them equal."""

import json

from .errors import SealabError
from .paths import copy_of, is_list, places_at, scopes_at, set_at
from .rules import is_relaxed, matches, source_of, value_to_write, wanted_to_show


def fill(operation, request, environment, controls, resolve=None):
    """The request as it may be sent. The caller's is not changed; what the caller gave is kept when the contract allows it
    and refused otherwise, never replaced. `resolve(value, rule)` gives the values that something may stand for which is known
    later, None for a value that is one already. Raises SealabError `SecureFieldConflict` or `OperationNotCovered`."""
    filled = copy_of(request)
    for rule in rules_of(operation, controls):
        _fill_one(rule, filled, environment, resolve)
    if operation in controls["taggedOperations"]:
        _merge_tags(filled, environment)
    return filled


def rules_of(operation, controls):
    """Rules of an operation; none for one that only reads or is guarded by what it refers to."""
    covered = controls["operations"]
    if operation in covered:
        return covered[operation]
    if operation in controls["guardedByReference"] or operation.startswith(tuple(controls["readOnlyPrefixes"])):
        return []
    because = controls.get("refused", {}).get(operation)
    raise SealabError(
        "OperationNotCovered",
        f"{operation} is not covered by the contract, so it may not be sent from this environment."
        if because is None
        else f"{operation} is refused in this environment. {because}",
        "Use one of the covered operations, or ask your administrator to have it covered."
        if because is None
        else "Use one of the covered operations, or ask your administrator.",
        {"operation": operation, **({} if because is None else {"because": because}), "covered": list(covered)},
        because,
    )


def _fill_one(rule, request, environment, resolve):
    for scope in scopes_at(request, rule["path"], rule.get("within")):
        prefix = f"{scope.location}." if scope.location else ""
        places = places_at(scope.object, scope.rest)
        if not places and rule["fill"] == "always":
            _refuse_scalar_parents(rule, scope, prefix, environment)
            set_at(scope.object, scope.rest, value_to_write(rule, environment))
        for place in places:
            if place.value is not None:
                values = None if resolve is None else resolve(place.value, rule)
                if not all(matches(rule, value, environment) for value in ([place.value] if values is None else values)):
                    raise _conflict(rule, prefix + place.location, place.value, environment)
            elif rule["fill"] != "never" and rule["match"] != "absent":
                place.parent[place.name] = value_to_write(rule, environment)


def _refuse_scalar_parents(rule, scope, prefix, environment):
    # `VpcConfig="none"` may not be replaced by an object: that would be a silent change of what the caller gave.
    names = scope.rest.split(".")
    for depth in range(1, len(names)):
        path = ".".join(names[:depth])
        for place in places_at(scope.object, path):
            if place.value is not None and not isinstance(place.value, dict):
                raise _conflict(rule, prefix + path, place.value, environment)


def show(value):
    return "nothing" if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)


def _conflict(rule, field, given, environment):
    required = wanted_to_show(rule, environment)
    choice = "a location in " if rule["match"] == "in-bucket" else "one of " if is_list(required) and rule["match"] != "subset" else ""
    asked = " or its opposite" if is_relaxed(rule, environment) else ""
    source = source_of(rule)
    return SealabError(
        "SecureFieldConflict",
        f"{field}: {show(given)} was given, {choice}{show(required)}{asked} is required ({source}). {rule['because']}",
        rule["remedy"],
        {"field": field, "given": given, "required": required, "source": source, "control": rule["id"]},
        rule["because"],
    )


def _merge_tags(request, environment):
    given = list(request["Tags"]) if is_list(request.get("Tags")) else []
    # Whoever names a tag twice is held to the first; a name that is known later is none of the environment's.
    named = [tag for tag in reversed(given) if isinstance(tag, dict) and isinstance(tag.get("Key"), str)]
    own = {tag["Key"]: tag.get("Value") for tag in named}
    for key, value in environment["tags"].items():
        if key in own and own[key] != value:
            shown = "" if own[key] is None else own[key]
            raise SealabError(
                "SecureFieldConflict",
                f"Tags: {key}={shown} was given, {key}={value} is required (tags of the environment).",
                f"Leave the tag {key} out: Sealab adds it from the environment.",
                {
                    "field": f"Tags[{key}]",
                    "given": own[key],
                    "required": value,
                    "source": "tags of the environment",
                    "control": "Tags",
                },
                "Costs, owners and access rules are found by these tags.",
            )
    tags = given + [{"Key": key, "Value": value} for key, value in environment["tags"].items() if key not in own]
    if tags:
        request["Tags"] = tags
