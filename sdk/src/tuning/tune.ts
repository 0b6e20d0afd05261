import { CreateHyperParameterTuningJobCommand, DescribeHyperParameterTuningJobCommand } from '@aws-sdk/client-sagemaker';
import { endSignal } from '../context.ts';
import type { LabContext } from '../context.ts';
import { refuse, refuseUnknown, wholeNumber } from '../jobs/options.ts';
import type { Known } from '../jobs/options.ts';
import type { PlannedCall } from '../planning/api.ts';
import { plannedCall } from '../planning/planned-call.ts';
import { placesOf, readProgram, uploadProgram } from '../training/program.ts';
import { TRAINING_DEFINITION } from '../training/request.ts';
import { notThere, submitOnce } from '../waiting/submit-once.ts';
import type { TuneOptions, TuningDefinition, TuningJob } from './api.ts';
import { tuningRequest } from './request.ts';
import type { ReadDefinition } from './request.ts';
import { tuningJob } from './tuning-job.ts';

const DEFINITION_OPTIONS: Known<TuningDefinition> = { ...TRAINING_DEFINITION, objective: true, ranges: true };
/** Every option of `lab.tune`; the steps of pipelines have most of them too. */
export const TUNING_OPTIONS: Known<TuneOptions> = {
  ...DEFINITION_OPTIONS,
  strategy: true,
  maxJobs: true,
  maxParallelJobs: true,
  maxTuningRuntime: true,
  earlyStopping: true,
  completion: true,
  seed: true,
  warmStart: true,
  hyperband: true,
  definitions: true,
  tags: true,
  name: true,
  onProgress: true,
  preflight: true,
  signal: true,
};
const DEFINITION_NAME = /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,63}$/;

/** What `tune` would send; data that is not in S3 yet is shown by a placeholder. */
export async function tuningCalls({ environment }: LabContext, options: TuneOptions): Promise<PlannedCall[]> {
  const read = await readDefinitions(options);
  const locations = new Map(read.map((one) => [one, placesOf(one.program, environment)]));
  return [plannedCall('CreateHyperParameterTuningJob', tuningRequest(options, read, locations, environment), environment, options)];
}

/** Packs, uploads what is not in S3 yet, and submits. Everything that can be refused without asking AWS is refused first. */
export async function tune(context: LabContext, options: TuneOptions): Promise<TuningJob> {
  const { environment, clients } = context;
  const signal = endSignal(context, options.signal);
  const { onProgress } = options;
  onProgress?.({ step: 'packing' });
  const read = await readDefinitions(options);
  const request = (locations: ReadonlyMap<ReadDefinition, ReadonlyMap<string, string>>) =>
    plannedCall('CreateHyperParameterTuningJob', tuningRequest(options, read, locations, environment), environment, options);
  request(new Map());

  const onUpload =
    onProgress === undefined
      ? undefined
      : (progress: { file: string; bytes: number; totalBytes: number }) => onProgress({ step: 'uploading', ...progress });
  const locations = new Map<ReadDefinition, ReadonlyMap<string, string>>();
  // One after the other: definitions mostly share their code and data, which then are there already.
  for (const one of read) locations.set(one, await uploadProgram(context, one.program, signal, onUpload));
  const { input, fields } = request(locations);
  const HyperParameterTuningJobName = input.HyperParameterTuningJobName ?? '';
  onProgress?.({ step: 'submitting', name: HyperParameterTuningJobName });
  await submitOnce({
    send: () => clients.sageMaker.send(new CreateHyperParameterTuningJobCommand(input), { abortSignal: signal }),
    find: () => clients.sageMaker.send(new DescribeHyperParameterTuningJobCommand({ HyperParameterTuningJobName })).catch(notThere),
    input,
    signal,
  });
  return tuningJob(context, HyperParameterTuningJobName, fields);
}

async function readDefinitions(options: TuneOptions): Promise<ReadDefinition[]> {
  refuseUnknown('lab.tune', options, TUNING_OPTIONS);
  const { definitions, ...shared } = options;
  if (definitions === undefined) return [{ name: undefined, options: shared, program: await readProgram(shared) }];
  const entries = Object.entries(definitions);
  wholeNumber('definitions: their number', entries.length, 1, 10);
  return Promise.all(
    entries.map(async ([name, own]) => {
      if (!DEFINITION_NAME.test(name))
        refuse(`definitions.${name}`, 'this is not the name of a definition.', 'Use 1 to 64 letters, digits and hyphens.');
      refuseUnknown(`definitions.${name}`, own, DEFINITION_OPTIONS);
      const merged = { ...shared, ...own };
      return { name, options: merged, program: await readProgram(merged) };
    }),
  );
}
