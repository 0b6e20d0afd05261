"""boto3 as people write it: first without a word about security, then with what the contract refuses."""

import json
import os

from steps import BUCKET, IMAGE, INSTANCE, local, run

import boto3  # noqa: E402
from boto3.s3.transfer import TransferConfig  # noqa: E402

sagemaker = boto3.client("sagemaker")
s3 = boto3.client("s3")
JOB = {
    "TrainingJobName": "boto3",
    "AlgorithmSpecification": {"TrainingImage": IMAGE, "TrainingInputMode": "File"},
    "RoleArn": os.environ["CAPTURE_JOB_ROLE"],
    "OutputDataConfig": {"S3OutputPath": f"s3://{BUCKET}/out"},
    "ResourceConfig": {"InstanceType": INSTANCE, "InstanceCount": 1, "VolumeSizeInGB": 1},
    "StoppingCondition": {"MaxRuntimeInSeconds": 60},
}


def with_more(**more):
    return lambda: sagemaker.create_training_job(**{**JOB, **more})


def train():
    mine = json.loads(json.dumps(JOB))
    sagemaker.create_training_job(**mine)
    assert mine == JOB, "the caller's own request was changed"


def process():
    sagemaker.create_processing_job(
        ProcessingJobName="boto3",
        RoleArn=JOB["RoleArn"],
        AppSpecification={"ImageUri": IMAGE},
        ProcessingResources={"ClusterConfig": {"InstanceType": INSTANCE, "InstanceCount": 1, "VolumeSizeInGB": 1}},
        ProcessingOutputConfig={"Outputs": []},
    )


def model():
    sagemaker.create_model(
        ModelName="boto3", ExecutionRoleArn=os.environ["CAPTURE_HOSTING_ROLE"], PrimaryContainer={"Image": IMAGE}
    )


def endpoint():
    variant = {"VariantName": "one", "ModelName": "boto3", "InstanceType": INSTANCE, "InitialInstanceCount": 1}
    sagemaker.create_endpoint_config(EndpointConfigName="boto3", ProductionVariants=[variant])
    sagemaker.create_endpoint(EndpointName="boto3", EndpointConfigName="boto3")


def many_parts():
    large = local("large", "x" * (6 << 20))
    s3.upload_file(large, BUCKET, "large", Config=TransferConfig(multipart_threshold=1 << 20, use_threads=False))


def presigned():
    url = s3.generate_presigned_url("put_object", {"Bucket": BUCKET, "Key": "k"})
    assert "x-amz-server-side-encryption" in url, url


def another_event():
    # What somebody else's handler puts into a request is checked as well.
    client = boto3.session.Session().client("sagemaker")
    role = "arn:aws:iam::111122223333:role/another"
    client.meta.events.register("before-parameter-build.sagemaker.CreateTrainingJob", lambda params, **_: params.update(RoleArn=role))
    client.create_training_job(**JOB)


run(
    {
        "train": train,
        "process": process,
        "model": model,
        "endpoint": endpoint,
        "connected": with_more(EnableNetworkIsolation=False, Environment={"MINE": "1"}),
        "mirror of mine": with_more(EnableNetworkIsolation=False, Environment={"CA_REPOSITORY_ARN": "mine"}),
        "look": lambda: sagemaker.describe_training_job(TrainingJobName="boto3"),
        "list": lambda: sagemaker.list_training_jobs(),
        "upload": lambda: s3.upload_file(local("small", "x"), BUCKET, "small"),
        "upload in parts": many_parts,
        "copy": lambda: s3.copy_object(Bucket=BUCKET, Key="copy", CopySource={"Bucket": BUCKET, "Key": "small"}),
        "resource": lambda: boto3.resource("s3").Object(BUCKET, "object").put(Body=b"x"),
        "presign": presigned,
        "read elsewhere": lambda: s3.get_object(Bucket="foreign", Key="k"),
        "who": lambda: boto3.client("sts").get_caller_identity(),
        "another role": with_more(RoleArn="arn:aws:iam::111122223333:role/admin"),
        "another subnet": with_more(VpcConfig={"Subnets": ["subnet-0dead000"], "SecurityGroupIds": ["sg-0ccc3333"]}),
        "another bucket": with_more(OutputDataConfig={"S3OutputPath": "s3://foreign/out"}),
        "another event": another_event,
        "unknown operation": lambda: sagemaker.create_workforce(WorkforceName="w"),
        "another key": lambda: s3.put_object(Bucket=BUCKET, Key="k", SSEKMSKeyId="another", ServerSideEncryption="aws:kms"),
        "own key": lambda: s3.put_object(Bucket=BUCKET, Key="k", SSECustomerAlgorithm="AES256", SSECustomerKey=b"x" * 32),
        "public": lambda: s3.put_object(Bucket=BUCKET, Key="k", ACL="public-read"),
        "foreign bucket": lambda: s3.upload_file(local("small", "x"), "foreign", "small"),
        "new bucket": lambda: s3.create_bucket(Bucket="mine"),
    }
)
