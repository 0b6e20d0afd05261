import type { DescribeProcessingJobResponse } from '@aws-sdk/client-sagemaker';
import type { DataInput } from '../inputs/api.ts';
import type { LogLine, LogOptions } from '../logs/api.ts';
import type { Seal } from '../posture/api.ts';
import type { FilledField } from '../secure/index.ts';
import type { Source, SubmitProgress, WaitOptions } from '../training/api.ts';

export interface ProcessOptions extends Source {
  /** Inputs by name: each is mounted at `/opt/ml/processing/input/<name>`. */
  readonly inputs?: Readonly<Record<string, DataInput>>;
  /** Names of outputs: what the program writes to `/opt/ml/processing/output/<name>` goes to the model bucket. */
  readonly outputs?: readonly string[];
  readonly arguments?: readonly string[];
  readonly framework?: string;
  readonly image?: string;
  readonly instanceType?: string;
  readonly instanceCount?: number;
  /** GB; 30 unless given. */
  readonly volumeSize?: number;
  readonly network?: 'isolated' | 'connected';
  /** Seconds; 3,600 unless given. */
  readonly maxRuntime?: number;
  readonly environment?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
  readonly name?: string;
  readonly onProgress?: (progress: SubmitProgress) => void;
  readonly signal?: AbortSignal;
}

/** A processing job, running or ended. */
export interface ProcessingJob {
  readonly kind: 'processing-jobs';
  readonly name: string;
  readonly fields: readonly FilledField[];
  describe(): Promise<DescribeProcessingJobResponse>;
  logs(options?: LogOptions): AsyncIterableIterator<LogLine>;
  wait(options?: WaitOptions): Promise<DescribeProcessingJobResponse>;
  stop(): Promise<void>;
  /** S3 URI by output name. */
  outputs(): Promise<Readonly<Record<string, string>>>;
  seal(): Promise<Seal>;
}
