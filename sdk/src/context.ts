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

/** Ends a wait when the caller aborts, the lab is closed, or the user interrupts the notebook's cell. */
export function endSignal(context: LabContext, signal?: AbortSignal): AbortSignal {
  const signals = [context.closed, signal, interruptSignal()].filter((one) => one !== undefined);
  return AbortSignal.any(signals);
}
