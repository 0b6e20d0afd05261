import { timingSafeEqual } from 'node:crypto';
import { AwsError } from '../call.ts';
import { canonicalRequest, sign, signingKey, stringToSign, type WireRequest } from './canonical.ts';
import type { Claim } from './scope.ts';

const SKEW_SECONDS = 15 * 60;

/** A verified signature, with what is needed to verify the chunks of a streamed body. */
export interface Verified {
  readonly claim: Claim;
  readonly key: Buffer;
  readonly scope: string;
}

export interface Expectation {
  readonly secret: string;
  readonly sessionToken: string | undefined;
  readonly regions: readonly string[];
}

/**
 * Checks everything about a signature except the body's hash, which the claim only states.
 * @param payload what to put in the place of the body's hash when the request does not state one
 */
export function verifySignature(request: WireRequest, claim: Claim, expected: Expectation, payload: string, now: Date): Verified {
  const signedAt = timeOf(claim.timestamp);
  checkTime(claim, signedAt, now);
  if (!claim.timestamp.startsWith(claim.day))
    throw mismatch(claim, 'Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP.');
  if (!expected.regions.includes(claim.region)) {
    throw claim.service === 's3'
      ? new AwsError(
          'AuthorizationHeaderMalformed',
          `The authorization header is malformed; the region '${claim.region}' is wrong; expecting '${String(expected.regions[0])}'.`,
          400,
        )
      : mismatch(claim, `Credential should be scoped to a valid region, not '${claim.region}'.`);
  }
  if (claim.sessionToken !== expected.sessionToken) throw invalidToken(claim);
  checkSignedHeaders(request, claim);
  const scope = `${claim.day}/${claim.region}/${claim.service}/aws4_request`;
  const key = signingKey(expected.secret, claim.day, claim.region, claim.service);
  const canonical = canonicalRequest(request, claim.service, claim.signedHeaders, payload);
  const wanted = Buffer.from(sign(key, stringToSign(claim.timestamp, scope, canonical)));
  const given = Buffer.from(claim.signature);
  if (wanted.length !== given.length || !timingSafeEqual(wanted, given)) {
    throw mismatch(
      claim,
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.',
    );
  }
  return { claim, key, scope };
}

function checkSignedHeaders(request: WireRequest, claim: Claim): void {
  // Every x-amz- header changes what the request means, so none may be added to a signed request.
  const unsigned = Object.keys(request.headers).filter(
    (name) => (name === 'host' || (name.startsWith('x-amz-') && name !== 'x-amz-user-agent')) && !claim.signedHeaders.includes(name),
  );
  // What a presigned URL carries in its query string some clients send as headers too, unsigned and without effect.
  const critical = claim.form === 'query' ? unsigned.filter((name) => name !== 'x-amz-content-sha256' && name !== 'x-amz-date') : unsigned;
  if (critical.length > 0) {
    throw claim.service === 's3'
      ? new AwsError('AccessDenied', `There were headers present in the request which were not signed: ${critical.join(', ')}`, 403)
      : mismatch(claim, `'${critical.join("', '")}' must be a 'SignedHeader' in the AWS Authorization.`);
  }
}

function checkTime(claim: Claim, signedAt: Date, now: Date): void {
  const age = (now.getTime() - signedAt.getTime()) / 1000;
  if (claim.expires !== undefined) {
    if (age < -SKEW_SECONDS) throw new AwsError('AccessDenied', 'Request is not yet valid', 403);
    if (age > claim.expires) throw new AwsError('AccessDenied', 'Request has expired', 403);
  } else if (Math.abs(age) > SKEW_SECONDS) {
    throw claim.service === 's3'
      ? new AwsError('RequestTimeTooSkewed', 'The difference between the request time and the current time is too large.', 403)
      : mismatch(
          claim,
          `Signature ${age > 0 ? 'expired' : 'not yet current'}: ${claim.timestamp} is not within ${String(SKEW_SECONDS / 60)} minutes of ${now.toISOString()}.`,
        );
  }
}

function timeOf(timestamp: string): Date {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(timestamp);
  if (match === null) throw new AwsError('IncompleteSignatureException', 'Date must be in ISO-8601 basic format.', 400);
  const [, year, month, day, hour, minute, second] = match;
  return new Date(`${String(year)}-${String(month)}-${String(day)}T${String(hour)}:${String(minute)}:${String(second)}Z`);
}

/** The code differs by service family; the protocol layer spells the query protocol's `SignatureDoesNotMatch` for JSON services. */
const mismatch = (claim: Claim, message: string): AwsError =>
  new AwsError(XML_SERVICES.has(claim.service) ? 'SignatureDoesNotMatch' : 'InvalidSignatureException', message, 403);

/** Services with XML answers; all others speak JSON and name the error differently. */
const XML_SERVICES = new Set(['s3', 'iam', 'sts', 'ec2', 'sns', 'elasticloadbalancing', 'autoscaling', 'rds']);

const invalidToken = (claim: Claim): AwsError =>
  claim.service === 's3'
    ? new AwsError('InvalidToken', 'The provided token is malformed or otherwise invalid.', 400)
    : new AwsError(
        XML_SERVICES.has(claim.service) ? 'InvalidClientTokenId' : 'UnrecognizedClientException',
        'The security token included in the request is invalid.',
        403,
      );

/** No such access key. */
export const unknownKey = (service: string): AwsError =>
  service === 's3'
    ? new AwsError('InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.', 403)
    : new AwsError(
        XML_SERVICES.has(service) ? 'InvalidClientTokenId' : 'UnrecognizedClientException',
        'The security token included in the request is invalid.',
        403,
      );

export const expiredToken = (service: string): AwsError =>
  new AwsError(
    XML_SERVICES.has(service) ? 'ExpiredToken' : 'ExpiredTokenException',
    'The security token included in the request is expired',
    service === 's3' ? 400 : 403,
  );
