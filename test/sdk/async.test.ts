import { crc32 } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { environment } from './environment-fixture.ts';
import { hostingService, trained } from './hosting-service.ts';
import { failure } from './refusals.ts';
import type { Outcome, Received } from './service-on-a-port.ts';

const bucket = environment.buckets.model;

describe('an asynchronous endpoint', () => {
  const queued = ({ operation, headers }: Received): Outcome | undefined =>
    operation === 'POST /endpoints/credit/async-invocations'
      ? {
          content: JSON.stringify({ InferenceId: headers['x-amzn-sagemaker-inference-id'] }),
          headers: {
            'content-type': 'application/json',
            'x-amzn-sagemaker-outputlocation': `s3://${bucket}/async-inference/credit/output/1.out`,
            'x-amzn-sagemaker-failurelocation': `s3://${bucket}/async-inference/credit/failure/1-error.out`,
          },
          status: 202,
        }
      : undefined;

  it('writes into the model bucket with the storage key', async () => {
    const { lab, service } = await hostingService();
    await lab.deploy(trained, { name: 'credit', wait: false, async: { maxConcurrent: 4 } });
    expect(service.sent('CreateEndpointConfig')[0]?.input['AsyncInferenceConfig']).toEqual({
      ClientConfig: { MaxConcurrentInvocationsPerInstance: 4 },
      OutputConfig: {
        S3OutputPath: `s3://${bucket}/async-inference/credit/output`,
        S3FailurePath: `s3://${bucket}/async-inference/credit/failure`,
        KmsKeyId: environment.keys.storage,
      },
    });
  });

  it('takes a request through S3 and hands out its answer once that is written', async () => {
    const { lab, service, objects } = await hostingService({ instead: queued });
    const invocation = await lab.attach('credit', 'endpoints').invokeAsync([[1, 2]], { inferenceId: 'mine', modelTimeout: 60 });
    const [sent] = service.requests.filter(({ operation }) => operation.includes('async-invocations'));
    expect(sent?.headers).toMatchObject({
      'x-amzn-sagemaker-inputlocation': invocation.inputLocation,
      'x-amzn-sagemaker-content-type': 'text/csv',
      'x-amzn-sagemaker-inference-id': 'mine',
      'x-amzn-sagemaker-invocationtimeoutseconds': '60',
    });
    const input = objects.get(invocation.inputLocation.slice(5));
    expect([String(input?.content), input?.headers['x-amz-server-side-encryption-aws-kms-key-id']]).toEqual([
      '1,2\n',
      environment.keys.storage,
    ]);

    expect(await failure(invocation.result({ timeout: 0.05 }))).toMatchObject({ code: 'WaitEnded' });
    const waiting = invocation.result({ timeout: 20 });
    setTimeout(
      () =>
        objects.set(`${bucket}/async-inference/credit/output/1.out`, { content: '[0.5]', headers: { 'content-type': 'application/json' } }),
      100,
    );
    expect((await waiting).value).toEqual([0.5]);
  });

  it('hands on what the container said when it failed', async () => {
    const { lab, objects } = await hostingService({ instead: queued });
    const invocation = await lab.attach('credit', 'endpoints').invokeAsync({ s3Uri: `s3://${bucket}/in.csv` });
    objects.set(`${bucket}/async-inference/credit/failure/1-error.out`, { content: 'ValueError: no column age', headers: {} });
    expect(await failure(invocation.result())).toMatchObject({
      code: 'InvocationFailed',
      message: expect.stringContaining('no column age'),
    });
  });

  it('does not take a missing right to read for an answer that is on its way', async () => {
    const { lab } = await hostingService({
      instead: (request) =>
        request.operation.startsWith('GET /')
          ? {
              content: '<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>',
              headers: { 'content-type': 'application/xml' },
              status: 403,
            }
          : queued(request),
    });
    const invocation = await lab.attach('credit', 'endpoints').invokeAsync('1,2');
    expect(await failure(invocation.result({ timeout: 5 }))).toMatchObject({ code: 'AccessDenied' });
  });

  it.each([{ queueTimeout: 10 }, { modelTimeout: 0 }, { modelTimeout: 3_601 }])('refuses %j', async (options) => {
    const { lab, service } = await hostingService({ instead: queued });
    expect(await failure(lab.attach('credit', 'endpoints').invokeAsync('1', options))).toMatchObject({ code: 'InvalidInput' });
    expect(service.requests).toEqual([]);
  });
});

/** One message of `application/vnd.amazon.eventstream`: lengths, headers of type string (7), payload, checksums. */
function message(headers: Readonly<Record<string, string>>, payload: Uint8Array): Buffer {
  const fields = Object.entries(headers).map(([name, value]) => {
    const length = Buffer.alloc(2);
    length.writeUInt16BE(Buffer.byteLength(value));
    return Buffer.concat([Buffer.from([Buffer.byteLength(name)]), Buffer.from(name), Buffer.from([7]), length, Buffer.from(value)]);
  });
  const head = Buffer.concat(fields);
  const prelude = Buffer.alloc(12);
  prelude.writeUInt32BE(16 + head.byteLength + payload.byteLength, 0);
  prelude.writeUInt32BE(head.byteLength, 4);
  prelude.writeUInt32BE(crc32(prelude.subarray(0, 8)), 8);
  const body = Buffer.concat([prelude, head, payload]);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([body, sum]);
}

const piece = (bytes: Uint8Array) =>
  message({ ':event-type': 'PayloadPart', ':content-type': 'application/octet-stream', ':message-type': 'event' }, bytes);

describe('an answer in pieces', () => {
  const streaming =
    (...messages: Buffer[]) =>
    ({ operation }: Received): Outcome | undefined =>
      operation === 'POST /endpoints/credit/invocations-response-stream'
        ? {
            content: Buffer.concat(messages),
            headers: { 'content-type': 'application/vnd.amazon.eventstream', 'x-amzn-sagemaker-content-type': 'text/plain' },
          }
        : undefined;
  const euro = Buffer.from('5 € a day');

  it('comes as bytes, and as text although a character is cut in two', async () => {
    const { lab, service } = await hostingService({ instead: streaming(piece(euro.subarray(0, 3)), piece(euro.subarray(3))) });
    const answer = lab.attach('credit', 'endpoints').stream('how much');
    expect(service.requests).toEqual([]);
    const sizes: number[] = [];
    for await (const bytes of answer) sizes.push(bytes.byteLength);
    expect(sizes).toEqual([3, euro.byteLength - 3]);
    const texts: string[] = [];
    for await (const text of answer.text()) texts.push(text);
    expect(texts).toEqual(['5 ', '€ a day']);
  });

  it('ends with what the container said when it fails on the way', async () => {
    const broken = message(
      { ':exception-type': 'ModelStreamError', ':content-type': 'application/json', ':message-type': 'exception' },
      Buffer.from(JSON.stringify({ Message: 'out of memory', ErrorCode: 'ModelInvocationTimeExceeded' })),
    );
    const { lab } = await hostingService({ instead: streaming(piece(Buffer.from('5')), broken) });
    const got: string[] = [];
    const reading = (async () => {
      for await (const text of lab.attach('credit', 'endpoints').stream('how much').text()) got.push(text);
    })();
    expect(await failure(reading)).toMatchObject({ code: 'InvocationFailed', message: expect.stringContaining('out of memory') });
    expect(got).toEqual(['5']);
  });
});
