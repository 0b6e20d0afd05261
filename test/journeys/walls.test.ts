import {
  CreateTrainingJobCommand,
  DescribeTrainingJobCommand,
  SageMakerClient,
  StopTrainingJobCommand,
  type CreateTrainingJobCommandInput,
} from '@aws-sdk/client-sagemaker';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { as, clientsAs, connection, description } from './running/environment.ts';
import { Notebook } from './running/notebook.ts';
import { changed, refusedTrainingJobs, secureTrainingJob } from './running/raw-training-job.ts';

const refused = refusedTrainingJobs();

describe('the plain AWS SDK with the data scientist’s credentials', () => {
  let sageMaker: SageMakerClient;
  const submit = (request: Record<string, unknown>) =>
    sageMaker.send(new CreateTrainingJobCommand(request as unknown as CreateTrainingJobCommandInput));
  beforeAll(async () => {
    sageMaker = new SageMakerClient(await as('data-scientist'));
  });

  it.each(refused)('is refused a training job $name', async (change) => {
    const answer = submit(changed(change));
    await expect(answer).rejects.toMatchObject({ name: 'AccessDeniedException', $metadata: { httpStatusCode: 400 } });
    await expect(answer).rejects.toThrow(/is not authorized to perform: (sagemaker:CreateTrainingJob|iam:PassRole) on resource/);
  });

  it('gets the secure one', async () => {
    const request = secureTrainingJob();
    const { TrainingJobArn } = await submit(request);
    expect(TrainingJobArn).toContain(`training-job/${String(request['TrainingJobName'])}`);
    const TrainingJobName = String(request['TrainingJobName']);
    const job = await sageMaker.send(new DescribeTrainingJobCommand({ TrainingJobName }));
    expect(job.VpcConfig).toEqual(request['VpcConfig']);
    await sageMaker.send(new StopTrainingJobCommand({ TrainingJobName })).catch(() => undefined);
  });

  it('does not reach the data from outside the network', async () => {
    const s3 = new S3Client(await as('data-scientist'));
    const { buckets } = description();
    await expect(s3.send(new ListObjectsV2Command({ Bucket: buckets.data }))).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(s3.send(new GetObjectCommand({ Bucket: buckets.artifacts, Key: 'environment.json' }))).rejects.toMatchObject({
      name: 'AccessDenied',
    });
  });
});

describe('boto3 in the notebook', () => {
  let notebook: Notebook;
  beforeAll(async () => {
    notebook = await Notebook.open('python');
    await notebook.run(`
import boto3, json
from botocore.exceptions import BotoCoreError, ClientError
from botocore.config import Config
from sealab_defaults import SealabError, hook
plain = boto3.client("sagemaker")
# Whoever gets around the defaults in a process of his own stands before IAM.
sagemaker = boto3.client("sagemaker")
sagemaker.meta.events.unregister("before-parameter-build.sagemaker", hook._sagemaker)
def submit(request, client=sagemaker):
    try:
        return {"accepted": client.create_training_job(**json.loads(request))["TrainingJobArn"]}
    except SealabError as error:
        return {"code": error.code, "message": error.message}
    except ClientError as error:
        return {"code": error.response["Error"]["Code"], "message": error.response["Error"]["Message"]}
`);
  });
  afterAll(() => notebook.close());
  const submit = (request: Record<string, unknown>, client = 'sagemaker') =>
    notebook.json<{ accepted?: string; code?: string; message?: string }>(
      `print(json.dumps(submit(${JSON.stringify(JSON.stringify(request))}, ${client})))`,
    );

  it('sends the secure fields that nobody wrote', async () => {
    const { VpcConfig, EnableNetworkIsolation, EnableInterContainerTrafficEncryption, ...bare } = secureTrainingJob();
    expect([VpcConfig, EnableNetworkIsolation, EnableInterContainerTrafficEncryption]).not.toContain(undefined);
    const { accepted } = await submit(bare, 'plain');
    expect(accepted).toContain(':training-job/');
    const sent = await notebook.json<object>(
      `print(json.dumps(plain.describe_training_job(TrainingJobName="${String(bare['TrainingJobName'])}")["VpcConfig"]))`,
    );
    expect(sent).toEqual(VpcConfig);
  });

  it('refuses another value before anything is sent, and uploads with the storage key', async () => {
    const foreign = { ...secureTrainingJob(), RoleArn: connection().roles['notebook-execution'] };
    expect(await submit(foreign, 'plain')).toMatchObject({ code: 'SecureFieldConflict', message: expect.stringMatching(/^RoleArn: /) });
    const { buckets, keys } = description();
    const head = await notebook.json<Record<string, string>>(`
s3 = boto3.client("s3")
s3.put_object(Bucket="${buckets.data}", Key="defaults/one", Body=b"1")
print(json.dumps({name: str(value) for name, value in s3.head_object(Bucket="${buckets.data}", Key="defaults/one").items()}))`);
    expect(head).toMatchObject({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: keys.storage });
  });

  it.each(refused)('around the defaults, is refused a training job $name by IAM', async (change) => {
    const answer = await submit(changed(change));
    expect(answer).toMatchObject({ code: 'AccessDeniedException' });
    expect(answer.message).toMatch(/is not authorized to perform: (sagemaker:CreateTrainingJob|iam:PassRole) on resource/);
  });

  it('gets the secure one', async () => {
    const answer = await submit(secureTrainingJob());
    expect(answer.accepted).toContain(':training-job/');
  });

  it('reads its data from inside the network', async () => {
    const { buckets } = description();
    const keys = await notebook.json<number>(
      `print(boto3.client("s3").list_objects_v2(Bucket="${buckets.artifacts}", Prefix="release/")["KeyCount"])`,
    );
    expect(keys).toBeGreaterThan(0);
  });

  it('can make no key or notebook, and does not even reach IAM', async () => {
    const codes = await notebook.json<string[]>(`
def code(call):
    try:
        call()
        return "accepted"
    except ClientError as error:
        return error.response["Error"]["Code"]
    except BotoCoreError as error:
        return type(error).__name__
print(json.dumps([
    code(lambda: boto3.client("iam", config=Config(retries={"total_max_attempts": 1})).create_role(RoleName="mine", AssumeRolePolicyDocument="{}")),
    code(lambda: boto3.client("kms").create_key()),
    code(lambda: sagemaker.create_notebook_instance(NotebookInstanceName="mine", InstanceType="ml.t3.medium", RoleArn="${connection().roles['notebook-execution'] ?? ''}")),
]))`);
    const [iam, ...others] = codes;
    // There is no VPC endpoint for it.
    expect(iam).toMatch(/Connection|Timeout/);
    for (const code of others) expect(code).toMatch(/^AccessDenied/);
  });
});

describe('the endpoint', () => {
  it('knows nobody without a signature of its own', async () => {
    const stranger = clientsAs({ accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'x'.repeat(40) });
    await expect(new STSClient(stranger).send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
      name: expect.stringMatching(/InvalidClientTokenId/) as unknown,
    });
    const forger = clientsAs({ ...connection().administrator, secretAccessKey: 'x'.repeat(40) });
    await expect(new STSClient(forger).send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' });
  });
});
