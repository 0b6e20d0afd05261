import type { CreateModelInput } from '@aws-sdk/client-sagemaker';
import { originOf, RoleSession } from '../../../runner/role-session.ts';
import type { Platform, PlatformClientConfig } from '../../platform.ts';
import { type EndpointRecord, modelOf, productionVariants, roleOf } from './endpoint-fleets.ts';

/** What the platform does for an endpoint, it does as the execution role of its model. Sessions are kept by endpoint and role. */
export class EndpointRoles {
  readonly #platform: Platform;
  readonly #sessions = new Map<string, RoleSession>();

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  /** For S3: inside the model's VPC where it has one, as bucket policies ask for the VPC endpoint. */
  async inside(endpoint: EndpointRecord): Promise<PlatformClientConfig> {
    const { fleet } = endpoint;
    const subnet = (modelOf(fleet, productionVariants(fleet)[0]) as Partial<CreateModelInput>).VpcConfig?.Subnets?.[0];
    const vpcId = subnet === undefined ? undefined : await this.#platform.vpcOfSubnet(subnet);
    return this.#session(endpoint).config(originOf(`endpoint.${endpoint.name}`, vpcId));
  }

  /** For what SageMaker does from outside: notifications, alarms. */
  outside(endpoint: EndpointRecord): Promise<PlatformClientConfig> {
    return this.#session(endpoint).config({ kind: 'host' });
  }

  #session(endpoint: EndpointRecord): RoleSession {
    const role = roleOf(endpoint.fleet);
    const key = `${endpoint.arn} ${role}`;
    const known = this.#sessions.get(key) ?? new RoleSession(this.#platform, role, endpoint.arn);
    this.#sessions.set(key, known);
    return known;
  }
}
