"""Runs cases through the Python fill. JSON lines in: `{kind, operation, input, environment}`; JSON lines out: `{result}` or `{error}`."""

import json
import sys

from sealab_defaults import SealabError, connected, controls, environment, fill, pipelines, s3

contract = controls.load()


def outcome(kind, operation, request, document):
    if kind == "document":
        return environment.read(document)
    if kind == "s3":
        return s3.guard(operation, request, document, contract)
    if kind == "pipeline":
        return pipelines.secure(operation, request, document, contract)
    filled = fill.fill(operation, request, document, contract)
    return connected.add_variables(operation, filled, document) if kind == "connected" else filled


for line in sys.stdin:
    case = json.loads(line)
    before = json.dumps(case["input"])
    try:
        answer = {"result": outcome(case["kind"], case["operation"], case["input"], case["environment"])}
    except SealabError as error:
        answer = {"error": {"code": error.code, "message": error.message, "remedy": error.remedy, "details": error.details}}
    if json.dumps(case["input"]) != before:
        answer = {"error": "the caller's own request was changed"}
    print(json.dumps(answer))
