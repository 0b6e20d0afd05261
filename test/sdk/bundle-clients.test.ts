import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { EventStreamCodec } from '@smithy/core/event-streams';
import { fromUtf8, toUtf8 } from '@smithy/core/serde';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { bundle } from '../../scripts/bundle.mjs';
import { exchange } from './clients-exchange.ts';
import { serviceOnAPort } from './service-on-a-port.ts';
import type { Outcome, Received } from './service-on-a-port.ts';

const folder = mkdtempSync(join(tmpdir(), 'sealab-exchange-'));
const outdir = join(folder, 'sdk');
beforeAll(() => bundle({ exchange: resolve(import.meta.dirname, 'clients-exchange.ts') }, outdir), 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const time = 1_767_225_600.25;
const summary = {
  TrainingJobName: 'best',
  CreationTime: time,
  FinalHyperParameterTuningJobObjectiveMetric: { MetricName: 'auc', Value: 'NaN' },
  TunedHyperParameters: { depth: '3' },
};
const ANSWERS: Readonly<Record<string, unknown>> = {
  CreateTrainingJob: { TrainingJobArn: 'arn' },
  DescribeTrainingJob: {
    TrainingJobName: 'first',
    TrainingJobStatus: 'Completed',
    CreationTime: time,
    TrainingEndTime: null,
    FailureReason: null,
    ModelArtifacts: { S3ModelArtifacts: 's3://model/Grüße.tar.gz' },
    HyperParameters: { __proto__a: '1' },
    BillableTimeInSeconds: 12,
    SecondaryStatusTransitions: [{ Status: 'Starting', StartTime: time, StatusMessage: 'It starts.' }],
    FinalMetricDataList: [
      { MetricName: 'auc', Value: 0.123456789012345678, Timestamp: time },
      { MetricName: 'loss', Value: 'NaN', Timestamp: time },
    ],
    InputDataConfig: [{ ChannelName: 'data', DataSource: { S3DataSource: { S3Uri: 's3://data/' } } }],
    VpcConfig: { Subnets: ['subnet-1'], SecurityGroupIds: [] },
  },
  DescribeHyperParameterTuningJob: {
    HyperParameterTuningJobName: 'tuned',
    CreationTime: time,
    BestTrainingJob: summary,
    TrainingJobStatusCounters: { Completed: 2 },
  },
  StartPipelineExecution: { PipelineExecutionArn: 'arn' },
  CreateModel: { ModelArn: 'arn' },
  StopTrainingJob: {},
  DescribeLogStreams: { logStreams: [{ logStreamName: 'a', creationTime: 1_767_225_600_250, firstEventTimestamp: null }], nextToken: null },
  DescribeKey: { KeyMetadata: { KeyId: 'key', CreationDate: time, Enabled: true, MultiRegion: false } },
  DescribeImages: { imageDetails: [{ imageTags: ['1'], imagePushedAt: time, imageSizeInBytes: 12 }] },
};

const xml = (content: string): Outcome => ({ content, headers: { 'content-type': 'text/xml' } });
const QUERIES: Readonly<Record<string, string>> = {
  GetRole: `<GetRoleResponse><GetRoleResult><Role><RoleName>r</RoleName><Arn>arn</Arn><CreateDate>2026-01-01T00:00:00Z</CreateDate></Role></GetRoleResult></GetRoleResponse>`,
  DescribeSubnets:
    '<DescribeSubnetsResponse><subnetSet><item><subnetId>subnet-1</subnetId><availableIpAddressCount>7</availableIpAddressCount></item></subnetSet></DescribeSubnetsResponse>',
  GetCallerIdentity:
    '<GetCallerIdentityResponse><GetCallerIdentityResult><Account>111122223333</Account></GetCallerIdentityResult></GetCallerIdentityResponse>',
};
/** One message of `application/vnd.amazon.eventstream`. */
const part = (text: string): Uint8Array =>
  new EventStreamCodec(toUtf8, fromUtf8).encode({
    headers: {
      ':message-type': { type: 'string', value: 'event' },
      ':event-type': { type: 'string', value: 'PayloadPart' },
      ':content-type': { type: 'string', value: 'application/octet-stream' },
    },
    body: Buffer.from(text),
  });

function answer(received: Received): Outcome {
  const query = /Action=(\w+)/.exec(received.body)?.[1];
  if (query !== undefined) return xml(QUERIES[query] ?? '');
  if (received.operation.endsWith('/invocations')) return { content: 'Grüße', headers: { 'content-type': 'text/csv' } };
  if (received.operation.endsWith('/invocations-response-stream'))
    return {
      content: Buffer.concat([part('first'), part('second')]),
      headers: { 'content-type': 'application/vnd.amazon.eventstream' },
    };
  return jsonAnswer(received);
}

const jsonAnswer = ({ operation, input }: Received): Outcome =>
  input['TrainingJobName'] === 'absent'
    ? { error: 'ValidationException', message: 'Requested resource not found.' }
    : { json: ANSWERS[operation] ?? {} };

it('bundled clients say and understand what those of the packages do, and find the same endpoints', async () => {
  const [own, bundled] = await Promise.all([serviceOnAPort(answer), serviceOnAPort(answer)]);
  const program = join(folder, 'program.mjs');
  writeFileSync(program, 'const [module, url] = process.argv.slice(2); process.stdout.write(await (await import(module)).exchange(url));');
  const wanted = await exchange(own.url).finally(() => own.close());
  const { stdout } = await promisify(execFile)(process.execPath, [program, join(outdir, 'exchange.js'), bundled.url]).finally(() =>
    bundled.close(),
  );
  const said = ({ requests }: typeof own) =>
    requests.map(({ operation, input, body }) => ({ operation, input, ...(Object.keys(input).length === 0 ? { body } : {}) }));
  expect(said(bundled)).toEqual(said(own));
  expect(stdout).toBe(wanted);
}, 60_000);
