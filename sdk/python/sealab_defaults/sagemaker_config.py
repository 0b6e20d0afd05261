"""`python3 -m sealab_defaults.sagemaker_config FILE` writes the SageMaker Python SDK's configuration, for both generations.

Convenience, not protection, as a user's own file wins: what requests would otherwise have to name, and what the SDK itself
has to know. JSON is YAML.
"""

import json
import os
import sys

from .environment import current
from .errors import SealabError


def configuration(environment):
    job, hosting = environment["roles"]["jobExecution"], environment["roles"]["endpointHosting"]
    return {
        "SchemaVersion": "1.0",
        "SageMaker": {
            "PythonSDK": {
                "Modules": {
                    # Code, data and results that have no place of their own go there; results have to.
                    "Session": {"DefaultS3Bucket": environment["buckets"]["model"]},
                    # It would send the account and what is used to a bucket of the vendor, and cannot reach it.
                    "TelemetryOptOut": True,
                }
            },
            # Told of the isolation, the SDK hands code over in a channel; the container cannot fetch it from S3.
            "TrainingJob": {"RoleArn": job, "EnableNetworkIsolation": True},
            "ProcessingJob": {"RoleArn": job},
            "Model": {"ExecutionRoleArn": hosting, "EnableNetworkIsolation": True},
            "Pipeline": {"RoleArn": environment["roles"]["pipelineExecution"]},
        },
    }


def main(path):
    content = json.dumps(configuration(current()), indent=2)
    with open(f"{path}.next", "w", encoding="utf-8") as file:
        file.write(content)
    os.replace(f"{path}.next", path)


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except SealabError as error:
        sys.exit(str(error))
