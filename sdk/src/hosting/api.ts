import type { DescribeEndpointOutput, DescribeModelOutput } from '@aws-sdk/client-sagemaker';
import type { Cell } from '../inputs/api.ts';
import type { LogLine, LogOptions } from '../logs/api.ts';
import type { Seal } from '../posture/api.ts';
import type { Source } from '../source/api.ts';
import type { TrainingJob } from '../training/api.ts';

/** A model to host: a finished training job (or its name), or artefacts in the model bucket. */
export type ModelSource =
  | TrainingJob
  | { readonly trainingJob: string }
  /** An existing SageMaker model. */
  | { readonly model: string }
  | { readonly artifacts: string; readonly source: Source };

export interface DeployOptions {
  /** Inference code (`model_fn`, `predict_fn` …) when it is not the training script itself. */
  readonly source?: Source;
  /** Name of endpoint, configuration and model; made from the job's name unless given. */
  readonly name?: string;
  readonly framework?: string;
  readonly image?: string;
  readonly instanceType?: string;
  readonly instanceCount?: number;
  readonly environment?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
  /** `false`: returns as soon as the endpoint is being created. `true` unless given. */
  readonly wait?: boolean;
  readonly onProgress?: (progress: DeployProgress) => void;
  readonly signal?: AbortSignal;
  /** Seconds to wait for `InService`; 1,800 unless given. */
  readonly timeout?: number;
}

export interface DeployProgress {
  readonly step: 'packing' | 'model' | 'configuration' | 'endpoint';
  readonly name: string;
  readonly status: string;
  readonly elapsedSeconds: number;
}

export interface InvokeOptions {
  /** `text/csv` for rows and text, `application/octet-stream` for bytes, unless given. */
  readonly contentType?: string;
  /** `application/json` unless given. */
  readonly accept?: string;
  readonly signal?: AbortSignal;
}

/** An answer of the model container. */
export interface Prediction {
  readonly contentType: string;
  readonly bytes: Uint8Array;
  readonly text: string;
  /** Parsed: JSON as it is, CSV as rows of numbers and strings; the text for anything else. */
  readonly value: unknown;
  readonly milliseconds: number;
}

/** An endpoint, in service or on its way. */
export interface Endpoint {
  readonly kind: 'endpoints';
  readonly name: string;
  describe(): Promise<DescribeEndpointOutput>;
  /** Throws `InvocationFailed` with the container's message when the model answers with an error. */
  invoke(body: readonly (readonly Cell[])[] | string | Uint8Array, options?: InvokeOptions): Promise<Prediction>;
  /** Waits until it is `InService`. */
  wait(options?: {
    onProgress?: (progress: DeployProgress) => void;
    signal?: AbortSignal;
    timeout?: number;
  }): Promise<DescribeEndpointOutput>;
  logs(options?: LogOptions): AsyncIterableIterator<LogLine>;
  /** Removes the endpoint, its configuration and its models; waits until it is gone. */
  delete(): Promise<void>;
  /** Controls of the configuration and of every model behind it. */
  seal(): Promise<Seal>;
}

/** A SageMaker model. */
export interface Model {
  readonly kind: 'models';
  readonly name: string;
  describe(): Promise<DescribeModelOutput>;
  delete(): Promise<void>;
  seal(): Promise<Seal>;
}
