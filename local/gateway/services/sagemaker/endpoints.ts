import { AwsError } from '../../call.ts';
import type { Call } from '../../call.ts';
import type { Platform } from '../../platform.ts';
import type { HostingRunner } from '../../../runner/hosting-interface.ts';
import { arnOf, notFound } from './account.ts';
import { listResources } from './listing.ts';
import { variantsOf } from './models.ts';
import type { HostingRecords, Variant } from './models.ts';
import type { EndpointConfigRecord, EndpointRecord } from './records.ts';
import { now, Store } from './store.ts';
import type { Tags } from './tags.ts';

/** A container's name: the variant and the generation of the endpoint, because both run during an update. */
const containerOf = (variant: Variant, generation: number): string => `${variant.VariantName}-${String(generation)}`;

/** Endpoints: what CreateEndpoint promised is really started, one container a variant, and invoked. */
export function endpointOperations(
  platform: Platform,
  { models, configs }: HostingRecords,
  hosting: HostingRunner,
  tags: Tags,
): Record<string, (call: Call) => unknown> {
  const store = new Store<EndpointRecord>('endpoints');

  const find = (call: Call): EndpointRecord => {
    const name = call.input['EndpointName'] as string;
    const record = store.get(name);
    if (record === undefined) throw notFound('endpoint', arnOf(platform, 'endpoint', name));
    return record;
  };
  const configOf = (name: string): EndpointConfigRecord => {
    const config = configs.get(name);
    if (config === undefined) throw notFound('endpoint configuration', arnOf(platform, 'endpoint-config', name));
    return config;
  };
  const startAll = (endpoint: EndpointRecord, config: EndpointConfigRecord, generation: number): Promise<unknown> =>
    Promise.all(
      variantsOf(config).map((variant) => {
        const model = models.get(variant.ModelName ?? '');
        if (model === undefined) throw notFound('model', arnOf(platform, 'model', variant.ModelName ?? ''));
        return hosting.start({
          endpoint: endpoint.name,
          endpointArn: endpoint.arn,
          variant: containerOf(variant, generation),
          model: model.request,
          instanceType: variant['InstanceType'] as string | undefined,
        });
      }),
    );
  const stopAll = (endpoint: EndpointRecord, config: EndpointConfigRecord | undefined, generation: number): Promise<unknown> =>
    Promise.all(
      (config === undefined ? [] : variantsOf(config)).map((variant) => hosting.stop(endpoint.name, containerOf(variant, generation))),
    );
  const alive = (endpoint: EndpointRecord): boolean => store.get(endpoint.name) === endpoint && endpoint.status !== 'Deleting';

  /** Brings an endpoint to its recorded configuration. */
  async function bringUp(endpoint: EndpointRecord): Promise<void> {
    const config = configs.get(endpoint.config);
    try {
      if (config === undefined) throw new Error(`Its endpoint configuration ${endpoint.config} was deleted.`);
      await startAll(endpoint, config, endpoint.generation);
      if (!alive(endpoint)) return;
      endpoint.status = 'InService';
      delete endpoint.failureReason;
    } catch (error) {
      if (!alive(endpoint)) return;
      endpoint.status = 'Failed';
      endpoint.failureReason = (error as Error).message;
      await stopAll(endpoint, config, endpoint.generation);
    }
    store.save(endpoint);
  }

  /** Blue/green: the new containers are up before the old ones go; when they do not come up, the old ones stay. */
  async function update(endpoint: EndpointRecord, next: EndpointConfigRecord): Promise<void> {
    const [old, generation] = [configs.get(endpoint.config), endpoint.generation];
    try {
      await startAll(endpoint, next, generation + 1);
    } catch (error) {
      await stopAll(endpoint, next, generation + 1);
      if (!alive(endpoint)) return;
      endpoint.status = 'InService';
      endpoint.failureReason = `The update was rolled back: ${(error as Error).message}`;
      store.save(endpoint);
      return;
    }
    if (!alive(endpoint)) {
      await stopAll(endpoint, next, generation + 1);
      return;
    }
    endpoint.config = next.name;
    endpoint.generation = generation + 1;
    endpoint.status = 'InService';
    delete endpoint.failureReason;
    store.save(endpoint);
    await stopAll(endpoint, old, generation);
  }

  async function remove(endpoint: EndpointRecord): Promise<void> {
    await stopAll(endpoint, configs.get(endpoint.config), endpoint.generation);
    store.delete(endpoint.name);
    tags.remove(endpoint.arn);
  }

  for (const endpoint of store.all()) {
    if (endpoint.status === 'Deleting') void remove(endpoint);
    else if (endpoint.status !== 'Failed') {
      if (endpoint.status === 'InService') endpoint.status = 'Updating';
      void bringUp(endpoint);
    }
  }

  function describeVariants(endpoint: EndpointRecord): unknown[] | undefined {
    const config = configs.get(endpoint.config);
    if (config === undefined || endpoint.status === 'Failed') return undefined;
    return variantsOf(config).map((variant) => ({
      VariantName: variant.VariantName,
      CurrentWeight: variant.InitialVariantWeight ?? 1,
      DesiredWeight: variant.InitialVariantWeight ?? 1,
      CurrentInstanceCount: endpoint.status === 'Creating' ? 0 : 1,
      DesiredInstanceCount: variant.InitialInstanceCount ?? 1,
    }));
  }

  return {
    CreateEndpoint: (call) => {
      const name = call.input['EndpointName'] as string;
      const arn = arnOf(platform, 'endpoint', name);
      if (store.get(name) !== undefined) throw new AwsError('ValidationException', `Cannot create already existing endpoint "${arn}".`);
      const config = configOf(call.input['EndpointConfigName'] as string);
      const endpoint: EndpointRecord = {
        name,
        arn,
        config: config.name,
        generation: 1,
        status: 'Creating',
        creationTime: now(),
        lastModifiedTime: now(),
      };
      store.save(endpoint);
      tags.add(arn, call.input['Tags']);
      void bringUp(endpoint);
      return { EndpointArn: arn };
    },
    DescribeEndpoint: (call) => {
      const endpoint = find(call);
      return {
        EndpointName: endpoint.name,
        EndpointArn: endpoint.arn,
        EndpointConfigName: endpoint.config,
        EndpointStatus: endpoint.status,
        FailureReason: endpoint.failureReason,
        ProductionVariants: describeVariants(endpoint),
        CreationTime: endpoint.creationTime,
        LastModifiedTime: endpoint.lastModifiedTime,
      };
    },
    ListEndpoints: (call) => {
      const { page, ...rest } = listResources(store.all(), call.input, { status: ({ status }) => status });
      return {
        Endpoints: page.map(({ name, arn, status, creationTime, lastModifiedTime }) => ({
          EndpointName: name,
          EndpointArn: arn,
          EndpointStatus: status,
          CreationTime: creationTime,
          LastModifiedTime: lastModifiedTime,
        })),
        ...rest,
      };
    },
    UpdateEndpoint: (call) => {
      const endpoint = find(call);
      if (endpoint.status !== 'InService')
        throw new AwsError('ValidationException', `Cannot update in-progress endpoint "${endpoint.arn}".`);
      const next = configOf(call.input['EndpointConfigName'] as string);
      endpoint.status = 'Updating';
      store.save(endpoint);
      void update(endpoint, next);
      return { EndpointArn: endpoint.arn };
    },
    DeleteEndpoint: (call) => {
      const endpoint = find(call);
      if (endpoint.status === 'Deleting')
        throw new AwsError('ValidationException', `Cannot update in-progress endpoint "${endpoint.arn}".`);
      endpoint.status = 'Deleting';
      store.save(endpoint);
      void remove(endpoint);
      return {};
    },
    InvokeEndpoint: (call) => invoke(call, store, configs, hosting),
  };
}

