import { describe, expect, it } from '@jest/globals';
import type { ErrorBody } from '@sealab/sdk';
import { appWith, panelHeaders } from './service-lab.ts';

/** Counts what got through to the lab: a refusal must not. */
function counting() {
  const seen = { stops: 0, reads: 0 };
  const service = appWith({
    attach: () => ({
      stop: () => Promise.resolve(seen.stops++),
      describe: () => (seen.reads++, Promise.resolve({ TrainingJobStatus: 'Completed' })),
    }),
  });
  return { ...service, seen };
}

const stop = { method: 'POST' };

describe('what changes state', () => {
  it('passes from the panel', async () => {
    const { ask, seen } = counting();
    expect((await ask('/training-jobs/a-job/stop', stop)).status).toBe(200);
    expect(seen.stops).toBe(1);
  });

  it('passes behind a proxy that names the host in X-Forwarded-Host', async () => {
    const { ask, seen } = counting();
    const response = await ask('/training-jobs/a-job/stop', {
      ...stop,
      headers: { Host: 'internal:8888', 'X-Forwarded-Host': 'jupyter.example:8888' },
    });
    expect(response.status).toBe(200);
    expect(seen.stops).toBe(1);
  });

  const forged: [string, Record<string, string | undefined>, string][] = [
    ['without the proxy’s secret', { 'X-Sealab-Proxy': undefined }, 'NotThroughJupyter'],
    ['with another secret of the same length', { 'X-Sealab-Proxy': 'what-jupyter-addS' }, 'NotThroughJupyter'],
    ['without an XSRF header', { 'X-XSRFToken': undefined }, 'XsrfTokenMissing'],
    ['with an empty XSRF header and cookie', { 'X-XSRFToken': '', Cookie: '_xsrf=' }, 'XsrfTokenMissing'],
    ['without an XSRF cookie', { Cookie: 'username-8888=login' }, 'XsrfTokenMissing'],
    ['with a token that is not the cookie’s', { 'X-XSRFToken': '2|abc|def|1700000001' }, 'XsrfTokenMissing'],
    ['from another origin', { Origin: 'https://evil.example' }, 'CrossSiteRequest'],
    ['from another port of the same host', { Origin: 'http://jupyter.example:9999' }, 'CrossSiteRequest'],
    ['from an opaque origin', { Origin: 'null' }, 'CrossSiteRequest'],
    ['from another site', { 'Sec-Fetch-Site': 'cross-site' }, 'CrossSiteRequest'],
    ['from a sibling of the same site', { 'Sec-Fetch-Site': 'same-site' }, 'CrossSiteRequest'],
    ['typed into the address bar', { 'Sec-Fetch-Site': 'none' }, 'CrossSiteRequest'],
  ];
  it.each(forged)('is refused %s', async (_, change, code) => {
    const { app, seen } = counting();
    const headers = JSON.parse(JSON.stringify({ ...panelHeaders, ...change })) as Record<string, string>;
    const response = await app.request('/training-jobs/a-job/stop', { ...stop, headers });
    expect(response.status).toBe(403);
    expect(((await response.json()) as ErrorBody).code).toBe(code);
    expect(seen.stops).toBe(0);
  });
});

describe('what reads', () => {
  it('passes without a token, as a link in the page does', async () => {
    const { app, seen } = counting();
    const response = await app.request('/training-jobs/a-job', {
      headers: { 'X-Sealab-Proxy': panelHeaders['X-Sealab-Proxy'], Host: panelHeaders.Host, 'Sec-Fetch-Site': 'none' },
    });
    expect(response.status).toBe(200);
    expect(seen.reads).toBe(1);
  });

  it.each([{ 'X-Sealab-Proxy': 'guess' }, { 'Sec-Fetch-Site': 'cross-site' }, { Origin: 'https://evil.example' }])(
    'is refused with %j',
    async (headers) => {
      const { ask, seen } = counting();
      expect((await ask('/training-jobs/a-job', { headers })).status).toBe(403);
      expect(seen.reads).toBe(0);
    },
  );

  it('is never stored, sniffed or framed', async () => {
    const { ask } = counting();
    const { headers } = await ask('/training-jobs/a-job');
    expect(headers.get('Cache-Control')).toBe('no-store');
    expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
    expect(headers.get('Content-Security-Policy')).toContain("default-src 'none'");
  });
});
