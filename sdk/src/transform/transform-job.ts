import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { DescribeModelCommand, DescribeTransformJobCommand, StopTransformJobCommand } from '@aws-sdk/client-sagemaker';
import type { DescribeTransformJobResponse } from '@aws-sdk/client-sagemaker';
import { endSignal } from '../context.ts';
import type { LabContext } from '../context.ts';
import { SealabError } from '../contract/index.ts';
import { jobByName, LOG_GROUP } from '../jobs/job.ts';
import { displayable, factsView } from '../notebook/display.ts';
import type { ControlState } from '../posture/api.ts';
import { bucketOf } from '../secure/match.ts';
import { controlStates, sealOf } from '../secure/index.ts';
import type { FilledField } from '../secure/index.ts';
import { notThere } from '../waiting/submit-once.ts';
import type { TransformedObject, TransformJob } from './api.ts';

/** Together this is what a notebook can hold beside its own data. */
const MOST_BYTES = 256 * 1024 * 1024;

/** A batch transform job by name. Nothing is asked of AWS until it is used. */
export function transformJob(context: LabContext, name: string, fields: readonly FilledField[] = []): TransformJob {
  const { clients, environment } = context;
  const common = jobByName<DescribeTransformJobResponse>(context, name, {
    kind: 'transform-jobs',
    title: 'Transform job',
    group: LOG_GROUP.transform,
    ask: (options) => clients.sageMaker.send(new DescribeTransformJobCommand({ TransformJobName: name }), options),
    stateOf: ({ TransformJobStatus, FailureReason }) => ({ status: TransformJobStatus, message: undefined, reason: FailureReason }),
  });
  const job: TransformJob = {
    kind: 'transform-jobs',
    name,
    fields,
    ...common,
    stop: async () => {
      await clients.sageMaker.send(new StopTransformJobCommand({ TransformJobName: name }));
    },
    outputs: async () => {
      const { Bucket, objects } = await written(context, await common.describe());
      return objects.map(({ key }) => `s3://${Bucket}/${key}`);
    },
    predictions: async () => predictions(context, name, await common.describe()),
    seal: async () => {
      const now = await common.describe();
      return sealOf(name, [...controlStates('CreateTransformJob', now, environment), ...(await modelStates(context, now.ModelName ?? ''))]);
    },
  };
  return displayable(job, async () => {
    const now = await common.describe().catch(() => undefined);
    return factsView(`Transform job ${name}`, {
      status: now?.TransformJobStatus ?? 'not described',
      model: now?.ModelName,
      data: now?.TransformInput?.DataSource?.S3DataSource?.S3Uri,
      output: now?.TransformOutput?.S3OutputPath,
      failed: now?.FailureReason,
    });
  });
}

/** Network, isolation and role of the job are its model's; of a model that was deleted since they cannot be verified. */
async function modelStates({ clients, environment }: LabContext, ModelName: string): Promise<ControlState[]> {
  const model = await clients.sageMaker.send(new DescribeModelCommand({ ModelName })).catch(notThere);
  const states = controlStates('CreateModel', model ?? {}, environment);
  return model === undefined ? states.map((state) => ({ ...state, status: 'not-verified' })) : states;
}

interface Written {
  readonly Bucket: string;
  readonly objects: readonly { readonly key: string; readonly size: number }[];
}

/** The `.out` objects below the job's output path. */
async function written(context: LabContext, { TransformOutput }: DescribeTransformJobResponse): Promise<Written> {
  const path = TransformOutput?.S3OutputPath ?? '';
  const Bucket = bucketOf(path) ?? '';
  const Prefix = `${path.slice(6 + Bucket.length).replace(/\/+$/, '')}/`;
  const objects: { key: string; size: number }[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await context.clients.s3.send(
      new ListObjectsV2Command({ Bucket, Prefix, ...(ContinuationToken === undefined ? {} : { ContinuationToken }) }),
      { abortSignal: endSignal(context) },
    );
    for (const { Key, Size } of page.Contents ?? []) if (Key?.endsWith('.out') === true) objects.push({ key: Key, size: Size ?? 0 });
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  return { Bucket, objects };
}

async function predictions(context: LabContext, name: string, job: DescribeTransformJobResponse): Promise<readonly TransformedObject[]> {
  const { Bucket, objects } = await written(context, job);
  if (objects.length === 0) {
    throw new SealabError('InputNotFound', `${name} has written nothing yet; it is ${job.TransformJobStatus ?? 'unknown'}.`, {
      remedy: 'Wait for it: `await job.wait()`.',
      details: { name, status: job.TransformJobStatus },
    });
  }
  const size = objects.reduce((sum, object) => sum + object.size, 0);
  if (size > MOST_BYTES) {
    throw new SealabError('InvalidInput', `${name} has written ${Math.round(size / 1024 / 1024)} MB, too much for one answer.`, {
      remedy: 'Read the objects of `await job.outputs()` one by one, or in a processing job.',
      details: { name, bytes: size, most: MOST_BYTES },
    });
  }
  // A joined output has the form of the input.
  const contentType = job.DataProcessing?.JoinSource === 'Input' ? job.TransformInput?.ContentType : job.TransformOutput?.Accept;
  const { parsed } = await import('./parse.ts');
  const all: TransformedObject[] = [];
  for (const { key } of objects) {
    const { Body } = await context.clients.s3.send(new GetObjectCommand({ Bucket, Key: key }), { abortSignal: endSignal(context) });
    const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
    const text = new TextDecoder().decode(bytes);
    all.push({ s3Uri: `s3://${Bucket}/${key}`, contentType: contentType ?? 'text/plain', bytes, text, value: parsed(text, contentType) });
  }
  return displayable(all, () =>
    factsView(`Predictions of ${name}`, Object.fromEntries(all.map(({ s3Uri, text }) => [s3Uri, text.slice(0, 200)]))),
  );
}
