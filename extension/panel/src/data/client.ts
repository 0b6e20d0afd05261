import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import type { AppType } from '@sealab/service';
import type { ClientResponse } from 'hono/client';
import { hc } from 'hono/client';
import { ServiceError } from './service-error.ts';

const settings = ServerConnection.makeSettings();

/** A request as JupyterLab makes it: with its login and its XSRF token. */
export async function request(url: string, init: RequestInit = {}): Promise<Response> {
  try {
    // The service forbids storing its answers; with 'no-store' JupyterLab would add a number to every URL as well.
    return await ServerConnection.makeRequest(url, { cache: 'no-cache', ...init }, settings);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw ServiceError.unreachable(error);
  }
}

/** The service, typed by its own routes. */
export const service = hc<AppType>(URLExt.join(settings.baseUrl, 'sealab'), {
  fetch: (input: RequestInfo | URL, init?: RequestInit) => request(input instanceof Request ? input.url : String(input), init),
});

/** The JSON of an answer, or its error. A page where JSON was expected is Jupyter's login. */
export async function read<T>(pending: Promise<ClientResponse<T, number, 'json'>>): Promise<T> {
  const response = await pending;
  const isJson = response.headers.get('Content-Type')?.includes('application/json') === true;
  if (!response.ok || !isJson) throw await ServiceError.from(response);
  return response.json();
}
