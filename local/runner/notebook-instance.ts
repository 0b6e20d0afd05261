import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Platform, SandboxDoor } from '../gateway/platform.ts';
import { readState, writeState } from '../gateway/state-file.ts';
import { MIRROR_PORT } from '../mirror/port.ts';
import { mirrorSocket } from '../mirror/start-mirror.ts';
import { HOME, socketFolder } from '../paths.ts';
import { NotebookDoor } from './notebook-instance/door.ts';
import { jupyterAnswers, JUPYTER_COMMAND, jupyterConfiguration, SOCKET_FOLDER_INSIDE, SOCKET_NAME } from './notebook-instance/jupyter.ts';
import { hookSandboxIds, runHook, type SandboxBase } from './notebook-instance/lifecycle.ts';
import { RootVolume, VOLUME_INSIDE } from './notebook-instance/root-volume.ts';
import type { NotebookInstance, NotebookRunner } from './notebook-instance-interface.ts';
import { instanceSize } from './instance-size.ts';
import { SERVICE_PRINCIPAL } from './role-session.ts';
import { awsEnvironment, CREDENTIALS_PORT } from './sandbox-environment.ts';
import { attachSandbox, removeSandbox, type Sandbox, startSandbox, stopSandbox } from './sandbox.ts';

const GRACE_SECONDS = 5;

/** What is remembered of an instance from start to start. */
interface Memory {
  readonly jupyterToken: string;
  /** Kept, so that an open tab is still logged in after a restart. */
  readonly cookieSecret: string;
  readonly created: boolean;
  readonly port: number;
}

interface Running {
  readonly sandbox: Sandbox;
  readonly aws: SandboxDoor;
  readonly door: NotebookDoor;
}

