import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { type DataCaptureConfig, UpdateEndpointCommand } from '@aws-sdk/client-sagemaker';
import { InvokeEndpointWithResponseStreamCommand } from '@aws-sdk/client-sagemaker-runtime';
import { hostingLab, variant, type HostingLab } from './hosting-lab.ts';
import { BUCKET, startRunningSageMaker, type RunningSageMaker } from './running-sagemaker.ts';

let lab: RunningSageMaker;
let hosting: HostingLab;
const capture = (overrides: Partial<DataCaptureConfig> = {}): DataCaptureConfig => ({
  EnableCapture: true,
  InitialSamplingPercentage: 100,
  DestinationS3Uri: `s3://${BUCKET}/captured/`,
  KmsKeyId: lab.keyArn,
  CaptureOptions: [{ CaptureMode: 'Input' }, { CaptureMode: 'Output' }],
  CaptureContentTypeHeader: { CsvContentTypes: ['text/csv'], JsonContentTypes: ['application/json'] },
  ...overrides,
});

beforeAll(async () => {
  lab = await startRunningSageMaker();
  hosting = hostingLab(lab, lab.as(lab.administrator));
  await Promise.all(['real', 'shadow'].map((name) => hosting.model(name)));
  await hosting.config('watched', [{ VariantName: 'real' }], { DataCaptureConfig: capture() });
  await hosting.endpoint('watched');
}, 120_000);
afterAll(() => lab.stop(), 60_000);

interface Record_ {
  readonly captureData: Readonly<Record<string, { observedContentType: string; mode: string; data: string; encoding: string }>>;
  readonly eventMetadata: { readonly eventId: string; readonly inferenceId?: string; readonly inferenceTime: string };
  readonly eventVersion: string;
}

/** What was captured below a prefix, when there are as many records. */
async function records(prefix: string, count: number): Promise<Record_[]> {
  for (;;) {
    const texts = await Promise.all((await lab.keys(prefix)).map((key) => lab.text(key)));
    const all = texts.flatMap((text = '') => text.split('\n').filter((line) => line !== '')).map((line) => JSON.parse(line) as Record_);
    if (all.length >= count) return all;
    await sleep(100);
  }
}
const update = async (config: string, retain = false) => {
  await lab.sageMaker.send(
    new UpdateEndpointCommand({
      EndpointName: 'watched',
      EndpointConfigName: config,
      ...(retain ? { RetainAllVariantProperties: true } : {}),
    }),
  );
  return hosting.settled('watched');
};

