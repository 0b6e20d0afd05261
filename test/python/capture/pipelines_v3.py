"""What the SageMaker Python SDK 3 sends of a pipeline with every kind of step, and of one that the contract does not allow."""

from steps import BUCKET, FOLDER, HOSTING_ROLE, IMAGE, INSTANCE, local, run

from sagemaker.core.parameter import ContinuousParameter  # noqa: E402
from sagemaker.core.processing import ScriptProcessor  # noqa: E402
from sagemaker.core.shapes import ProcessingInput, ProcessingOutput, ProcessingS3Input, ProcessingS3Output  # noqa: E402
from sagemaker.core.transformer import Transformer  # noqa: E402
from sagemaker.core.workflow.conditions import ConditionEquals  # noqa: E402
from sagemaker.core.workflow.parameters import ParameterString  # noqa: E402
from sagemaker.core.workflow.pipeline_context import PipelineSession  # noqa: E402
from sagemaker.mlops.workflow.condition_step import ConditionStep  # noqa: E402
from sagemaker.mlops.workflow.fail_step import FailStep  # noqa: E402
from sagemaker.mlops.workflow.model_step import ModelStep  # noqa: E402
from sagemaker.mlops.workflow.pipeline import Pipeline  # noqa: E402
from sagemaker.mlops.workflow.steps import ProcessingStep, TrainingStep, TransformStep, TuningStep  # noqa: E402
from sagemaker.serve import ModelBuilder  # noqa: E402
from sagemaker.train import ModelTrainer  # noqa: E402
from sagemaker.train.configs import Compute, InputData, SourceCode  # noqa: E402
from sagemaker.train.tuner import HyperparameterTuner  # noqa: E402

local("train.py", "print('training')\n")
session = PipelineSession(default_bucket=BUCKET)
DATA = f"s3://{BUCKET}/data/"


def trainer(instance=INSTANCE, **more):
    return ModelTrainer(
        training_image=IMAGE,
        source_code=SourceCode(source_dir=FOLDER, entry_script="train.py"),
        compute=Compute(instance_type=instance, instance_count=1),
        sagemaker_session=session,
        base_job_name="v3",
        **more,
    )


def training(name="train", **more):
    return TrainingStep(name, step_args=trainer(**more).train(input_data_config=[InputData(channel_name="train", data_source=DATA)]))


def processing(bucket=BUCKET):
    processor = ScriptProcessor(image_uri=IMAGE, command=["python3"], instance_type=INSTANCE, instance_count=1, sagemaker_session=session)
    source = ProcessingS3Input(s3_uri=DATA, local_path="/opt/ml/processing/input", s3_data_type="S3Prefix", s3_input_mode="File")
    result = ProcessingS3Output(s3_uri=f"s3://{bucket}/results/", local_path="/opt/ml/processing/output", s3_upload_mode="EndOfJob")
    arguments = processor.run(
        code=local("process.py", "print('processing')\n"),
        inputs=[ProcessingInput(input_name="input", s3_input=source)],
        outputs=[ProcessingOutput(output_name="output", s3_output=result)],
    )
    return ProcessingStep("prepare", step_args=arguments)


def tuning():
    tuner = HyperparameterTuner(
        trainer(hyperparameters={"depth": 1}),
        "auc",
        {"depth": ContinuousParameter(0, 1)},
        metric_definitions=[{"Name": "auc", "Regex": "auc=(.*)"}],
        max_jobs=1,
    )
    return TuningStep("tune", step_args=tuner.tune([InputData(channel_name="train", data_source=DATA)]))


def builder(train):
    return ModelBuilder(
        image_uri=IMAGE,
        s3_model_data_url=train.properties.ModelArtifacts.S3ModelArtifacts,
        role_arn=HOSTING_ROLE,
        instance_type=INSTANCE,
        sagemaker_session=session,
    )


def of(*steps, parameters=()):
    Pipeline("credit", parameters=list(parameters), steps=list(steps), sagemaker_session=session).upsert()


def upsert():
    train = training()
    model = ModelStep("model", step_args=builder(train).build())
    register = ModelStep(
        "register",
        step_args=builder(train).register(
            model_package_group_name="credit",
            content_types=["text/csv"],
            response_types=["text/csv"],
            approval_status="PendingManualApproval",
        ),
    )
    transformer = Transformer("a-model", 1, INSTANCE, output_path=f"s3://{BUCKET}/scores", sagemaker_session=session)
    score = TransformStep("score", step_args=transformer.transform(DATA))
    fail = FailStep("fail", error_message="below")
    decide = ConditionStep("decide", conditions=[ConditionEquals(left=1, right=1)], if_steps=[model, register, score], else_steps=[fail])
    of(processing(), train, tuning(), decide)


def by_parameter():
    size = ParameterString("Size", default_value=INSTANCE)
    of(training(instance=size), parameters=[size])


run({"upsert": upsert, "elsewhere": lambda: of(processing("foreign")), "by parameter": by_parameter})
