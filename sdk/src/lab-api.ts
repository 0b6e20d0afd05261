import type { AutoMLJob, AutoMLOptions } from './automl/api.ts';
import type { Clients } from './clients/api.ts';
import type { EnvironmentDescription, OperationName } from './contract/index.ts';
import type { Experiments } from './experiments/api.ts';
import type { FeatureGroup, Features } from './features/api.ts';
import type { Deployable, DeployOptions, Endpoint, Model } from './hosting/api.ts';
import type { DataInput, Uploaded, UploadOptions } from './inputs/api.ts';
import type { JobProgress } from './jobs/api.ts';
import type { EndpointConfig, ListFilters, Listing, NotebookInstance, ResourceKind, SearchableKind, SearchFilters } from './listing/api.ts';
import type { Monitor } from './monitoring/api.ts';
import type { LabRequest, Plan, Preflight, PreflightOptions } from './planning/api.ts';
import type { Posture, Seal } from './posture/api.ts';
import type { BuiltPipeline, Pipeline, PipelineBuilder, PipelineExecution, PipelineOptions } from './pipelines/api.ts';
import type { ProcessingJob, ProcessOptions } from './processing/api.ts';
import type { ModelPackage, ModelPackageGroup, Registry } from './registry/api.ts';
import type { Explanation, SecureField } from './secure/api.ts';
import type { TrainingJob, TrainOptions } from './training/api.ts';
import type { TransformJob, TransformOptions } from './transform/api.ts';
import type { TuneOptions, TuningJob } from './tuning/api.ts';
import type { Answers, FollowOptions, Waitable, WaitAllOptions } from './waiting/api.ts';

/** AWS credentials; temporary ones have a session token and an expiration. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

/** Where `connect` finds what it needs, when not at the usual places. */
export interface ConnectOptions {
  /** The document itself, or its path; searched for unless given (see `loadEnvironment`). */
  readonly environment?: EnvironmentDescription | string;
  /** Environment variables, container credentials, then shared configuration files, unless given. */
  readonly credentials?: Credentials | (() => Promise<Credentials>);
  /** One endpoint URL for all services; `AWS_ENDPOINT_URL` and the document's `endpoints` unless given. */
  readonly endpointUrl?: string;
}

/** What `lab.attach` returns for each kind. What is loaded when it is needed comes as a promise, as from `lab.pipeline` and `lab.features`. */
export interface Attached {
  'training-jobs': TrainingJob;
  'processing-jobs': ProcessingJob;
  'transform-jobs': TransformJob;
  'tuning-jobs': TuningJob;
  'automl-jobs': AutoMLJob;
  models: Model;
  endpoints: Endpoint;
  'endpoint-configs': EndpointConfig;
  'model-packages': ModelPackage;
  'model-package-groups': ModelPackageGroup;
  pipelines: Promise<Pipeline>;
  'pipeline-executions': Promise<PipelineExecution>;
  'feature-groups': Promise<FeatureGroup>;
  'notebook-instances': NotebookInstance;
}

/** Kinds whose controls can be looked at. */
export type SealedKind = { [K in keyof Attached]: Awaited<Attached[K]> extends Pick<Endpoint, 'seal'> ? K : never }[keyof Attached];

/** One project environment, ready for work. Get it by `connect()`. */
export interface Lab {
  readonly environment: EnvironmentDescription;
  readonly clients: Clients;

