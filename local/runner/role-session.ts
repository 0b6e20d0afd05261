import type { Origin } from '../gateway/call.ts';
import type { Platform, PlatformClientConfig, TemporaryCredentials } from '../gateway/platform.ts';

export const SERVICE_PRINCIPAL = 'sagemaker.amazonaws.com';
const RENEW_BEFORE_MS = 5 * 60 * 1000;

/** What the platform does for a job it does as the job's execution role, with credentials that it renews in time. */
export class RoleSession {
  readonly #platform: Platform;
  readonly #roleArn: string;
  readonly #sourceArn: string;
  #credentials: TemporaryCredentials | undefined;

  constructor(platform: Platform, roleArn: string, sourceArn: string) {
    this.#platform = platform;
    this.#roleArn = roleArn;
    this.#sourceArn = sourceArn;
  }

  /** Its credentials hold for five minutes at least: ask again for each piece of work. */
  async config(origin: Origin): Promise<PlatformClientConfig> {
    if (this.#credentials === undefined || this.#credentials.expiration.getTime() - Date.now() < RENEW_BEFORE_MS) {
      this.#credentials = await this.#platform.assumeForService(this.#roleArn, SERVICE_PRINCIPAL, 'SageMaker', this.#sourceArn);
    }
    return this.#platform.clientConfig(this.#credentials, origin);
  }
}

/** Inside the job's VPC where it has one: bucket policies ask for the VPC endpoint. */
export const originOf = (sandbox: string, vpcId: string | undefined): Origin =>
  vpcId === undefined ? { kind: 'host' } : { kind: 'vpc', sandbox, vpcId };
