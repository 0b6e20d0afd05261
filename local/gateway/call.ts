/** Where a request came from: that is what decides `aws:SourceVpc`, `aws:SourceVpce` and what can be reached at all. */
export type Origin = { readonly kind: 'host' } | { readonly kind: 'vpc'; readonly sandbox: string; readonly vpcId: string };

/** Who signed a request. */
export interface Principal {
  /** `arn:…:sts::…:assumed-role/name/session` or the ARN of the administrator. */
  readonly arn: string;
  /** The role behind a session; the ARN itself for a user. */
  readonly roleArn: string | undefined;
  readonly sessionName: string | undefined;
  readonly userId: string;
  readonly accountId: string;
}

/** A request that was understood: who, from where, what. Handlers see nothing of HTTP unless they ask for it. */
export interface Call {
  /** Signing name: `sagemaker`, `s3`, `servicecatalog` … */
  readonly service: string;
  /** The API operation as in the service model: `CreateTrainingJob`. */
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly principal: Principal;
  readonly origin: Origin;
  readonly accountId: string;
  readonly region: string;
  readonly partition: string;
  readonly requestId: string;
}

/** Handlers of one service, by operation. What is missing here and not passed on to moto is `OperationNotEmulated`. */
export interface EmulatedService {
  readonly service: string;
  readonly operations: Readonly<Record<string, (call: Call) => unknown>>;
  /** Why it does not do an operation, in one sentence; undefined where there is nothing to say but that it does not. */
  readonly refusalOf?: (operation: string) => string | undefined;
  /** Tags of one of its resources, for `aws:ResourceTag`; undefined where the ARN is not one of its own. */
  readonly tagsOf?: (arn: string) => Readonly<Record<string, string>> | undefined | Promise<Readonly<Record<string, string>> | undefined>;
  /** Fields of operations that it answers, refused with OperationNotEmulated, and what they would do; for the documentation. */
  readonly refusedFields?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Condition keys of a request that only the service knows: they depend on what it keeps. Added to those of the request itself. */
  readonly conditionKeys?: (call: Call) => Readonly<Record<string, string | readonly string[]>>;
}

/** An error as AWS would answer it. `code` is the shape's name in the service model. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  /** Further members of the error's shape: `OriginalStatusCode` of ModelError. */
  readonly fields: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, status = 400, fields: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.fields = fields;
    this.name = code;
    this.code = code;
    this.status = status;
  }
}
