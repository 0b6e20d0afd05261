import { mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const home = mkdtempSync(join(tmpdir(), 'sealab-mirror-'));
process.env['SEALAB_HOME'] = home;
const { createFront } = await import('../../../local/mirror/front.ts');
const { parseApproved } = await import('../../../local/mirror/approved.ts');
const { issueToken, verifyToken } = await import('../../../local/mirror/token.ts');
const { Devpi } = await import('../../../local/mirror/devpi.ts');
const { NpmPackages } = await import('../../../local/mirror/npm.ts');

const python = parseApproved('six==1.17.0', '==', 'python');
const npm = parseApproved('ms@2.1.3', '@', 'npm');
const token = issueToken('sealab', new Date(Date.now() + 60_000));

/** What reaches the index behind the front: the front's decisions are the matter here, so a recorder stands at its socket. */
const reached: string[] = [];
let index: Server;
let front: Server;
let url: string;

beforeAll(async () => {
  const devpi = new Devpi(python);
  index = createServer((request, response) => {
    reached.push(request.url ?? '');
    response.end('from the index');
  });
  index.listen(join(home, 'index.sock'));
  await once(index, 'listening');
  devpi.get = (path, headers) =>
    new Promise((resolve, reject) => {
      void import('node:http').then(({ request }) =>
        request({ socketPath: join(home, 'index.sock'), path, headers }, resolve)
          .once('error', reject)
          .end(),
      );
    });
  front = createFront(python, npm, devpi, new NpmPackages(npm));
  front.listen(0, '127.0.0.1');
  await once(front, 'listening');
  url = `http://127.0.0.1:${(front.address() as AddressInfo).port}`;
});
afterAll(() => {
  front.close();
  front.closeAllConnections();
  index.close();
  index.closeAllConnections();
  rmSync(home, { recursive: true });
});

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${url}${path}`, { headers: { authorization: `Bearer ${token}`, ...headers } });

describe('the mirror', () => {
  it('passes on pages and files of approved versions', async () => {
    expect(await (await get('/pypi/approved/simple/Six/')).text()).toBe('from the index');
    expect(await (await get('/pypi/upstream/+f/472/1f391ed90541f/six-1.17.0-py2.py3-none-any.whl')).text()).toBe('from the index');
    expect(reached).toEqual(['/root/approved/+simple/six/', '/root/upstream/+f/472/1f391ed90541f/six-1.17.0-py2.py3-none-any.whl']);
  });

  it('asks nobody about what is not approved, and says how to ask for it', async () => {
    reached.length = 0;
    const page = await get('/pypi/approved/simple/left-out/', { accept: 'application/vnd.pypi.simple.v1+json' });
    expect(await page.json()).toMatchObject({
      files: [
        { yanked: expect.stringMatching(/left-out is not an approved package.*infra\/packages\/approved-python\.txt in a merge request/) },
      ],
    });
    expect(await (await get('/pypi/approved/simple/left-out/')).text()).toContain('data-yanked="left-out is not an approved package');
    const file = await get('/pypi/upstream/+f/472/1f391ed90541f/six-1.16.0-py2.py3-none-any.whl');
    expect([file.status, await file.text()]).toEqual([403, expect.stringContaining('is not an approved package')]);
    const script = await get('/npm/approved/left-pad');
    expect([script.status, await script.json()]).toEqual([403, { error: expect.stringContaining('infra/packages/approved-npm.txt') }]);
    expect((await get('/npm/approved/ms/-/ms-2.0.0.tgz')).status).toBe(403);
    expect((await get('/npm/approved/@scope%2fms')).status).toBe(403);
    expect(reached).toEqual([]);
  });

  it('lists no projects and reaches nothing else of the index', async () => {
    reached.length = 0;
    for (const path of [
      '/pypi/approved/simple/',
      '/root/pypi/+simple/six/',
      '/+login',
      '/pypi/upstream/six',
      '/pypi/upstream/+f/../../../+login',
      '/npm/approved/-/all',
    ]) {
      expect((await get(path)).status).toBeGreaterThanOrEqual(403);
    }
    expect(reached).toEqual([]);
  });

  it('wants a token that is its own and has not expired', async () => {
    for (const bad of ['', 'x.y', `${token}x`, issueToken('sealab', new Date(Date.now() - 1_000))]) {
      expect((await get('/pypi/approved/simple/six/', { authorization: `Bearer ${bad}` })).status).toBe(401);
    }
    const basic = Buffer.from(`aws:${token}`).toString('base64');
    expect((await get('/pypi/approved/simple/six/', { authorization: `Basic ${basic}` })).status).toBe(200);
    expect(verifyToken(token)).toBe('sealab');
  });

  it('is read-only', async () => {
    expect(
      (await fetch(`${url}/npm/approved/ms`, { method: 'PUT', headers: { authorization: `Bearer ${token}` }, body: '{}' })).status,
    ).toBe(405);
  });
});