  /** Submits a training job. Returns once SageMaker has accepted it; a repeat after a network error never starts a second one. */
  train(options: TrainOptions): Promise<TrainingJob>;
  /** A dry run: what the lab's method named by `kind` (`train` unless given) would send, with the origin of each security value. */
  plan(request: LabRequest): Promise<Plan>;
  /**
   * What of a request would fail after minutes, found now: asks AWS about roles, keys, subnets, endpoints, image, quota,
   * inputs, uploads, outputs, names and packages. Nothing is left behind. Where IAM cannot be asked, as in a notebook, what the
   * deployment gives the project's roles decides, and the finding says so; what else could not be asked is `unknown`, never `ok`.
   */
  preflight(request: LabRequest, options?: PreflightOptions): Promise<Preflight>;
  /** Submits a processing job. Returns once SageMaker has accepted it; a repeat after a network error never starts a second one. */
  process(options: ProcessOptions): Promise<ProcessingJob>;
  /** Predictions for a whole data set: creates the model where it has to, and submits a batch transform job. */
  transform(options: TransformOptions): Promise<TransformJob>;
  /** Searches hyperparameters: submits a tuning job, which starts training jobs. */
  tune(options: TuneOptions): Promise<TuningJob>;
  /** Has SageMaker find a model for a table. Refused with `OperationNotEmulated` by the local environment. */
  autoML(options: AutoMLOptions): Promise<AutoMLJob>;
  /** Hosts a model: creates model, configuration and endpoint, and removes what it made when one of them fails. */
  deploy(model: Deployable, options?: DeployOptions): Promise<Endpoint>;
  /** Models of the project by group and version, with their approval. */
  readonly registry: Registry;
  /** Feature groups: made, written, read. */
  readonly features: Features;
  /** Runs of experiments, noted and compared. */
  readonly experiments: Experiments;
  /** Drift of data and predictions, and which columns a model looks at: by processing jobs. */
  readonly monitor: Monitor;
  /** A pipeline that exists already, by name. */
  pipeline(name: string): Promise<Pipeline>;
  /** Builds a pipeline of typed steps, each with the security fields of its job. Reads local files; `upsert()` sends it. */
  pipeline(name: string, build: (build: PipelineBuilder) => void, options?: PipelineOptions): Promise<BuiltPipeline>;
  /** Uploads data with the storage key; the same content goes to the same key once. */
  upload(data: DataInput, options?: UploadOptions): Promise<Uploaded>;
  /** What there is of a kind, newest first: an async iterator. Nothing is asked of AWS until it is used. Executions are those of one pipeline: `{ of: 'credit' }`. */
  list(kind: ResourceKind, filters?: ListFilters): Listing;
  /** What there is of a kind with certain properties: tags, hyperparameters, metrics. `lab.search('training-jobs', { where: [['Metrics.auc', 'GreaterThan', 0.8]] })`. */
  search(kind: SearchableKind, filters?: SearchFilters): Listing;
  /**
   * Takes up something that exists already, by its name or ARN. `training-jobs` unless `kind` is given. Nothing is asked of AWS until it is used.
   * SageMaker writes ARNs in small letters: a name that has capitals is given as it is.
   */
  attach(name: string): TrainingJob;
  /** The same for another kind. Experiments have no handle: see `lab.experiments`. */
  attach<K extends keyof Attached>(name: string, kind: K): Attached[K];
  /**
   * Waits for many jobs at once; all of a kind are asked for by one list, so that 200 cost what one costs. Resolves with their
   * descriptions in order. Throws `JobNotCompleted` that names each that did not complete, once all have ended.
   */
  waitAll<const Jobs extends readonly Waitable[]>(jobs: Jobs, options?: WaitAllOptions): Promise<Answers<Jobs>>;
  /** Each change of status or phase of many jobs, until all have ended: `for await (const { name, status } of lab.follow(jobs)) …`. */
  follow(jobs: readonly Waitable[], options?: FollowOptions): AsyncIterableIterator<JobProgress>;
  /** Looks at the environment as it is now. A check that could not look says so. */
  checks(): Promise<Posture>;
  /** The seal of a resource by kind and name: its controls against what AWS describes. */
  seal(kind: SealedKind, name: string): Promise<Seal>;
  /** The security fields of an operation with their values here, for a form that shows them locked. */
  secureFields(operation: OperationName): readonly SecureField[];
  /** Why AWS refused: the field, the value wanted, the wall, the line to write. */
  explain(error: unknown, operation?: string, input?: object): Explanation;
  /** Closes connections; iterators and waits that are under way end. */
  close(): void;
}
