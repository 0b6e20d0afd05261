"""Writes the storage key into what makes an S3 object and refuses writes to foreign buckets. As sdk/src/secure/s3.ts."""

import re

from .errors import SealabError
from .fill import show
from .rules import among, source_of, wanted_values


def reads(operation, controls):
    return re.match(controls["s3"]["reads"], operation) is not None


def guard(operation, request, environment, controls):
    """The request as it may be sent. Reads pass: IAM decides what may be read."""
    rules = controls["s3"]
    makes = operation in rules["makesObject"]
    if reads(operation, controls):
        return request
    if not makes and operation not in rules["changesObject"]:
        raise SealabError(
            "OperationNotCovered",
            f"S3 {operation} is not covered by the contract, so it may not be sent from this environment.",
            "Objects of the project’s buckets can be read, written and removed; buckets belong to the administrator.",
            {"operation": operation, "covered": [*rules["makesObject"], *rules["changesObject"]]},
        )
    _refuse_unless(rules["bucket"], request.get("Bucket"), [environment["buckets"][name] for name in rules["buckets"]])
    if not makes:
        return request
    filled = dict(request)
    for rule in rules["filled"]:
        wanted = wanted_values(rule, environment)
        if request.get(rule["path"]) is not None:
            _refuse_unless(rule, request[rule["path"]], wanted[:1])
        filled[rule["path"]] = wanted[0]
    for rule in rules["forbidden"]:
        if request.get(rule["path"]) is not None:
            _refuse_unless(rule, request[rule["path"]], [])
    return filled


def _refuse_unless(rule, given, allowed):
    if among(given, allowed):
        return
    field, source, because = rule["path"], source_of(rule), rule["because"]
    secret = field == "SSECustomerKey"
    required = allowed if len(allowed) > 1 else allowed[0] if allowed else None
    raise SealabError(
        "SecureFieldConflict",
        f"{field}: {'a key' if secret else show(given)} was given, {show(required)} is required ({source}). {because}",
        rule["remedy"],
        {"field": field, "given": None if secret else given, "required": required, "source": source, "control": rule["id"]},
        because,
    )
