"""An isolated container cannot fetch its code from S3: it comes through a channel, as the SDK 2 hands it over when told of the isolation.

The tuner of the SDK 3 drops the isolation that it was told of and leaves the code in S3.
"""

from .paths import is_list, scopes_at

# By operation: the hyperparameters that script mode is told by.
HYPERPARAMETERS = {
    "CreateTrainingJob": ["HyperParameters"],
    "CreateHyperParameterTuningJob": [
        "TrainingJobDefinition.StaticHyperParameters",
        "TrainingJobDefinitions[].StaticHyperParameters",
    ],
}
DIRECTORY = "sagemaker_submit_directory"
CHANNEL = "code"


def hand_over_code(operation, request):
    """Adds the channel where code lies in S3 and the job is isolated. Changes `request`, which is a copy already."""
    for path in HYPERPARAMETERS.get(operation, ()):
        parent, _, name = path.rpartition(".")
        for scope in scopes_at(request, path, parent):
            _hand_over(scope.object, name)
    return request


def _hand_over(job, name):
    values, channels = job.get(name) or {}, job.get("InputDataConfig") or []
    given = values.get(DIRECTORY) if isinstance(values, dict) else None
    # In a step of a pipeline, each of them may be known later only; a channel serves a job with a network as well.
    if not isinstance(given, str) or not is_list(channels) or not job.get("EnableNetworkIsolation"):
        return
    # The training toolkit reads JSON and plain text alike.
    place = given.strip('"')
    named = any(isinstance(channel, dict) and channel.get("ChannelName") == CHANNEL for channel in channels)
    if not place.startswith("s3://") or named:
        return
    source = {"S3DataType": "S3Prefix", "S3Uri": place, "S3DataDistributionType": "FullyReplicated"}
    inside = f"/opt/ml/input/data/{CHANNEL}/{place.rpartition('/')[2]}"
    job[name] = {**values, DIRECTORY: given.replace(place, inside)}
    job["InputDataConfig"] = [*channels, {"ChannelName": CHANNEL, "DataSource": {"S3DataSource": source}}]
