import { join } from 'node:path';
import { IAMClient, ListRolesCommand, ListRoleTagsCommand } from '@aws-sdk/client-iam';
import { GetParametersByPathCommand, SSMClient } from '@aws-sdk/client-ssm';
import { EnvironmentDescription, PURPOSE_TAG, ROLE_PURPOSES } from '@sealab/sdk/contract';
import type { RolePurpose } from '@sealab/sdk/contract';
import { deployAssembly, hostClientConfig } from '../deploy/index.ts';
import type { ClientConfig } from '../deploy/index.ts';
import { administratorKey } from '../gateway/identity/administrator.ts';
import { writeState } from '../gateway/state-file.ts';
import { HOME, PATHS } from '../paths.ts';
import { writeConnection } from './connection.ts';
import type { Connection } from './connection.ts';
import { EnvironmentFailure } from './failure.ts';
import { holdHome } from './lock.ts';
import { asDataScientist, notebookInService, notebookUrl, provisionNotebook } from './notebook.ts';
import { startServices } from './services.ts';
import { readTarget } from './target.ts';
import { endInstallations, ensureToolchain } from './toolchain.ts';

/** Shows one step's progress: `scripts/progress.mjs`. */
export type Step = <T>(title: string, work: (tell: (text: string) => void) => Promise<T>) => Promise<T>;

/** A running local environment. */
export interface Environment {
  readonly connection: Connection;
  readonly description: EnvironmentDescription;
  /** Seconds that parts of the start took. */
  readonly seconds: Readonly<Record<'services' | 'deploy' | 'notebook', number>>;
  /** Asks for another URL that opens the notebook once. */
  newJupyterUrl(): Promise<string>;
  /** Stops everything that runs and keeps its data. */
  stop(): Promise<void>;
}

const quietly: Step = (_title, work) => work(() => undefined);

/**
 * Starts the local environment: services, the synthesized templates deployed, a notebook launched through Service Catalog
 * and in service. `connection.json` is complete when this resolves. When a step fails, what was started is stopped.
 *
 * @throws EnvironmentFailure, ToolchainError or DeployError with a sentence for the user.
 */
export async function startEnvironment({
  step = quietly,
  signal,
}: { readonly step?: Step; readonly signal?: AbortSignal } = {}): Promise<Environment> {
  const release = holdHome();
  const running: (() => Promise<void> | void)[] = [release];
  const stop = async (): Promise<void> => {
    for (const end of running.splice(0).reverse()) await end();
  };
  const interrupted = untilAborted(signal);
  const seconds = { services: 0, deploy: 0, notebook: 0 };
  const timed = <T>(name: keyof typeof seconds, title: string, work: (tell: (text: string) => void) => Promise<T>): Promise<T> => {
    signal?.throwIfAborted();
    const started = performance.now();
    // What goes on behind an interrupt fails when the services stop, and nobody waits for it.
    return step(title, (tell) => Promise.race([work(tell), interrupted])).finally(() => {
      seconds[name] = Math.round(performance.now() - started) / 1000;
    });
  };
  try {
    const target = readTarget();
    running.push(endInstallations);
    await step('Python environments and images', (tell) => Promise.race([ensureToolchain(tell), interrupted]));
    const services = await timed('services', 'Local AWS', () => {
      const starting = startServices(target, signal);
      running.push(() =>
        starting.then(
          (started) => started.stop(),
          () => undefined,
        ),
      );
      return starting;
    });

    const { endpointUrl, caFile } = services;
    const administrator = hostClientConfig({ endpointUrl, caFile, region: target.region, credentials: administratorKey() });
    await timed('deploy', 'Deploy', (tell) =>
      deployAssembly({
        ...target,
        assemblyFolder: PATHS.synthesized,
        client: administrator,
        onProgress: ({ logicalId, finished, total }) => tell(`${String(finished)} of ${String(total)}  ${logicalId}`),
      }),
    );
    const [description, roles] = await Promise.all([readDescription(administrator), readRoles(administrator)]);
    const scientistRole = roles['data-scientist'];
    if (scientistRole === undefined)
      throw new EnvironmentFailure(
        'The deployed templates have no data-scientist role.',
        'Every role carries the tag sealab:purpose: see infra/constructs/sealed-role.ts.',
      );
    const notebook = await timed('notebook', 'Notebook', async (tell) => {
      const scientist = await asDataScientist(administrator, scientistRole);
      const name = await provisionNotebook(scientist, tell);
      await notebookInService(scientist, name, tell);
      return name;
    });
    const newJupyterUrl = async (): Promise<string> => notebookUrl(await asDataScientist(administrator, scientistRole), notebook);

    const environment = join(HOME, 'environment.json');
    writeState(environment, description);
    const connection: Connection = {
      endpointUrl,
      region: target.region,
      accountId: target.accountId,
      administrator: administratorKey(),
      jupyterUrl: await newJupyterUrl(),
      environment,
      roles,
      caFile,
      notebook,
    };
    writeConnection(connection);
    return { connection, description, seconds, newJupyterUrl, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Never resolves; rejects when the signal aborts. */
function untilAborted(signal: AbortSignal | undefined): Promise<never> {
  const promise = new Promise<never>((_resolve, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
  promise.catch(() => undefined);
  return promise;
}

/** The deployed environment document. */
async function readDescription(administrator: ClientConfig): Promise<EnvironmentDescription> {
  const { Parameters = [] } = await new SSMClient(administrator).send(
    new GetParametersByPathCommand({ Path: '/sealab/', Recursive: true, WithDecryption: true }),
  );
  const document = Parameters.find(({ Name }) => Name?.endsWith('/environment') === true)?.Value;
  if (document === undefined)
    throw new EnvironmentFailure(
      'The deployed templates hold no environment document.',
      'It is the SSM parameter /sealab/<project>/environment: see infra/constructs/environment-document.ts.',
    );
  return EnvironmentDescription.parse(JSON.parse(document));
}

async function readRoles(administrator: ClientConfig): Promise<Connection['roles']> {
  const iam = new IAMClient(administrator);
  const { Roles = [] } = await iam.send(new ListRolesCommand({ PathPrefix: '/sealab/', MaxItems: 1000 }));
  const tagged = await Promise.all(
    Roles.map(async ({ RoleName, Arn }) => {
      const { Tags = [] } = await iam.send(new ListRoleTagsCommand({ RoleName }));
      return [Tags.find(({ Key }) => Key === PURPOSE_TAG)?.Value, Arn];
    }),
  );
  const known = tagged.filter((entry): entry is [RolePurpose, string] => ROLE_PURPOSES.includes(entry[0] as RolePurpose));
  return Object.fromEntries(known);
}