describe('data capture', () => {
  it('writes requests and answers as JSON lines where AWS would, encrypted', async () => {
    expect((await hosting.describe('watched')).DataCaptureConfig).toEqual({
      EnableCapture: true,
      CaptureStatus: 'Started',
      CurrentSamplingPercentage: 100,
      DestinationS3Uri: `s3://${BUCKET}/captured/`,
      KmsKeyId: lab.keyArn,
    });
    await hosting.ask('watched', '1,2', { ContentType: 'text/csv; charset=utf-8', InferenceId: 'case-7' });
    await hosting.ask('watched', 'plain');
    const [csv, plain, ...none] = await records('captured/watched/real/', 2);
    expect(none).toEqual([]);
    expect(csv).toMatchObject({
      captureData: {
        endpointInput: { observedContentType: 'text/csv; charset=utf-8', mode: 'INPUT', data: '1,2', encoding: 'CSV' },
        endpointOutput: { observedContentType: 'application/json', mode: 'OUTPUT', encoding: 'JSON' },
      },
      eventMetadata: {
        eventId: 'case-7',
        inferenceId: 'case-7',
        inferenceTime: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/),
      },
      eventVersion: '0',
    });
    expect(JSON.parse(csv?.captureData['endpointOutput']?.data ?? '')).toMatchObject({ model: 'real', text: '1,2' });
    expect(plain?.captureData['endpointInput']).toMatchObject({ data: Buffer.from('plain').toString('base64'), encoding: 'BASE64' });
    expect(plain?.eventMetadata).toMatchObject({ eventId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    const [key = ''] = await lab.keys('captured/watched/real/');
    expect(key).toMatch(/^captured\/watched\/real\/\d{4}\/\d{2}\/\d{2}\/\d{2}\/\d{2}-\d{2}-\d{3}-[0-9a-f-]{36}\.jsonl$/);
    expect(await lab.s3.send(new HeadObjectCommand({ Bucket: BUCKET, Key: key }))).toMatchObject({
      ServerSideEncryption: 'aws:kms',
      SSEKMSKeyId: lab.keyArn,
    });
  }, 20_000);

  it('has a streamed answer as a whole', async () => {
    const { Body = [] } = await hosting.runtime.send(
      new InvokeEndpointWithResponseStreamCommand({
        EndpointName: 'watched',
        Body: new TextEncoder().encode('stream a b'),
        ContentType: 'text/csv',
        InferenceId: 'streamed',
      }),
    );
    for await (const event of Body) expect(event.PayloadPart).toBeDefined();
    const found = (await records('captured/watched/real/', 3)).find(({ eventMetadata }) => eventMetadata.eventId === 'streamed');
    expect(found?.captureData['endpointOutput']).toMatchObject({ data: Buffer.from('ab').toString('base64'), encoding: 'BASE64' });
  }, 20_000);

  it('stops and starts with the configuration, or stays as it is', async () => {
    await hosting.config('unwatched', [{ VariantName: 'real' }], { DataCaptureConfig: capture({ EnableCapture: false }) });
    expect((await update('unwatched', true)).DataCaptureConfig).toMatchObject({ EnableCapture: true, CaptureStatus: 'Started' });
    expect((await update('unwatched')).DataCaptureConfig).toMatchObject({ EnableCapture: false, CaptureStatus: 'Stopped' });
    await hosting.ask('watched', 'unseen', { InferenceId: 'unseen' });
    await hosting.config('inputs', [{ VariantName: 'real' }], {
      DataCaptureConfig: capture({ DestinationS3Uri: `s3://${BUCKET}/inputs`, CaptureOptions: [{ CaptureMode: 'Input' }] }),
    });
    await update('inputs');
    await hosting.ask('watched', 'seen', { InferenceId: 'seen' });
    const [only] = await records('inputs/watched/real/', 1);
    expect(Object.keys(only?.captureData ?? {})).toEqual(['endpointInput']);
    const all = [...(await records('captured/', 3)), ...(await records('inputs/', 1))].map(({ eventMetadata }) => eventMetadata.eventId);
    expect(all).toContain('seen');
    expect(all).not.toContain('unseen');
  }, 60_000);

  it('takes the sample that was asked for', async () => {
    await hosting.config('sample', [{ VariantName: 'real' }], {
      DataCaptureConfig: capture({ DestinationS3Uri: `s3://${BUCKET}/sample`, InitialSamplingPercentage: 30 }),
    });
    await update('sample');
    await Promise.all(Array.from({ length: 150 }, () => hosting.ask('watched', 'hello')));
    await sleep(3_000);
    // 45 expected; outside of these bounds once in a hundred thousand runs.
    const { length } = await records('sample/', 1);
    expect(length).toBeGreaterThan(20);
    expect(length).toBeLessThan(72);
  }, 60_000);
});

describe('a shadow variant', () => {
  it('gets a copy of the requests, and its answers are only captured', async () => {
    await hosting.config('shadowed', [{ VariantName: 'real' }], {
      DataCaptureConfig: capture({ DestinationS3Uri: `s3://${BUCKET}/shadowed` }),
      ShadowProductionVariants: [variant('shadow')],
    });
    expect((await update('shadowed')).ShadowProductionVariants).toMatchObject([{ VariantName: 'shadow', CurrentInstanceCount: 1 }]);
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, number) => hosting.ask('watched', 'hello', { InferenceId: `case-${String(number)}` })),
    );
    expect(new Set(answers.map(({ model }) => model))).toEqual(new Set(['real']));
    const ids = async (name: string) =>
      (await records(`shadowed/watched/${name}/`, 10)).map(({ eventMetadata }) => eventMetadata.eventId).sort();
    expect(await ids('shadow')).toEqual(await ids('real'));
    const [record] = await records('shadowed/watched/shadow/', 1);
    expect(JSON.parse(record?.captureData['endpointOutput']?.data ?? '')).toMatchObject({ model: 'shadow' });
    // Whatever happens to the shadow.
    const shadowless = await Promise.all(Array.from({ length: 3 }, () => hosting.ask('watched', 'hello')));
    expect(shadowless.map(({ variant: invoked }) => invoked)).toEqual(Array(3).fill('real'));
  }, 60_000);
});
