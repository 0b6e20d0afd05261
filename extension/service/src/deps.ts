import type { Lab } from '@sealab/sdk';

/** What the app needs from its surroundings. `main.ts` gives the real ones; tests give theirs. */
export interface Deps {
  /** The project environment of this host. Throws a typed error as long as there is none: nothing works without it. */
  lab(): Promise<Lab>;
  /** Absolute path of the folder that Jupyter shows: the only one that forms may choose files from. */
  readonly notebookFolder: string;
  /** Carried by every request that came through Jupyter's login. */
  readonly proxySecret: string;
  /** Takes errors that are ours. Gets method, route and error: never headers, never a body. */
  report(method: string, route: string, error: unknown): void;
}
