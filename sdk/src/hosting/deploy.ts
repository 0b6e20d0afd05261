import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  DeleteEndpointCommand,
  DeleteEndpointConfigCommand,
  DeleteModelCommand,
  DescribeEndpointCommand,
  DescribeEndpointConfigCommand,
  DescribeModelCommand,
} from '@aws-sdk/client-sagemaker';
import type { CreateModelInput } from '@aws-sdk/client-sagemaker';
import { clientsFor } from '../clients/purpose.ts';
import { endSignal } from '../context.ts';
import type { LabContext } from '../context.ts';
import { SealabError } from '../contract/index.ts';
import { fillSecureFields } from '../secure/index.ts';
import { checkedName, freshName } from '../jobs/names.ts';
import { wholeNumber } from '../jobs/options.ts';
import { notThere, submitOnce } from '../waiting/submit-once.ts';
import type { DeployOptions, DeployProgress, Endpoint, ModelSource } from './api.ts';
import { endpoint } from './endpoint.ts';
import { hostable } from './model-source.ts';
import { packModel } from './model-archive.ts';

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
    let name: string;
    let modelName: string;
    if ('model' in source) {
      modelName = source.model;
      name = given ?? freshName(modelName);
    } else {
      report('packing', '', 'started');
      const { artifacts, code, image, about } = await hostable(context, source, options, signal);
      const packed = await packModel(context, artifacts, code, signal);
      modelName = name = given ?? freshName(about);
      const { input } = fillSecureFields(
        'CreateModel',
        modelRequest(name, image, packed.s3Uri, packed.program, options, environment.region, tags),
        environment,
      );
      report('model', name, 'creating');
      await submitOnce({
        send: () => clients.sageMaker.send(new CreateModelCommand(input), { abortSignal: signal }),
        find: () => clients.sageMaker.send(new DescribeModelCommand({ ModelName: name })).catch(notThere),
        input,
        signal,
      });
      undo.push(() => clients.sageMaker.send(new DeleteModelCommand({ ModelName: name })));
    }

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

function modelRequest(
  name: string,
  image: string,
  artifacts: string,
  program: string,
  options: DeployOptions,
  region: string,
  tags: object,
): CreateModelInput {
  return {
    ModelName: name,
    PrimaryContainer: {
      Image: image,
      ModelDataUrl: artifacts,
      Environment: {
        SAGEMAKER_PROGRAM: program,
        SAGEMAKER_SUBMIT_DIRECTORY: '/opt/ml/model/code',
        SAGEMAKER_CONTAINER_LOG_LEVEL: '20',
        SAGEMAKER_REGION: region,
        ...options.environment,
      },
    },
    ...tags,
  };
}
