import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  DescribeModelPackageCommand,
  DescribeProcessingJobCommand,
  DescribeTrainingJobCommand,
  ListTagsCommand,
} from '@aws-sdk/client-sagemaker';
import type { EnvironmentDescription } from '@sealab/sdk/contract';
import { Installation } from '../../python/installation.ts';
import { environment } from '../../sdk/environment-fixture.ts';
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

/** Runs a program with the SageMaker Python SDK 2; what it prints last is JSON. */
async function told(script: string, given: object, variables: NodeJS.ProcessEnv = {}): Promise<Record<string, unknown>> {
  const { accessKeyId, secretAccessKey } = lab.administrator;
  // Paths are read once, after the home of this test is set.
  const { REPOSITORY, TOOLCHAIN } = await import('../../../local/paths.ts');
  const { ensurePythonEnvironment } = await import('../../../local/toolchain/python.ts');
  const lock = join(REPOSITORY, 'test/python/sagemaker-v2.txt');
  const python = await ensurePythonEnvironment(join(TOOLCHAIN, 'sagemaker-v2'), lock, undefined, { compile: false });
  const configuration = join(lab.localHome, 'sagemaker.yaml');
  // Nothing of a test goes to the vendor.
  const quiet = { SchemaVersion: '1.0', SageMaker: { PythonSDK: { Modules: { TelemetryOptOut: true } } } };
  writeFileSync(configuration, JSON.stringify(quiet));
  const { stdout } = await promisify(execFile)(python, ['-c', script, JSON.stringify(given)], {
    env: {
      HOME: lab.localHome,
      SAGEMAKER_ADMIN_CONFIG_OVERRIDE: configuration,
      ...variables,
      AWS_ENDPOINT_URL: lab.platform.endpointUrl,
      AWS_CA_BUNDLE: lab.platform.caFile,
      AWS_DEFAULT_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
    },
  });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Record<string, unknown>;
}

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
  const said = await told(SCRIPT, given);
  expect(said).toMatchObject({
    status: 'Succeeded',
    package: 'arn:aws:sagemaker:eu-west-1:111122223333:model-package/from-python/1',
    second: 'Failed',
    secondSteps: { Evaluate: 'Succeeded', Decide: 'Succeeded', TooBad: 'below 0.95' },
  });
  const version = await lab.sageMaker.send(new DescribeModelPackageCommand({ ModelPackageName: String(said['package']) }));
  expect(version).toMatchObject({
    ModelApprovalStatus: 'PendingManualApproval',
    InferenceSpecification: { Containers: [{ ModelDataUrl: given.model }] },
  });
}, 180_000);

const PLAIN = `
import json, os, sys
from sagemaker.estimator import Estimator
from sagemaker.model import Model
from sagemaker.processing import ProcessingInput, ProcessingOutput, ScriptProcessor
from sagemaker.workflow.condition_step import ConditionStep
from sagemaker.workflow.conditions import ConditionGreaterThanOrEqualTo
from sagemaker.workflow.functions import JsonGet
from sagemaker.workflow.model_step import ModelStep
from sagemaker.workflow.pipeline import Pipeline
from sagemaker.workflow.pipeline_context import PipelineSession
from sagemaker.workflow.properties import PropertyFile
from sagemaker.workflow.steps import ProcessingStep, TrainingStep

given = json.loads(sys.argv[1])
session = PipelineSession(default_bucket=given["bucket"])
source = os.path.join(os.environ["HOME"], "source")
os.makedirs(source)
for name in ("train.py", "evaluate.py"):
    with open(os.path.join(source, name), "w") as file:
        file.write(given[name])
job = {"role": given["role"], "instance_count": 1, "instance_type": "ml.m5.large", "sagemaker_session": session, "image_uri": given["image"]}
estimator = Estimator(source_dir=source, entry_point="train.py", output_path="s3://" + given["bucket"] + "/models", **job)
train = TrainingStep("Train", step_args=estimator.fit({"training": given["data"]}))
report = PropertyFile(name="Report", output_name="report", path="evaluation.json")
artefact = train.properties.ModelArtifacts.S3ModelArtifacts
evaluate = ProcessingStep("Evaluate", property_files=[report], step_args=ScriptProcessor(command=["python3"], **job).run(
    code=os.path.join(source, "evaluate.py"),
    inputs=[ProcessingInput(source=artefact, destination="/opt/ml/processing/input/model")],
    outputs=[ProcessingOutput(source="/opt/ml/processing/output/report", output_name="report")]))
model = Model(image_uri=given["image"], model_data=artefact, role=given["role"], sagemaker_session=session)
create = ModelStep("Make", step_args=model.create("ml.m5.large"))
decide = ConditionStep("Decide", if_steps=[create], conditions=[
    ConditionGreaterThanOrEqualTo(left=JsonGet(step_name="Evaluate", property_file=report, json_path="quality"), right=0.5)])
pipeline = Pipeline(name="plain", steps=[train, evaluate, decide], sagemaker_session=session)
pipeline.upsert(role_arn=given["pipelineRole"])
execution = pipeline.start()
execution.wait(delay=1, max_attempts=120)
print(json.dumps({
    "status": execution.describe()["PipelineExecutionStatus"],
    "steps": {step["StepName"]: [step["StepStatus"], *[one["Arn"] for one in step.get("Metadata", {}).values() if "Arn" in one]]
              for step in execution.list_steps()},
}))
`;

