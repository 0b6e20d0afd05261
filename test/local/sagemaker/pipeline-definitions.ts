import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { omit } from '../../../local/deploy/omit.ts';
import type { PlatformClientConfig } from '../../../local/gateway/platform.ts';
import { ACCOUNT, allow, document } from '../gateway/running-gateway.ts';
import { BUCKET, IMAGE, type Lab } from './running-sagemaker.ts';

/** The actions that the role of a pipeline needs for the types of steps that run here. */
export const PIPELINE_ACTIONS = [
  ...['CreateProcessingJob', 'DescribeProcessingJob', 'StopProcessingJob', 'CreateTrainingJob', 'DescribeTrainingJob', 'StopTrainingJob'],
  ...['CreateModel', 'DescribeModel', 'CreateModelPackage', 'DescribeModelPackage', 'CreateModelPackageGroup', 'DescribeModelPackageGroup'],
  'AddTags',
].map((name) => `sagemaker:${name}`);

/** A role that SageMaker assumes for a pipeline: it starts the jobs and passes the execution role to them. */
export async function pipelineRole(
  admin: PlatformClientConfig,
  lab: Lab,
  RoleName: string,
  actions: readonly string[] = PIPELINE_ACTIONS,
): Promise<string> {
  const iam = new IAMClient(admin);
  const trust = {
    Effect: 'Allow',
    Principal: { Service: 'sagemaker.amazonaws.com' },
    Action: 'sts:AssumeRole',
    Condition: { StringEquals: { 'aws:SourceAccount': ACCOUNT } },
  };
  const role = await iam.send(new CreateRoleCommand({ RoleName, Path: '/sealab/test/', AssumeRolePolicyDocument: document([trust]) }));
  await iam.send(
    new PutRolePolicyCommand({
      RoleName,
      PolicyName: 'inline',
      PolicyDocument: document([
        allow([...actions]),
        allow('iam:PassRole', lab.roleArn),
        allow('s3:GetObject', `arn:aws:s3:::${BUCKET}/*`),
        allow(['kms:Decrypt', 'kms:CreateGrant', 'kms:GenerateDataKey']),
      ]),
    }),
  );
  return role.Role?.Arn ?? '';
}

const input = (InputName: string, S3Uri: unknown) => ({
  InputName,
  S3Input: { S3Uri, LocalPath: `/opt/ml/processing/input/${InputName}`, S3DataType: 'S3Prefix', S3InputMode: 'File' },
});

/** Arguments of a processing step that runs a script. */
export async function processing(
  lab: Lab,
  name: string,
  script: string,
  inputs: Record<string, unknown> = {},
  outputs: readonly string[] = [],
) {
  const code = await lab.put(`pipeline/${name}/code/script.py`, script);
  return {
    AppSpecification: { ImageUri: IMAGE, ContainerEntrypoint: ['python', '/opt/ml/processing/input/code/script.py'] },
    RoleArn: lab.roleArn,
    ProcessingInputs: [input('code', code), ...Object.entries(inputs).map(([inputName, uri]) => input(inputName, uri))],
    ProcessingOutputConfig: {
      Outputs: outputs.map((OutputName) => ({
        OutputName,
        S3Output: {
          S3Uri: `s3://${BUCKET}/pipeline/${name}/${OutputName}`,
          LocalPath: `/opt/ml/processing/output/${OutputName}`,
          S3UploadMode: 'EndOfJob',
        },
      })),
    },
    ProcessingResources: { ClusterConfig: { InstanceCount: 1, InstanceType: 'ml.m5.large', VolumeSizeInGB: 1 } },
    NetworkConfig: { EnableNetworkIsolation: true, VpcConfig: lab.vpc },
    StoppingCondition: { MaxRuntimeInSeconds: 100 },
  };
}

/** Processing steps, each after the one before; all of them see the flags. */
export async function definitionOf(lab: Lab, scripts: Readonly<Record<string, string>>): Promise<object> {
  await lab.put('flags/none', 'none');
  const names = Object.keys(scripts);
  const steps = names.map(async (Name, index) => ({
    Name,
    Type: 'Processing',
    Arguments: await processing(lab, `${names.join('-')}-${Name}`, scripts[Name] ?? '', { flag: `s3://${BUCKET}/flags/` }),
    ...(index === 0 ? {} : { DependsOn: [names[index - 1]] }),
  }));
  return { Version: '2020-12-01', Steps: await Promise.all(steps) };
}

