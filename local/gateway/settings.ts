import { join } from 'node:path';
import { PATHS } from '../paths.ts';

/** What the gateway is told by its environment, checked once at start. */
export interface Settings {
  readonly account: string;
  readonly region: string;
  readonly partition: string;
  readonly motoUrl: URL;
  /** 0: pick a free one. */
  readonly port: number;
  /** Folder of the gateway's own state. */
  readonly state: string;
}

export function readSettings(environment: NodeJS.ProcessEnv = process.env): Settings {
  const wanted = (name: string, pattern: RegExp): string => {
    const value = environment[name];
    if (value === undefined || !pattern.test(value)) throw new Error(`${name} must match ${String(pattern)}, it is ${value ?? 'not set'}.`);
    return value;
  };
  return {
    account: wanted('SEALAB_ACCOUNT', /^\d{12}$/),
    region: wanted('SEALAB_REGION', /^[a-z]{2}(-[a-z]+)+-\d$/),
    partition: wanted('SEALAB_PARTITION', /^aws[a-z-]*$/),
    motoUrl: new URL(wanted('SEALAB_MOTO_URL', /^http:\/\/127\.0\.0\.1:\d+\/?$/)),
    port: Number(environment['SEALAB_GATEWAY_PORT'] ?? '0'),
    state: join(PATHS.state, 'gateway'),
  };
}
