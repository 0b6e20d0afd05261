/** What a retry policy can name. https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-retry-policy.html */
export type ExceptionType =
  'Step.SERVICE_FAULT' | 'Step.THROTTLING' | 'SageMaker.JOB_INTERNAL_ERROR' | 'SageMaker.CAPACITY_ERROR' | 'SageMaker.RESOURCE_LIMIT';

/** Why a step failed, in the words of its FailureReason. */
export class StepFailure extends Error {
  /** Set where a retry policy may apply. */
  readonly type: ExceptionType | undefined;

  constructor(message: string, type?: ExceptionType) {
    super(message.slice(0, 1024));
    this.name = 'StepFailure';
    this.type = type;
  }
}

/** A call of a step that was refused. */
export function callFailure(operation: string, thrown: unknown): StepFailure {
  const { name, message, $metadata } = thrown as Error & { $metadata?: { httpStatusCode?: number } };
  const status = $metadata?.httpStatusCode;
  const type =
    name === 'ThrottlingException'
      ? 'Step.THROTTLING'
      : name === 'ResourceLimitExceeded'
        ? 'SageMaker.RESOURCE_LIMIT'
        : status === undefined || status >= 500
          ? 'Step.SERVICE_FAULT'
          : undefined;
  return new StepFailure(`ClientError: Failed to invoke sagemaker:${operation}. Error Details: ${message}`, type);
}

/** A job that ended badly. */
export function jobFailure(reason: string): StepFailure {
  const type = reason.startsWith('InternalServerError')
    ? 'SageMaker.JOB_INTERNAL_ERROR'
    : reason.startsWith('CapacityError')
      ? 'SageMaker.CAPACITY_ERROR'
      : undefined;
  return new StepFailure(`ClientError: ${reason}`, type);
}
