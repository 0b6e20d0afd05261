import { refuseUnknown } from '../jobs/options.ts';
import type { Known } from '../jobs/options.ts';
import { PROCESSING_OPTIONS } from '../processing/process.ts';
import { REGISTER_OPTIONS } from '../registry/register.ts';
import { TRAINING_OPTIONS } from '../training/train.ts';
import { TRANSFORM_OPTIONS } from '../transform/transform.ts';
import { TUNING_OPTIONS } from '../tuning/tune.ts';
import type {
  JobStepOptions,
  ModelStepOptions,
  ProcessStepOptions,
  RegisterStepOptions,
  RetriedStepOptions,
  StepOptions,
  TrainStepOptions,
  TransformStepOptions,
  TuneStepOptions,
} from './step-api.ts';

const STEP: Known<StepOptions> = { dependsOn: true, displayName: true, description: true };
const RETRIED: Known<RetriedStepOptions> = { ...STEP, retry: true };
const JOB: Known<JobStepOptions> = { ...RETRIED, cache: true };

const TRAIN: Known<TrainStepOptions> = { ...without(TRAINING_OPTIONS, 'name', 'onProgress', 'preflight', 'signal'), ...JOB };
const PROCESS: Known<ProcessStepOptions> = {
  ...without(PROCESSING_OPTIONS, 'name', 'onProgress', 'preflight', 'signal'),
  ...JOB,
  propertyFiles: true,
};
const TRANSFORM: Known<TransformStepOptions> = {
  ...without(TRANSFORM_OPTIONS, 'name', 'onProgress', 'signal', 'source', 'framework', 'image'),
  ...JOB,
};
const TUNE: Known<TuneStepOptions> = { ...without(TUNING_OPTIONS, 'name', 'onProgress', 'preflight', 'signal'), ...JOB };
const MODEL: Known<ModelStepOptions> = {
  model: true,
  source: true,
  framework: true,
  image: true,
  environment: true,
  tags: true,
  ...RETRIED,
};
const REGISTER: Known<RegisterStepOptions> = { ...without(REGISTER_OPTIONS, 'approval', 'token', 'signal'), ...RETRIED, model: true };

/** Every option of each kind of step. */
const KNOWN = {
  train: TRAIN,
  process: PROCESS,
  transform: TRANSFORM,
  tune: TUNE,
  model: MODEL,
  register: REGISTER,
  condition: { ...STEP, if: true, then: true, else: true },
  fail: { ...STEP, message: true },
} as const;

/** Refuses an option that a step does not have, naming the step. */
export function refuseUnknownOption(kind: keyof typeof KNOWN, name: string, options: object): void {
  const known: Readonly<Record<string, true>> = KNOWN[kind];
  refuseUnknown<Readonly<Record<string, unknown>>>(`build.${kind}(${JSON.stringify(name)})`, { ...options }, known);
}

/** What a step does, without what the step itself is. */
export const workOf = <T extends object>(options: T): T =>
  Object.fromEntries(Object.entries(options).filter(([name]) => name !== 'propertyFiles' && !Object.hasOwn(JOB, name))) as T;

function without<T extends object, K extends keyof T>(object: T, ...names: K[]): Omit<T, K> {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name as K))) as Omit<T, K>;
}
