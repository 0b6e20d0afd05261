"""What people write with the SageMaker Python SDK 3, without a word about security."""

from steps import BUCKET, FOLDER, HOSTING_ROLE, IMAGE, INSTANCE, local, run

from sagemaker.core.helper.session_helper import Session  # noqa: E402
from sagemaker.core.parameter import ContinuousParameter  # noqa: E402
from sagemaker.core.processing import ScriptProcessor  # noqa: E402
from sagemaker.core.shapes import ProcessingInput, ProcessingOutput, ProcessingS3Input, ProcessingS3Output  # noqa: E402
from sagemaker.core.transformer import Transformer  # noqa: E402
from sagemaker.serve import ModelBuilder  # noqa: E402
from sagemaker.train import ModelTrainer  # noqa: E402
from sagemaker.train.configs import Compute, InputData, SourceCode  # noqa: E402
from sagemaker.train.tuner import HyperparameterTuner  # noqa: E402

local("train.py", "print('training')\n")
session = Session()
DATA = f"s3://{BUCKET}/data/"


def trainer(**more):
    return ModelTrainer(
        training_image=IMAGE,
        source_code=SourceCode(source_dir=FOLDER, entry_script="train.py"),
        compute=Compute(instance_type=INSTANCE, instance_count=1),
        sagemaker_session=session,
        base_job_name="v3",
        **more,
    )


def train():
    trainer(environment={"MINE": "1"}).train(input_data_config=[InputData(channel_name="train", data_source=DATA)], wait=False)


def process():
    processor = ScriptProcessor(
        image_uri=IMAGE,
        command=["python3"],
        instance_type=INSTANCE,
        instance_count=1,
        sagemaker_session=session,
        env={"MINE": "1"},
    )
    source = ProcessingS3Input(s3_uri=DATA, local_path="/opt/ml/processing/input", s3_data_type="S3Prefix", s3_input_mode="File")
    result = ProcessingS3Output(s3_uri=f"s3://{BUCKET}/results/", local_path="/opt/ml/processing/output", s3_upload_mode="EndOfJob")
    processor.run(
        code=local("process.py", "print('processing')\n"),
        inputs=[ProcessingInput(input_name="input", s3_input=source)],
        outputs=[ProcessingOutput(output_name="output", s3_output=result)],
        wait=False,
    )


def transform():
    Transformer("a-model", 1, INSTANCE, sagemaker_session=session).transform(DATA, wait=False)


def tune():
    tuner = HyperparameterTuner(
        trainer(hyperparameters={"depth": 1}),
        "auc",
        {"depth": ContinuousParameter(0, 1)},
        metric_definitions=[{"Name": "auc", "Regex": "auc=(.*)"}],
        max_jobs=1,
    )
    tuner.tune([InputData(channel_name="train", data_source=DATA)], wait=False)


def deploy():
    builder = ModelBuilder(
        image_uri=IMAGE,
        s3_model_data_url=f"s3://{BUCKET}/model.tar.gz",
        role_arn=HOSTING_ROLE,
        instance_type=INSTANCE,
        sagemaker_session=session,
    )
    builder.build(model_name="v3-model")
    builder.deploy(endpoint_name="v3-endpoint", wait=False)


def upload():
    session.upload_data(local("rows.csv", "1,2\n"), BUCKET, key_prefix="uploads")


run({"train": train, "process": process, "transform": transform, "tune": tune, "deploy": deploy, "upload": upload})
