import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import { hc } from 'hono/client';
import { ServiceError } from "./service-error.js";
const settings = ServerConnection.makeSettings();
/** A request as JupyterLab makes it: with its login and its XSRF token. */
export async function request(url, init = {}) {
    try {
        // The service forbids storing its answers; with 'no-store' JupyterLab would add a number to every URL as well.
        return await ServerConnection.makeRequest(url, { cache: 'no-cache', ...init }, settings);
    }
    catch (error) {
        if (error instanceof DOMException && error.name === 'AbortError')
            throw error;
        throw ServiceError.unreachable(error);
    }
}
/** The service, typed by its own routes. */
export const service = hc(URLExt.join(settings.baseUrl, 'sealab'), {
    fetch: (input, init) => request(input instanceof Request ? input.url : String(input), init),
});
/** The JSON of an answer, or its error. A page where JSON was expected is Jupyter's login. */
export async function read(pending) {
    const response = await pending;
    const isJson = response.headers.get('Content-Type')?.includes('application/json') === true;
    if (!response.ok || !isJson)
        throw await ServiceError.from(response);
    return (await response.json());
}
//# sourceMappingURL=client.js.map