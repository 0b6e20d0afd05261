"""Looks into the definitions of pipelines: every step asks for a job or a model, and is held to the rules of its operation.

As sdk/src/secure/pipeline.ts; a test holds them equal. What the names in a definition refer to is left to SageMaker, which checks it
when the pipeline is made. Loaded with the first pipeline.
"""

import json
import re

from .controls import load
from .errors import SealabError
from .fill import fill, rules_of, show
from .paths import is_expression, is_list, places_at
from .rules import among
from .schema import problems

LATER = (
    "What is known later cannot be checked now: write the value, or give a parameter `EnumValues` of allowed values alone; "
    "a location may be a Std:Join that begins with the project’s bucket."
)
BRANCHES = ("IfSteps", "ElseSteps")


def secure(operation, request, environment, controls, complete=None):
    """A request that makes or changes a pipeline, as it may be sent: filled outside and inside its definition.

    `complete(operation, request)` gets the request of each step once it is filled, and gives it back. Raises SealabError as `fill`
    does, with the step's name; `InvalidInput` for what is no definition.
    """
    location = request.get("PipelineDefinitionS3Location")
    if location is not None:
        raise SealabError(
            "SecureFieldConflict",
            "PipelineDefinitionS3Location: what stands in the object can change and cannot be held to the contract.",
            "Give the definition itself, in PipelineDefinition (up to 1,048,576 characters).",
            {"field": "PipelineDefinitionS3Location", "given": location, "control": f"{operation}.DefinitionBucket"},
        )
    filled = fill(operation, request, environment, controls)
    text = filled.get("PipelineDefinition")
    # What is no text is refused by botocore.
    if isinstance(text, str):
        definition = _secured(parse(text, controls["pipelines"]), environment, controls, complete)
        filled["PipelineDefinition"] = json.dumps(definition, ensure_ascii=False, separators=(",", ":"))
    return filled


def _secured(definition, environment, controls, complete):
    known = controls["pipelines"]
    resolve = _resolver(definition.get("Parameters") or [], re.compile(known["outputs"]))

    def secured(step):
        arguments, operation = step["Arguments"], known["steps"][step["Type"]]
        if step["Type"] == "Condition":
            taken = {name: [secured(one) for one in arguments[name]] for name in BRANCHES if arguments.get(name) is not None}
            return {**step, "Arguments": {**arguments, **taken}}
        if operation is None:
            return step
        filled = _fill_step(step["Name"], operation, arguments, environment, controls, resolve)
        return {**step, "Arguments": filled if complete is None else complete(operation, filled)}

    return {**definition, "Steps": [secured(step) for step in definition["Steps"]]}


def _fill_step(name, operation, arguments, environment, controls, resolve):
    try:
        _refuse_hidden(operation, arguments, controls)
        return fill(operation, arguments, environment, controls, resolve)
    except SealabError as error:
        remedy = LATER if is_expression(error.details.get("given")) else error.remedy
        details = {**error.details, "step": name}
        raise SealabError(error.code, f"Step {show(name)}: {error.message}", remedy, details, error.because) from error


def _refuse_hidden(operation, arguments, controls):
    # A reference in the place of an object or a list would hide the secure fields in it.
    paths = ["Tags", *(path for rule in rules_of(operation, controls) for path in _enclosing(rule["path"]))]
    for path in dict.fromkeys(paths):
        for place in places_at(arguments, path):
            if is_expression(place.value):
                raise SealabError(
                    "SecureFieldConflict",
                    f"{place.location}: {show(place.value)} was given, and hides fields that have to be checked.",
                    details={"field": place.location, "given": place.value},
                )


def _enclosing(path):
    # `A.B[].C` is in `A`, `A.B` and each `A.B[]`.
    parts = path.split(".")[:-1]
    for depth, part in enumerate(parts, 1):
        here = ".".join(parts[:depth])
        if part.endswith("[]"):
            yield here[:-2]
        yield here


def _resolver(parameters, outputs):
    by_name = {parameter["Name"]: parameter for parameter in parameters}

    def resolve(value, rule):
        """The values that something may stand for; None for a value that is one already. A reference that may stand for
        anything gives itself, which no rule accepts; one that is known to be right gives none."""
        if not is_expression(value):
            return None
        in_bucket, reference = rule["match"] == "in-bucket", value.get("Get")
        if isinstance(reference, str):
            found = re.fullmatch(r"Parameters\.([^.]+)", reference)
            parameter = by_name.get(found.group(1), {}) if found else {}
            if parameter.get("EnumValues") is not None:
                return parameter["EnumValues"]
            if parameter.get("Type") == "Boolean":
                return [True, False]
            return [] if in_bucket and outputs.fullmatch(reference) else [value]
        if not in_bucket or "Std:Join" not in value:
            return [value]
        join = value["Std:Join"]
        return [] if _is_below_output(join, outputs) else [_beginning(join)]

    return resolve


