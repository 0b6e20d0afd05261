import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreatePresignedNotebookInstanceUrlCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { EnvironmentDescription, RolePurpose } from '@sealab/sdk/contract';
import { hostClientConfig, type ClientConfig, type Credentials } from '../../../local/deploy/clients.ts';
import type { Connection } from '../../../local/start/connection.ts';

/** Folder of the environment that the journeys run in. */
export const home = (): string => {
  const folder = process.env['SEALAB_HOME'];
  if (folder === undefined) throw new Error('Run the journeys by `npm test -- --only journeys`: its setup starts the environment.');
  return folder;
};

/** Read anew at each call: a restart may have moved ports. */
export const connection = (): Connection => JSON.parse(readFileSync(join(home(), 'connection.json'), 'utf8')) as Connection;

export const description = (): EnvironmentDescription =>
  JSON.parse(readFileSync(connection().environment, 'utf8')) as EnvironmentDescription;

export function clientsAs(credentials: Credentials): ClientConfig {
  const { endpointUrl, caFile, region } = connection();
  return hostClientConfig({ endpointUrl, caFile, region, credentials });
}

export const asAdministrator = (): ClientConfig => clientsAs(connection().administrator);

/** The person behind the local environment; the roles' trust wants the session named after it. */
export const PERSON = 'administrator';

/** Clients with a role's credentials, from the host: outside the project's network. */
export async function as(purpose: RolePurpose): Promise<ClientConfig> {
  const { Credentials } = await new STSClient(asAdministrator()).send(
    new AssumeRoleCommand({ RoleArn: connection().roles[purpose], RoleSessionName: PERSON }),
  );
  return clientsAs({
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    ...(Credentials?.SessionToken === undefined ? {} : { sessionToken: Credentials.SessionToken }),
  });
}

/** An address that opens the notebook's JupyterLab once, asked for as its owner does. */
export async function presignedUrl(): Promise<string> {
  const { AuthorizedUrl = '' } = await new SageMakerClient(await as('data-scientist')).send(
    new CreatePresignedNotebookInstanceUrlCommand({ NotebookInstanceName: connection().notebook }),
  );
  return AuthorizedUrl;
}

/** A name that no other test uses. */
export const uniqueName = (prefix: string): string =>
  `${prefix}-${Date.now().toString(36)}${Math.floor(Math.random() * 1296).toString(36)}`;
