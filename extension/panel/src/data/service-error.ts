import type { ErrorBody } from '@sealab/service';

/** What the service, or what stands before it, answered instead of data. */
export class ServiceError extends Error {
  readonly code: string;
  readonly remedy: string | undefined;

  constructor({ code, message, remedy }: ErrorBody, cause?: unknown) {
    super(message, { cause });
    this.name = code;
    this.code = code;
    this.remedy = remedy;
  }

  /** Reads an answer that is not a success. Jupyter itself answers in HTML: for a login that ended, or a service that did not start. */
  static async from(response: Pick<Response, 'headers' | 'json' | 'redirected' | 'status'>): Promise<ServiceError> {
    if (response.headers.get('Content-Type')?.includes('application/json') === true) {
      const body = (await response.json()) as Partial<ErrorBody>;
      if (typeof body.code === 'string' && typeof body.message === 'string')
        return new ServiceError({ ...body, code: body.code, message: body.message });
    }
    if (response.redirected || response.status === 401 || response.status === 403) {
      return new ServiceError({
        code: 'LoggedOut',
        message: 'Your Jupyter session has ended.',
        remedy: 'Reload the page to log in again.',
      });
    }
    if (response.status === 404) {
      return new ServiceError({
        code: 'NotInstalled',
        message: 'The Sealab service is not part of this Jupyter server.',
        remedy: 'Restart the notebook so that its lifecycle script installs it.',
      });
    }
    return new ServiceError({
      code: 'ServiceDown',
      message: 'The Sealab service did not answer.',
      remedy: 'Try again; if it stays, restart the notebook.',
    });
  }

  static readonly unreachable = (cause: unknown) =>
    new ServiceError(
      { code: 'Unreachable', message: 'The Jupyter server cannot be reached.', remedy: 'Check your connection; Sealab goes on by itself.' },
      cause,
    );
}

/** Whether trying again may help without anybody doing something. */
export const mayPass = (error: unknown) =>
  error instanceof ServiceError && (error.code === 'Unreachable' || error.code === 'ServiceDown' || error.code === 'ThrottlingException');
