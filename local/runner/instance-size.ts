import { availableParallelism, totalmem } from 'node:os';

/** GiB of memory per vCPU by instance family. */
const MEMORY_PER_CPU: Readonly<Record<string, number>> = { c: 2, m: 4, r: 8, t: 2, g: 4, p: 8, i: 8 };
const CPUS: Readonly<Record<string, number>> = { medium: 2, large: 2, xlarge: 4 };
/** What the rest of the machine keeps. */
const SHARE = 0.8;
const LEAST_MB = 512;

/** Limits of a sandbox that stands for an instance type: its size, as far as this machine has as much. */
export function instanceSize(instanceType: string): { memoryMb: number; cpus: number } {
  const [, family = 'm', size = 'large'] = instanceType.split('.');
  const cpus = CPUS[size] ?? 4 * Number(/^(\d+)xlarge$/.exec(size)?.[1] ?? 24);
  const memoryMb = cpus * (MEMORY_PER_CPU[family[0] ?? 'm'] ?? 4) * 1024;
  const most = Math.floor((totalmem() / 1024 / 1024) * SHARE);
  return { memoryMb: Math.max(LEAST_MB, Math.min(memoryMb, most)), cpus: Math.min(cpus, availableParallelism()) };
}
