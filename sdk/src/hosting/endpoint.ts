import {
  DeleteEndpointCommand,
  DeleteModelCommand,
  DescribeEndpointCommand,
  DescribeEndpointConfigCommand,
  DescribeModelCommand,
} from '@aws-sdk/client-sagemaker';
import { clientsFor } from '../clients/purpose.ts';
import { endSignal } from '../context.ts';
import type { LabContext } from '../context.ts';
import { followLogs } from '../logs/follow.ts';
import { displayable, endpointView } from '../notebook/display.ts';
import { controlStates, sealOf } from '../secure/index.ts';
import { LOG_GROUP } from '../jobs/job.ts';
import { poll } from '../waiting/poll.ts';
import { notThere } from '../waiting/submit-once.ts';
import type { Endpoint, Model, ResponseStream } from './api.ts';
import { inService } from './settle.ts';

/** An endpoint by name. Nothing is asked of AWS until it is used; what only some endpoints need is loaded then. */
export function endpoint(context: LabContext, name: string): Endpoint {
  const { clients, environment } = context;
  const describe = () => clients.sageMaker.send(new DescribeEndpointCommand({ EndpointName: name }));
  const describeConfig = (EndpointConfigName: string) => clients.sageMaker.send(new DescribeEndpointConfigCommand({ EndpointConfigName }));
  const self: Endpoint = {
    kind: 'endpoints',
    name,
    describe,
    invoke: async (body, options = {}) => (await import('./invoke.ts')).invoke(context, name, body, options),
    invokeAsync: async (body, options = {}) => (await import('./invoke-async.ts')).invokeAsync(context, name, body, options),
    stream: (body, options = {}) => {
      const asked = async () => (await import('./stream.ts')).stream(context, name, body, options);
      return {
        [Symbol.asyncIterator]: async function* () {
          yield* await asked();
        },
        text: async function* () {
          yield* (await asked()).text();
        },
      } satisfies ResponseStream;
    },
    captured: async function* (filters = {}) {
      yield* (await import('./captured.ts')).captured(context, name, filters);
    },
    models: async () => (await import('./multi-model.ts')).modelsBehind(context, name),
    addModel: async (source, as, options) => (await import('./multi-model.ts')).addModel(context, name, source, as, options),
    update: async (change, options = {}) => (await import('./update.ts')).update(context, name, change, options),
    rollback: async (options = {}) => (await import('./update.ts')).rollback(context, name, options),
    traffic: async (weights, options = {}) => (await import('./update.ts')).traffic(context, name, weights, options),
    scale: async (count, options = {}) => (await import('./update.ts')).scale(context, name, count, options),
    wait: (options) => inService(context, name, options),
    logs: (options = {}) =>
      followLogs(context, {
        ...options,
        group: `${LOG_GROUP.endpoint}/${name}`,
        prefix: '',
        ended: async () => (await describe().catch(notThere)) === undefined,
      }),
    delete: () => remove(context, name),
    seal: async () => {
      const config = await describeConfig((await describe()).EndpointConfigName ?? name);
      const variants = [...(config.ProductionVariants ?? []), ...(config.ShadowProductionVariants ?? [])];
      const models = await Promise.all(variants.map(({ ModelName }) => clients.sageMaker.send(new DescribeModelCommand({ ModelName }))));
      const states = [
        controlStates('CreateEndpointConfig', config, environment),
        ...models.map((model) => controlStates('CreateModel', model, environment)),
      ];
      return sealOf(name, states.flat());
    },
  };
  return displayable(self, () => endpointView(self));
}

/** The endpoint, then the configurations and models that were made for it. */
async function remove(context: LabContext, name: string): Promise<void> {
  const clients = await clientsFor(context, 'endpointCreation');
  const { sageMaker } = clients;
  const { ownedBy, removeOwned } = await import('./owned.ts');
  const now = await sageMaker.send(new DescribeEndpointCommand({ EndpointName: name })).catch(notThere);
  if (now !== undefined) {
    if (now.EndpointStatus !== 'Deleting') await sageMaker.send(new DeleteEndpointCommand({ EndpointName: name })).catch(notThere);
    await poll({
      ask: () => sageMaker.send(new DescribeEndpointCommand({ EndpointName: name })).catch(notThere),
      isDone: (answer) => answer === undefined,
      signal: endSignal(context),
      timeout: 900,
      what: `Removing endpoint ${name}`,
    });
  }
  await removeOwned(clients, await ownedBy(clients, name));
}

/** A model by name. */
export function model(context: LabContext, name: string): Model {
  const describe = () => context.clients.sageMaker.send(new DescribeModelCommand({ ModelName: name }));
  return {
    kind: 'models',
    name,
    describe,
    delete: async () => {
      const { sageMaker } = await clientsFor(context, 'endpointCreation');
      await sageMaker.send(new DeleteModelCommand({ ModelName: name }));
    },
    seal: async () => sealOf(name, controlStates('CreateModel', await describe(), context.environment)),
  };
}
