import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { END_OF_ARCHIVE, tarEntries } from '../../sdk/src/source/tar.ts';
import { environment } from './environment-fixture.ts';
import { serviceOnAPort } from './service-on-a-port.ts';
import type { Outcome, Received } from './service-on-a-port.ts';

const root = resolve(import.meta.dirname, '../..');
const examples = readdirSync(join(root, 'docs/examples')).filter((name) => name.endsWith('.ts'));
const page = readFileSync(join(root, 'docs/data-scientists.md'), 'utf8');

it.each(examples)('the guide shows docs/examples/%s as it is', (name) => {
  const shown = new RegExp(`<!-- docs/examples/${name} -->\\s*\`\`\`ts\\n(.*?)\`\`\``, 's').exec(page)?.[1];
  expect(shown).toBe(readFileSync(join(root, 'docs/examples', name), 'utf8'));
});

const xml = (text: string): Outcome => ({ content: text, headers: { 'content-type': 'application/xml' } });
const notebook = environment.roles.notebookExecution.split('/').at(-1) ?? '';

/** A project in which every job has completed and every endpoint is in service. */
function answer({ operation, input, body }: Received): Outcome {
  const name =
    ['TrainingJobName', 'ProcessingJobName', 'EndpointName'].map((key) => input[key]).find((one) => typeof one === 'string') ?? '';
  if (body.includes('Action=GetCallerIdentity'))
    return xml(
      `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:sts::111122223333:assumed-role/${notebook}/SageMaker</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>`,
    );
  if (body.includes('Action=AssumeRole'))
    return xml(
      '<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>AKIDOTHER</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>',
    );
  if (operation.startsWith('POST /endpoints/')) return { json: [0.12, 0.93] };
  if (operation.startsWith('GET /') && operation.includes('.tar.gz'))
    return { content: ARCHIVE, headers: { 'content-type': 'application/gzip' } };
  if (operation.startsWith('GET /')) return xml('<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>');
  switch (operation) {
    case 'DescribeTrainingJob':
      return {
        json: {
          TrainingJobName: name,
          TrainingJobStatus: 'Completed',
          SecondaryStatus: 'Completed',
          AlgorithmSpecification: {
            TrainingImage: environment.images['scikit-learn'],
            MetricDefinitions: [{ Name: 'auc', Regex: 'auc=([0-9.]+)' }],
          },
          HyperParameters: { sagemaker_program: '"train.py"' },
          InputDataConfig: [
            {
              ChannelName: 'code',
              DataSource: {
                S3DataSource: { S3DataType: 'S3Prefix', S3Uri: `s3://${environment.buckets.artifacts}/code/sourcedir.tar.gz` },
              },
            },
          ],
          ModelArtifacts: { S3ModelArtifacts: `s3://${environment.buckets.model}/${name}/output/model.tar.gz` },
          ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 30 },
        },
      };
    case 'DescribeProcessingJob': {
      const S3Output = {
        S3Uri: `s3://${environment.buckets.model}/${name}/clean`,
        LocalPath: '/opt/ml/processing/output/clean',
        S3UploadMode: 'EndOfJob',
      };
      return {
        json: {
          ProcessingJobName: name,
          ProcessingJobStatus: 'Completed',
          ProcessingOutputConfig: { Outputs: [{ OutputName: 'clean', S3Output }] },
        },
      };
    }
    case 'ListTrainingJobs':
      return {
        json: {
          TrainingJobSummaries: [{ TrainingJobName: 'credit', TrainingJobArn: 'arn', TrainingJobStatus: 'Completed', CreationTime: 1 }],
        },
      };
    case 'DescribeLogStreams':
      return { json: { logStreams: [{ logStreamName: `${String(input['logStreamNamePrefix'])}algo-1-1700000000` }] } };
    case 'GetLogEvents':
      return {
        json: {
          events:
            input['nextToken'] === undefined ? [0.5, 0.75].map((auc, at) => ({ timestamp: at, message: `validation:auc=${auc}` })) : [],
          nextForwardToken: 'f/1',
        },
      };
    case 'DescribeEndpoint':
      return deleted.has(name)
        ? { error: 'ValidationException', message: 'Could not find endpoint.' }
        : { json: { EndpointName: name, EndpointConfigName: name, EndpointStatus: 'InService' } };
    case 'DescribeEndpointConfig':
      return { json: { EndpointConfigName: name, ProductionVariants: [{ VariantName: 'AllTraffic', ModelName: name }] } };
    case 'DeleteEndpoint':
      deleted.add(name);
      return { json: {} };
    default:
      return operation.startsWith('PUT /') || operation.startsWith('HEAD /')
        ? { empty: 200 }
        : { json: { TrainingJobArn: 'arn', ProcessingJobArn: 'arn', EndpointArn: 'arn', ModelArn: 'arn', EndpointConfigArn: 'arn' } };
  }
}
const deleted = new Set<string>();
const ARCHIVE = gzipSync(
  Buffer.concat([tarEntries([{ name: 'train.py', bytes: new TextEncoder().encode('print(1)'), executable: false }]), END_OF_ARCHIVE]),
);

describe('an example', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sealab-examples-'));
  const before = { folder: process.cwd(), variables: { ...process.env } };
  let service: Awaited<ReturnType<typeof serviceOnAPort>>;
  const said: unknown[][] = [];

  beforeAll(async () => {
    service = await serviceOnAPort(answer);
    mkdirSync(join(folder, 'data'));
    for (const [name, content] of Object.entries({
      'train.py': 'print(1)',
      'prepare.py': 'print(2)',
      'data/a.csv': '1',
      'data/b.csv': '2',
    }))
      writeFileSync(join(folder, name), content);
    writeFileSync(join(folder, 'environment.json'), JSON.stringify(environment));
    Object.assign(process.env, {
      SEALAB_ENVIRONMENT: join(folder, 'environment.json'),
      AWS_ENDPOINT_URL: service.url,
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'secret',
    });
    process.chdir(folder);
    jest.spyOn(console, 'log').mockImplementation((...words: unknown[]) => void said.push(words));
  });
  afterAll(async () => {
    jest.restoreAllMocks();
    process.chdir(before.folder);
    process.env = before.variables;
    rmSync(folder, { recursive: true, force: true });
    await service.close();
  });

  /** What each one prints that only a program that ran to its end prints. */
  const OUTCOMES: Readonly<Record<string, unknown>> = {
    'train.ts': [['validation:auc=0.5'], ['validation:auc=0.75'], [0.75]],
    'process.ts': [[expect.stringMatching(/^s3:\/\/credit-risk-model\/prepare-[\w-]+\/clean$/)]],
    'deploy.ts': [[[0.12, 0.93], expect.any(Number)]],
    'inputs.ts': [[expect.arrayContaining([expect.stringMatching(/uploads\/[0-9a-f]{32}\/data\.csv 6$/)])]],
    'plan.ts': [['SecureFieldConflict', expect.stringContaining('ml.p5.48xlarge'), expect.any(String)]],
    'list.ts': [['credit', 'Completed']],
    'logs.ts': [['algo-1', 'validation:auc=0.5']],
    'displays.ts': [[2 / 3, expect.stringContaining('accuracy 0.6667')]],
  };

  it('is run here, each one', () => expect(Object.keys(OUTCOMES).sort()).toEqual([...examples].sort()));

  it.each(Object.entries(OUTCOMES))(
    '%s runs',
    async (name, outcome) => {
      said.length = 0;
      await import(`../../docs/examples/${name}`);
      expect(said).toEqual(expect.arrayContaining(outcome as unknown[]));
      // The first one compiles the whole SDK.
    },
    60_000,
  );
});
