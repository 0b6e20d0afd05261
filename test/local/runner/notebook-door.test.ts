import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { NotebookDoor } from '../../../local/runner/notebook-instance/door.ts';

/** The part of Jupyter's login that the door relies on; the journeys use JupyterLab itself. */
function jupyter(): Server {
  const server = createServer((asked, answer) => {
    const known = asked.headers.authorization === 'token secret' || asked.headers.cookie?.includes('login=yes') === true;
    if (asked.headers.authorization === 'token secret')
      answer.setHeader('set-cookie', ['login=yes; expires=Mon, 01 Jan 2035 00:00:00 GMT; HttpOnly; Path=/', '_xsrf=x; Path=/']);
    answer.writeHead(known ? 200 : 403).end(`${asked.method} ${asked.url} ${asked.headers.host}`);
  });
  server.on('upgrade', (asked, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n');
    socket.on('end', () => socket.end());
    socket.on('data', (data: Buffer) => socket.write(`echo ${data.toString()} ${asked.url}`));
  });
  return server;
}

let folder: string;
let server: Server;
let door: NotebookDoor;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sealab-door-'));
  server = jupyter().listen(join(folder, 'j.sock'));
  await once(server, 'listening');
  door = await NotebookDoor.open(join(folder, 'j.sock'), 'secret', 0);
});
afterEach(() => {
  door.close();
  server.close();
  server.closeAllConnections();
  rmSync(folder, { recursive: true });
});

const get = (url: string, cookie = '') => fetch(url, { redirect: 'manual', headers: { cookie } });
const at = (path: string) => `http://127.0.0.1:${door.port}${path}`;

describe('the door of a notebook', () => {
  it('exchanges a presigned URL once for Jupyter’s login, which ends with the session', async () => {
    const url = door.presignedUrl(1_800);
    const first = await get(url);
    expect([first.status, first.headers.get('location')]).toEqual([302, '/lab']);
    expect(first.headers.getSetCookie()).toEqual(['login=yes; HttpOnly; Path=/; Max-Age=1800', '_xsrf=x; Path=/; Max-Age=1800']);
    expect(JSON.stringify([...first.headers])).not.toContain('secret');
    const second = await get(url);
    expect([second.status, await second.text()]).toEqual([403, expect.stringContaining('This link has expired')]);
  });

  it('lets whoever is logged in reload a used URL', async () => {
    const url = door.presignedUrl(1_800);
    await get(url);
    expect((await get(url, 'login=yes')).headers.get('location')).toBe('/lab');
  });

  it('gives nobody a login of its own', async () => {
    expect((await get(at('/lab'))).status).toBe(403);
    expect((await get(at('/?authToken=guess'))).status).toBe(403);
  });

  it('passes requests and websockets through as they are', async () => {
    const answer = await get(at('/api/contents?x=1'), 'login=yes');
    expect(await answer.text()).toBe(`GET /api/contents?x=1 127.0.0.1:${door.port}`);
    const upgraded = await new Promise<string>((resolve, reject) => {
      request(at('/api/kernels/1/channels'), { headers: { connection: 'upgrade', upgrade: 'websocket' } })
        .once('error', reject)
        .once('upgrade', (_answer, socket) => {
          socket.once('data', (data: Buffer) => {
            resolve(data.toString());
            socket.destroy();
          });
          socket.write('hello');
        })
        .end();
    });
    expect(upgraded).toBe('echo hello /api/kernels/1/channels');
  });

  it('keeps its port, and takes another when that one is used', async () => {
    const { port } = door;
    const other = await NotebookDoor.open(join(folder, 'j.sock'), 'secret', port);
    expect(other.port).not.toBe(port);
    other.close();
    door.close();
    door = await NotebookDoor.open(join(folder, 'j.sock'), 'secret', port);
    expect(door.port).toBe(port);
  });

  it('says so when JupyterLab does not answer', async () => {
    server.close();
    server.closeAllConnections();
    rmSync(join(folder, 'j.sock'), { force: true });
    expect((await get(at('/lab'))).status).toBe(502);
  });
});
