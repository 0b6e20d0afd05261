import type { DescribeTransformJobResponse } from '@aws-sdk/client-sagemaker';
import type { DeployOptions, ModelSource, Prediction } from '../hosting/api.ts';
import type { DataInput } from '../inputs/api.ts';
import type { Job, JobOptions } from '../jobs/api.ts';
import type { Seal } from '../posture/api.ts';

/** Predictions for a whole data set by instances that live as long as the job. */
export interface TransformOptions
  extends
    Pick<DeployOptions, 'source' | 'framework' | 'image'>,
    Pick<JobOptions, 'instanceType' | 'instanceCount' | 'tags' | 'name' | 'onProgress' | 'signal'> {
  /** As for `lab.deploy`. What is not a SageMaker model yet is packed and created as one, under the job's name; it stays. */
  readonly model: ModelSource;
  /** Uploaded to the model bucket; what is in S3 already has to be there too, because SageMaker reads it with the model's role. */
  readonly data: DataInput;
  /** Media type of the data; `text/csv` unless given. */
  readonly contentType?: string;
  readonly compression?: 'None' | 'Gzip';
  /** What a record is. `Line` for CSV and JSON lines, `None` (an object is one request) for anything else, unless given. */
  readonly splitType?: 'None' | 'Line' | 'RecordIO' | 'TFRecord';
  /** Between the answers in an output object; `Line` where the data is split by lines, `None` for anything else, unless given. */
  readonly assembleWith?: 'None' | 'Line';
  /** `MultiRecord`: as many records a request as `maxPayload` takes. Needs `splitType`. */
  readonly strategy?: 'MultiRecord' | 'SingleRecord';
  /** Requests at a time to one instance; what the container says, or 1, unless given. */
  readonly maxConcurrent?: number;
  /** MB a request, 0 to 100; 6 unless given. Times `maxConcurrent` it may not exceed 100. */
  readonly maxPayload?: number;
  /** Seconds to wait for an answer of the container, 1 to 3,600; 600 unless given. */
  readonly answerWithin?: number;
  /** Repeats of a request that failed, 0 to 3. */
  readonly retries?: number;
  /** JSONPath of what the model sees: `$[1:]` leaves an ID column out. */
  readonly inputFilter?: string;
  /** `Input`: each output row is the input with its prediction behind it. */
  readonly joinSource?: 'None' | 'Input';
  /** JSONPath of what is kept: `$[0,-1]` keeps ID and prediction. */
  readonly outputFilter?: string;
  /** Media type of the answers; `text/csv` for CSV data, the container's choice for anything else, unless given. */
  readonly accept?: string;
  /** Variables of the container in this job; at most 16. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** The predictions for one object of the data. */
export interface TransformedObject extends Omit<Prediction, 'milliseconds'> {
  readonly s3Uri: string;
}

/** A batch transform job, running or ended. */
export interface TransformJob extends Job<DescribeTransformJobResponse> {
  readonly kind: 'transform-jobs';
  /** Controls of the job and of its model, which has the network. */
  seal(): Promise<Seal>;
  /** S3 URIs of the objects that were written: one `.out` for each object of the data, in the order of their keys. */
  outputs(): Promise<readonly string[]>;
  /** Downloads and parses the outputs; up to 256 MB together. Throws `InputNotFound` where nothing was written. */
  predictions(): Promise<readonly TransformedObject[]>;
}
