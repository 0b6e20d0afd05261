import type { Clients } from './clients/api.ts';
import type { CredentialProvider } from './clients/credentials.ts';
import type { EnvironmentDescription } from './contract/index.ts';
import { interruptSignal } from './notebook/interrupt.ts';

/** What every capability works with. */
export interface LabContext {
  readonly environment: EnvironmentDescription;
  readonly clients: Clients;
  readonly credentials: CredentialProvider;
  readonly endpointUrl: string | undefined;
  /** Aborts when the lab is closed. */
  readonly closed: AbortSignal;
}

/** The lab's own end and the kernel's interrupt in one: made once, because a signal remembers what was derived from it. */
const ends = new WeakMap<AbortSignal, { readonly interrupt: AbortSignal; readonly signal: AbortSignal }>();

function ownEnd({ closed }: LabContext): AbortSignal {
  const interrupt = interruptSignal();
  if (interrupt === undefined) return closed;
  let end = ends.get(closed);
  if (end?.interrupt !== interrupt) {
    end = { interrupt, signal: AbortSignal.any([closed, interrupt]) };
    ends.set(closed, end);
  }
  return end.signal;
}

/** Ends a wait when the caller aborts, the lab is closed, or the user interrupts the notebook's cell. */
export function endSignal(context: LabContext, signal?: AbortSignal): AbortSignal {
  const end = ownEnd(context);
  return signal === undefined ? end : AbortSignal.any([end, signal]);
}
