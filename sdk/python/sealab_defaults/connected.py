"""Jobs that reach the project's network get packages from its mirror. As `variables` of sdk/src/training/request.ts."""

from .paths import is_expression, scopes_at, values_at

# By operation: where the variables go and which field turns the network on.
VARIABLES = {
    "CreateTrainingJob": [("Environment", "EnableNetworkIsolation")],
    "CreateProcessingJob": [("Environment", "NetworkConfig.EnableNetworkIsolation")],
    "CreateHyperParameterTuningJob": [
        ("TrainingJobDefinition.Environment", "EnableNetworkIsolation"),
        ("TrainingJobDefinitions[].Environment", "EnableNetworkIsolation"),
    ],
}


def add_variables(operation, request, environment):
    """Adds the mirror's variables to those of the caller, whose own values stay. Changes `request`, which is a copy already."""
    for path, isolation in VARIABLES.get(operation, ()):
        for scope in scopes_at(request, path, path.rpartition(".")[0]):
            given = scope.object.get("Environment") or {}
            if values_at(scope.object, isolation) == [False] and not is_expression(given):
                scope.object["Environment"] = {**mirror_variables(environment), **given}
    return request


def mirror_variables(environment):
    mirror, partition, region = environment["mirror"], environment["partition"], environment["region"]
    place = f"{mirror['domainOwner']}:repository/{mirror['domain']}/{mirror['repository']}"
    return {"CA_REPOSITORY_ARN": f"arn:{partition}:codeartifact:{region}:{place}"}
