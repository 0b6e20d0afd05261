import type { IncomingHttpHeaders } from 'node:http';
import { AwsError } from '../call.ts';

/** What a signed request says about its signature, from the Authorization header or the query string. */
export interface Claim {
  readonly form: 'header' | 'query';
  readonly accessKeyId: string;
  /** `20261121` */
  readonly day: string;
  readonly region: string;
  /** Signing name. */
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** `20261121T093000Z` */
  readonly timestamp: string;
  /** Seconds that a presigned URL is good for. */
  readonly expires: number | undefined;
  readonly sessionToken: string | undefined;
  /** Value of x-amz-content-sha256; undefined when the body's own hash is signed. */
  readonly payload: string | undefined;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';

/** The claim of a request; undefined when it carries none. */
export function readClaim(headers: IncomingHttpHeaders, query: URLSearchParams): Claim | undefined {
  const authorization = headers.authorization;
  if (authorization !== undefined) return fromHeader(authorization, headers);
  if (query.has('X-Amz-Signature')) return fromQuery(query);
  if (query.has('AWSAccessKeyId')) {
    throw new AwsError(
      'InvalidRequest',
      'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.',
      400,
    );
  }
  return undefined;
}

function fromHeader(authorization: string, headers: IncomingHttpHeaders): Claim {
  const [algorithm, ...rest] = authorization.split(' ');
  if (algorithm !== ALGORITHM)
    throw new AwsError('IncompleteSignatureException', `Unsupported signature algorithm: ${String(algorithm)}.`, 400);
  const fields = new Map(
    rest
      .join('')
      .split(',')
      .map((part) => {
        const at = part.indexOf('=');
        return [part.slice(0, at), part.slice(at + 1)];
      }),
  );
  const timestamp = one(headers['x-amz-date']) ?? httpDate(headers.date);
  return {
    form: 'header',
    ...scope(fields.get('Credential')),
    signedHeaders: wanted('SignedHeaders', fields.get('SignedHeaders')).split(';'),
    signature: wanted('Signature', fields.get('Signature')),
    timestamp: wanted('X-Amz-Date', timestamp),
    expires: undefined,
    sessionToken: one(headers['x-amz-security-token']),
    payload: one(headers['x-amz-content-sha256']),
  };
}

function fromQuery(query: URLSearchParams): Claim {
  if (query.get('X-Amz-Algorithm') !== ALGORITHM)
    throw new AwsError('AuthorizationQueryParametersError', `X-Amz-Algorithm only supports ${ALGORITHM}.`, 400);
  const expires = Number(query.get('X-Amz-Expires'));
  if (!Number.isInteger(expires) || expires < 0 || expires > 604_800) {
    throw new AwsError('AuthorizationQueryParametersError', 'X-Amz-Expires must be a number between 0 and 604800 seconds.', 400);
  }
  return {
    form: 'query',
    ...scope(query.get('X-Amz-Credential') ?? undefined),
    signedHeaders: wanted('X-Amz-SignedHeaders', query.get('X-Amz-SignedHeaders')).split(';'),
    signature: wanted('X-Amz-Signature', query.get('X-Amz-Signature')),
    timestamp: wanted('X-Amz-Date', query.get('X-Amz-Date')),
    expires,
    sessionToken: query.get('X-Amz-Security-Token') ?? undefined,
    payload: query.get('X-Amz-Content-Sha256') ?? undefined,
  };
}

function scope(credential: string | undefined): Pick<Claim, 'accessKeyId' | 'day' | 'region' | 'service'> {
  const parts = (credential ?? '').split('/');
  const [accessKeyId, day, region, service, terminator] = parts;
  if (parts.length !== 5 || !accessKeyId || !day || !region || !service || terminator !== 'aws4_request') {
    throw new AwsError(
      'IncompleteSignatureException',
      'Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term.',
      400,
    );
  }
  return { accessKeyId, day, region, service };
}

function wanted(name: string, value: string | null | undefined): string {
  if (value === undefined || value === null || value === '') {
    throw new AwsError('IncompleteSignatureException', `Authorization requires '${name}' parameter.`, 400);
  }
  return value;
}

const one = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value.join(',') : value);

const httpDate = (value: string | undefined): string | undefined =>
  value === undefined || Number.isNaN(Date.parse(value)) ? undefined : new Date(value).toISOString().replace(/[-:]|\.\d{3}/g, '');
