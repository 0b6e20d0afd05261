/**
 * Every error that Sealab raises itself carries one of these codes. The set is closed, so that a reader (the panel,
 * a script, a test) can be exhaustive. `fault` tells whose move it is: the caller's, or ours.
 */
export const ERROR_CODES = {
  /** No environment document at any of the places that were searched. */
  EnvironmentNotFound: 'caller',
  /** The document was found and is not JSON, or a field has the wrong form. */
  EnvironmentInvalid: 'caller',
  /** The document was written for another generation of the schema. */
  EnvironmentVersionUnknown: 'caller',
  /** The caller gave a value where the contract requires another one. */
  SecureFieldConflict: 'caller',
  /** The contract has no rows for the operation, so nothing may be sent. */
  OperationNotCovered: 'caller',
  /** The local environment does not run this operation. */
  OperationNotEmulated: 'caller',
  /** Sealab's own check of the caller's input, before anything is sent. */
  InvalidInput: 'caller',
  /** A file, a script or a channel that the request names is not there. */
  InputNotFound: 'caller',
  /** IAM, a bucket, a key or an endpoint policy refused. */
  AccessDenied: 'caller',
  /** A job ended as Failed or Stopped where the caller waited for success. */
  JobNotCompleted: 'caller',
  /** A wait reached its deadline or was aborted. */
  WaitEnded: 'caller',
  /** An endpoint went back to the configuration that it had before an update. */
  UpdateRolledBack: 'caller',
  /** The model container answered with an error. */
  InvocationFailed: 'caller',
  /** Something that should not happen; please report it. */
  Internal: 'service',
} as const satisfies Record<string, 'caller' | 'service'>;

/** A code of the closed set. */
export type ErrorCode = keyof typeof ERROR_CODES;

/** JSON form of an error, as it crosses the wire from the panel's service. */
export interface ErrorBody {
  readonly code: ErrorCode | (string & {});
  readonly message: string;
  /** What to do next, one sentence. */
  readonly remedy?: string | undefined;
  readonly details?: Readonly<Record<string, unknown>> | undefined;
}

/** The one error class of Sealab: a code from the closed set, a message for people and, where there is one, a remedy. */
export class SealabError extends Error {
  readonly code: ErrorCode;
  readonly fault: 'caller' | 'service';
  readonly remedy: string | undefined;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: ErrorCode,
    message: string,
    options: { remedy?: string; details?: Readonly<Record<string, unknown>>; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = code;
    this.code = code;
    this.fault = ERROR_CODES[code];
    this.remedy = options.remedy;
    this.details = options.details ?? {};
  }

  /** What crosses the wire: no stack, no cause. */
  toJSON(): ErrorBody {
    return { code: this.code, message: this.message, remedy: this.remedy, details: this.details };
  }
}
