import {
  DeleteEndpointCommand,
  DeleteEndpointConfigCommand,
  DeleteModelCommand,
  DescribeEndpointCommand,
  DescribeEndpointConfigCommand,
  DescribeModelCommand,
} from '@aws-sdk/client-sagemaker';
import { clientsFor } from '../clients/purpose.ts';
import { endSignal } from '../context.ts';
import type { LabContext } from '../context.ts';
import { SealabError } from '../contract/index.ts';
import { followLogs } from '../logs/follow.ts';
import { displayable, endpointView } from '../notebook/display.ts';
import { controlStates, sealOf } from '../secure/index.ts';
import { LOG_GROUP } from '../jobs/job.ts';
import { poll } from '../waiting/poll.ts';
import { notThere } from '../waiting/submit-once.ts';
import type { Endpoint, Model } from './api.ts';
import { invoke } from './invoke.ts';

const ON_ITS_WAY = new Set(['Creating', 'Updating', 'SystemUpdating', 'RollingBack', 'Deleting']);

/** An endpoint by name. Nothing is asked of AWS until it is used. */
export function endpoint(context: LabContext, name: string): Endpoint {
  const { clients, environment } = context;
  const describe = (abortSignal?: AbortSignal) =>
    clients.sageMaker.send(new DescribeEndpointCommand({ EndpointName: name }), abortSignal === undefined ? {} : { abortSignal });
  const describeConfig = (EndpointConfigName: string) => clients.sageMaker.send(new DescribeEndpointConfigCommand({ EndpointConfigName }));
  const self: Endpoint = {
    kind: 'endpoints',
    name,
    describe: () => describe(),
    invoke: (body, options = {}) => invoke(context, name, body, options),
    wait: async ({ onProgress, signal, timeout } = {}) => {
      const done = await poll({
        ask: describe,
        isDone: ({ EndpointStatus }) => !ON_ITS_WAY.has(EndpointStatus ?? 'Creating'),
        onAnswer:
          onProgress === undefined
            ? undefined
            : ({ EndpointStatus }, elapsedSeconds) =>
                onProgress({ step: 'endpoint', name, status: EndpointStatus ?? 'Creating', elapsedSeconds }),
        signal: endSignal(context, signal),
        timeout,
        what: `Endpoint ${name}`,
      });
      if (done.EndpointStatus === 'InService') return done;
      throw new SealabError(
        'JobNotCompleted',
        `Endpoint ${name} is ${done.EndpointStatus ?? 'Failed'}: ${done.FailureReason ?? 'no reason was given'}`,
        {
          remedy: 'Read its logs: `for await (const line of endpoint.logs({ follow: false })) …`.',
          details: { name, status: done.EndpointStatus, reason: done.FailureReason },
        },
      );
    },
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
      const models = await Promise.all(
        (config.ProductionVariants ?? []).map(({ ModelName }) => clients.sageMaker.send(new DescribeModelCommand({ ModelName }))),
      );
      const states = [
        controlStates('CreateEndpointConfig', config, environment),
        ...models.map((model) => controlStates('CreateModel', model, environment)),
      ];
      return sealOf(name, states.flat());
    },
  };
  return displayable(self, () => endpointView(self));
}

/** Endpoint, configuration, and the models that were made with it (their names begin with the endpoint's). */
async function remove(context: LabContext, name: string): Promise<void> {
  const { sageMaker } = await clientsFor(context, 'endpointCreation');
  const now = await sageMaker.send(new DescribeEndpointCommand({ EndpointName: name })).catch(notThere);
  const configName = now?.EndpointConfigName ?? name;
  const config = await sageMaker.send(new DescribeEndpointConfigCommand({ EndpointConfigName: configName })).catch(notThere);
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
  if (config !== undefined) await sageMaker.send(new DeleteEndpointConfigCommand({ EndpointConfigName: configName })).catch(notThere);
  for (const { ModelName } of config?.ProductionVariants ?? []) {
    if (ModelName?.startsWith(name) === true) await sageMaker.send(new DeleteModelCommand({ ModelName })).catch(notThere);
  }
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
