"""What a rule wants in this environment and whether a value is it. As sdk/src/secure/wanted.ts and match.ts."""

import re

from .errors import SealabError
from .paths import is_list, values_at

S3_URI = re.compile(r"s3://([^/]+)(?:/|\Z)")


def wanted_values(rule, environment):
    """Every value that the environment, or the contract itself, allows."""
    wanted = rule["wanted"]
    if "constant" in wanted:
        return [wanted["constant"]]
    values = values_at(environment, wanted["environment"])
    if not values:
        # Nothing would be compared with nothing, and pass.
        raise SealabError(
            "EnvironmentInvalid",
            f"The environment document gives no {wanted['environment']}.",
            "Ask your administrator to deploy the environment again.",
            {"field": wanted["environment"]},
        )
    return values


def value_to_write(rule, environment):
    """The whole list for `subset`, one value for everything else."""
    values = wanted_values(rule, environment)
    return list(values) if rule["match"] == "subset" else values[0]


def wanted_to_show(rule, environment):
    if rule["match"] == "absent":
        return None
    values = wanted_values(rule, environment)
    return list(values) if rule["match"] in ("one-of", "subset", "in-registry") else values[0]


def source_of(rule):
    return "the contract" if "constant" in rule["wanted"] else f"{rule['wanted']['environment']} of the environment"


def is_relaxed(rule, environment):
    """Whether the environment leaves the choice to the caller."""
    relaxed_by = rule.get("relaxedBy")
    return relaxed_by is not None and values_at(environment, relaxed_by)[:1] == [True]


def same(value, wanted):
    """Equal as JSON values are: in Python, 1 is True."""
    return isinstance(value, bool) == isinstance(wanted, bool) and value == wanted


def among(value, wanted):
    return any(same(value, one) for one in wanted)


def _in_registry(image, registry):
    # `registry` may carry a path: the next character in the image must then end a path segment.
    if not isinstance(image, str) or not isinstance(registry, str) or not registry or not image.startswith(registry):
        return False
    return registry.endswith("/") or image[len(registry) : len(registry) + 1] in ("/", ":", "@", "")


def _in_bucket(uri, wanted):
    found = S3_URI.match(uri) if isinstance(uri, str) else None
    return found is not None and found.group(1) in wanted


MATCHES = {
    "equals": lambda value, wanted: same(value, wanted[0]),
    "one-of": among,
    "subset": lambda value, wanted: is_list(value) and len(value) > 0 and all(among(item, wanted) for item in value),
    "true": lambda value, wanted: value is True,
    "false": lambda value, wanted: value is False,
    "absent": lambda value, wanted: False,
    "in-bucket": _in_bucket,
    "in-registry": lambda value, wanted: any(_in_registry(value, registry) for registry in wanted),
}


def matches(rule, value, environment):
    """Whether a value that is there is one that the rule wants."""
    if is_relaxed(rule, environment) and isinstance(value, bool):
        return True
    return MATCHES[rule["match"]](value, wanted_values(rule, environment))