const get = (reference: string) => ({ Get: reference });

/** Prepare → Train → Evaluate → GoodEnough → Register or TooBad. The quality is 0.9, whatever was trained. */
export async function trainAndRegister(lab: Lab, train = 'print("trained")'): Promise<object> {
  const training = await lab.request(
    'pipeline-train',
    `import os, shutil\n${train}\nshutil.copy("/opt/ml/input/data/training/rows.csv", os.environ["SM_MODEL_DIR"])`,
  );
  const [channel, code] = (training.InputDataConfig ?? []) as { DataSource: { S3DataSource: object } }[];
  const quality = { 'Std:JsonGet': { PropertyFile: get('Steps.Evaluate.PropertyFiles.Report'), Path: "metrics.quality['value']" } };
  return {
    Version: '2020-12-01',
    Parameters: [
      { Name: 'Depth', Type: 'Integer', DefaultValue: 3 },
      { Name: 'Threshold', Type: 'Float', DefaultValue: 0.5 },
    ],
    Steps: [
      {
        Name: 'Prepare',
        Type: 'Processing',
        Arguments: await processing(lab, 'prepare', 'open("/opt/ml/processing/output/train/rows.csv", "w").write("1,2\\n")', {}, ['train']),
        CacheConfig: { Enabled: true, ExpireAfter: 'P1D' },
      },
      {
        Name: 'Train',
        Type: 'Training',
        CacheConfig: { Enabled: true, ExpireAfter: 'P1D' },
        Arguments: {
          ...omit(training, 'TrainingJobName'),
          HyperParameters: { ...training.HyperParameters, depth: get('Parameters.Depth') },
          InputDataConfig: [
            {
              ...channel,
              DataSource: {
                S3DataSource: {
                  ...channel?.DataSource.S3DataSource,
                  S3Uri: get("Steps.Prepare.ProcessingOutputConfig.Outputs['train'].S3Output.S3Uri"),
                },
              },
            },
            code,
          ],
        },
      },
      {
        Name: 'Evaluate',
        Type: 'Processing',
        PropertyFiles: [{ PropertyFileName: 'Report', OutputName: 'report', FilePath: 'evaluation.json' }],
        Arguments: await processing(
          lab,
          'evaluate',
          'import glob, json\nassert glob.glob("/opt/ml/processing/input/model/*.tar.gz")\njson.dump({"metrics": {"quality": {"value": 0.9}}}, open("/opt/ml/processing/output/report/evaluation.json", "w"))',
          { model: get('Steps.Train.ModelArtifacts.S3ModelArtifacts') },
          ['report'],
        ),
      },
      {
        Name: 'GoodEnough',
        Type: 'Condition',
        Arguments: {
          Conditions: [{ Type: 'GreaterThanOrEqualTo', LeftValue: quality, RightValue: get('Parameters.Threshold') }],
          IfSteps: [
            {
              Name: 'Make',
              Type: 'Model',
              Arguments: {
                PrimaryContainer: { Image: IMAGE, ModelDataUrl: get('Steps.Train.ModelArtifacts.S3ModelArtifacts') },
                ExecutionRoleArn: lab.roleArn,
                VpcConfig: lab.vpc,
                EnableNetworkIsolation: true,
              },
            },
            {
              Name: 'Register',
              Type: 'RegisterModel',
              Arguments: {
                ModelPackageGroupName: 'churn-models',
                MetadataProperties: {
                  GeneratedBy: { 'Std:Join': { On: '/', Values: [get('Execution.PipelineExecutionArn'), get('Steps.Make.ModelName')] } },
                },
                InferenceSpecification: {
                  Containers: [{ Image: IMAGE, ModelDataUrl: get('Steps.Train.ModelArtifacts.S3ModelArtifacts') }],
                  SupportedContentTypes: ['text/csv'],
                  SupportedResponseMIMETypes: ['text/csv'],
                },
              },
            },
          ],
          ElseSteps: [
            {
              Name: 'TooBad',
              Type: 'Fail',
              Arguments: {
                ErrorMessage: { 'Std:Join': { On: ' ', Values: ['quality', quality, 'is below', get('Parameters.Threshold')] } },
              },
            },
          ],
        },
      },
    ],
  };
}
