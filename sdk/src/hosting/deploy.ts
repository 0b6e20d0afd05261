import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  DeleteEndpointCommand,
  DescribeEndpointCommand,
  DescribeEndpointConfigCommand,
} from '@aws-sdk/client-sagemaker';
import type { Clients } from '../clients/api.ts';
import { clientsFor } from '../clients/purpose.ts';
import { endSignal } from '../context.ts';
import type { LabContext } from '../context.ts';
import { SealabError } from '../contract/index.ts';
import { tagsOf } from '../jobs/options.ts';
import type { PlannedCall } from '../planning/api.ts';
import { notThere, submitOnce } from '../waiting/submit-once.ts';
import type { Deployable, DeployOptions, DeployProgress, Endpoint } from './api.ts';
import { createPrepared } from './create-model.ts';
import { prepareDeployment } from './deployment.ts';
import { endpoint } from './endpoint.ts';
import { removeOwned } from './owned.ts';

/** Longest time that SageMaker itself gives a container to answer its first ping, twice over. */
export const TIMEOUT = 1_800;

/** What `deploy` would send. Training jobs, archives and packages are read; nothing is written. */
export async function deployCalls(
  context: LabContext,
  { model, ...request }: { readonly kind: 'deploy'; readonly model: Deployable } & DeployOptions,
): Promise<readonly PlannedCall[]> {
  const options: DeployOptions & { kind?: 'deploy' } = { ...request };
  delete options.kind;
  const { models, configuration } = await prepareDeployment(context, model, options, endSignal(context, options.signal));
  return [...models.flatMap(({ call }) => (call === undefined ? [] : [call])), configuration];
}

/** Creates models, configuration and endpoint; takes away again what it made when a later step fails. */
export async function deploy(context: LabContext, source: Deployable, options: DeployOptions = {}): Promise<Endpoint> {
  const started = performance.now();
  const signal = endSignal(context, options.signal);
  const report = (step: DeployProgress['step'], name: string, status: string) =>
    options.onProgress?.({ step, name, status, elapsedSeconds: (performance.now() - started) / 1000 });

  report('packing', '', 'started');
  const { name, models, configuration } = await prepareDeployment(context, source, options, signal);
  const clients = await clientsFor(context, 'endpointCreation');
  const made = { configurations: [] as string[], models: [] as string[] };
  let created = false;
  try {
    for (const prepared of models) {
      if (prepared.call !== undefined) report('model', prepared.name, 'creating');
      if (await createPrepared(clients, prepared, signal)) made.models.push(prepared.name);
    }
    report('configuration', name, 'creating');
    await createConfiguration(clients, configuration, signal);
    made.configurations.push(name);

    report('endpoint', name, 'Creating');
    const request = { EndpointName: name, EndpointConfigName: name, ...tagsOf(options.tags) };
    await submitOnce({
      send: () => clients.sageMaker.send(new CreateEndpointCommand(request), { abortSignal: signal }),
      find: () => clients.sageMaker.send(new DescribeEndpointCommand({ EndpointName: name })).catch(notThere),
      input: request,
      signal,
    });
    created = true;
    const result = endpoint(context, name);
    if (options.wait === false) return result;
    await result.wait({ signal, timeout: options.timeout ?? TIMEOUT, onProgress: ({ status }) => report('endpoint', name, status) });
    return result;
  } catch (error) {
    // An aborted or too long wait leaves what is being created: it may still be wanted. A failure does not.
    const waiting = created && error instanceof SealabError && error.code === 'WaitEnded';
    if (!waiting) await undo(clients, created ? name : undefined, made);
    throw error;
  }
}

/** Creates an endpoint configuration at most once. */
export async function createConfiguration(
  { sageMaker }: Clients,
  { input }: PlannedCall<'CreateEndpointConfig'>,
  signal: AbortSignal,
): Promise<void> {
  await submitOnce({
    send: () => sageMaker.send(new CreateEndpointConfigCommand(input), { abortSignal: signal }),
    find: () => sageMaker.send(new DescribeEndpointConfigCommand({ EndpointConfigName: input.EndpointConfigName })).catch(notThere),
    input,
    signal,
  });
}

/** The failure that led here is what the caller hears of, so a failing removal is passed over. */
async function undo(
  clients: Clients,
  endpointName: string | undefined,
  made: { readonly configurations: readonly string[]; readonly models: readonly string[] },
): Promise<void> {
  if (endpointName !== undefined)
    await clients.sageMaker.send(new DeleteEndpointCommand({ EndpointName: endpointName })).catch(() => undefined);
  for (const configuration of made.configurations)
    await removeOwned(clients, { configurations: [configuration], models: [] }).catch(() => undefined);
  for (const model of made.models) await removeOwned(clients, { configurations: [], models: [model] }).catch(() => undefined);
}
