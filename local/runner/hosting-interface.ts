import type { Readable } from 'node:stream';

/** Between the SageMaker service, which keeps endpoints, and the runner, which runs model containers. */

/** Which instance of an endpoint: a variant of one generation of its fleet, counted from 0. */
export interface InstanceName {
  readonly endpoint: string;
  readonly variant: string;
  /** Counts an endpoint's fleets: those of the old and the new configuration run side by side during an update. */
  readonly generation: number;
  readonly index: number;
}

/** One instance with everything that its containers need. */
export interface HostedInstance extends InstanceName {
  readonly endpointArn: string;
  /** CreateModel input of the variant's model. */
  readonly model: Readonly<Record<string, unknown>>;
  /** Of the production variant. */
  readonly instanceType?: string | undefined;
  /** Memory of a serverless variant, in MB, in place of an instance type. */
  readonly memoryMb?: number | undefined;
  /** `ContainerStartupHealthCheckTimeoutInSeconds` of the variant. */
  readonly startupSeconds?: number | undefined;
  /** `ModelDataDownloadTimeoutInSeconds` of the variant. */
  readonly downloadSeconds?: number | undefined;
}

export interface InvocationRequest {
  readonly body: Buffer;
  readonly contentType: string | undefined;
  readonly accept: string | undefined;
  /** `X-Amzn-SageMaker-Custom-Attributes` and the like, by header name. */
  readonly headers: Readonly<Record<string, string>>;
  /** From the first byte sent to the last one received. */
  readonly timeoutMs: number;
  /** Key of a multi-model endpoint's model below its prefix. */
  readonly targetModel?: string | undefined;
  /** `ContainerHostname` where the model's containers are invoked one by one. */
  readonly targetContainer?: string | undefined;
}

export interface InvocationAnswer {
  readonly status: number;
  readonly contentType: string | undefined;
  readonly customAttributes: string | undefined;
  /** As it comes from the container. Errors when the container goes away or the time is over. */
  readonly body: Readable;
  /** The container that answered, as SageMaker names it: `primary`, or the hostname of one of several. */
  readonly container: string;
  /** Log stream of that container. */
  readonly logStream: string;
}

/** Why a container could not be hosted: `message` is the endpoint's FailureReason. */
export class HostingFailure extends Error {
  override readonly name = 'HostingFailure';
}

/** A request that the container cannot get; `reason` says whose fault that is. */
export class InvocationRefused extends Error {
  override readonly name = 'InvocationRefused';
  readonly reason: 'invalid' | 'not-ready' | 'no-room';

  constructor(reason: InvocationRefused['reason'], message: string) {
    super(message);
    this.reason = reason;
  }
}

export interface HostingRunner {
  /** Starts the containers and resolves when all answer /ping. Takes over those that still run. @throws HostingFailure */
  start(instance: HostedInstance): Promise<void>;
  /** Ends it and removes its folders. */
  stop(instance: HostedInstance): Promise<void>;
  /** Ends what an earlier gateway left of an endpoint and nobody wants any more. */
  sweep(endpoint: string, wanted: (name: InstanceName) => boolean): Promise<void>;
  /** @throws InvocationRefused; Error when the container cannot be reached or takes too long. */
  invoke(name: InstanceName, request: InvocationRequest): Promise<InvocationAnswer>;
  shutDown(): Promise<void>;
}