describe('with the defaults of the project', () => {
  const installation = new Installation();
  afterAll(() => installation.remove());

  it('a pipeline without a word about security runs, isolated and encrypted, with its code', async () => {
    const { roleArn, keyArn, vpc } = lab;
    const pipelineExecution = await pipelineRole(lab.as(lab.administrator), lab, 'plain');
    const all = <T extends object>(given: T, value: string) => Object.fromEntries(Object.keys(given).map((name) => [name, value])) as T;
    const project: EnvironmentDescription = {
      ...environment,
      network: {
        ...environment.network,
        subnets: environment.network.subnets.slice(0, 1).map((subnet) => ({ ...subnet, id: vpc.Subnets[0] ?? '' })),
        securityGroupIds: vpc.SecurityGroupIds,
      },
      keys: all(environment.keys, keyArn),
      buckets: all(environment.buckets, BUCKET),
      roles: { ...environment.roles, jobExecution: roleArn, endpointHosting: roleArn, pipelineExecution },
    };
    installation.describe(project);
    const given = {
      bucket: BUCKET,
      image: IMAGE,
      role: roleArn,
      pipelineRole: pipelineExecution,
      data: (await lab.put('plain/rows.csv', '1,2\n')).replace('rows.csv', ''),
      'train.py': 'import os, shutil\nshutil.copy(os.path.join(os.environ["SM_CHANNEL_TRAINING"], "rows.csv"), os.environ["SM_MODEL_DIR"])',
      'evaluate.py':
        'import glob, json\nassert glob.glob("/opt/ml/processing/input/model/*.tar.gz")\njson.dump({"quality": 0.9}, open("/opt/ml/processing/output/report/evaluation.json", "w"))',
    };
    const said = await told(PLAIN, given, installation.variables());
    expect(said).toMatchObject({
      status: 'Succeeded',
      steps: {
        Train: ['Succeeded', expect.any(String)],
        Evaluate: ['Succeeded', expect.any(String)],
        'Make-CreateModel': ['Succeeded', expect.any(String)],
      },
    });
    const arn = (step: string) => (said['steps'] as Record<string, string[]>)[step]?.[1] ?? '';
    const name = (step: string) => arn(step).split('/').at(-1) ?? '';
    const training = await lab.sageMaker.send(new DescribeTrainingJobCommand({ TrainingJobName: name('Train') }));
    expect(training).toMatchObject({
      EnableNetworkIsolation: true,
      EnableInterContainerTrafficEncryption: true,
      VpcConfig: vpc,
      OutputDataConfig: { KmsKeyId: keyArn },
      ResourceConfig: { VolumeKmsKeyId: keyArn },
      HyperParameters: { sagemaker_submit_directory: '"/opt/ml/input/data/code/sourcedir.tar.gz"' },
    });
    const processing = await lab.sageMaker.send(new DescribeProcessingJobCommand({ ProcessingJobName: name('Evaluate') }));
    expect(processing).toMatchObject({
      NetworkConfig: { EnableNetworkIsolation: true, VpcConfig: vpc },
      ProcessingOutputConfig: { KmsKeyId: keyArn },
    });
    const { Tags } = await lab.sageMaker.send(new ListTagsCommand({ ResourceArn: arn('Train') }));
    expect(Tags).toEqual(expect.arrayContaining(Object.entries(environment.tags).map(([Key, Value]) => ({ Key, Value }))));
  }, 240_000);
});
