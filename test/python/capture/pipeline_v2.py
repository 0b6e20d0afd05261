"""A pipeline as the SageMaker Python SDK 2 writes it: every kind of step that the contract covers, conditions and functions."""

import json
import os

from steps import BUCKET, FOLDER, IMAGE, INSTANCE, local

from sagemaker.estimator import Estimator
from sagemaker.inputs import TrainingInput
from sagemaker.model import Model
from sagemaker.parameter import ContinuousParameter
from sagemaker.processing import ProcessingInput, ProcessingOutput, ScriptProcessor
from sagemaker.transformer import Transformer
from sagemaker.tuner import HyperparameterTuner
from sagemaker.workflow.condition_step import ConditionStep
from sagemaker.workflow.conditions import ConditionEquals, ConditionGreaterThanOrEqualTo, ConditionIn, ConditionNot, ConditionOr
from sagemaker.workflow.execution_variables import ExecutionVariables
from sagemaker.workflow.fail_step import FailStep
from sagemaker.workflow.functions import Join, JsonGet
from sagemaker.workflow.model_step import ModelStep
from sagemaker.workflow.parameters import ParameterBoolean, ParameterFloat, ParameterInteger, ParameterString
from sagemaker.workflow.pipeline import Pipeline
from sagemaker.workflow.pipeline_context import PipelineSession
from sagemaker.workflow.properties import PropertyFile
from sagemaker.workflow.retry import (
    SageMakerJobExceptionTypeEnum,
    SageMakerJobStepRetryPolicy,
    StepExceptionTypeEnum,
    StepRetryPolicy,
)
from sagemaker.workflow.steps import CacheConfig, ProcessingStep, TrainingStep, TransformStep, TuningStep

ROLE = os.environ["CAPTURE_JOB_ROLE"]
local("train.py", "print('training')\n")
session = PipelineSession(default_bucket=BUCKET)
DATA = f"s3://{BUCKET}/data/"

count = ParameterInteger("Count", default_value=1)
kind = ParameterString("Kind", default_value="fast", enum_values=["fast", "slow"])
least = ParameterFloat("Least", default_value=0.8)
fresh = ParameterBoolean("Fresh", default_value=False)
cache = CacheConfig(enable_caching=True, expire_after="P30D")

report = PropertyFile(name="report", output_name="report", path="report.json")
processor = ScriptProcessor(
    image_uri=IMAGE, command=["python3"], instance_type=INSTANCE, instance_count=count, role=ROLE, sagemaker_session=session
)
prepare = ProcessingStep(
    "prepare",
    step_args=processor.run(
        code=local("process.py", "print('processing')\n"),
        inputs=[ProcessingInput(source=DATA, destination="/opt/ml/processing/input")],
        outputs=[
            ProcessingOutput(
                output_name="report",
                source="/opt/ml/processing/output",
                destination=Join(on="/", values=["s3:/", BUCKET, ExecutionVariables.PIPELINE_EXECUTION_ID, "report"]),
            )
        ],
        arguments=["--kind", kind],
    ),
    property_files=[report],
    cache_config=cache,
)


def estimator():
    return Estimator(
        IMAGE,
        role=ROLE,
        instance_count=1,
        instance_type=INSTANCE,
        source_dir=FOLDER,
        entry_point="train.py",
        hyperparameters={"least": least},
        output_path=f"s3://{BUCKET}/training-jobs",
        sagemaker_session=session,
    )


data = TrainingInput(prepare.properties.ProcessingOutputConfig.Outputs["report"].S3Output.S3Uri)
train = TrainingStep(
    "train",
    step_args=estimator().fit({"train": data}),
    retry_policies=[
        StepRetryPolicy(exception_types=[StepExceptionTypeEnum.THROTTLING], max_attempts=3),
        SageMakerJobStepRetryPolicy(exception_types=[SageMakerJobExceptionTypeEnum.RESOURCE_LIMIT], expire_after_mins=60),
    ],
)
tuner = HyperparameterTuner(
    estimator(), "auc", {"depth": ContinuousParameter(0, 1)}, metric_definitions=[{"Name": "auc", "Regex": "auc=(.*)"}], max_jobs=2
)
tune = TuningStep("tune", step_args=tuner.fit({"train": data}), depends_on=["train"])
model = Model(IMAGE, model_data=train.properties.ModelArtifacts.S3ModelArtifacts, role=os.environ["CAPTURE_HOSTING_ROLE"], sagemaker_session=session)
create = ModelStep("model", step_args=model.create(INSTANCE))
register = ModelStep(
    "register",
    step_args=model.register(
        content_types=["text/csv"], response_types=["application/json"], model_package_group_name="credit", approval_status="PendingManualApproval"
    ),
)
transformer = Transformer(
    create.properties.ModelName, 1, INSTANCE, output_path=f"s3://{BUCKET}/scores", sagemaker_session=session
)
score = TransformStep("score", step_args=transformer.transform(DATA))
fail = FailStep("fail", error_message=Join(on=" ", values=["below", least]))
decide = ConditionStep(
    "decide",
    conditions=[
        ConditionGreaterThanOrEqualTo(left=JsonGet(step_name="prepare", property_file=report, json_path="auc"), right=least),
        ConditionOr([ConditionEquals(left=fresh, right=True), ConditionNot(ConditionIn(value=kind, in_values=["slow"]))]),
    ],
    if_steps=[create, register, score],
    else_steps=[fail],
)
pipeline = Pipeline("credit", parameters=[count, kind, least, fresh], steps=[prepare, train, tune, decide], sagemaker_session=session)
if __name__ == "__main__":
    print(json.dumps({"definition": pipeline.definition()}))
