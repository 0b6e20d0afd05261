"""What people write with the SageMaker Python SDK 2, without a word about security."""

from steps import BUCKET, FOLDER, IMAGE, INSTANCE, local, run

import sagemaker  # noqa: E402
from sagemaker.estimator import Estimator  # noqa: E402
from sagemaker.model import Model  # noqa: E402
from sagemaker.parameter import ContinuousParameter  # noqa: E402
from sagemaker.processing import ProcessingInput, ProcessingOutput, ScriptProcessor  # noqa: E402
from sagemaker.transformer import Transformer  # noqa: E402
from sagemaker.tuner import HyperparameterTuner  # noqa: E402

local("train.py", "print('training')\n")
session = sagemaker.Session()
DATA = f"s3://{BUCKET}/data/"


def estimator(**more):
    return Estimator(IMAGE, instance_count=1, instance_type=INSTANCE, sagemaker_session=session, **more)


def train():
    estimator(source_dir=FOLDER, entry_point="train.py", environment={"MINE": "1"}).fit({"train": DATA}, wait=False)


def process():
    processor = ScriptProcessor(
        image_uri=IMAGE, command=["python3"], instance_type=INSTANCE, instance_count=1, sagemaker_session=session, env={"MINE": "1"}
    )
    processor.run(
        code=local("process.py", "print('processing')\n"),
        inputs=[ProcessingInput(source=DATA, destination="/opt/ml/processing/input")],
        outputs=[ProcessingOutput(source="/opt/ml/processing/output")],
        wait=False,
    )


def transform():
    transformer = Transformer("a-model", 1, INSTANCE, sagemaker_session=session)
    transformer.transform(DATA, wait=False)


def tune():
    tuner = HyperparameterTuner(
        estimator(),
        "auc",
        {"depth": ContinuousParameter(0, 1)},
        metric_definitions=[{"Name": "auc", "Regex": "auc=(.*)"}],
        max_jobs=1,
    )
    tuner.fit({"train": DATA}, wait=False)


def deploy():
    model = Model(image_uri=IMAGE, model_data=f"s3://{BUCKET}/model.tar.gz", sagemaker_session=session)
    model.deploy(1, INSTANCE, wait=False)


def upload():
    session.upload_data(local("rows.csv", "1,2\n"), key_prefix="uploads")


run({"train": train, "process": process, "transform": transform, "tune": tune, "deploy": deploy, "upload": upload})
