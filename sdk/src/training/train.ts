import { CreateTrainingJobCommand, DescribeTrainingJobCommand } from '@aws-sdk/client-sagemaker';
import { endSignal } from '../context.ts';
import type { LabContext } from '../context.ts';
import type { DataInput } from '../inputs/api.ts';
import { isS3Uri, putOnce } from '../inputs/upload.ts';
import { located } from '../inputs/channel.ts';
import { fillSecureFields } from '../secure/index.ts';
import { submitOnce } from '../waiting/submit-once.ts';
import type { Plan, TrainingJob, TrainOptions } from './api.ts';
import { packSource } from './pack.ts';
import { channelsOf, codeKey, refusePackagesWithoutNetwork, trainingRequest, withDefaults } from './request.ts';
import { trainingJob } from './training-job.ts';

/** The request that `train` would send; data that is not in S3 yet is shown by a placeholder. */
export async function plan({ environment }: LabContext, options: TrainOptions): Promise<Plan> {
  const packed = await packSource(options);
  refusePackagesWithoutNetwork(packed, options.network);
  const locations = new Map(
    [...channelsOf(options)].map(([name, input]) => [name, inS3(input) ?? `s3://${environment.buckets.data}/uploads/<content hash>/`]),
  );
  const { input, fields } = fillSecureFields<'CreateTrainingJob'>(
    'CreateTrainingJob',
    trainingRequest(options, packed, locations, environment),
    environment,
  );
  return { operation: 'CreateTrainingJob', input, fields: withDefaults(fields, options) };
}

const inS3 = (input: DataInput): string | undefined =>
  isS3Uri(input) ? input : typeof input === 'object' && 's3Uri' in input ? input.s3Uri : undefined;

/** Packs, uploads what is not in S3 yet, and submits. Everything that can be refused without asking AWS is refused first. */
export async function train(context: LabContext, options: TrainOptions): Promise<TrainingJob> {
  const { environment, clients } = context;
  const signal = endSignal(context, options.signal);
  options.onProgress?.({ step: 'packing' });
  const packed = await packSource(options);
  refusePackagesWithoutNetwork(packed, options.network);
  const channels = channelsOf(options);
  const request = (locations: ReadonlyMap<string, string>) =>
    fillSecureFields<'CreateTrainingJob'>('CreateTrainingJob', trainingRequest(options, packed, locations, environment), environment);
  request(new Map());

  const onUpload =
    options.onProgress === undefined
      ? undefined
      : (progress: { file: string; bytes: number; totalBytes: number }) => options.onProgress?.({ step: 'uploading', ...progress });
  const [uploaded] = await Promise.all([
    Promise.all([...channels].map(async ([name, input]) => [name, await located(context, input, onUpload, signal)] as const)),
    putOnce(clients.s3, environment.buckets.artifacts, codeKey(packed.hash), packed.archive, true, signal),
  ]);
  const { input, fields } = request(new Map(uploaded));
  const TrainingJobName = input.TrainingJobName ?? '';
  options.onProgress?.({ step: 'submitting', name: TrainingJobName });
  await submitOnce({
    send: () => clients.sageMaker.send(new CreateTrainingJobCommand(input), { abortSignal: signal }),
    find: () => clients.sageMaker.send(new DescribeTrainingJobCommand({ TrainingJobName })).catch(notThere),
    input,
    signal,
  });
  return trainingJob(context, TrainingJobName, withDefaults(fields, options));
}

/** SageMaker says `ValidationException: Requested resource not found.` */
export const notThere = (error: unknown): undefined => {
  if (/not found|could not find|does not exist/i.test((error as Error).message)) return undefined;
  throw error;
};
