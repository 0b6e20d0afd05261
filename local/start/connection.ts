import { readState, writeState } from '../gateway/state-file.ts';
import { PATHS } from '../paths.ts';
import type { RolePurpose } from '@sealab/sdk/contract';

/** Where everything of a running environment is: what scripts, tests and tools read. */
export interface Connection {
  /** One URL for every AWS service. */
  readonly endpointUrl: string;
  readonly region: string;
  readonly accountId: string;
  readonly administrator: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Opens JupyterLab once, within five minutes. */
  readonly jupyterUrl: string;
  /** Path of the project's environment document, as deployed. */
  readonly environment: string;
  /** ARN of each role by purpose. */
  readonly roles: Readonly<Partial<Record<RolePurpose, string>>>;
  /** Certificate of the local CA, PEM. */
  readonly caFile: string;
  /** Name of the notebook instance that was provisioned. */
  readonly notebook: string;
}

/** Readable by its owner alone: it holds the administrator's key. */
export const writeConnection = (connection: Connection): void => writeState(PATHS.connection, connection);

export const readConnection = (): Connection | undefined => readState<Connection | undefined>(PATHS.connection, undefined);
