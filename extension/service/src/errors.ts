import { SealabError, type ErrorBody, type ErrorCode } from '@sealab/sdk';
import type { ErrorHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Deps } from './deps.ts';
import { plainText } from './plain-text.ts';

/** HTTP status of every code of the contract. */
const STATUS: { readonly [Code in ErrorCode]: ContentfulStatusCode } = {
  EnvironmentNotFound: 503,
  EnvironmentInvalid: 503,
  EnvironmentVersionUnknown: 503,
  SecureFieldConflict: 409,
  OperationNotCovered: 403,
  OperationNotEmulated: 501,
  InvalidInput: 400,
  InputNotFound: 404,
  AccessDenied: 403,
  JobNotCompleted: 409,
  WaitEnded: 504,
  UpdateRolledBack: 409,
  InvocationFailed: 422,
  Internal: 500,
};

/** A refusal before anything was looked at. */
export const refusal = (code: string, message: string, remedy: string) =>
  new HTTPException(403, { cause: { code, message, remedy } satisfies ErrorBody });

interface AwsError extends Error {
  readonly $metadata: { readonly httpStatusCode?: number };
}
const isAwsError = (error: unknown): error is AwsError =>
  error instanceof Error && typeof (error as Partial<AwsError>).$metadata === 'object';

/** Remedies for what AWS itself says, by the name of its error. */
const AWS: Readonly<Record<string, readonly [status: ContentfulStatusCode, remedy: string]>> = {
  ResourceInUse: [409, 'Choose another name.'],
  ResourceNotFound: [404, 'Refresh the list: it may have been removed meanwhile.'],
  ResourceLimitExceeded: [409, 'Stop something that runs, or ask your administrator for a higher quota.'],
  ThrottlingException: [429, 'Wait a moment, then try again.'],
  ExpiredTokenException: [403, 'Restart the notebook to get new credentials.'],
};

function awsBody(error: AwsError): [ErrorBody, ContentfulStatusCode] {
  const missing = error.name === 'ValidationException' && /not find|does not exist|not found/i.test(error.message);
  const [status, remedy] = (missing ? AWS['ResourceNotFound'] : AWS[error.name]) ?? [
    (error.$metadata.httpStatusCode ?? 502) < 500 ? 400 : 502,
    undefined,
  ];
  return [{ code: error.name, message: error.message, remedy }, status];
}

/** The JSON body and status of any error. What is unknown tells nothing of its inside. */
export function errorBody(error: unknown): [ErrorBody, ContentfulStatusCode] {
  if (error instanceof SealabError) return [error.toJSON(), STATUS[error.code]];
  if (error instanceof HTTPException) {
    const known = error.cause as ErrorBody | undefined;
    return [known ?? { code: 'InvalidInput', message: error.message || 'The request cannot be read.' }, error.status];
  }
  if (isAwsError(error)) return awsBody(error);
  if (error instanceof Error && error.name === 'CredentialsProviderError') {
    return [
      {
        code: 'NoCredentials',
        message: 'This notebook has no AWS credentials.',
        remedy: 'Restart the notebook; if that does not help, ask your administrator about its role.',
      },
      503,
    ];
  }
  return [
    {
      code: 'Internal',
      message: 'Something went wrong in Sealab’s service.',
      remedy: 'Try again; if it stays, report it with the time of day.',
    },
    500,
  ];
}

/** Messages can quote names and log lines of a job: they cross the wire as plain text. */
export const plainBody = ({ code, message, remedy }: ErrorBody): ErrorBody => ({
  code,
  message: plainText(message),
  remedy: remedy === undefined ? undefined : plainText(remedy),
});

/** The one place where an error becomes an answer. */
export const onError =
  (deps: Deps): ErrorHandler =>
  (error, c) => {
    const [body, status] = errorBody(error);
    if (status >= 500) deps.report(c.req.method, c.req.path, error);
    return c.json(plainBody(body), status);
  };
