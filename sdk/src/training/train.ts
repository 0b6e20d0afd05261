import { CreateTrainingJobCommand, DescribeTrainingJobCommand } from '@aws-sdk/client-sagemaker';
import { endSignal } from '../context.ts';
import type { LabContext } from '../context.ts';
import { refuseUnknown } from '../jobs/options.ts';
import type { Known } from '../jobs/options.ts';
import type { PlannedCall } from '../planning/api.ts';
import { plannedCall } from '../planning/planned-call.ts';
import { notThere, submitOnce } from '../waiting/submit-once.ts';
import type { TrainingJob, TrainOptions } from './api.ts';
import { placesOf, readProgram, uploadProgram } from './program.ts';
import { TRAINING_DEFINITION, trainingRequest } from './request.ts';
import { trainingJob } from './training-job.ts';

/** Every option of `lab.train`; the steps of pipelines have most of them too. */
export const TRAINING_OPTIONS: Known<TrainOptions> = {
  ...TRAINING_DEFINITION,
  entrypoint: true,
  arguments: true,
  keepAlive: true,
  tags: true,
  name: true,
  onProgress: true,
  preflight: true,
  signal: true,
};

/** What `train` would send; data that is not in S3 yet is shown by a placeholder. */
export async function trainingCalls({ environment }: LabContext, options: TrainOptions): Promise<PlannedCall[]> {
  refuseUnknown('lab.train', options, TRAINING_OPTIONS);
  const program = await readProgram(options);
  const asked = trainingRequest(options, program, placesOf(program, environment), environment);
  return [plannedCall('CreateTrainingJob', asked, environment, options)];
}

/** Packs, uploads what is not in S3 yet, and submits. Everything that can be refused without asking AWS is refused first. */
export async function train(context: LabContext, options: TrainOptions): Promise<TrainingJob> {
  const { environment, clients } = context;
  refuseUnknown('lab.train', options, TRAINING_OPTIONS);
  const signal = endSignal(context, options.signal);
  options.onProgress?.({ step: 'packing' });
  const program = await readProgram(options);
  const request = (locations: ReadonlyMap<string, string>) =>
    plannedCall('CreateTrainingJob', trainingRequest(options, program, locations, environment), environment, options);
  request(new Map());

  const { onProgress } = options;
  const onUpload =
    onProgress === undefined
      ? undefined
      : (progress: { file: string; bytes: number; totalBytes: number }) => onProgress({ step: 'uploading', ...progress });
  const { input, fields } = request(await uploadProgram(context, program, signal, onUpload));
  const TrainingJobName = input.TrainingJobName ?? '';
  onProgress?.({ step: 'submitting', name: TrainingJobName });
  await submitOnce({
    send: () => clients.sageMaker.send(new CreateTrainingJobCommand(input), { abortSignal: signal }),
    find: () => clients.sageMaker.send(new DescribeTrainingJobCommand({ TrainingJobName })).catch(notThere),
    input,
    signal,
  });
  return trainingJob(context, TrainingJobName, fields);
}
