"""The same submission with boto3, every security field written by hand. argv: the script, the S3 URI of the data."""

import io
import json
import os
import sys
import tarfile
import uuid

import boto3

script, data = sys.argv[1:]
with open(os.environ["SEALAB_ENVIRONMENT"], encoding="utf-8") as file:
    environment = json.load(file)
name = f"boto3-{uuid.uuid4().hex[:12]}"
archive = io.BytesIO()
with tarfile.open(fileobj=archive, mode="w:gz") as tar:
    tar.add(script, "train.py")
key = f"code/{name}/sourcedir.tar.gz"
boto3.client("s3").put_object(
    Bucket=environment["buckets"]["artifacts"],
    Key=key,
    Body=archive.getvalue(),
    ServerSideEncryption="aws:kms",
    SSEKMSKeyId=environment["keys"]["storage"],
)


def channel(channel_name, uri):
    source = {"S3DataType": "S3Prefix", "S3Uri": uri, "S3DataDistributionType": "FullyReplicated"}
    return {"ChannelName": channel_name, "DataSource": {"S3DataSource": source}}


boto3.client("sagemaker").create_training_job(
    TrainingJobName=name,
    AlgorithmSpecification={"TrainingImage": environment["images"]["scikit-learn"], "TrainingInputMode": "File"},
    HyperParameters={
        "n_estimators": "10",
        "sagemaker_program": '"train.py"',
        "sagemaker_submit_directory": '"/opt/ml/input/data/code/sourcedir.tar.gz"',
    },
    RoleArn=environment["roles"]["jobExecution"],
    InputDataConfig=[channel("training", data), channel("code", f"s3://{environment['buckets']['artifacts']}/{key}")],
    OutputDataConfig={
        "S3OutputPath": f"s3://{environment['buckets']['model']}/training-jobs",
        "KmsKeyId": environment["keys"]["storage"],
    },
    ResourceConfig={
        "InstanceType": environment["instanceTypes"]["training"][0],
        "InstanceCount": 1,
        "VolumeSizeInGB": 30,
        "VolumeKmsKeyId": environment["keys"]["volume"],
    },
    StoppingCondition={"MaxRuntimeInSeconds": 3600},
    VpcConfig={
        "Subnets": [subnet["id"] for subnet in environment["network"]["subnets"]],
        "SecurityGroupIds": environment["network"]["securityGroupIds"],
    },
    EnableNetworkIsolation=True,
    EnableInterContainerTrafficEncryption=True,
    Tags=[{"Key": key, "Value": value} for key, value in environment["tags"].items()],
)
print(name)