async function invoke(
  call: Call,
  store: Store<EndpointRecord>,
  configs: HostingRecords['configs'],
  hosting: HostingRunner,
): Promise<unknown> {
  const name = call.input['EndpointName'] as string;
  const endpoint = store.get(name);
  if (endpoint === undefined || !['InService', 'Updating'].includes(endpoint.status)) {
    throw new AwsError('ValidationError', `Endpoint ${name} of account ${call.accountId} not found.`);
  }
  const config = configs.get(endpoint.config);
  const variants = config === undefined ? [] : variantsOf(config);
  const wanted = call.input['TargetVariant'] as string | undefined;
  const variant = wanted === undefined ? byWeight(variants) : variants.find(({ VariantName }) => VariantName === wanted);
  if (variant === undefined) throw new AwsError('ValidationError', `Variant ${wanted ?? ''} was not found for endpoint ${name}.`);
  const attributes = call.input['CustomAttributes'] as string | undefined;
  const answer = await hosting
    .invoke(name, containerOf(variant, endpoint.generation), {
      body: Buffer.from((call.input['Body'] ?? '') as Uint8Array | string),
      contentType: call.input['ContentType'] as string | undefined,
      accept: call.input['Accept'] as string | undefined,
      headers: attributes === undefined ? {} : { 'X-Amzn-SageMaker-Custom-Attributes': attributes },
    })
    .catch((error: unknown) => {
      throw new AwsError(
        'ModelError',
        `Received no answer from ${variant.VariantName} of endpoint ${name}: ${(error as Error).message}`,
        424,
        {
          OriginalStatusCode: 0,
          LogStreamArn: `/aws/sagemaker/Endpoints/${name}`,
        },
      );
    });
  if (answer.status >= 400) {
    const message = answer.body.toString('utf8');
    throw new AwsError(
      'ModelError',
      `Received ${answer.status < 500 ? 'client' : 'server'} error (${String(answer.status)}) from primary with message "${message}". See the log group /aws/sagemaker/Endpoints/${name} for more information.`,
      424,
      { OriginalStatusCode: answer.status, OriginalMessage: message, LogStreamArn: `/aws/sagemaker/Endpoints/${name}` },
    );
  }
  return { Body: answer.body, ContentType: answer.contentType, InvokedProductionVariant: variant.VariantName };
}

/** A variant by chance, in proportion to the weights. */
function byWeight(variants: readonly Variant[]): Variant | undefined {
  const total = variants.reduce((sum, { InitialVariantWeight = 1 }) => sum + InitialVariantWeight, 0);
  let place = Math.random() * total;
  return variants.find(({ InitialVariantWeight = 1 }) => (place -= InitialVariantWeight) < 0) ?? variants[0];
}
