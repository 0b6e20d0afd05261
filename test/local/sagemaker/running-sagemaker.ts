import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { CloudWatchLogsClient, DescribeLogStreamsCommand, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  CreateVpcEndpointCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  CreateModelCommand,
  CreateTrainingJobCommand,
  DescribeTrainingJobCommand,
  SageMakerClient,
  type CreateTrainingJobCommandOutput,
  type CreateTrainingJobRequest,
  type DescribeTrainingJobCommandOutput,
} from '@aws-sdk/client-sagemaker';
import type { PlatformClientConfig } from '../../../local/gateway/platform.ts';
import { tarEntries, END_OF_ARCHIVE } from '../../../sdk/src/source/tar.ts';
import { ACCOUNT, document, ownHome, REGION, startRunningGateway, type RunningGateway } from '../gateway/running-gateway.ts';

export const IMAGE = `141502667606.dkr.ecr.${REGION}.amazonaws.com/sagemaker-scikit-learn:1.4-2-cpu-py3`;
export const BUCKET = 'lab-data';

/** An account with a VPC that has a way to S3, a bucket, a key and an execution role; and what tests do with SageMaker there. */
export interface Lab {
  readonly sageMaker: SageMakerClient;
  readonly s3: S3Client;
  readonly roleArn: string;
  readonly keyArn: string;
  readonly vpc: { Subnets: string[]; SecurityGroupIds: string[] };
  put(key: string, body: string | Uint8Array): Promise<string>;
  /** Keys of the objects below a prefix. */
  keys(prefix: string): Promise<string[]>;
  /** An object's content. */
  text(key: string): Promise<string | undefined>;
  /** A secure, isolated training job that runs a script. */
  request(name: string, script: string, overrides?: Partial<CreateTrainingJobRequest>): Promise<CreateTrainingJobRequest>;
  /** Starts what `request` describes. */
  train(...request: Parameters<Lab['request']>): Promise<CreateTrainingJobCommandOutput>;
  ended(name: string): Promise<DescribeTrainingJobCommandOutput>;
  /** An isolated model that a script, `inference.py`, serves; `files` lie beside its folder. */
  model(name: string, script: string, files: Readonly<Record<string, string>>): Promise<void>;
  log(group: string, prefix: string): Promise<string[]>;
}

export const archive = (files: Readonly<Record<string, string>>): Buffer =>
  gzipSync(
    Buffer.concat([
      Buffer.from(tarEntries(Object.entries(files).map(([name, text]) => ({ name, bytes: Buffer.from(text) })))),
      Buffer.from(END_OF_ARCHIVE),
    ]),
  );

