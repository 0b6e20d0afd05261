import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connection, description, uniqueName } from './environment.ts';

/** A change to the secure request, as the case file says it: paths to set or to leave out. */
export interface Change {
  readonly name: string;
  readonly set?: Readonly<Record<string, unknown>>;
  readonly unset?: readonly string[];
}

type Request = Record<string, unknown>;

export const refusedTrainingJobs = (): readonly Change[] =>
  JSON.parse(readFileSync(join(import.meta.dirname, '../../cases/walls/refused-training-jobs.json'), 'utf8')) as Change[];

/** What somebody writes who uses the plain AWS SDK and gives every security field by hand. */
export function secureTrainingJob(): Request {
  const { network, keys, buckets, images, instanceTypes, roles } = description();
  return {
    TrainingJobName: uniqueName('raw'),
    RoleArn: roles.jobExecution,
    AlgorithmSpecification: { TrainingImage: images['scikit-learn'], TrainingInputMode: 'File' },
    OutputDataConfig: { S3OutputPath: `s3://${buckets.model}/raw`, KmsKeyId: keys.storage },
    ResourceConfig: { InstanceType: instanceTypes.training[0], InstanceCount: 1, VolumeSizeInGB: 5, VolumeKmsKeyId: keys.volume },
    VpcConfig: { Subnets: network.subnets.map(({ id }) => id), SecurityGroupIds: network.securityGroupIds },
    EnableNetworkIsolation: true,
    EnableInterContainerTrafficEncryption: true,
    StoppingCondition: { MaxRuntimeInSeconds: 60 },
  };
}

/** The secure request with one thing different. */
export function changed({ set = {}, unset = [] }: Change): Request {
  const request = secureTrainingJob();
  const parentOf = (path: string): [Request, string] => {
    const parts = path.split('.');
    const last = parts.pop() ?? '';
    return [parts.reduce<Request>((at, part) => (at[part] ??= {}) as Request, request), last];
  };
  for (const [path, value] of Object.entries(set)) {
    const [parent, key] = parentOf(path);
    parent[key] = concrete(value);
  }
  for (const path of unset) {
    const [parent, key] = parentOf(path);
    Reflect.deleteProperty(parent, key);
  }
  return request;
}

function concrete(value: unknown): unknown {
  const { network, keys } = description();
  const { roles, accountId, region } = connection();
  const names: Readonly<Record<string, string | undefined>> = {
    subnet: network.subnets[0]?.id,
    storageKey: keys.storage,
    otherKey: `arn:aws:kms:${region}:${accountId}:key/00000000-0000-4000-8000-000000000000`,
    endpointRole: roles['endpoint-hosting'],
    launchRole: roles.launch,
  };
  return JSON.parse(JSON.stringify(value).replaceAll(/\$\{(\w+)\}/g, (_, name: string) => names[name] ?? '')) as unknown;
}
