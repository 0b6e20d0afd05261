import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { Agent } from 'node:https';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { PlatformClientConfig } from '../../../local/gateway/platform.ts';
import { ACCOUNT, ownHome, REGION, startMoto } from '../gateway/running-gateway.ts';
import { furnish, type Lab } from './running-sagemaker.ts';

/** The gateway as `npm start` runs it: a process of its own, on the port that it had before. */
export interface GatewayProcess {
  /** Configuration of the administrator's clients; good for every process that was started here. */
  readonly admin: PlatformClientConfig;
  readonly lab: Lab;
  start(): Promise<void>;
  end(signal: NodeJS.Signals): Promise<void>;
  /** Ends everything and removes its home. */
  remove(): Promise<void>;
}

/** @param env further variables of the gateway */
export async function startGatewayProcess(env: Readonly<Record<string, string>> = {}): Promise<GatewayProcess> {
  const home = ownHome();
  const moto = await startMoto(join(home, 'state', 'moto'));
  let gateway: ChildProcess | undefined;
  let port = 0;
  const start = async (): Promise<void> => {
    const { REPOSITORY } = await import('../../../local/paths.ts');
    gateway = spawn(process.execPath, [join(REPOSITORY, 'local/dist/gateway/main.js')], {
      env: {
        ...process.env,
        ...env,
        SEALAB_HOME: home,
        SEALAB_ACCOUNT: ACCOUNT,
        SEALAB_REGION: REGION,
        SEALAB_PARTITION: 'aws',
        SEALAB_MOTO_URL: `http://127.0.0.1:${String(moto.port)}`,
        SEALAB_GATEWAY_PORT: String(port),
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(createInterface({ input: gateway.stdout as NodeJS.ReadableStream }), 'line')) as [string];
    port = (JSON.parse(line) as { port: number }).port;
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (gateway === undefined || gateway.exitCode !== null) return;
    const ended = once(gateway, 'exit');
    gateway.kill(signal);
    await ended;
  };
  await start();
  const { administratorKey } = await import('../../../local/gateway/identity/administrator.ts');
  const { PATHS } = await import('../../../local/paths.ts');
  const httpsAgent = new Agent({ ca: readFileSync(join(PATHS.certificates, 'ca.pem')), keepAlive: false });
  const admin = {
    endpoint: `https://127.0.0.1:${String(port)}`,
    region: REGION,
    credentials: administratorKey(),
    requestHandler: new NodeHttpHandler({ httpsAgent }),
  };
  return {
    admin,
    lab: await furnish(admin),
    start,
    end,
    async remove() {
      await end('SIGTERM');
      await moto.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
