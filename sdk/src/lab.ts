import { SealabError } from './contract/index.ts';
import type { ConnectOptions, Lab } from './lab-api.ts';

/** Opens the project environment of this machine. */
export function connect(_options: ConnectOptions = {}): Promise<Lab> {
  return Promise.reject(new SealabError('Internal', 'The SDK is being built.'));
}
