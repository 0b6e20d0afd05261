import { CreateTransformJobCommand, DeleteModelCommand, DescribeTransformJobCommand } from '@aws-sdk/client-sagemaker';
import { clientsFor } from '../clients/purpose.ts';
import { endSignal } from '../context.ts';
import type { LabContext } from '../context.ts';
import { createPrepared, prepareModel } from '../hosting/create-model.ts';
import { inS3, located, placeOf, refuseBeyond } from '../inputs/channel.ts';
import { checkedName, freshName } from '../jobs/names.ts';
import { refuse, refuseUnknown } from '../jobs/options.ts';
import type { Known } from '../jobs/options.ts';
import type { PlannedCall } from '../planning/api.ts';
import { plannedCall } from '../planning/planned-call.ts';
import { bucketOf } from '../secure/match.ts';
import { notThere, submitOnce } from '../waiting/submit-once.ts';
import { isUncertain } from '../waiting/transient.ts';
import type { TransformJob, TransformOptions } from './api.ts';
import { transformRequest } from './request.ts';
import { transformJob } from './transform-job.ts';

/** Every option of `lab.transform`; the steps of pipelines have most of them too. */
export const TRANSFORM_OPTIONS: Known<TransformOptions> = {
  model: true,
  source: true,
  framework: true,
  image: true,
  data: true,
  contentType: true,
  compression: true,
  splitType: true,
  assembleWith: true,
  strategy: true,
  maxConcurrent: true,
  maxPayload: true,
  answerWithin: true,
  retries: true,
  inputFilter: true,
  joinSource: true,
  outputFilter: true,
  accept: true,
  instanceType: true,
  instanceCount: true,
  environment: true,
  tags: true,
  name: true,
  onProgress: true,
  signal: true,
};

/** The model and the request for a job with it. `environment` is the job's: the model is the same whatever data it sees. */
async function prepared(context: LabContext, options: TransformOptions, signal: AbortSignal) {
  const { source, framework, image, tags = {} } = options;
  const given = options.name === undefined ? undefined : checkedName(options.name);
  const model = await prepareModel(
    context,
    options.model,
    {
      ...(source === undefined ? {} : { source }),
      ...(framework === undefined ? {} : { framework }),
      ...(image === undefined ? {} : { image }),
    },
    { nameFor: (about) => given ?? freshName(about), tags: () => tags, instanceType: options.instanceType, signal },
  );
  const name = model.call === undefined ? (given ?? freshName(model.name)) : model.name;
  return { model, name, job: (s3Uri: string) => jobCall(context, options, name, model.name, s3Uri) };
}

const jobCall = ({ environment }: LabContext, options: TransformOptions, name: string, modelName: string, s3Uri: string) =>
  plannedCall('CreateTransformJob', transformRequest(options, name, modelName, s3Uri, environment), environment, options);

/** Refuses what can be refused without asking AWS. */
function check(context: LabContext, options: TransformOptions): void {
  refuseUnknown('lab.transform', options, TRANSFORM_OPTIONS);
  refuseBeyond('data', options.data, ['contentType']);
  const place = inS3(options.data);
  if (place !== undefined && bucketOf(place) !== context.environment.buckets.model)
    refuse(
      'data',
      `SageMaker reads it with the model's role, which reads the model bucket alone, and not ${place}.`,
      "Give the data itself, or put it there first: lab.upload(data, { to: 'model' }).",
    );
  jobCall(context, options, options.name === undefined ? 'job' : checkedName(options.name), 'model', '');
}

/** What `transform` would send; what is not in S3 yet is shown by a placeholder. A training job is read, for its image and code. */
export async function transformCalls(context: LabContext, options: TransformOptions): Promise<PlannedCall[]> {
  check(context, options);
  const { model, job } = await prepared(context, options, endSignal(context, options.signal));
  return [...(model.call === undefined ? [] : [model.call]), job(placeOf(options.data, context.environment, 'model'))];
}

/** Uploads what is not in S3 yet, creates the model where it has to, and submits; takes the model away again when the job is refused. */
export async function transform(context: LabContext, options: TransformOptions): Promise<TransformJob> {
  check(context, options);
  const { clients } = context;
  const { onProgress } = options;
  const signal = endSignal(context, options.signal);
  const { model, name, job } = await prepared(context, options, signal);
  const onUpload =
    onProgress === undefined
      ? undefined
      : (progress: { file: string; bytes: number; totalBytes: number }) => onProgress({ step: 'uploading', ...progress });
  const { input, fields } = job(await located(context, options.data, onUpload, signal, 'model'));
  const made = model.call === undefined ? undefined : await clientsFor(context, 'endpointCreation');
  if (made !== undefined) {
    onProgress?.({ step: 'packing' });
    await createPrepared(made, model, signal);
  }
  onProgress?.({ step: 'submitting', name });
  try {
    await submitOnce({
      send: () => clients.sageMaker.send(new CreateTransformJobCommand(input), { abortSignal: signal }),
      find: () => clients.sageMaker.send(new DescribeTransformJobCommand({ TransformJobName: name })).catch(notThere),
      input,
      signal,
    });
  } catch (error) {
    // Where no answer came the job may be there, and needs its model.
    if (!isUncertain(error) && !signal.aborted)
      await made?.sageMaker.send(new DeleteModelCommand({ ModelName: model.name })).catch(() => undefined);
    throw error;
  }
  return transformJob(context, name, fields);
}
