import type { DescribeProcessingJobResponse } from '@aws-sdk/client-sagemaker';
import type { DataInput } from '../inputs/api.ts';
import type { Job, JobOptions } from '../jobs/api.ts';

/** What `lab.process` runs, on what, and where its results go. */
export interface ProcessOptions extends JobOptions {
  /** Inputs by name: each is mounted at `/opt/ml/processing/input/<name>`. */
  readonly inputs?: Readonly<Record<string, DataInput>>;
  /** Names of outputs: what the program writes to `/opt/ml/processing/output/<name>` goes to the model bucket. */
  readonly outputs?: readonly string[];
  readonly arguments?: readonly string[];
}

/** A processing job, running or ended. */
export interface ProcessingJob extends Job<DescribeProcessingJobResponse> {
  readonly kind: 'processing-jobs';
  /** S3 URI by output name. */
  outputs(): Promise<Readonly<Record<string, string>>>;
}
