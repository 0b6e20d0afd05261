import type { NodeHttpHandler } from '@smithy/node-http-handler';
import type { Origin, Principal } from './call.ts';

/** Temporary credentials, as an assumed role has them. */
export interface TemporaryCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
}

export interface KeyPair {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Configuration for any AWS SDK v3 client; spread it into the constructor's argument. */
export interface PlatformClientConfig {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: KeyPair;
  readonly requestHandler: NodeHttpHandler;
}

export interface SandboxDoorOptions {
  /** Unique and stable: the same id opens the same folder again after a gateway restart. */
  readonly id: string;
  readonly vpcId: string;
  readonly roleArn: string;
  /** Who assumes the role for the sandbox: `sagemaker.amazonaws.com`. */
  readonly servicePrincipal: string;
  /** Signing names that can be reached at all (`s3`); any service with a VPC endpoint when left out. */
  readonly services?: readonly string[];
  /** ARN of the job, endpoint or notebook instance, for `aws:SourceArn` in the trust policy. */
  readonly sourceArn?: string;
  readonly sessionName?: string;
}

/** The two Unix sockets of a sandbox: `gateway.sock` (TLS, inside the VPC) and `credentials.sock` (plain HTTP). */
export interface SandboxDoor {
  readonly folder: string;
  /** Closes both sockets and removes the folder. */
  close(): Promise<void>;
}

/** One permission to check, outside the request that is being answered. */
export interface Permission {
  readonly principal: Principal;
  /** `kms:CreateGrant` */
  readonly action: string;
  /** ARN, or `*` for actions without resource types. */
  readonly resource: string;
  /** Where the original request came from; VPC endpoint policies are applied only to the request itself, not here. */
  readonly origin?: Origin | undefined;
  /** Condition keys that only the caller of this function knows. */
  readonly context?: Readonly<Record<string, string | string[]>> | undefined;
  /** Set when a service acts on the caller's behalf: `s3.amazonaws.com` gives aws:CalledVia, aws:ViaAWSService and kms:ViaService. */
  readonly via?: string | undefined;
}

/** What the services that run inside the gateway's process may use of it. */
export interface Platform {
  readonly account: string;
  readonly region: string;
  readonly partition: string;
  /** `https://127.0.0.1:<port>` */
  readonly endpointUrl: string;
  /** The local CA's certificate, PEM. */
  readonly caFile: string;
  /**
   * Credentials of a role as a platform service gets them. The trust policy must allow `servicePrincipal`, with
   * `aws:SourceAccount` (this account) and, when given, `aws:SourceArn` as context.
   * @throws AwsError AccessDenied when the trust policy does not allow it, NoSuchEntity when there is no such role
   */
  assumeForService(roleArn: string, servicePrincipal: string, sessionName: string, sourceArn?: string): Promise<TemporaryCredentials>;
  /** Whether `assumeForService` would succeed; throws what it would throw. */
  checkAssumable(roleArn: string, servicePrincipal: string, sourceArn: string): Promise<void>;
  /** The VPC of a subnet; undefined when there is no such subnet. */
  vpcOfSubnet(subnetId: string): Promise<string | undefined>;
  /** Client configuration that acts with `credentials`, from the host or as if from inside a VPC. */
  clientConfig(credentials: KeyPair, origin: Origin): PlatformClientConfig;
  /** Client configuration of the account's administrator: for what the platform does on its own behalf. */
  administratorConfig(): PlatformClientConfig;
  openSandbox(options: SandboxDoorOptions): Promise<SandboxDoor>;
  /** The principal behind credentials that were issued here; undefined when unknown or expired. */
  principalOf(accessKeyId: string): Principal | undefined;
  /** Throws `AwsError('AccessDeniedException')` with AWS's wording unless the principal may do this. */
  authorize(permission: Permission): Promise<void>;
  /** Runs on SIGTERM, before the sockets close. */
  onShutdown(hook: () => Promise<void> | void): void;
}
