import type { DescribeEndpointOutput, DescribeModelOutput } from '@aws-sdk/client-sagemaker';
import type { AutoMLCandidateResult, AutoMLJob } from '../automl/api.ts';
import type { LogLine, LogOptions } from '../logs/api.ts';
import type { Seal } from '../posture/api.ts';
import type { ModelPackage } from '../registry/api.ts';
import type { Source } from '../source/api.ts';
import type { TrainingJob } from '../training/api.ts';
import type {
  AsyncInvocation,
  AsyncInvokeOptions,
  CapturedRecord,
  CaptureFilters,
  InvocationBody,
  InvokeOptions,
  Prediction,
  ResponseStream,
  StreamOptions,
} from './invocation-api.ts';
import type { EndpointWaitOptions, UpdateOptions } from './update-api.ts';

export type * from './invocation-api.ts';
export type * from './update-api.ts';

/** One model: a finished training job (or its name), artefacts in the model bucket, or what SageMaker knows already. */
export type SingleModelSource =
  | TrainingJob
  | { readonly trainingJob: string }
  /** An existing SageMaker model. */
  | { readonly model: string }
  /** An approved version of the registry, or its ARN, or `group/version`. */
  | ModelPackage
  | { readonly modelPackage: string }
  | { readonly artifacts: string; readonly source: Source };

