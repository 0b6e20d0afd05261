import { randomUUID } from 'node:crypto';
import type { AssetSource } from './assets.ts';
import type { Clients } from './clients.ts';
import { type Scope, UNKNOWN } from './intrinsics.ts';
import { notEmulated } from './not-emulated.ts';
import { RESOURCE_TYPES } from './registry.ts';
import type { ResourceContext, ResourceType } from './resource-type.ts';
import { digest } from './stable-json.ts';
import { exportedValue, type StackState, type StateFile } from './state.ts';
import type { Template } from './template.ts';
import { urlSuffix } from './url-suffix.ts';

/** Account, region and partition that a deployment is for. */
export interface Target {
  readonly accountId: string;
  readonly region: string;
  readonly partition: string;
}

export type DeployAction = 'create' | 'update' | 'replace' | 'remove' | 'unchanged' | 'not-emulated' | 'retain';

export interface DeployProgress {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  readonly action: DeployAction;
  readonly phase: 'start' | 'done' | 'failed';
  /** Resources of the stack that are finished, and all of them. */
  readonly finished: number;
  readonly total: number;
  readonly reason?: string;
}

/** One run over one stack: what the steps share. */
export interface Deployment {
  readonly target: Target;
  readonly template: Template;
  readonly state: StackState;
  readonly file: StateFile;
  readonly aws: Clients;
  readonly assets: AssetSource;
  readonly tags: Readonly<Record<string, string>>;
  /** What this run made, in order, for a rollback. */
  readonly made: string[];
  /** What remains to be done at the end, for types with a `finish`. */
  readonly unfinished: (() => Promise<void>)[];
  readonly report: (event: Omit<DeployProgress, 'stack' | 'finished' | 'total'>) => void;
}

/** CloudFormation's id of a new stack. It is part of generated names, so a stack made again does not meet what the first one retained. */
export const newStackId = (name: string, target: Target): string =>
  `arn:${target.partition}:cloudformation:${target.region}:${target.accountId}:stack/${name}/${randomUUID()}`;

export function contextFor(
  run: Deployment,
  logicalId: string,
  generation: number,
  properties: unknown,
  created: (physicalId: string) => void = () => undefined,
): ResourceContext {
  return {
    ...run.target,
    stack: run.state.name,
    logicalId,
    aws: run.aws,
    assets: run.assets,
    created,
    token: digest([run.state.id, logicalId, generation, properties]),
    name: (limit = 63) => {
      const suffix = digest([run.state.id, logicalId, generation]).slice(0, 12);
      const room = limit - suffix.length - 2;
      const stack = run.state.name.slice(0, Math.max(4, Math.floor(room / 2)));
      return `${stack}-${logicalId.slice(0, room - stack.length)}-${suffix}`;
    },
  };
}

/** What a template can refer to; before the run (`live` false) every value of a resource is open. */
export function scopeOf(
  run: Pick<Deployment, 'target' | 'template' | 'state' | 'file'>,
  parameters: Scope['parameters'],
  availabilityZones: readonly string[],
  live: boolean,
): Scope {
  const { target, template, state } = run;
  const arn = (service: string, resource: string): string =>
    `arn:${target.partition}:${service}:${target.region}:${target.accountId}:${resource}`;
  const stood = (logicalId: string) => {
    const resource = template.Resources[logicalId];
    return resource === undefined || RESOURCE_TYPES[resource.Type] !== undefined ? undefined : notEmulated(logicalId, resource);
  };
  const typeOf = (logicalId: string): ResourceType | undefined => RESOURCE_TYPES[template.Resources[logicalId]?.Type ?? ''];
  return {
    stack: state.name,
    template,
    parameters,
    availabilityZones,
    pseudo: {
      'AWS::AccountId': target.accountId,
      'AWS::Region': target.region,
      'AWS::Partition': target.partition,
      'AWS::URLSuffix': urlSuffix(target.partition),
      'AWS::StackName': state.name,
      'AWS::StackId': state.id,
      'AWS::NotificationARNs': [],
    },
    resource: (logicalId) => {
      const substitute = stood(logicalId);
      if (substitute !== undefined) return substitute.ref?.(logicalId);
      return live ? state.resources[logicalId]?.physicalId : typeOf(logicalId) === undefined ? undefined : UNKNOWN;
    },
    attribute: (logicalId, name) => {
      const substitute = stood(logicalId);
      if (substitute !== undefined) return substitute.attributes?.(logicalId, arn)[name];
      if (live) return state.resources[logicalId]?.attributes[name];
      return typeOf(logicalId)?.attributeNames.includes(name) === true ? UNKNOWN : undefined;
    },
    exported: (name) => exportedValue(name, run.file.folder),
  };
}
