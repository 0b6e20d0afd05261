import { join } from 'node:path';
import type { Target } from '../deploy/index.ts';
import { startMirror } from '../mirror/start-mirror.ts';
import { HOME, PATHS, REPOSITORY } from '../paths.ts';
import { environmentPython } from '../toolchain/python.ts';
import { startChild } from './child.ts';

/** The processes behind one local AWS account. */
export interface Services {
  readonly endpointUrl: string;
  readonly caFile: string;
  stop(): Promise<void>;
}

/** Starts moto, the package mirror and the gateway. Whatever started is stopped again when one of them fails or `signal` ends the start. */
export async function startServices({ accountId, region, partition }: Target, signal?: AbortSignal): Promise<Services> {
  const running: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of running.reverse()) await end();
  };
  try {
    const moto = await startChild({
      name: 'moto',
      command: environmentPython(PATHS.servicesPython),
      args: (port) => [join(REPOSITORY, 'local/moto/server.py'), '--port', String(port), '--state', join(PATHS.state, 'moto')],
      env: () => ({ MOTO_ACCOUNT_ID: accountId, AWS_DEFAULT_REGION: region }),
      readySeconds: 60,
      stopSeconds: 20,
      signal,
    });
    running.push(() => moto.stop());
    const mirror = await startMirror();
    running.push(() => mirror.stop());
    const gateway = await startChild({
      name: 'gateway',
      command: process.execPath,
      args: () => [join(REPOSITORY, 'local/dist/gateway/main.js')],
      env: (port) => ({
        SEALAB_HOME: HOME,
        SEALAB_ACCOUNT: accountId,
        SEALAB_REGION: region,
        SEALAB_PARTITION: partition,
        SEALAB_MOTO_URL: `http://127.0.0.1:${String(moto.port)}`,
        SEALAB_GATEWAY_PORT: String(port),
      }),
      readySeconds: 30,
      // Its jobs, endpoints and notebooks are ended first.
      stopSeconds: 30,
      signal,
    });
    running.push(() => gateway.stop());
    return { endpointUrl: `https://127.0.0.1:${String(gateway.port)}`, caFile: join(PATHS.certificates, 'ca.pem'), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
