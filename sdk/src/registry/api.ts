import type { DescribeModelPackageGroupOutput, DescribeModelPackageOutput } from '@aws-sdk/client-sagemaker';
import type { AutoMLSource, ContainerSource, ContainersSource, ModelOptions } from '../hosting/api.ts';
import type { ListFilters, Listing, ResourceSummary } from '../listing/api.ts';
import type { Seal } from '../posture/api.ts';

/** Whether a version may be deployed. */
export type ApprovalStatus = 'Approved' | 'Rejected' | 'PendingManualApproval';

/** What can be registered: a finished training job, artefacts with their code, several containers, a model that AutoML has found, or an existing SageMaker model. */
export type RegistrySource = ContainerSource['model'] | ContainersSource | AutoMLSource | { readonly model: string };

/** Where a model is registered, and what is noted with it. */
export interface RegisterOptions extends ModelOptions {
  /** Name of the model package group; `lab.registry.create` makes one. */
  readonly group: string;
  /** Numbers by name, written as JSON beside the model: what `compare` shows. */
  readonly metrics?: Readonly<Record<string, number>>;
  readonly description?: string;
  /** `PendingManualApproval` unless given. IAM refuses `Approved` to the project's roles: who registers does not approve. */
  readonly approval?: ApprovalStatus;
  /** At most 50 notes: keys up to 128 characters, values up to 256. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** What the model takes; `text/csv` and `application/json` unless given. */
  readonly contentTypes?: readonly string[];
  /** What it answers; `application/json` and `text/csv` unless given. */
  readonly responseTypes?: readonly string[];
  /** Types it may be hosted on; those that the environment allows unless given. */
  readonly instanceTypes?: readonly string[];
  /** Registering again with the same token registers nothing new: 1 to 36 letters, digits and hyphens. Made for each call unless given. */
  readonly token?: string;
  readonly signal?: AbortSignal;
}

/** Which versions of a group. */
export interface VersionFilters {
  readonly status?: ApprovalStatus;
  /** Newest first; all of them unless given. */
  readonly limit?: number;
  readonly signal?: AbortSignal;
}

/** One version of a model in the registry. */
export interface ModelPackage {
  readonly kind: 'model-packages';
  /** `group/version`. */
  readonly name: string;
  readonly group: string;
  readonly version: number;
  /** What SageMaker says of the version now. */
  describe(): Promise<DescribeModelPackageOutput>;
  /** What was measured when it was registered; empty where nothing was. */
  metrics(): Promise<Readonly<Record<string, number>>>;
  /** Allows it to be deployed. The comment, up to 1,024 characters, stays with the version. */
  approve(comment?: string): Promise<void>;
  /** Refuses it: `lab.deploy` does not take it any more. The comment, up to 1,024 characters, stays with the version. */
  reject(comment?: string): Promise<void>;
  /** Where it is in its life: `stage('Production', 'Active')`. Names of up to 63 letters, digits and hyphens. */
  stage(stage: string, status: string, description?: string): Promise<void>;
  /** Removes the version; its archive and metrics in S3 stay. */
  delete(): Promise<void>;
  /** Controls of the version. */
  seal(): Promise<Seal>;
}

/** A group of versions of one model. */
export interface ModelPackageGroup {
  readonly kind: 'model-package-groups';
  readonly name: string;
  /** What SageMaker says of the group now. */
  describe(): Promise<DescribeModelPackageGroupOutput>;
  /** Takes a group without versions. */
  delete(): Promise<void>;
  /** Controls of every version in it. */
  seal(): Promise<Seal>;
}

/** A version in a comparison. */
export interface ComparedVersion {
  readonly name: string;
  readonly version: number;
  readonly approval: ApprovalStatus | undefined;
  readonly createdAt: Date | undefined;
  readonly metrics: Readonly<Record<string, number>>;
}

/** The project's models by group and version. */
export interface Registry {
  /** Groups, newest first. */
  groups(filters?: Omit<ListFilters, 'status'>): Listing;
  /** Makes a group; a group of that name stays as it is and makes this fail. */
  create(
    group: string,
    options?: { readonly description?: string; readonly tags?: Readonly<Record<string, string>> },
  ): Promise<ModelPackageGroup>;
  /** Packs a model with its code and registers it as the next version. A broken connection never registers it twice. */
  register(source: RegistrySource, options: RegisterOptions): Promise<ModelPackage>;
  /** Newest first; shows itself as a table. */
  versions(group: string, filters?: VersionFilters): Promise<readonly ResourceSummary[]>;
  /** The newest version with that status; any status unless given. Throws `InputNotFound` when there is none. */
  latest(group: string, filters?: Pick<VersionFilters, 'status' | 'signal'>): Promise<ModelPackage>;
  /** A version by `group/version` or ARN. Nothing is asked of AWS. */
  package(name: string): ModelPackage;
  /** Versions side by side with their metrics, newest first; 10 unless `limit` says otherwise. Shows itself as a table. */
  compare(group: string, filters?: VersionFilters): Promise<readonly ComparedVersion[]>;
}
