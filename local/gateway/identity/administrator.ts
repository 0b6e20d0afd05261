import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PATHS } from '../../paths.ts';
import { readState, writeState } from '../state-file.ts';

export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** The administrator's access key of this home; made when it is first asked for. */
export function administratorKey(): AccessKey {
  const path = join(PATHS.state, 'gateway', 'administrator.json');
  if (!existsSync(path)) writeState(path, newAccessKey('AKIA'));
  return readState<AccessKey | undefined>(path, undefined) as AccessKey;
}

/** `AKIA` keys belong to users, `ASIA` keys to sessions. */
export function newAccessKey(prefix: 'AKIA' | 'ASIA'): AccessKey {
  return { accessKeyId: newId(prefix), secretAccessKey: randomBytes(30).toString('base64url') };
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** An identifier in IAM's form: a prefix of four letters and sixteen of base 32. */
export function newId(prefix: string): string {
  return prefix + [...randomBytes(16)].map((byte) => ALPHABET[byte % 32]).join('');
}