/** What turns a source into a SageMaker model. */
export interface ModelOptions {
  /** Inference code (`model_fn`, `predict_fn` …) when it is not the training script itself. */
  readonly source?: Source;
  readonly framework?: string;
  readonly image?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** One container of several: its model, a training job or artefacts, and how to serve it. */
export interface ContainerSource extends ModelOptions {
  readonly model: Extract<SingleModelSource, TrainingJob | { trainingJob: string } | { artifacts: string }>;
}

/** 2 to 15 containers by host name. `serial` (the default): each gets the answer of the one before. `direct`: `targetContainer` says which is asked. */
export interface ContainersSource {
  readonly containers: Readonly<Record<string, ContainerSource>>;
  readonly mode?: 'serial' | 'direct';
}

/** An AutoML job, whose best candidate is meant, or one of its candidates. Its containers bring code and images along: `environment` is added to each; `image` replaces the image of a single one. */
export type AutoMLSource = AutoMLJob | AutoMLCandidateResult;

/** One model, or several containers that make up one. */
export type ModelSource = SingleModelSource | ContainersSource | AutoMLSource;

/** One of several models that share an endpoint's traffic. */
export interface VariantSource extends ModelOptions {
  readonly model: ModelSource;
  /** Share of the traffic: its weight by the sum of all weights; 1 unless given. */
  readonly weight?: number;
  readonly instanceType?: string;
  readonly instanceCount?: number;
}

/** 2 to 10 variants by name. */
export interface VariantsSource {
  readonly variants: Readonly<Record<string, VariantSource>>;
}

/** What an endpoint serves: a model, or several that share its traffic. */
export type Deployable = ModelSource | VariantsSource;

/** A second model that gets copies of the requests; its answers reach nobody. Not with `async`, `multiModel`, containers or variants. */
export interface ShadowOptions extends ModelOptions {
  readonly model: SingleModelSource;
  /** Of the requests, 1 to 100; all of them unless given. */
  readonly percent?: number;
  readonly instanceType?: string;
  readonly instanceCount?: number;
}

/** Requests wait in a queue and answers are written to S3. Such an endpoint answers `invokeAsync` alone. */
export interface AsyncOptions {
  /** Requests at a time for one instance, 1 to 1,000; SageMaker finds a number unless given. */
  readonly maxConcurrent?: number;
  /** S3 prefix in the model bucket; `async-inference/<endpoint>/output` there unless given. */
  readonly output?: string;
  /** S3 prefix in the model bucket for errors; `async-inference/<endpoint>/failure` there unless given. */
  readonly failures?: string;
}

/** Requests and answers as JSON lines in the model bucket, below `data-capture/<endpoint>/<variant>/<year>/<month>/<day>/<hour>/`. */
export interface CaptureOptions {
  /** Of the requests, 0 to 100; all of them unless given. */
  readonly percent?: number;
  /** `true` unless given. */
  readonly input?: boolean;
  /** `true` unless given. */
  readonly output?: boolean;
}

/** SageMaker runs these outside the project network: the contract refuses them (`NoServerless`) before anything is sent. */
export interface ServerlessOptions {
  /** MB: 1,024 to 6,144 in steps of 1,024. */
  readonly memory: number;
  /** 1 to 200. */
  readonly maxConcurrency: number;
  readonly provisionedConcurrency?: number;
}

/** How a model is hosted. An option that is unknown, or that does not go with another one, is refused before anything is sent. */
export interface DeployOptions extends ModelOptions {
  /** Name of endpoint, configuration and model; made from the job's name unless given. */
  readonly name?: string;
  readonly instanceType?: string;
  readonly instanceCount?: number;
  readonly async?: true | AsyncOptions;
  readonly serverless?: ServerlessOptions;
  /** Many archives behind one container, loaded when asked for: `endpoint.addModel`, `invoke(rows, { targetModel })`. */
  readonly multiModel?: boolean;
  readonly shadow?: ShadowOptions;
  readonly capture?: boolean | CaptureOptions;
  readonly tags?: Readonly<Record<string, string>>;
  /** `false`: returns as soon as the endpoint is being created. `true` unless given. */
  readonly wait?: boolean;
  /** Called at each step, and as the status of the endpoint changes. */
  readonly onProgress?: (progress: DeployProgress) => void;
  readonly signal?: AbortSignal;
  /** Seconds to wait for `InService`; 1,800 unless given. */
  readonly timeout?: number;
}

/** How far a deployment is. */
export interface DeployProgress {
  readonly step: 'packing' | 'model' | 'configuration' | 'endpoint';
  readonly name: string;
  readonly status: string;
  readonly elapsedSeconds: number;
}

/** An endpoint, in service or on its way. */
export interface Endpoint {
  readonly kind: 'endpoints';
  readonly name: string;
  /** What SageMaker says of the endpoint now. */
  describe(): Promise<DescribeEndpointOutput>;
  /** At most 6 MB. Throws `InvocationFailed` with the container's message when the model answers with an error. */
  invoke(body: InvocationBody, options?: InvokeOptions): Promise<Prediction>;
  /** Puts the request in the model bucket and in the endpoint's queue; at most 1 GB. Repeating it asks the model again. */
  invokeAsync(body: InvocationBody | { readonly s3Uri: string }, options?: AsyncInvokeOptions): Promise<AsyncInvocation>;
  /** Asks for an answer that comes in pieces, as bytes or as text, when it is iterated. */
  stream(body: InvocationBody, options?: StreamOptions): ResponseStream;
  /**
   * What data capture has written, oldest first within each variant. Records arrive some minutes after the request.
   * Throws `InvalidInput` when nothing is captured.
   */
  captured(filters?: CaptureFilters): AsyncIterableIterator<CapturedRecord>;
  /** Names of the archives behind a multi-model endpoint. */
  models(): Promise<string[]>;
  /** Packs a model and puts it behind a multi-model endpoint; returns the name for `targetModel`. */
  addModel(
    model: ContainerSource['model'],
    name: string,
    options?: { readonly source?: Source; readonly signal?: AbortSignal },
  ): Promise<string>;
  /**
   * Serves another model, or another configuration, without interruption: a new fleet beside the old one. What is not given stays as it is.
   * Throws `UpdateRolledBack` when SageMaker went back to the configuration before, and removes the one that lost.
   */
  update(change: ModelSource | { readonly config: string }, options?: UpdateOptions): Promise<DescribeEndpointOutput>;
  /** Goes back to the configuration before the last `update`, and removes the one that it leaves. */
  rollback(options?: EndpointWaitOptions): Promise<DescribeEndpointOutput>;
  /** Shares traffic anew: weights by variant, at least 0. */
  traffic(weights: Readonly<Record<string, number>>, options?: EndpointWaitOptions): Promise<DescribeEndpointOutput>;
  /** Instances of one variant; `variant` is needed where there are several. */
  scale(count: number, options?: EndpointWaitOptions & { readonly variant?: string }): Promise<DescribeEndpointOutput>;
  /** Waits until it is `InService`. */
  wait(options?: Omit<EndpointWaitOptions, 'wait'>): Promise<DescribeEndpointOutput>;
  /** Lines of all instances behind the endpoint, in order of arrival. */
  logs(options?: LogOptions): AsyncIterableIterator<LogLine>;
  /**
   * Removes the endpoint, and the configurations and models that were made for it (their tag `sealab:endpoint` says so); waits until it is gone.
   * What is in S3 stays: archives, captures, asynchronous answers.
   */
  delete(): Promise<void>;
  /** Controls of the configuration and of every model behind it. */
  seal(): Promise<Seal>;
}

/** A SageMaker model. */
export interface Model {
  readonly kind: 'models';
  readonly name: string;
  /** What SageMaker says of the model now. */
  describe(): Promise<DescribeModelOutput>;
  /** Removes the model; its artefacts stay. */
  delete(): Promise<void>;
  /** Controls of the model. */
  seal(): Promise<Seal>;
}
