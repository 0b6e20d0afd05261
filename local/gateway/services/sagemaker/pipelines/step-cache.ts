import { digest } from '../../../../deploy/stable-json.ts';
import type { Request } from '../records.ts';
import type { Store } from '../store.ts';
import { now } from '../store.ts';
import type { Step } from './definition.ts';
import { durationSeconds } from './durations.ts';
import type { ExecutionRecord, StepRecord } from './records.ts';

/** Fields that do not change what a job computes. */
const IGNORED: ReadonlySet<string> = new Set(
  'TrainingJobName ProcessingJobName TransformJobName HyperParameterTuningJobName Tags ExperimentConfig'.split(' '),
);

export const requestDigest = (type: string, request: Request): string =>
  digest([type, Object.entries(request).filter(([field]) => !IGNORED.has(field))]);

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
