import { digest } from '../../../../deploy/stable-json.ts';
import type { Request } from '../records.ts';
import type { Store } from '../store.ts';
import { now } from '../store.ts';
import type { Step } from './definition.ts';
import { durationSeconds } from './durations.ts';
import type { ExecutionRecord, StepRecord } from './records.ts';

/**
 * What a result depends on, by the type of the step: names, outputs and machines are not among it.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-default-keys.html
 */
const KEYS: Readonly<Record<string, string>> = {
  Training: 'AlgorithmSpecification CheckpointConfig DebugHookConfig DebugRuleConfigurations Environment HyperParameters InputDataConfig',
  Processing: 'AppSpecification Environment ProcessingInputs',
  Transform: 'DataProcessing Environment ModelName TransformInput',
  Tuning: 'HyperParameterTuningJobConfig TrainingJobDefinition TrainingJobDefinitions',
  TrainingJobDefinition: 'AlgorithmSpecification HyperParameterRanges InputDataConfig StaticHyperParameters TuningObjective',
};

function keysOf(type: string, request: Request): unknown[] {
  return (KEYS[type] ?? '').split(' ').map((name) => {
    const value = request[name];
    return name === 'TrainingJobDefinition' && value !== undefined ? keysOf(name, value as Request) : [name, value];
  });
}

export const requestDigest = (type: string, request: Request): string => digest([type, ...keysOf(type, request)]);

/**
 * The latest result of the same step with the same request in an earlier execution of the pipeline.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-caching.html
 */
export function cachedResult(
  executions: Store<ExecutionRecord>,
  execution: ExecutionRecord,
  step: Step,
  wanted: string,
): { readonly step: StepRecord; readonly arn: string } | undefined {
  if (step.CacheConfig?.Enabled !== true) return undefined;
  const since = now() - (durationSeconds(step.CacheConfig.ExpireAfter) ?? 0);
  return [...executions.all()]
    .filter(({ pipelineName, name }) => pipelineName === execution.pipelineName && name !== execution.name)
    .flatMap(({ steps, arn }) => {
      const one = steps[step.Name];
      const real = one?.status === 'Succeeded' && one.cachedFrom === undefined && one.selectedFrom === undefined;
      return real && one.digest === wanted && (one.endTime ?? 0) >= since ? [{ step: one, arn }] : [];
    })
    .sort((a, b) => (b.step.endTime ?? 0) - (a.step.endTime ?? 0))[0];
}
