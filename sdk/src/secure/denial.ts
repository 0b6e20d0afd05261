const DENIALS = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'AccessDeniedError',
  'UnauthorizedOperation',
  'AuthorizationErrorException',
  'NotAuthorized',
  // The Feature Store's runtime says it so.
  'AccessForbidden',
  'AllAccessDisabled',
]);
/** 403 answers about the signature or the credentials themselves: no policy refused. */
const CREDENTIALS =
  /^(InvalidClientTokenId|InvalidAccessKeyId|SignatureDoesNotMatch|ExpiredToken(Exception)?|UnrecognizedClientException|IncompleteSignature|RequestTimeTooSkewed|InvalidSignatureException|MissingAuthenticationToken(Exception)?|InvalidToken)$/;

/** What an error of any kind says of itself. */
export interface ErrorLike {
  readonly name: string;
  readonly message: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** Reads what was thrown, whatever it is. */
export function errorLike(error: unknown): ErrorLike {
  if (typeof error !== 'object' || error === null) return { name: 'Error', message: String(error) };
  const { name = 'Error', message = '', $metadata } = error as Partial<ErrorLike>;
  return { name, message, ...($metadata === undefined ? {} : { $metadata }) };
}

/** Whether the error says that a policy refused. */
export function isDenial(error: unknown): boolean {
  const { name, message, $metadata } = errorLike(error);
  if (DENIALS.has(name)) return true;
  if (CREDENTIALS.test(name)) return false;
  return $metadata?.httpStatusCode === 403 || /is not authorized to perform/.test(message);
}
