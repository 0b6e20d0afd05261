import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  DeleteEndpointCommand,
  DeleteEndpointConfigCommand,
  DeleteModelCommand,
  DescribeEndpointCommand,
  DescribeEndpointConfigCommand,
} from '@aws-sdk/client-sagemaker';
import { clientsFor } from '../clients/purpose.ts';
import { endSignal } from '../context.ts';
import type { LabContext } from '../context.ts';
import { SealabError } from '../contract/index.ts';
import { fillSecureFields } from '../secure/index.ts';
import { checkedName, freshName } from '../jobs/names.ts';
import { wholeNumber } from '../jobs/options.ts';
import { notThere, submitOnce } from '../waiting/submit-once.ts';
import type { DeployOptions, DeployProgress, Endpoint, ModelSource } from './api.ts';
import { createPrepared, prepareModel } from './create-model.ts';
import { endpoint } from './endpoint.ts';

/** Longest time that SageMaker itself gives a container to answer its first ping, twice over. */
const TIMEOUT = 1_800;

/** Creates model, configuration and endpoint; takes away again what it made when a later step fails. */
export async function deploy(context: LabContext, source: ModelSource, options: DeployOptions = {}): Promise<Endpoint> {
  const started = performance.now();
  const signal = endSignal(context, options.signal);
  const given = options.name === undefined ? undefined : checkedName(options.name);
  const report = (step: DeployProgress['step'], name: string, status: string) =>
    options.onProgress?.({ step, name, status, elapsedSeconds: (performance.now() - started) / 1000 });
  const tags = options.tags === undefined ? {} : { Tags: Object.entries(options.tags).map(([Key, Value]) => ({ Key, Value })) };
  const { environment } = context;
  const clients = await clientsFor(context, 'endpointCreation');
  const undo: (() => Promise<unknown>)[] = [];

  try {
    const existing = 'model' in source;
    if (!existing) report('packing', '', 'started');
    const { tags: labels = {} } = options;
    const prepared = await prepareModel(context, source, options, {
      nameFor: (about) => given ?? freshName(about),
      tags: () => labels,
      signal,
    });
    const modelName = prepared.name;
    const name = existing ? (given ?? freshName(modelName)) : modelName;
    if (!existing) report('model', name, 'creating');
    if (await createPrepared(clients, prepared, signal))
      undo.push(() => clients.sageMaker.send(new DeleteModelCommand({ ModelName: modelName })));

    const variant = {
      VariantName: 'AllTraffic',
      ModelName: modelName,
      InstanceType: (options.instanceType ?? environment.instanceTypes.hosting[0]) as never,
      InitialInstanceCount: wholeNumber('instanceCount', options.instanceCount ?? 1, 1, 100),
      InitialVariantWeight: 1,
    };
    const config = fillSecureFields(
      'CreateEndpointConfig',
      { EndpointConfigName: name, ProductionVariants: [variant], ...tags },
      environment,
    ).input;
    report('configuration', name, 'creating');
    await submitOnce({
      send: () => clients.sageMaker.send(new CreateEndpointConfigCommand(config), { abortSignal: signal }),
      find: () => clients.sageMaker.send(new DescribeEndpointConfigCommand({ EndpointConfigName: name })).catch(notThere),
      input: config,
      signal,
    });
    undo.push(() => clients.sageMaker.send(new DeleteEndpointConfigCommand({ EndpointConfigName: name })));

    report('endpoint', name, 'Creating');
    const request = { EndpointName: name, EndpointConfigName: name, ...tags };
    await submitOnce({
      send: () => clients.sageMaker.send(new CreateEndpointCommand(request), { abortSignal: signal }),
      find: () => clients.sageMaker.send(new DescribeEndpointCommand({ EndpointName: name })).catch(notThere),
      input: request,
      signal,
    });
    undo.push(() => clients.sageMaker.send(new DeleteEndpointCommand({ EndpointName: name })));
    const result = endpoint(context, name);
    if (options.wait === false) return result;
    await result.wait({ signal, timeout: options.timeout ?? TIMEOUT, onProgress: ({ status }) => report('endpoint', name, status) });
    return result;
  } catch (error) {
    // An aborted or too long wait leaves what is being created: it may still be wanted. A failure does not.
    const waiting = error instanceof SealabError && error.code === 'WaitEnded';
    if (!waiting) for (const step of undo.reverse()) await step().catch(() => undefined);
    throw error;
  }
}
