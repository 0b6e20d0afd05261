import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import { DeleteEndpointCommand } from '@aws-sdk/client-sagemaker';
import { InvokeEndpointAsyncCommand, type InvokeEndpointAsyncCommandInput } from '@aws-sdk/client-sagemaker-runtime';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { allow, document, REGION, refusal } from '../gateway/running-gateway.ts';
import { startGatewayProcess, type GatewayProcess } from './gateway-process.ts';
import { hostingLab, type HostingLab, type Said } from './hosting-lab.ts';
import { BUCKET, type Lab } from './running-sagemaker.ts';

let gateway: GatewayProcess;
let lab: Lab;
let hosting: HostingLab;
/** Subscribes to the topic. */
let listener: Server;
beforeAll(async () => {
  gateway = await startGatewayProcess();
  ({ lab } = gateway);
  hosting = hostingLab(lab, gateway.admin);
  const sns = new SNSClient(gateway.admin);
  const topic = (await sns.send(new CreateTopicCommand({ Name: 'results' }))).TopicArn ?? '';
  listener = createServer((incoming, outgoing) => {
    void textOf(incoming).then((body) => {
      const { Message } = JSON.parse(body) as { Message: string };
      const notice = JSON.parse(Message) as Notification;
      seen.set(notice.inferenceId, notice);
      outgoing.end();
    });
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const { port } = listener.address() as AddressInfo;
  await sns.send(new SubscribeCommand({ TopicArn: topic, Protocol: 'http', Endpoint: `http://127.0.0.1:${String(port)}/` }));
  await new IAMClient(gateway.admin).send(
    new PutRolePolicyCommand({ RoleName: 'execution', PolicyName: 'topics', PolicyDocument: document([allow('sns:Publish', topic)]) }),
  );
  await hosting.model('slow');
  await hosting.config('slow', [{}], {
    AsyncInferenceConfig: {
      ClientConfig: { MaxConcurrentInvocationsPerInstance: 1 },
      OutputConfig: {
        S3OutputPath: `s3://${BUCKET}/results`,
        S3FailurePath: `s3://${BUCKET}/failures/`,
        KmsKeyId: lab.keyArn,
        NotificationConfig: { SuccessTopic: topic, ErrorTopic: topic, IncludeInferenceResponseIn: ['SUCCESS_NOTIFICATION_TOPIC'] },
      },
    },
  });
  await hosting.endpoint('slow');
}, 120_000);
afterAll(async () => {
  listener.close();
  await gateway.remove();
}, 60_000);

let count = 0;
const submit = async (text: string, overrides: Partial<InvokeEndpointAsyncCommandInput> = {}) => {
  const InputLocation = await lab.put(`inputs/${String((count += 1))}.txt`, text);
  return hosting.runtime.send(
    new InvokeEndpointAsyncCommand({ EndpointName: 'slow', InputLocation, ContentType: 'text/plain', ...overrides }),
  );
};
const parts = (uri = '') => {
  const [, , Bucket, ...key] = uri.split('/');
  return { Bucket, Key: key.join('/') };
};
const result = async (uri: string | undefined): Promise<string> => {
  for (;;) {
    const body = await lab.s3.send(new GetObjectCommand(parts(uri))).then(
      ({ Body }) => Body?.transformToString(),
      () => undefined,
    );
    if (body !== undefined) return body;
    await sleep(50);
  }
};

interface Notification {
  readonly inferenceId: string;
  readonly invocationStatus: string;
}
const seen = new Map<string, Notification>();
async function notification(inferenceId: string): Promise<Notification> {
  for (;;) {
    const known = seen.get(inferenceId);
    if (known !== undefined) return known;
    await sleep(50);
  }
}

describe('an asynchronous invocation', () => {
  it('puts its answer into the output path, encrypted, and tells the topic', async () => {
    const answer = await submit('hello', { InferenceId: 'mine-1', CustomAttributes: 'a=b' });
    expect(answer).toMatchObject({
      $metadata: { httpStatusCode: 202 },
      InferenceId: 'mine-1',
      OutputLocation: expect.stringMatching(/^s3:\/\/lab-data\/results\/[0-9a-f-]{36}\.out$/),
      FailureLocation: expect.stringMatching(/^s3:\/\/lab-data\/failures\/[0-9a-f-]{36}-error\.out$/),
    });
    expect(JSON.parse(await result(answer.OutputLocation))).toMatchObject({ model: 'slow', text: 'hello', type: 'text/plain' });
    expect(await lab.s3.send(new HeadObjectCommand(parts(answer.OutputLocation)))).toMatchObject({
      ContentType: 'application/json',
      ServerSideEncryption: 'aws:kms',
      SSEKMSKeyId: lab.keyArn,
    });
    expect(await notification('mine-1')).toMatchObject({
      awsRegion: REGION,
      invocationStatus: 'Completed',
      requestParameters: { endpointName: 'slow', contentType: 'text/plain', inputLocation: `s3://${BUCKET}/inputs/1.txt` },
      responseParameters: { contentType: 'application/json', outputLocation: answer.OutputLocation },
      responseBody: { encoding: 'BASE64' },
      eventSource: 'aws:sagemaker',
      eventName: 'InferenceResult',
    });
  }, 20_000);

  it('takes its payload along, and its result where it is told to', async () => {
    const answer = await submit('unused', {
      InputLocation: undefined,
      Body: new TextEncoder().encode('inline'),
      S3OutputPathExtension: 'today',
      Filename: 'one.json',
    });
    expect(answer.OutputLocation).toBe(`s3://${BUCKET}/results/today/one.json`);
    expect(JSON.parse(await result(answer.OutputLocation))).toMatchObject({ text: 'inline' });
  }, 20_000);

  it('that fails leaves what the model said in the failure path', async () => {
    const answer = await submit('fail');
    expect(await result(answer.FailureLocation)).toContain('told to fail');
    expect(await notification(answer.InferenceId ?? '')).toMatchObject({
      invocationStatus: 'Failed',
      failureReason:
        'ClientError: Received server error (500) from model. See the SageMaker Endpoint logs in your account for more information.',
    });
    const missing = await submit('unused', { InputLocation: `s3://${BUCKET}/inputs/nothing` });
    expect(await result(missing.FailureLocation)).toContain(`Failed to download data from s3://${BUCKET}/inputs/nothing`);
    const late = await submit('sleep 5', { InvocationTimeoutSeconds: 1 });
    expect(await result(late.FailureLocation)).toContain('Your invocation timed out');
  }, 30_000);

  it('waits its turn, over a kill and over a stop of the gateway; none is lost', async () => {
    const texts = Array.from({ length: 8 }, (_, number) => `sleep 0.5${String(number)}`);
    const submitted = [];
    for (const text of texts.slice(0, 6)) submitted.push(await submit(text));
    await sleep(700);
    await gateway.end('SIGKILL');
    await gateway.start();
    await hosting.settled('slow');
    for (const text of texts.slice(6)) submitted.push(await submit(text));
    await gateway.end('SIGTERM');
    await gateway.start();
    const results = await Promise.all(submitted.map(({ OutputLocation }) => result(OutputLocation)));
    expect(results.map((body) => (JSON.parse(body) as Said).text)).toEqual(texts);
  }, 60_000);

  it.each([
    ['without a payload', { InputLocation: undefined }, 'InputLocation and Body'],
    ['with two', { Body: new TextEncoder().encode('x') }, 'InputLocation and Body'],
    ['to nobody', { EndpointName: 'nobody' }, 'Endpoint nobody of account'],
    ['with a life of seconds', { RequestTTLSeconds: 5 }, 'greater than or equal to 60'],
  ])('%s is refused', async (_, overrides, message) => {
    expect(await refusal(submit('x', overrides))).toMatchObject({ name: 'ValidationError', message: expect.stringContaining(message) });
  });

  it('is the only one that its endpoint takes, until it is gone', async () => {
    expect(await refusal(hosting.ask('slow', 'hello'))).toMatchObject({
      name: 'ValidationError',
      message: expect.stringContaining('InvokeEndpointAsync'),
    });
    await lab.sageMaker.send(new DeleteEndpointCommand({ EndpointName: 'slow' }));
    expect(await refusal(submit('hello'))).toMatchObject({ name: 'ValidationError' });
  }, 20_000);
});
