import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Platform, SandboxDoor } from '../gateway/platform.ts';
import { MIRROR_PORT } from '../mirror/port.ts';
import { mirrorSocket } from '../mirror/start-mirror.ts';
import { SERVICE_PRINCIPAL } from './role-session.ts';
import { awsEnvironment, CREDENTIALS_PORT } from './sandbox-environment.ts';
import type { SandboxOptions } from './sandbox.ts';

/** What a connected container reaches: S3 and the package mirror, the mirror's tokens and its own identity. */
const SERVICES = ['s3', 'codeartifact', 'sts'];

export interface ContainerIdentity {
  readonly id: string;
  readonly arn: string;
  readonly roleArn: string;
  readonly vpcId: string | undefined;
  readonly isolated: boolean;
}

/** The network of a job or hosted container, and how to close it. An isolated one has none, and no credentials. */
export interface ContainerNetwork {
  readonly options: Pick<SandboxOptions, 'network' | 'sockets' | 'caFile'>;
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export async function openNetwork(platform: Platform, { id, arn, roleArn, vpcId, isolated }: ContainerIdentity): Promise<ContainerNetwork> {
  if (isolated || vpcId === undefined) {
    return {
      options: { network: 'none' },
      env: { AWS_REGION: platform.region, AWS_DEFAULT_REGION: platform.region },
      close: () => Promise.resolve(),
    };
  }
  const door: SandboxDoor = await platform.openSandbox({
    id,
    vpcId,
    roleArn,
    servicePrincipal: SERVICE_PRINCIPAL,
    services: SERVICES,
    sourceArn: arn,
    sessionName: 'SageMaker',
  });
  mkdirSync(dirname(mirrorSocket()), { recursive: true });
  return {
    options: {
      network: 'sockets',
      sockets: {
        gateway: { socket: join(door.folder, 'gateway.sock'), port: Number(new URL(platform.endpointUrl).port) },
        credentials: { socket: join(door.folder, 'credentials.sock'), port: CREDENTIALS_PORT },
        mirror: { socket: mirrorSocket(), port: MIRROR_PORT },
      },
      caFile: platform.caFile,
    },
    env: awsEnvironment(platform),
    close: () => door.close(),
  };
}
