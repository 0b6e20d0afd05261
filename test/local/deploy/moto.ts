import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type ClientConfig, hostClientConfig } from '../../../local/deploy/clients.ts';
import { PATHS, REPOSITORY } from '../../../local/paths.ts';

export const TARGET = { accountId: '111122223333', region: 'eu-west-1', partition: 'aws' } as const;

export interface Moto {
  readonly client: ClientConfig;
  /** An own folder that goes with the server. */
  readonly folder: string;
  stop(): Promise<void>;
}

/** The real moto of the local environment, without the gateway before it: what the deployer sends must reach it. */
export async function startMoto(): Promise<Moto> {
  const python = join(PATHS.servicesPython, 'bin', 'python');
  if (!existsSync(python)) throw new Error(`${python} is missing: npm start and npm test install it.`);
  const folder = mkdtempSync(join(tmpdir(), 'sealab-deploy-'));
  const child = spawn(python, ['-B', join(REPOSITORY, 'local/moto/server.py'), '--state', join(folder, 'moto')], {
    env: { PATH: process.env['PATH'], MOTO_ACCOUNT_ID: TARGET.accountId, AWS_DEFAULT_REGION: TARGET.region },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const { port } = JSON.parse(line) as { port: number };
  const client = hostClientConfig({
    endpointUrl: `http://127.0.0.1:${port}`,
    region: TARGET.region,
    credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'test' },
  });
  return {
    client,
    folder,
    stop: async () => {
      child.kill('SIGTERM');
      await once(child, 'exit');
      client.requestHandler.destroy();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
