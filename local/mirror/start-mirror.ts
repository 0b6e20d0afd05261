import { once } from 'node:events';
import { mkdir, rm } from 'node:fs/promises';
import { createServer } from 'node:https';
import { dirname, join } from 'node:path';
import { serverCertificate } from '../gateway/tls/certificates.ts';
import { leaveSocketFolder, mirrorFolder, PATHS } from '../paths.ts';
import { approvedNpm, approvedPython } from './approved.ts';
import { Devpi } from './devpi.ts';
import { createFront } from './front.ts';
import { NpmPackages } from './npm.ts';

/** Where the mirror listens: sandboxes get this socket, and there is no other way to it. */
export const mirrorSocket = () => join(mirrorFolder(), 'mirror.sock');

export interface Mirror {
  readonly socket: string;
  stop(): Promise<void>;
}

/** Starts the mirror of approved Python and npm packages. What it needs to answer starts at its first use. */
export async function startMirror(): Promise<Mirror> {
  const [python, npm, socket] = [approvedPython(), approvedNpm(), mirrorSocket()];
  const devpi = new Devpi(python);
  const front = createFront(python, npm, devpi, new NpmPackages(npm));
  // As on AWS: SageMaker's training toolkit puts its token into https addresses alone.
  const server = createServer(serverCertificate(PATHS.certificates), (request, response) => front.emit('request', request, response));
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
      leaveSocketFolder();
    },
  };
}
