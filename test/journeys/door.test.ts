import { request, type IncomingMessage } from 'node:http';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { JupyterClient } from '../../local/start/jupyter-client.ts';
import { presignedUrl } from './running/environment.ts';

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Headers exactly as given: fetch would add and refuse some. */
async function ask(url: string, method: 'GET' | 'POST' | 'DELETE', headers: Record<string, string>, body = ''): Promise<Answer> {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    request(url, { method, headers }, resolve).once('error', reject).end(body);
  });
  let text = '';
  for await (const chunk of answer) text += String(chunk);
  return { status: answer.statusCode ?? 0, body: text };
}

describe('the panel’s service behind JupyterLab', () => {
  let origin: string;
  let jupyter: JupyterClient;
  beforeAll(async () => {
    const url = await presignedUrl();
    origin = new URL(url).origin;
    jupyter = await JupyterClient.open(url);
  });
  const stop = () => `${origin}/sealab/training-jobs/nobody/stop`;
  const code = ({ body }: Answer) => (JSON.parse(body) as { code: string }).code;

  it('answers the panel', async () => {
    const answer = await ask(`${origin}/sealab/environment`, 'GET', { cookie: jupyter.cookie, 'sec-fetch-site': 'same-origin' });
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body)).toMatchObject({ project: 'credit-risk' });
  });

  it('refuses a request without Jupyter’s login', async () => {
    const read = await ask(`${origin}/sealab/environment`, 'GET', {});
    expect([302, 401, 403]).toContain(read.status);
    expect(read.body).not.toContain('credit-risk');
    const write = await ask(stop(), 'POST', { 'content-type': 'application/json', cookie: '_xsrf=x', 'x-xsrftoken': 'x' }, '{}');
    expect([302, 401, 403]).toContain(write.status);
  });

  it('refuses a change without the XSRF token, or with a wrong one', async () => {
    const without = await ask(stop(), 'POST', { cookie: jupyter.cookie, 'content-type': 'application/json' }, '{}');
    expect(without.status).toBe(403);
    expect(code(without)).toBe('XsrfTokenMissing');
    const wrong = await ask(stop(), 'POST', { cookie: jupyter.cookie, 'x-xsrftoken': 'a'.repeat(jupyter.xsrf.length) }, '{}');
    expect(wrong.status).toBe(403);
  });

  it('refuses what a page of another origin asks, even with the token', async () => {
    const own = { cookie: jupyter.cookie, 'x-xsrftoken': jupyter.xsrf, 'content-type': 'application/json' };
    // Some of them Jupyter refuses itself, as if nothing were there; the service refuses the rest.
    const foreign = [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: origin.replace('127.0.0.1', 'localhost') },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ];
    for (const headers of foreign) {
      const answer = await ask(stop(), 'POST', { ...own, ...headers }, '{}');
      expect([403, 404]).toContain(answer.status);
      expect(answer.body).not.toContain('nobody');
    }
    // The same request from JupyterLab's own page gets through to SageMaker, which knows no such job.
    const allowed = await ask(stop(), 'POST', { ...own, origin, 'sec-fetch-site': 'same-origin' }, '{}');
    expect(allowed.status).not.toBe(403);
    expect(allowed.body).toMatch(/not found|does not exist|nobody/i);
  });

  it('opens no other port of the notebook', async () => {
    for (const path of [
      '/proxy/8888',
      '/proxy/8888/api',
      '/proxy/absolute/8888/api',
      '/proxy/localhost:8888/api',
      '/sealab/../proxy/8888/api',
    ]) {
      expect((await ask(origin + path, 'GET', { cookie: jupyter.cookie })).status).toBe(404);
    }
  });

  it('is reached by an address that opens once', async () => {
    const url = await presignedUrl();
    const first = await ask(url, 'GET', {});
    expect(first.status).toBe(302);
    const second = await ask(url, 'GET', {});
    expect(second.status).toBe(403);
    expect(second.body).toContain('expired');
    expect((await ask(`${origin}/?authToken=guess`, 'GET', {})).status).toBe(403);
  });
});