const TRUST = {
  Effect: 'Allow',
  Principal: { Service: 'sagemaker.amazonaws.com' },
  Action: 'sts:AssumeRole',
  Condition: { StringEquals: { 'aws:SourceAccount': ACCOUNT } },
};
const LET = [
  {
    Effect: 'Allow',
    Action: ['s3:GetObject', 's3:PutObject', 's3:ListBucket', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'],
    Resource: [`arn:aws:s3:::${BUCKET}`, `arn:aws:s3:::${BUCKET}/*`],
  },
  { Effect: 'Allow', Action: ['kms:GenerateDataKey', 'kms:Decrypt'], Resource: '*' },
  {
    Effect: 'Allow',
    Action: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents', 'logs:DescribeLogStreams', 'cloudwatch:PutMetricData'],
    Resource: '*',
  },
];

/** A gateway with SageMaker in this process. */
export interface RunningSageMaker extends RunningGateway, Lab {
  /** SEALAB_HOME of this process. */
  readonly localHome: string;
  /** What jobs that have ended left on the disk: it is tidied up right after a job's status has changed. */
  leftOnDisk(): Promise<string[]>;
}

export async function startRunningSageMaker(): Promise<RunningSageMaker> {
  process.env['SEALAB_STOP_GRACE_SECONDS'] = '3';
  // Before anything of local/ is imported: paths are read once.
  const home = ownHome();
  const { createSageMakerService } = await import('../../../local/gateway/services/sagemaker/service.ts');
  const running = await startRunningGateway((platform) => [createSageMakerService(platform)]);
  return {
    ...running,
    ...(await furnish(running.as(running.administrator))),
    localHome: home,
    async leftOnDisk() {
      const left = () => ['sandboxes', 'containers'].flatMap((folder) => readdirSync(join(home, folder)));
      for (let round = 0; round < 50 && left().length > 0; round++) await sleep(100);
      return left();
    },
    async stop() {
      await running.stop();
      rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** `admin`: client configuration of the administrator. */
export async function furnish(admin: PlatformClientConfig): Promise<Lab> {
  const ec2 = new EC2Client(admin);
  const VpcId = (await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }))).Vpc?.VpcId ?? '';
  const subnet = (await ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock: '10.0.0.0/24' }))).Subnet?.SubnetId ?? '';
  const group = (await ec2.send(new CreateSecurityGroupCommand({ VpcId, GroupName: 'jobs', Description: 'jobs' }))).GroupId ?? '';
  await ec2.send(new CreateVpcEndpointCommand({ VpcId, ServiceName: `com.amazonaws.${REGION}.s3`, VpcEndpointType: 'Gateway' }));
  const s3 = new S3Client({ ...admin, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET, CreateBucketConfiguration: { LocationConstraint: REGION } }));
  const keyArn = (await new KMSClient(admin).send(new CreateKeyCommand({}))).KeyMetadata?.Arn ?? '';
  const iam = new IAMClient(admin);
  const roleArn =
    (await iam.send(new CreateRoleCommand({ RoleName: 'execution', Path: '/sealab/test/', AssumeRolePolicyDocument: document([TRUST]) })))
      .Role?.Arn ?? '';
  await iam.send(new PutRolePolicyCommand({ RoleName: 'execution', PolicyName: 'inline', PolicyDocument: document(LET) }));
  const sageMaker = new SageMakerClient(admin);
  const logs = new CloudWatchLogsClient(admin);
  const vpc = { Subnets: [subnet], SecurityGroupIds: [group] };

  const put = async (key: string, body: string | Uint8Array) => {
    await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: body }));
    return `s3://${BUCKET}/${key}`;
  };
  const channel = (ChannelName: string, S3Uri: string) => ({
    ChannelName,
    DataSource: { S3DataSource: { S3DataType: 'S3Prefix' as const, S3Uri, S3DataDistributionType: 'FullyReplicated' as const } },
  });
  const lab: Lab = {
    sageMaker,
    s3,
    roleArn,
    keyArn,
    vpc,
    put,
    async keys(Prefix) {
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix }));
      return Contents.map(({ Key = '' }) => Key);
    },
    text: async (Key) => (await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key }))).Body?.transformToString(),
    train: async (...request) => sageMaker.send(new CreateTrainingJobCommand(await lab.request(...request))),
    async model(ModelName, script, files) {
      const ModelDataUrl = await put(`models/${ModelName}/model.tar.gz`, archive({ ...files, 'code/inference.py': script }));
      await sageMaker.send(
        new CreateModelCommand({
          ModelName,
          PrimaryContainer: {
            Image: IMAGE,
            ModelDataUrl,
            Environment: { SAGEMAKER_PROGRAM: 'inference.py', SAGEMAKER_SUBMIT_DIRECTORY: '/opt/ml/model/code' },
          },
          ExecutionRoleArn: roleArn,
          VpcConfig: vpc,
          EnableNetworkIsolation: true,
        }),
      );
    },
    async request(name, script, overrides = {}) {
      const code = await put(`code/${name}/sourcedir.tar.gz`, archive({ 'train.py': script }));
      const data = await put(`data/${name}/rows.csv`, 'a,b\n1,2\n');
      return {
        TrainingJobName: name,
        AlgorithmSpecification: {
          TrainingImage: IMAGE,
          TrainingInputMode: 'File',
          MetricDefinitions: [{ Name: 'auc', Regex: 'auc=([0-9.]+)' }],
        },
        RoleArn: roleArn,
        HyperParameters: {
          sagemaker_program: '"train.py"',
          sagemaker_submit_directory: '"/opt/ml/input/data/code/sourcedir.tar.gz"',
          depth: '3',
        },
        InputDataConfig: [channel('training', data.replace('rows.csv', '')), channel('code', code)],
        OutputDataConfig: { S3OutputPath: `s3://${BUCKET}/out`, KmsKeyId: keyArn },
        ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 1, VolumeKmsKeyId: keyArn },
        StoppingCondition: { MaxRuntimeInSeconds: 600 },
        VpcConfig: vpc,
        EnableNetworkIsolation: true,
        EnableInterContainerTrafficEncryption: true,
        ...overrides,
      };
    },
    async ended(name) {
      for (;;) {
        const job = await sageMaker.send(new DescribeTrainingJobCommand({ TrainingJobName: name }));
        if (!['InProgress', 'Stopping'].includes(job.TrainingJobStatus ?? '')) return job;
        await sleep(100);
      }
    },
    async log(group, prefix) {
      const { logStreams = [] } = await logs.send(new DescribeLogStreamsCommand({ logGroupName: group, logStreamNamePrefix: prefix }));
      const lines: string[] = [];
      for (const { logStreamName } of logStreams) {
        for (let nextToken: string | undefined; ;) {
          const page = await logs.send(
            new GetLogEventsCommand({
              logGroupName: group,
              logStreamName,
              startFromHead: true,
              ...(nextToken === undefined ? {} : { nextToken }),
            }),
          );
          lines.push(...(page.events ?? []).map(({ message = '' }) => message));
          if (page.nextForwardToken === nextToken || (page.events ?? []).length === 0) break;
          nextToken = page.nextForwardToken;
        }
      }
      return lines;
    },
  };
  return lab;
}
