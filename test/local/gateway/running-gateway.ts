import { NodeHttpHandler } from '@smithy/node-http-handler';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { IAMClient, CreatePolicyCommand, CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { EmulatedService } from '../../../local/gateway/call.ts';
import type { Gateway } from '../../../local/gateway/gateway.ts';
import type { KeyPair, Platform, PlatformClientConfig } from '../../../local/gateway/platform.ts';

export const ACCOUNT = '111122223333';
export const REGION = 'eu-west-1';

/** A home of its own; to be called before anything of local/ is imported, because paths are read once. */
export function ownHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'sealab-gateway-'));
  process.env['SEALAB_HOME'] = home;
  return home;
}

export interface Moto {
  readonly port: number;
  readonly process: ChildProcess;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** The real moto, with its state in `state`. */
export async function startMoto(state: string): Promise<Moto> {
  const { PATHS, REPOSITORY } = await import('../../../local/paths.ts');
  const { ensurePythonEnvironment } = await import('../../../local/toolchain/python.ts');
  const python = await ensurePythonEnvironment(PATHS.servicesPython, join(REPOSITORY, 'local/moto/requirements.txt'));
  const child = spawn(python, [join(REPOSITORY, 'local/moto/server.py'), '--state', state], {
    env: { ...process.env, MOTO_ACCOUNT_ID: ACCOUNT },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const { port } = JSON.parse(line) as { port: number };
  return {
    port,
    process: child,
    stop: async (signal = 'SIGTERM') => {
      const exited = once(child, 'exit');
      child.kill(signal);
      await exited;
    },
  };
}

export interface RunningGateway {
  readonly home: string;
  readonly gateway: Gateway;
  readonly platform: Platform;
  readonly moto: Moto;
  readonly ca: string;
  readonly administrator: KeyPair;
  /** Configuration of a client on the host. */
  as(credentials: KeyPair): PlatformClientConfig;
  /** Makes a role with one inline policy and gives credentials of a session. */
  role(name: string, statements: readonly object[], options?: RoleOptions): Promise<KeyPair & { arn: string }>;
  stop(): Promise<void>;
}

export interface RoleOptions {
  readonly trust?: readonly object[];
  readonly boundary?: readonly object[];
  readonly tags?: Readonly<Record<string, string>>;
  readonly sessionTags?: Readonly<Record<string, string>>;
  readonly sessionPolicy?: readonly object[];
}

export const document = (statements: readonly object[]): string => JSON.stringify({ Version: '2012-10-17', Statement: statements });

export async function startRunningGateway(
  createServices: (platform: Platform) => readonly EmulatedService[] = () => [],
): Promise<RunningGateway> {
  const home = ownHome();
  const moto = await startMoto(join(home, 'state', 'moto'));
  const { startGateway } = await import('../../../local/gateway/gateway.ts');
  const { administratorKey } = await import('../../../local/gateway/identity/administrator.ts');
  const { pino } = await import('pino');
  const gateway = await startGateway(
    {
      account: ACCOUNT,
      region: REGION,
      partition: 'aws',
      motoUrl: new URL(`http://127.0.0.1:${String(moto.port)}`),
      port: 0,
      state: join(home, 'state', 'gateway'),
    },
    pino({ level: 'silent' }),
    createServices,
  );
  const { platform } = gateway;
  const ca = readFileSync(platform.caFile, 'utf8');
  const administrator = administratorKey();
  const agent = new Agent({ ca, keepAlive: true });
  const as = (credentials: KeyPair): PlatformClientConfig & { maxAttempts: number } => ({
    ...platform.clientConfig(credentials, { kind: 'host' }),
    requestHandler: new NodeHttpHandler({ httpsAgent: agent }),
    maxAttempts: 1,
  });
  const iam = new IAMClient(as(administrator));
  const sts = new STSClient(as(administrator));
  return {
    home,
    gateway,
    platform,
    moto,
    ca,
    administrator,
    as,
    role: async (name, statements, options = {}) => {
      const trust = options.trust ?? [
        { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: ['sts:AssumeRole', 'sts:TagSession'] },
      ];
      const boundary =
        options.boundary === undefined
          ? undefined
          : (await iam.send(new CreatePolicyCommand({ PolicyName: `${name}-boundary`, PolicyDocument: document(options.boundary) }))).Policy
              ?.Arn;
      const role = await iam.send(
        new CreateRoleCommand({
          RoleName: name,
          Path: '/sealab/test/',
          AssumeRolePolicyDocument: document(trust),
          ...(boundary === undefined ? {} : { PermissionsBoundary: boundary }),
          Tags: Object.entries(options.tags ?? {}).map(([Key, Value]) => ({ Key, Value })),
        }),
      );
      if (statements.length > 0)
        await iam.send(new PutRolePolicyCommand({ RoleName: name, PolicyName: 'inline', PolicyDocument: document(statements) }));
      const arn = role.Role?.Arn ?? '';
      const session = (
        await sts.send(
          new AssumeRoleCommand({
            RoleArn: arn,
            RoleSessionName: 'someone',
            ...(options.sessionTags === undefined
              ? {}
              : { Tags: Object.entries(options.sessionTags).map(([Key, Value]) => ({ Key, Value })) }),
            ...(options.sessionPolicy === undefined ? {} : { Policy: document(options.sessionPolicy) }),
          }),
        )
      ).Credentials;
      return {
        arn,
        accessKeyId: session?.AccessKeyId ?? '',
        secretAccessKey: session?.SecretAccessKey ?? '',
        sessionToken: session?.SessionToken ?? '',
      };
    },
    stop: async () => {
      agent.destroy();
      await gateway.stop();
      await moto.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** Statements of a policy. */
export const allow = (Action: string | string[], Resource: string | string[] = '*', Condition?: object) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...(Condition && { Condition }),
});
export const deny = (Action: string | string[], Resource: string | string[] = '*', Condition?: object) => ({
  Effect: 'Deny',
  Action,
  Resource,
  ...(Condition && { Condition }),
});

/** What an AWS client threw. */
export async function refusal(action: Promise<unknown>): Promise<{ name: string; message: string; status: number | undefined }> {
  try {
    await action;
  } catch (error) {
    const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
    return { name, message, status: $metadata?.httpStatusCode };
  }
  return { name: 'none', message: '', status: undefined };
}
