import { getCookie } from 'hono/cookie';
import { createMiddleware } from 'hono/factory';
import type { Deps } from './deps.ts';
import { refusal } from './errors.ts';

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

function sameSecret(given: string | undefined, wanted: string): boolean {
  if (given?.length !== wanted.length) return false;
  let difference = 0;
  for (let i = 0; i < wanted.length; i++) difference |= given.charCodeAt(i) ^ wanted.charCodeAt(i);
  return difference === 0;
}

/** Whether the page that asks is served by the host that was asked; a proxy before Jupyter names the host in X-Forwarded-Host. */
function sameOrigin(origin: string, hosts: readonly (string | undefined)[]): boolean {
  if (!URL.canParse(origin)) return false;
  const { host } = new URL(origin);
  return hosts.some((name) => name?.split(',')[0]?.trim().toLowerCase() === host);
}

/**
 * Lets pass what came through Jupyter's login and from Jupyter's own pages. jupyter-server-proxy switches Jupyter's XSRF
 * checks off (its handlers defer to the proxied app), so they are made here: the token that only a page of the same
 * origin can read, `Origin`, and the `Sec-Fetch-Site` that a page cannot forge.
 */
export const guard = (deps: Deps) =>
  createMiddleware(async (c, next) => {
    c.header('Cache-Control', 'no-store');
    c.header('X-Content-Type-Options', 'nosniff');
    c.header('Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'");
    c.header('Cross-Origin-Resource-Policy', 'same-origin');

    if (!sameSecret(c.req.header('X-Sealab-Proxy'), deps.proxySecret)) {
      throw refusal('NotThroughJupyter', 'This service answers only behind Jupyter’s login.', 'Open it from JupyterLab.');
    }
    const site = c.req.header('Sec-Fetch-Site');
    const origin = c.req.header('Origin');
    const reads = READS.has(c.req.method);
    // Read before it is refused: to the proxy, an answer in the middle of the body is a broken pipe, and the refusal is lost.
    if (!reads) await c.req.arrayBuffer();
    if (site !== undefined && site !== 'same-origin' && !(reads && site === 'none')) {
      throw refusal('CrossSiteRequest', 'The request was made by a page of another site.', 'Use the panel in JupyterLab.');
    }
    if (origin !== undefined && !sameOrigin(origin, [c.req.header('Host'), c.req.header('X-Forwarded-Host')])) {
      throw refusal('CrossSiteRequest', 'The request was made by a page of another origin.', 'Use the panel in JupyterLab.');
    }
    if (!reads) {
      const token = getCookie(c, '_xsrf');
      if (token === undefined || token === '' || !sameSecret(c.req.header('X-XSRFToken'), token)) {
        throw refusal('XsrfTokenMissing', 'The request does not carry Jupyter’s XSRF token.', 'Reload the page, then try again.');
      }
    }
    await next();
  });
