"""The same submission with the SageMaker Python SDK v2 (`Estimator`), every security field that it takes written by hand.

argv: the script, the S3 URI of the data.
"""

import json
import logging
import os
import sys

logging.disable(logging.WARNING)

import boto3  # noqa: E402
import sagemaker  # noqa: E402
from sagemaker.estimator import Estimator  # noqa: E402

script, data = sys.argv[1:]
with open(os.environ["SEALAB_ENVIRONMENT"], encoding="utf-8") as file:
    environment = json.load(file)
session = sagemaker.Session(
    boto_session=boto3.Session(region_name=environment["region"]),
    default_bucket=environment["buckets"]["artifacts"],
    default_bucket_prefix="code",
)
estimator = Estimator(
    sagemaker_session=session,
    image_uri=environment["images"]["scikit-learn"],
    role=environment["roles"]["jobExecution"],
    source_dir=os.path.dirname(script),
    entry_point=os.path.basename(script),
    code_location=f"s3://{environment['buckets']['artifacts']}/code",
    base_job_name="v2",
    hyperparameters={"n_estimators": 10},
    instance_type=environment["instanceTypes"]["training"][0],
    instance_count=1,
    volume_size=30,
    volume_kms_key=environment["keys"]["volume"],
    output_kms_key=environment["keys"]["storage"],
    output_path=f"s3://{environment['buckets']['model']}/training-jobs",
    subnets=[subnet["id"] for subnet in environment["network"]["subnets"]],
    security_group_ids=environment["network"]["securityGroupIds"],
    enable_network_isolation=True,
    encrypt_inter_container_traffic=True,
    max_run=3600,
    # The local environment has no debugger, and Sealab's own request asks for none.
    debugger_hook_config=False,
    disable_profiler=True,
)
estimator.fit({"training": data}, wait=False, logs=False)
print(estimator.latest_training_job.name)