def _is_below_output(join, outputs):
    """Whether a joined text names something below what another step writes to."""
    between, values = _parts(join)
    first = values[0].get("Get") if values and is_expression(values[0]) else None
    return between.startswith("/") and isinstance(first, str) and outputs.fullmatch(first) is not None


def _parts(join):
    between, values = (join.get("On", ""), join.get("Values")) if isinstance(join, dict) else ("", None)
    return (between, values) if isinstance(between, str) and is_list(values) else ("", [])


def _beginning(join):
    """What a joined text begins with for certain."""
    between, values = _parts(join)
    later = next((index for index, value in enumerate(values) if not isinstance(value, str)), None)
    if later is None:
        return between.join(values)
    text = between.join([*values[:later], ""])
    # Without a slash the bucket's name could go on.
    return text if re.match(r"s3://[^/]+/", text) else ""


def parse(text, known):
    """Reads a definition: its form, and that its steps are of types that the contract knows."""
    if len(text) > known["mostCharacters"]:
        raise _invalid(None, "", f"it has {len(text)} characters, SageMaker takes {known['mostCharacters']}", "Split the pipeline.")
    try:
        definition = json.loads(text, parse_constant=_refuse_constant)
    except ValueError as error:
        raise _invalid(None, "", f"it is not JSON: {error}") from error
    # Types are told apart before anything else is looked at, so that a refused one is refused with its reason.
    _refuse_steps(definition.get("Steps") if isinstance(definition, dict) else None, known)
    for field, problem in problems(definition, load("pipeline.schema.json")):
        raise _invalid(*_of_step(definition, field), problem)
    _check_parameters(definition.get("Parameters") or [])
    return definition


def _refuse_constant(name):
    raise ValueError(f"{name} is no value")


def _refuse_steps(steps, known):
    for step in steps if is_list(steps) else []:
        name, kind, arguments = (step.get(key) for key in ("Name", "Type", "Arguments")) if isinstance(step, dict) else (None,) * 3
        if isinstance(kind, str) and kind not in known["steps"]:
            because = known["refusedSteps"].get(kind)
            raise SealabError(
                "OperationNotCovered",
                f"Step {show(name)}: the type {show(kind)} is not covered by the contract."
                if because is None
                else f"Step {show(name)}: the type {kind} is refused in this environment. {because}",
                f"Use one of {', '.join(known['steps'])}.",
                {"step": name, "type": kind, **({} if because is None else {"because": because}), "covered": list(known["steps"])},
                because,
            )
        if kind == "Condition" and isinstance(arguments, dict):
            for branch in BRANCHES:
                _refuse_steps(arguments.get(branch), known)


def _check_parameters(parameters):
    names = set()
    for parameter in parameters:
        name, default, choices = (parameter.get(key) for key in ("Name", "DefaultValue", "EnumValues"))
        if name in names:
            raise _invalid(None, f"Parameters.{name}", "two parameters have this name")
        names.add(name)
        if default is not None and choices is not None and not among(default, choices):
            raise _invalid(None, f"Parameters.{name}", f"its default {show(default)} is none of its EnumValues")


def _of_step(definition, field):
    """Name of the last step on the way to a field, and the field in it."""
    found = re.match(r"Steps\[\d+\](?:\.Arguments\.(?:If|Else)Steps\[\d+\])*", field)
    if found is None:
        return None, field
    step = definition
    for name, index in re.findall(r"(\w+)(?:\[(\d+)\])?", found.group()):
        step = step[name][int(index)] if index else step[name]
    named = step.get("Name") if isinstance(step, dict) else None
    return f"number {int(index) + 1}" if named is None else named, field[found.end() :].removeprefix(".")


def _invalid(step, path, problem, remedy=None):
    where = path if step is None else f"step {show(step)}{f': {path}' if path else ''}"
    message = f"Pipeline definition, {where or 'as a whole'}: {problem}."
    return SealabError("InvalidInput", message, remedy, {"step": step, "path": path})
