import { CreateTrainingJobCommand, DescribeTrainingJobCommand } from '@aws-sdk/client-sagemaker';
import { endSignal } from '../context.ts';
import type { LabContext } from '../context.ts';
import { putOnce } from '../inputs/upload.ts';
import { located, placeOf } from '../inputs/channel.ts';
import type { PlannedCall } from '../planning/api.ts';
import { plannedCall } from '../planning/planned-call.ts';
import { packSource } from '../source/pack.ts';
import { notThere, submitOnce } from '../waiting/submit-once.ts';
import type { TrainingJob, TrainOptions } from './api.ts';
import { channelsOf, codeKey, refusePackagesWithoutNetwork, trainingRequest } from './request.ts';
import { trainingJob } from './training-job.ts';

/** What `train` would send; data that is not in S3 yet is shown by a placeholder. */
export async function trainingCalls({ environment }: LabContext, options: TrainOptions): Promise<PlannedCall[]> {
  const packed = await packSource(options);
  refusePackagesWithoutNetwork(packed, options.network);
  const locations = new Map([...channelsOf(options)].map(([name, input]) => [name, placeOf(input, environment)]));
  return [plannedCall('CreateTrainingJob', trainingRequest(options, packed, locations, environment), environment, options)];
}

/** Packs, uploads what is not in S3 yet, and submits. Everything that can be refused without asking AWS is refused first. */
export async function train(context: LabContext, options: TrainOptions): Promise<TrainingJob> {
  const { environment, clients } = context;
  const signal = endSignal(context, options.signal);
  options.onProgress?.({ step: 'packing' });
  const packed = await packSource(options);
  refusePackagesWithoutNetwork(packed, options.network);
  const channels = channelsOf(options);
  const request = (locations: ReadonlyMap<string, string>) =>
    plannedCall('CreateTrainingJob', trainingRequest(options, packed, locations, environment), environment, options);
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
  return trainingJob(context, TrainingJobName, fields);
}
