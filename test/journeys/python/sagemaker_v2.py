"""A working day with the SageMaker Python SDK 2, without a word about security."""

from steps import BUCKET, DATA_FILE, FEATURES_FILE, HOSTING_ROLE, IMAGE, INSTANCE, METRICS, NAME, PROCESS, SOURCE, local, run

import boto3  # noqa: E402
import sagemaker  # noqa: E402
from sagemaker.deserializers import JSONDeserializer  # noqa: E402
from sagemaker.parameter import ContinuousParameter  # noqa: E402
from sagemaker.processing import ProcessingInput, ProcessingOutput, ScriptProcessor  # noqa: E402
from sagemaker.s3 import S3Downloader, S3Uploader  # noqa: E402
from sagemaker.serializers import CSVSerializer  # noqa: E402
from sagemaker.sklearn import SKLearn  # noqa: E402
from sagemaker.tuner import HyperparameterTuner  # noqa: E402

session = sagemaker.Session()
client = boto3.client("sagemaker")
made = {}


def estimator(**more):
    return SKLearn(
        entry_point="train.py",
        source_dir=SOURCE,
        image_uri=IMAGE,
        framework_version="1.4-2",
        instance_type=INSTANCE,
        instance_count=1,
        sagemaker_session=session,
        metric_definitions=METRICS,
        base_job_name=NAME,
        **more,
    )


def upload(_):
    made["data"] = S3Uploader.upload(DATA_FILE, f"s3://{BUCKET}/{NAME}/data", sagemaker_session=session)
    made["features"] = S3Uploader.upload(FEATURES_FILE, f"s3://{BUCKET}/{NAME}/features", sagemaker_session=session)
    return made["data"]


def train(_):
    made["estimator"] = estimator(environment={"MINE": "yes"}, hyperparameters={"c": 0.5})
    made["estimator"].fit({"train": f"s3://{BUCKET}/{NAME}/data"}, wait=True, logs="All")
    name = made["estimator"].latest_training_job.name
    described = client.describe_training_job(TrainingJobName=name)
    frame = sagemaker.analytics.TrainingJobAnalytics(name, metric_names=["accuracy"]).dataframe()
    return {
        "status": described["TrainingJobStatus"],
        "isolated": described["EnableNetworkIsolation"],
        "model": made["estimator"].model_data,
        "metrics": [one["MetricName"] for one in described["FinalMetricDataList"]],
        "points": len(frame),
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
    processor.run(
        code=local("process.py", PROCESS),
        inputs=[ProcessingInput(source=f"s3://{BUCKET}/{NAME}/data", destination="/opt/ml/processing/input/data")],
        outputs=[ProcessingOutput(output_name="rows", source="/opt/ml/processing/output")],
    )
    place = processor.latest_job.describe()["ProcessingOutputConfig"]["Outputs"][0]["S3Output"]["S3Uri"]
    return S3Downloader.read_file(f"{place}/rows.txt", sagemaker_session=session)


def deploy(_):
    made["predictor"] = made["estimator"].deploy(1, INSTANCE, role=HOSTING_ROLE, serializer=CSVSerializer(), deserializer=JSONDeserializer())
    return made["predictor"].predict([[-1.5, 2.25], [1.5, 2.25]])


def undeploy(_):
    made["predictor"].delete_model()
    name = made["predictor"].endpoint_name
    made["predictor"].delete_endpoint()
    client.get_waiter("endpoint_deleted").wait(EndpointName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 60})
    return [one["EndpointName"] for one in client.list_endpoints(NameContains=NAME)["Endpoints"]]


def transform(_):
    transformer = made["estimator"].transformer(1, INSTANCE, role=HOSTING_ROLE, accept="text/csv", assemble_with="Line", strategy="MultiRecord")
    transformer.transform(f"s3://{BUCKET}/{NAME}/features", content_type="text/csv", split_type="Line")
    lines = S3Downloader.read_file(f"{transformer.output_path}/features.csv.out", sagemaker_session=session).split()
    return {"lines": len(lines), "positive": sum(float(line) for line in lines)}


def tune(_):
    tuner = HyperparameterTuner(
        estimator(),
        "accuracy",
        {"c": ContinuousParameter(0.01, 10, scaling_type="Logarithmic")},
        metric_definitions=METRICS,
        strategy="Random",
        max_jobs=2,
        max_parallel_jobs=1,
        # The SDKs' own names are the same for everybody within a minute.
        base_tuning_job_name=NAME[:16],
    )
    tuner.fit({"train": f"s3://{BUCKET}/{NAME}/data"})
    frame = tuner.analytics().dataframe()
    return {"best": tuner.best_training_job() in list(frame["TrainingJobName"]), "jobs": len(frame)}


run(
    {
        "upload": upload,
        "train": train,
        "process": process,
        "transform": transform,
        "tune": tune,
        "deploy": deploy,
        "undeploy": undeploy,
    }
)
