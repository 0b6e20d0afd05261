"""What the SageMaker Python SDK 2 sends of pipelines: of one with every kind of step, and of those that the contract does not allow."""

import os

from pipeline_v2 import FOLDER, IMAGE, INSTANCE, estimator, pipeline, prepare, processor, session, train
from steps import local, run

from sagemaker.lambda_helper import Lambda
from sagemaker.processing import ProcessingOutput
from sagemaker.sklearn.model import SKLearnModel
from sagemaker.workflow.condition_step import ConditionStep
from sagemaker.workflow.conditions import ConditionEquals
from sagemaker.workflow.fail_step import FailStep
from sagemaker.workflow.lambda_step import LambdaStep
from sagemaker.workflow.model_step import ModelStep
from sagemaker.workflow.parameters import ParameterString
from sagemaker.workflow.pipeline import Pipeline
from sagemaker.workflow.steps import ProcessingStep, TrainingStep


def of(*steps, parameters=()):
    return lambda: Pipeline("another", parameters=list(parameters), steps=list(steps), sagemaker_session=session).upsert()


def training(**more):
    made = estimator()
    vars(made).update(more)
    return TrainingStep("train", step_args=made.fit())


def repacked():
    local("serve.py", "def model_fn(directory): return None\n")
    model = SKLearnModel(
        model_data=train.properties.ModelArtifacts.S3ModelArtifacts,
        role=os.environ["CAPTURE_HOSTING_ROLE"],
        entry_point="serve.py",
        source_dir=FOLDER,
        image_uri=IMAGE,
        framework_version="1.2-1",
        sagemaker_session=session,
    )
    of(prepare, train, ModelStep("serve", step_args=model.create(INSTANCE)))()


def elsewhere():
    output = ProcessingOutput(output_name="report", source="/opt/ml/processing/output", destination="s3://foreign/report")
    step = ProcessingStep("write", step_args=processor.run(code=local("process.py", "print(1)\n"), outputs=[output]))
    of(ConditionStep("decide", conditions=[ConditionEquals(left=1, right=1)], if_steps=[step]))()


size = ParameterString("Size", default_value=INSTANCE)
function = Lambda(function_arn="arn:aws:lambda:eu-west-1:111122223333:function:mine", session=session)
run(
    {
        "upsert": pipeline.upsert,
        "update": pipeline.update,
        "start": lambda: pipeline.start(parameters={"Count": 2}),
        "repack": repacked,
        "large": of(*(FailStep(f"fail-{index}", error_message="x" * 4000) for index in range(30))),
        "elsewhere": elsewhere,
        "by parameter": lambda: of(training(instance_type=size), parameters=[size])(),
        "function": of(LambdaStep("call", lambda_func=function)),
    }
)
