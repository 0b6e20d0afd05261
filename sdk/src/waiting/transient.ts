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
  // The caller's own doing.
  if (name === 'AbortError') return false;
  const status = $metadata?.httpStatusCode;
  // An error with the status of a success: the answer broke off.
  if (status !== undefined) return status >= 500 || status < 300;
  return (
    NETWORK.test(code) ||
    NETWORK.test(name) ||
    /socket hang up|connection|network|\baborted\b|terminated|fetch failed|error sending request/i.test(message)
  );
}

/** The service is there and asks to be asked less often. */
export const isThrottled = (error: unknown): boolean => THROTTLED.test((error as ErrorLike).name ?? '');

/** The credentials have ended: nothing was carried out, and newer ones may do. */
export const isExpired = (error: unknown): boolean => EXPIRED.test((error as ErrorLike).name ?? '');

/** Asking again later may well succeed: throttled, no answer, the server's fault, credentials that have just ended. */
export function isTransient(error: unknown): boolean {
  return isThrottled(error) || isExpired(error) || isUncertain(error);
}
