import type { RetryPolicy } from './definition.ts';
import type { ExceptionType } from './failure.ts';
import type { StepRecord } from './records.ts';

/** Faults of the service itself are tried again unasked, as SageMaker does. */
const UNASKED: readonly RetryPolicy[] = [
  { ExceptionType: ['Step.SERVICE_FAULT', 'Step.THROTTLING'], IntervalSeconds: 1, BackoffRate: 2, MaxAttempts: 3 },
];

/**
 * When a failed step is tried again, in seconds since the epoch; `undefined`: not at all.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-retry-policy.html
 */
export function retryAt(
  type: ExceptionType | undefined,
  policies: readonly RetryPolicy[],
  { attempts, startTime }: Pick<StepRecord, 'attempts' | 'startTime'>,
  time: number,
): number | undefined {
  const policy = type === undefined ? undefined : [...policies, ...UNASKED].find(({ ExceptionType }) => ExceptionType.includes(type));
  if (policy === undefined) return undefined;
  if (policy.MaxAttempts !== undefined && attempts > policy.MaxAttempts) return undefined;
  const next = time + (policy.IntervalSeconds ?? 1) * (policy.BackoffRate ?? 2) ** Math.max(0, attempts - 1);
  return policy.ExpireAfterMin !== undefined && next > startTime + policy.ExpireAfterMin * 60 ? undefined : next;
}
