"""Definitions as people write them for boto3: without a word about security, and with what the contract refuses."""

import json
import os

from steps import BUCKET, IMAGE, INSTANCE, run

import boto3  # noqa: E402

sagemaker = boto3.client("sagemaker")
TRAINING = {
    "AlgorithmSpecification": {"TrainingImage": IMAGE, "TrainingInputMode": "File"},
    "OutputDataConfig": {"S3OutputPath": f"s3://{BUCKET}/out"},
    "ResourceConfig": {"InstanceType": INSTANCE, "InstanceCount": 1, "VolumeSizeInGB": 1},
    "StoppingCondition": {"MaxRuntimeInSeconds": 60},
}
CODE = {"sagemaker_program": "train.py", "sagemaker_submit_directory": f"s3://{BUCKET}/code/sourcedir.tar.gz"}
CONDITIONS = [{"Type": "Equals", "LeftValue": 1, "RightValue": 1}]
ANY = [{"Name": "Any", "Type": "String"}, {"Name": "Isolated", "Type": "Boolean"}]
ANYTHING = {"Get": "Parameters.Any"}


def train(**more):
    return {"Name": "train", "Type": "Training", "Arguments": {**TRAINING, **more}}


def text(*steps):
    branch = {"Conditions": CONDITIONS, "IfSteps": list(steps), "ElseSteps": []}
    steps = [{"Name": "decide", "Type": "Condition", "Arguments": branch}]
    return json.dumps({"Version": "2020-12-01", "Parameters": ANY, "Steps": steps})


def create(*steps, **more):
    request = {"PipelineName": "boto3", "RoleArn": os.environ["CAPTURE_PIPELINE_ROLE"], "PipelineDefinition": text(*steps), **more}
    return lambda: sagemaker.create_pipeline(**request)


run(
    {
        "create": create(train(HyperParameters=CODE)),
        "update": lambda: sagemaker.update_pipeline(PipelineName="boto3", PipelineDefinition=text(train())),
        "describe anew": lambda: sagemaker.update_pipeline(PipelineName="boto3", PipelineDescription="only this"),
        "isolation by parameter": create(train(HyperParameters=CODE, EnableNetworkIsolation={"Get": "Parameters.Isolated"})),
        "network": create(train(HyperParameters=CODE, EnableNetworkIsolation=False, Environment={"MINE": ANYTHING})),
        "another role": create(train(RoleArn="arn:aws:iam::111122223333:role/admin")),
        "another key": create(train(OutputDataConfig={**TRAINING["OutputDataConfig"], "KmsKeyId": ANYTHING})),
        "hidden network": create(train(VpcConfig=ANYTHING)),
        "another type": create({"Name": "call", "Type": "Lambda", "Arguments": {}}),
        "no definition": create(PipelineDefinition='{"Version": "2020-12-01", "Steps": {}}'),
        "in S3": lambda: sagemaker.update_pipeline(
            PipelineName="boto3", PipelineDefinitionS3Location={"Bucket": BUCKET, "ObjectKey": "definition.json"}
        ),
        "another role of the pipeline": create(train(), RoleArn="arn:aws:iam::111122223333:role/admin"),
    }
)
