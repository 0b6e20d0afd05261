import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { DescribeModelPackageCommand } from '@aws-sdk/client-sagemaker';
import { pipelineRole } from './pipeline-definitions.ts';
import { archive, BUCKET, IMAGE, startRunningSageMaker, type RunningSageMaker } from './running-sagemaker.ts';

let lab: RunningSageMaker;
beforeAll(async () => {
  lab = await startRunningSageMaker();
}, 300_000);
afterAll(() => lab.stop(), 60_000);

const SCRIPT = `
import json, os, sys
import boto3
from sagemaker.model import Model
from sagemaker.network import NetworkConfig
from sagemaker.processing import ProcessingInput, ProcessingOutput, Processor
from sagemaker.workflow.condition_step import ConditionStep
from sagemaker.workflow.conditions import ConditionGreaterThanOrEqualTo
from sagemaker.workflow.fail_step import FailStep
from sagemaker.workflow.functions import Join, JsonGet
from sagemaker.workflow.model_step import ModelStep
from sagemaker.workflow.parameters import ParameterFloat
from sagemaker.workflow.pipeline import Pipeline
from sagemaker.workflow.pipeline_context import PipelineSession
from sagemaker.workflow.properties import PropertyFile
from sagemaker.workflow.steps import CacheConfig, ProcessingStep

given = json.loads(sys.argv[1])
session = PipelineSession(default_bucket=given["bucket"])
threshold = ParameterFloat(name="Threshold", default_value=0.5)
report = PropertyFile(name="Report", output_name="report", path="evaluation.json")
processor = Processor(
    image_uri=given["image"], role=given["role"], instance_count=1, instance_type="ml.m5.large", sagemaker_session=session,
    entrypoint=["python", "/opt/ml/processing/input/code/script.py"],
    network_config=NetworkConfig(enable_network_isolation=True, subnets=given["subnets"], security_group_ids=given["groups"]),
)
evaluate = ProcessingStep(
    name="Evaluate", cache_config=CacheConfig(enable_caching=True, expire_after="P1D"), property_files=[report],
    step_args=processor.run(
        inputs=[ProcessingInput(source=given["code"], destination="/opt/ml/processing/input/code", input_name="code")],
        outputs=[ProcessingOutput(source="/opt/ml/processing/output/report", output_name="report")],
    ),
)
model = Model(image_uri=given["image"], model_data=given["model"], role=given["role"], sagemaker_session=session)
register = ModelStep(name="Register", step_args=model.register(
    content_types=["text/csv"], response_types=["text/csv"], inference_instances=["ml.m5.large"], transform_instances=["ml.m5.large"],
    model_package_group_name="from-python", approval_status="PendingManualApproval"))
quality = JsonGet(step_name="Evaluate", property_file=report, json_path="quality")
decide = ConditionStep(
    name="Decide", conditions=[ConditionGreaterThanOrEqualTo(left=quality, right=threshold)], if_steps=[register],
    else_steps=[FailStep(name="TooBad", error_message=Join(on=" ", values=["below", threshold]))],
)
pipeline = Pipeline(name="from-python", parameters=[threshold], steps=[evaluate, decide], sagemaker_session=session)
pipeline.upsert(role_arn=given["pipelineRole"])
pipeline.upsert(role_arn=given["pipelineRole"], description="again")
execution = pipeline.start()
execution.wait(delay=1, max_attempts=60)
steps = {step["StepName"]: step for step in execution.list_steps()}
second = pipeline.start(parameters={"Threshold": 0.95})
try:
    second.wait(delay=1, max_attempts=60)
except Exception as error:
    pass
print(json.dumps({
    "status": execution.describe()["PipelineExecutionStatus"],
    "package": steps["Register-RegisterModel"]["Metadata"]["RegisterModel"]["Arn"],
    "second": second.describe()["PipelineExecutionStatus"],
    "secondSteps": {step["StepName"]: step.get("FailureReason", step["StepStatus"]) for step in second.list_steps()},
}))
`;

it('the SageMaker Python SDK makes, changes and runs a pipeline', async () => {
  const code = await lab.put(
    'python/script.py',
    'import json\njson.dump({"quality": 0.9}, open("/opt/ml/processing/output/report/evaluation.json", "w"))',
  );
  const given = {
    bucket: BUCKET,
    image: IMAGE,
    role: lab.roleArn,
    pipelineRole: await pipelineRole(lab.as(lab.administrator), lab, 'python'),
    subnets: lab.vpc.Subnets,
    groups: lab.vpc.SecurityGroupIds,
    code,
    model: await lab.put('python/model.tar.gz', archive({ 'model.txt': '' })),
  };
  const { accessKeyId, secretAccessKey } = lab.administrator;
  // Paths are read once, after the home of this test is set.
  const { REPOSITORY, TOOLCHAIN } = await import('../../../local/paths.ts');
  const { ensurePythonEnvironment } = await import('../../../local/toolchain/python.ts');
  const lock = join(REPOSITORY, 'test/python/sagemaker-v2.txt');
  const python = await ensurePythonEnvironment(join(TOOLCHAIN, 'sagemaker-v2'), lock, undefined, { compile: false });
  const { stdout } = await promisify(execFile)(python, ['-c', SCRIPT, JSON.stringify(given)], {
    env: {
      AWS_ENDPOINT_URL: lab.platform.endpointUrl,
      AWS_CA_BUNDLE: lab.platform.caFile,
      AWS_DEFAULT_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      HOME: lab.localHome,
    },
  });
  const told = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Record<string, unknown>;
  expect(told).toMatchObject({
    status: 'Succeeded',
    package: 'arn:aws:sagemaker:eu-west-1:111122223333:model-package/from-python/1',
    second: 'Failed',
    secondSteps: { Evaluate: 'Succeeded', Decide: 'Succeeded', TooBad: 'below 0.95' },
  });
  const version = await lab.sageMaker.send(new DescribeModelPackageCommand({ ModelPackageName: String(told['package']) }));
  expect(version).toMatchObject({
    ModelApprovalStatus: 'PendingManualApproval',
    InferenceSpecification: { Containers: [{ ModelDataUrl: given.model }] },
  });
}, 180_000);