/** Runs notebook instances in sandboxes: the deployed lifecycle scripts as root, then JupyterLab as ec2-user. */
export function createNotebookRunner(platform: Platform): NotebookRunner {
  const running = new Map<string, Running>();
  const starting = new Set<string>();
  const listeners: ((name: string) => void)[] = [];
  const folderOf = (name: string): string => join(HOME, 'notebook-instances', name);
  const sandboxId = (name: string): string => `notebook-${name}`;
  const memoryFile = (name: string): string => join(folderOf(name), 'memory.json');
  const socketsOf = (name: string): string =>
    join(socketFolder(), `notebook-${createHash('sha256').update(name).digest('hex').slice(0, 12)}`);

  function recall(name: string): Memory {
    const fresh = (): string => randomBytes(32).toString('hex');
    return (
      readState<Memory | undefined>(memoryFile(name), undefined) ?? {
        jupyterToken: fresh(),
        cookieSecret: fresh(),
        created: false,
        port: 0,
      }
    );
  }

  /** The role's credentials and the services inside the VPC, for everything that runs in the instance. */
  const openAws = (instance: NotebookInstance): Promise<SandboxDoor> =>
    platform.openSandbox({
      id: sandboxId(instance.name),
      vpcId: instance.vpcId,
      roleArn: instance.roleArn,
      servicePrincipal: SERVICE_PRINCIPAL,
      sourceArn: instance.arn,
      sessionName: 'SageMaker',
    });

  function sandboxBase(instance: NotebookInstance, aws: SandboxDoor, volume: RootVolume): SandboxBase {
    mkdirSync(dirname(mirrorSocket()), { recursive: true });
    return {
      image: volume.image,
      network: 'sockets',
      sockets: {
        gateway: { socket: join(aws.folder, 'gateway.sock'), port: Number(new URL(platform.endpointUrl).port) },
        credentials: { socket: join(aws.folder, 'credentials.sock'), port: CREDENTIALS_PORT },
        mirror: { socket: mirrorSocket(), port: MIRROR_PORT },
      },
      caFile: platform.caFile,
      platformEnv: awsEnvironment(platform),
      hostname: 'ip-10-20-0-10',
      limits: instanceSize(instance.instanceType),
    };
  }

  /** Makes a running JupyterLab reachable, and notices its end. */
  async function enter(instance: NotebookInstance, sandbox: Sandbox, aws: SandboxDoor, memory: Memory): Promise<void> {
    const door = await NotebookDoor.open(join(socketsOf(instance.name), SOCKET_NAME), memory.jupyterToken, memory.port);
    writeState(memoryFile(instance.name), { ...memory, created: true, port: door.port } satisfies Memory);
    const entry: Running = { sandbox, aws, door };
    running.set(instance.name, entry);
    void sandbox.exited().then(async () => {
      if (running.get(instance.name) !== entry) return;
      await leave(instance.name);
      for (const listener of listeners) listener(instance.name);
    });
  }

  async function leave(name: string): Promise<void> {
    const entry = running.get(name);
    running.delete(name);
    entry?.door.close();
    await entry?.aws.close();
  }

  async function start(instance: NotebookInstance): Promise<void> {
    const { name, lifecycle } = instance;
    const memory = recall(name);
    const [folder, sockets] = [folderOf(name), socketsOf(name)];
    const volume = new RootVolume(folder);
    // A gateway that was killed may have left a script or a server running.
    await endSandboxes(name);
    const aws = await openAws(instance);
    starting.add(name);
    try {
      await volume.rebuild({
        resource: { ResourceName: name, ResourceArn: instance.arn },
        jupyterConfiguration: jupyterConfiguration(memory.jupyterToken),
        cookieSecret: memory.cookieSecret,
      });
      const base = sandboxBase(instance, aws, volume);
      const hook = (which: 'LifecycleConfigOnCreate' | 'LifecycleConfigOnStart', script: string | undefined): Promise<void> =>
        script === undefined ? Promise.resolve() : runHook(platform, instance, which, script, folder, base, volume.mounts('root'));
      if (!memory.created) await hook('LifecycleConfigOnCreate', lifecycle?.onCreate);
      await hook('LifecycleConfigOnStart', lifecycle?.onStart);

      await rm(sockets, { recursive: true, force: true });
      await mkdir(sockets, { mode: 0o700 });
      const sandbox = await startSandbox({
        ...base,
        id: sandboxId(name),
        command: JUPYTER_COMMAND,
        platformEnv: { ...base.platformEnv, SHELL: '/bin/bash', USER: 'ec2-user' },
        mounts: [...volume.mounts('ec2-user'), { source: sockets, target: SOCKET_FOLDER_INSIDE, writable: true }],
        user: 'ec2-user',
        workingDirectory: VOLUME_INSIDE,
      });
      await jupyterAnswers(join(sockets, SOCKET_NAME), sandbox).catch(async (error: unknown) => {
        await stopSandbox(sandbox.id, GRACE_SECONDS);
        throw error;
      });
      await enter(instance, sandbox, aws, memory);
    } catch (error) {
      await aws.close();
      throw error;
    } finally {
      starting.delete(name);
    }
  }

  async function endSandboxes(name: string): Promise<void> {
    const left = [sandboxId(name), ...hookSandboxIds(name)].filter((id) => attachSandbox(id) !== undefined);
    await Promise.all(left.map((id) => stopSandbox(id, GRACE_SECONDS)));
  }

  async function stop(name: string): Promise<void> {
    await leave(name);
    await endSandboxes(name);
    await rm(socketsOf(name), { recursive: true, force: true });
  }

  platform.onShutdown(async () => {
    await Promise.all([...running.keys(), ...starting].map(stop));
  });

  return {
    start,
    stop,
    async reattach(instance) {
      const sandbox = attachSandbox(sandboxId(instance.name));
      if (sandbox === undefined || sandbox.exit() !== undefined) return false;
      await enter(instance, sandbox, await openAws(instance), recall(instance.name));
      return true;
    },
    async delete(name) {
      await stop(name);
      for (const id of [sandboxId(name), ...hookSandboxIds(name)]) removeSandbox(id);
      await rm(folderOf(name), { recursive: true, force: true });
    },
    address(name) {
      const door = running.get(name)?.door;
      return door === undefined ? undefined : `127.0.0.1:${door.port}`;
    },
    presignedUrl(name, sessionSeconds) {
      const door = running.get(name)?.door;
      if (door === undefined) throw new Error(`Notebook instance ${name} does not run.`);
      return door.presignedUrl(sessionSeconds);
    },
    onExit: (listener) => void listeners.push(listener),
  };
}
