const THROTTLED =
  /^(Throttling(Exception)?|ThrottledException|TooManyRequestsException|RequestLimitExceeded|SlowDown|BandwidthLimitExceeded|LimitExceededException|RequestThrottled(Exception)?)$/;
const NETWORK = /^(E[A-Z]+|TimeoutError|RequestTimeout|NetworkingError|AbortedError|UND_ERR_.*)$/;
const EXPIRED = /^(ExpiredToken(Exception)?|RequestExpired)$/;

interface ErrorLike {
  readonly name?: string;
  readonly code?: string;
  readonly message?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** No answer came: whether the request was carried out is not known. */
export function isUncertain(error: unknown): boolean {
  const { name = '', code = '', message = '', $metadata } = error as ErrorLike;
  if ($metadata?.httpStatusCode !== undefined) return $metadata.httpStatusCode >= 500;
  return NETWORK.test(code) || NETWORK.test(name) || /socket hang up|connection|network|fetch failed|error sending request/i.test(message);
}

/** Asking again later may well succeed: throttled, no answer, the server's fault, credentials that have just ended. */
export function isTransient(error: unknown): boolean {
  const { name = '' } = error as ErrorLike;
  return THROTTLED.test(name) || EXPIRED.test(name) || isUncertain(error);
}
