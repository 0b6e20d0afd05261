import { SealabError } from '../contract/index.ts';
import { isDenial } from '../secure/index.ts';
import { isUncertain } from '../waiting/transient.ts';
import type { Check, SealStatus } from './api.ts';

/** What a check found. `status` is never `sealed` unless everything the title promises was looked at. */
export interface Finding {
  readonly status: SealStatus;
  readonly detail: string;
  readonly remedy?: string;
}

export const sealed = (detail: string): Finding => ({ status: 'sealed', detail });
export const broken = (detail: string, remedy = 'Ask your administrator to deploy the environment again.'): Finding => ({
  status: 'broken',
  detail,
  remedy,
});
export const notVerified = (detail: string): Finding => ({ status: 'not-verified', detail });

/** AWS looked, and there is none. */
const ABSENT = /NotFound(Error|Exception)?$|^NoSuch/;

/** Runs one check. An error means that it could not look: not verified, with the reason; unless it says that there is nothing. */
export async function check(id: string, title: string, look: () => Promise<Finding> | Finding): Promise<Check> {
  try {
    return { id, title, ...(await look()) };
  } catch (error) {
    const { name, message } = error as Error;
    return {
      id,
      title,
      ...(ABSENT.test(name) ? broken(`It is not there: ${message.split('\n')[0] ?? name}`) : notVerified(reason(error))),
    };
  }
}

/** Why something could not be looked at. */
export function reason(error: unknown): string {
  if (error instanceof SealabError && error.code === 'AccessDenied') {
    const action = error.details['action'];
    return `This role may not look (${typeof action === 'string' ? action : String(error.details['operation'])}).`;
  }
  if (isDenial(error)) return 'This role may not look.';
  if (isUncertain(error))
    return 'Could not look: no answer came. From a notebook there is a way only to the services that have an endpoint in the VPC.';
  const { name, message } = error as Error;
  return `Could not look: ${name === 'Error' ? message : `${name}${message === '' ? '' : `: ${message.split('\n')[0] ?? ''}`}`}`;
}
