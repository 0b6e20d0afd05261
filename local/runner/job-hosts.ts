import type { Platform } from '../gateway/platform.ts';
import { ContainerFolder } from './container-folder.ts';
import type { ContainerNetwork } from './container-network.ts';
import { ClientFailure } from './failures.ts';
import { createContainer, ensureImage, imageNameOf } from './images.ts';
import { instanceSize } from './instance-size.ts';
import type { JobHost, JobMemory, JobPlan } from './job-plan.ts';
import { attachSandbox, removeSandbox, type Sandbox, startSandbox, stopSandbox } from './sandbox.ts';

/** As many as a machine can stand; AWS takes more. */
export const MOST_INSTANCES = 8;
const NETWORK_MB = 256;

/** Seconds from SIGTERM to SIGKILL when a job is stopped; as on AWS unless set for tests. */
export const graceSeconds = (): number => Number(process.env['SEALAB_STOP_GRACE_SECONDS'] ?? '120');

/** Sandbox of an instance: names of jobs have no dots, so no other job's can be the same. */
const hostId = (id: string, index: number): string => (index === 0 ? id : `${id}.algo-${String(index + 1)}`);
/** Sandbox that holds the network of a job with several instances. */
export const networkId = (id: string): string => `${id}.network`;

export const sandboxIds = (id: string, count: number): string[] => Array.from({ length: count }, (_, index) => hostId(id, index));

/** The instances of a job, each with a folder of its own. */
export function hostsOf(id: string, count: number): JobHost[] {
  const hosts = Array.from({ length: count }, (_, index) => `algo-${String(index + 1)}`);
  return hosts.map((name, index) => ({ name, index, hosts, folder: new ContainerFolder<JobMemory>(hostId(id, index)) }));
}

/** Sandboxes that a job left from before, in the order of its instances; `undefined` unless all are there. */
export function attachHosts(id: string, count: number): Sandbox[] | undefined {
  const found = sandboxIds(id, count).flatMap((one) => attachSandbox(one) ?? []);
  return found.length === count ? found : undefined;
}

/** Ends and forgets whatever sandboxes a job has. */
export async function removeHosts(id: string, count: number, seconds: number): Promise<void> {
  await Promise.all(
    [...sandboxIds(id, count), ...(count > 1 ? [networkId(id)] : [])].map(async (one) => {
      const sandbox = attachSandbox(one);
      if (sandbox === undefined) return;
      if (sandbox.exit() === undefined) await stopSandbox(one, seconds);
      removeSandbox(one);
    }),
  );
}

/**
 * Starts the sandboxes of a job. Several instances share one network, in which each has an address of the loopback interface under its name: they
 * reach each other, isolated or not, as SageMaker says of isolated jobs (traffic is "limited to the peers of each training container").
 * What listens on all addresses is heard at each of them, so two instances cannot both listen on one port of `0.0.0.0`.
 */
export async function startHosts(
  platform: Platform,
  id: string,
  hosts: readonly JobHost[],
  plans: readonly JobPlan[],
  network: ContainerNetwork,
): Promise<Sandbox[]> {
  const [plan] = plans;
  if (plan === undefined) throw new TypeError('A job has one instance at least.');
  const imageName = imageNameOf(plan.imageUri);
  if (imageName === undefined) throw new ClientFailure(`Requested image ${plan.imageUri} not found.`);
  const image = await ensureImage(imageName);
  const shared = hosts.length > 1;
  if (shared) {
    // It lives as long as the job, whichever instance ends first.
    await startSandbox({
      id: networkId(id),
      image,
      command: ['/bin/sleep', 'infinity'],
      ...network.options,
      limits: { memoryMb: NETWORK_MB },
      user: 'root',
      hostname: 'network',
    });
  }
  const size = instanceSize(plan.instanceType);
  const addresses = Object.fromEntries(hosts.map(({ name, index }) => [name, `127.0.1.${String(index + 1)}`]));
  const start = async (host: JobHost, own: JobPlan): Promise<Sandbox> => {
    const container = createContainer(imageName, image, `${host.folder.path}/venv`);
    return startSandbox({
      id: hostId(id, host.index),
      image: container.image,
      command: own.command,
      env: own.env,
      // joblib would count cores in /sys, which a sandbox does not have, and warn into the job's log.
      platformEnv: { LOKY_MAX_CPU_COUNT: String(size.cpus), ...network.env, ...container.env, ...own.platformEnv },
      mounts: [...container.mounts, { source: host.folder.ml(), target: '/opt/ml', writable: true }, ...own.mounts],
      ...network.options,
      ...(shared ? { network: 'shared', networkOf: networkId(id), hosts: addresses } : {}),
      hostname: host.name,
      limits: { ...size, maxRuntimeSeconds: own.maxRuntimeSeconds, fileMb: own.volumeGb * 1024 },
      user: 'root',
      graceSeconds: graceSeconds(),
    }).catch((error: unknown) => {
      throw /cannot start: /.test((error as Error).message) ? new ClientFailure((error as Error).message, { cause: error }) : error;
    });
  };
  return Promise.all(hosts.map((host, at) => start(host, plans[at] ?? plan)));
}
