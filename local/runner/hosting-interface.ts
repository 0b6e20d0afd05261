/** Between the SageMaker service, which keeps endpoints, and the runner, which runs model containers. */

/** One production variant with everything its container needs. */
export interface HostedVariant {
  readonly endpoint: string;
  readonly endpointArn: string;
  readonly variant: string;
  /** CreateModel input of the variant's model. */
  readonly model: Readonly<Record<string, unknown>>;
  /** Of the production variant. */
  readonly instanceType?: string | undefined;
}

export interface InvocationRequest {
  readonly body: Buffer;
  readonly contentType: string | undefined;
  readonly accept: string | undefined;
  /** `X-Amzn-SageMaker-Custom-Attributes` and the like, by header name. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface InvocationAnswer {
  readonly status: number;
  readonly contentType: string | undefined;
  readonly body: Buffer;
}

/** Why a container could not be hosted: `message` is the endpoint's FailureReason. */
export class HostingFailure extends Error {
  override readonly name = 'HostingFailure';
}

export interface HostingRunner {
  /** Starts the container and resolves when it answers /ping. Takes over one that still runs. @throws HostingFailure */
  start(variant: HostedVariant): Promise<void>;
  /** Ends it and removes its folder. */
  stop(endpoint: string, variant: string): Promise<void>;
  /** @throws Error when the container cannot be reached or takes longer than 60 s. */
  invoke(endpoint: string, variant: string, request: InvocationRequest): Promise<InvocationAnswer>;
  /** Called when a container in service ends by itself; the runner starts it again and says how that went. */
  onExit(listener: (endpoint: string, variant: string) => void): void;
  shutDown(): Promise<void>;
}
