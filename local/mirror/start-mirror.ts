import { once } from 'node:events';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { socketFolder } from '../paths.ts';
import { approvedNpm, approvedPython } from './approved.ts';
import { Devpi } from './devpi.ts';
import { createFront } from './front.ts';
import { NpmPackages } from './npm.ts';

/**
 * Where the mirror listens: sandboxes get this socket, and there is no other way to it. It has a folder of its own, because
 * sandboxes see the whole folder.
 */
export const mirrorSocket = () => join(socketFolder(), 'mirror', 'mirror.sock');

export interface Mirror {
  readonly socket: string;
  stop(): Promise<void>;
}

/** Starts the mirror of approved Python and npm packages. What it needs to answer starts at its first use. */
export async function startMirror(): Promise<Mirror> {
  const [python, npm, socket] = [approvedPython(), approvedNpm(), mirrorSocket()];
  const devpi = new Devpi(python);
  const server = createFront(python, npm, devpi, new NpmPackages(npm));
  await mkdir(dirname(socket), { recursive: true });
  await rm(socket, { force: true });
  server.listen(socket);
  await once(server, 'listening');
  return {
    socket,
    async stop() {
      server.close();
      server.closeAllConnections();
      await devpi.stop();
      await rm(socket, { force: true });
    },
  };
}
