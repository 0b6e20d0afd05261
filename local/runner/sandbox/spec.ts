/** A folder or file of the host that shows inside a sandbox. */
export interface Mount {
  readonly source: string;
  readonly target: string;
  readonly writable?: boolean;
}

/** Everything that decides a sandbox; written to its folder, so that a supervisor needs nothing else. */
export interface SandboxSpec {
  /** Unique among running sandboxes; shows in messages only. */
  readonly id: string;
  readonly command: readonly string[];
  /** The whole environment of the command; nothing is inherited from the host. */
  readonly env: Readonly<Record<string, string>>;
  readonly workingFolder: string;
  readonly mounts: readonly Mount[];
  /** Python inside the sandbox that runs its first process. */
  readonly python: string;
  readonly user: { readonly uid: number; readonly name: string; readonly home: string };
  readonly hostname: string;
  /** Loopback ports inside → Unix sockets of the host: the only ways out. None: no network at all. */
  readonly waysOut: Readonly<Record<number, string>>;
  /** Unix sockets of the host → loopback ports inside. */
  readonly waysIn: Readonly<Record<string, number>>;
  readonly limits: {
    /** Bytes of data per process. */
    readonly memoryBytes?: number;
    readonly processes?: number;
    /** Seconds until it is stopped with `timedOut`. */
    readonly runtimeSeconds?: number;
  };
  /** Seconds between SIGTERM and SIGKILL when the runtime is over. */
  readonly graceSeconds: number;
}

/** How a sandbox ended. */
export interface SandboxExit {
  /** The command's exit code; 128 + n after signal n. */
  readonly code: number;
  /** It was asked to stop. */
  readonly stopped: boolean;
  /** It outlived `limits.runtimeSeconds`. */
  readonly timedOut: boolean;
  /** Epoch milliseconds. */
  readonly endedAt: number;
}

/** Files in a sandbox's folder. */
export const SANDBOX_FILES = {
  spec: 'spec.json',
  /** Output of the command: `<epoch milliseconds> <line>`. */
  log: 'output.log',
  supervisor: 'supervisor.json',
  stop: 'stop.json',
  exit: 'exit.json',
} as const;
