"""The same submission with the SageMaker Python SDK v3 (`ModelTrainer`), every security field that it takes written by hand.

argv: the script, the S3 URI of the data. The SDK's session looks for a bucket of its own unless it is told one.
"""

import json
import logging
import os
import sys

logging.disable(logging.WARNING)

import boto3  # noqa: E402
from sagemaker.core.helper.session_helper import Session  # noqa: E402
from sagemaker.core.shapes import (  # noqa: E402
    OutputDataConfig,
    StoppingCondition,
)
from sagemaker.train import ModelTrainer  # noqa: E402
from sagemaker.train.configs import Compute, InputData, Networking, SourceCode  # noqa: E402

script, data = sys.argv[1:]
with open(os.environ["SEALAB_ENVIRONMENT"], encoding="utf-8") as file:
    environment = json.load(file)
session = Session(
    boto_session=boto3.Session(region_name=environment["region"]),
    default_bucket=environment["buckets"]["artifacts"],
    default_bucket_prefix="code",
)
trainer = ModelTrainer(
    sagemaker_session=session,
    training_image=environment["images"]["scikit-learn"],
    role=environment["roles"]["jobExecution"],
    source_code=SourceCode(source_dir=os.path.dirname(script), entry_script=os.path.basename(script)),
    base_job_name="v3",
    hyperparameters={"n_estimators": 10},
    compute=Compute(
        instance_type=environment["instanceTypes"]["training"][0],
        instance_count=1,
        volume_size_in_gb=30,
        volume_kms_key_id=environment["keys"]["volume"],
    ),
    networking=Networking(
        subnets=[subnet["id"] for subnet in environment["network"]["subnets"]],
        security_group_ids=environment["network"]["securityGroupIds"],
        enable_network_isolation=True,
        enable_inter_container_traffic_encryption=True,
    ),
    output_data_config=OutputDataConfig(
        s3_output_path=f"s3://{environment['buckets']['model']}/training-jobs",
        kms_key_id=environment["keys"]["storage"],
    ),
    stopping_condition=StoppingCondition(max_runtime_in_seconds=3600),
)
trainer.train(input_data_config=[InputData(channel_name="training", data_source=data)], wait=False, logs=False)
print(trainer._latest_training_job.training_job_name)
