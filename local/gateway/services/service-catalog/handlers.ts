import type { Call } from '../../call.ts';

/** Operations of the service by name. */
export type Handlers = Readonly<Record<string, (call: Call) => unknown>>;
