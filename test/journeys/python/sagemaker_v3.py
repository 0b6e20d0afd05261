"""A working day with the SageMaker Python SDK 3, without a word about security."""

from steps import BUCKET, DATA_FILE, FEATURES_FILE, HOSTING_ROLE, IMAGE, INSTANCE, METRICS, NAME, PROCESS, SOURCE, local, run

import boto3  # noqa: E402
from sagemaker.core.helper.session_helper import Session  # noqa: E402
from sagemaker.core.parameter import ContinuousParameter  # noqa: E402
from sagemaker.core.processing import ScriptProcessor  # noqa: E402
from sagemaker.core.resources import TrainingJob  # noqa: E402
from sagemaker.core.shapes import MetricDefinition, ProcessingInput, ProcessingOutput, ProcessingS3Input, ProcessingS3Output  # noqa: E402
from sagemaker.core.transformer import Transformer  # noqa: E402
from sagemaker.serve import ModelBuilder  # noqa: E402
from sagemaker.train import ModelTrainer  # noqa: E402
from sagemaker.train.configs import Compute, InputData, SourceCode  # noqa: E402
from sagemaker.train.tuner import HyperparameterTuner  # noqa: E402

session = Session()
client, s3 = boto3.client("sagemaker"), boto3.client("s3")
DATA = f"s3://{BUCKET}/{NAME}/data/"
made = {}


def content(uri):
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    return s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode()


def trainer(**more):
    return ModelTrainer(
        training_image=IMAGE,
        source_code=SourceCode(source_dir=SOURCE, entry_script="train.py"),
        compute=Compute(instance_type=INSTANCE, instance_count=1),
        sagemaker_session=session,
        base_job_name=NAME,
        **more,
    )


def upload(_):
    session.upload_data(FEATURES_FILE, BUCKET, key_prefix=f"{NAME}/features")
    return session.upload_data(DATA_FILE, BUCKET, key_prefix=f"{NAME}/data")


def train(_):
    one = trainer(environment={"MINE": "yes"}, hyperparameters={"c": 0.5}).with_metric_definitions(
        [MetricDefinition(name=one["Name"], regex=one["Regex"]) for one in METRICS]
    )
    one.train(input_data_config=[InputData(channel_name="train", data_source=DATA)], wait=True, logs=True)
    made["job"] = TrainingJob.get(one._latest_training_job.training_job_name)
    return {
        "status": made["job"].training_job_status,
        "isolated": made["job"].enable_network_isolation,
        "model": made["job"].model_artifacts.s3_model_artifacts,
    }


def process(_):
    processor = ScriptProcessor(
        image_uri=IMAGE,
        command=["python3"],
        instance_type=INSTANCE,
        instance_count=1,
        sagemaker_session=session,
        base_job_name=NAME,
    )
    source = ProcessingS3Input(
        s3_uri=DATA, local_path="/opt/ml/processing/input/data", s3_data_type="S3Prefix", s3_input_mode="File"
    )
    place = f"s3://{BUCKET}/{NAME}/rows"
    result = ProcessingS3Output(s3_uri=place, local_path="/opt/ml/processing/output", s3_upload_mode="EndOfJob")
    processor.run(
        code=local("process.py", PROCESS),
        inputs=[ProcessingInput(input_name="data", s3_input=source)],
        outputs=[ProcessingOutput(output_name="rows", s3_output=result)],
    )
    return content(f"{place}/rows.txt")


def deploy(_):
    builder = ModelBuilder(
        image_uri=IMAGE,
        s3_model_data_url=made["job"].model_artifacts.s3_model_artifacts,
        source_code=SourceCode(source_dir=SOURCE, entry_script="train.py"),
        env_vars={"SAGEMAKER_PROGRAM": "train.py"},
        role_arn=HOSTING_ROLE,
        instance_type=INSTANCE,
        sagemaker_session=session,
    )
    made["model"] = builder.build(model_name=NAME)
    made["endpoint"] = builder.deploy(endpoint_name=NAME, wait=True)
    answer = made["endpoint"].invoke(body="-1.5,2.25\n1.5,2.25\n", content_type="text/csv", accept="application/json")
    return answer.body.read().decode()


def undeploy(_):
    made["endpoint"].delete()
    made["endpoint"].wait_for_delete()
    return [one["EndpointName"] for one in client.list_endpoints(NameContains=NAME)["Endpoints"]]


def transform(_):
    transformer = Transformer(NAME, 1, INSTANCE, accept="text/csv", assemble_with="Line", strategy="MultiRecord", sagemaker_session=session)
    transformer.transform(f"s3://{BUCKET}/{NAME}/features", content_type="text/csv", split_type="Line")
    return {"lines": len(content(f"{transformer.output_path}/features.csv.out").split())}


def tune(_):
    tuner = HyperparameterTuner(
        trainer(hyperparameters={"c": 1.0}),
        "accuracy",
        {"c": ContinuousParameter(0.01, 10, scaling_type="Logarithmic")},
        metric_definitions=METRICS,
        strategy="Random",
        max_jobs=2,
        max_parallel_jobs=1,
        # The SDKs' own names are the same for everybody within a minute.
        base_tuning_job_name=NAME[:16],
    )
    tuner.tune([InputData(channel_name="train", data_source=DATA)], wait=True)
    return {"best": tuner.best_training_job() != ""}


run({"upload": upload, "train": train, "process": process, "deploy": deploy, "transform": transform, "tune": tune, "undeploy": undeploy})
