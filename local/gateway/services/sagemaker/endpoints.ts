import type { DeploymentConfig, DesiredWeightAndCapacity } from '@aws-sdk/client-sagemaker';
import { AwsError } from '../../call.ts';
import type { Call } from '../../call.ts';
import type { Platform } from '../../platform.ts';
import type { HostingRunner } from '../../../runner/hosting-interface.ts';
import { arnOf, notFound } from './account.ts';
import { AsyncInvocations } from './async-invocations.ts';
import { DataCapture } from './data-capture.ts';
import { checkDeployment } from './endpoint-deployment.ts';
import { describeEndpoint } from './endpoint-descriptions.ts';
import { asyncConfig, type EndpointRecord, instanceCount, isServerless, makeFleet, type Retained, variantOf } from './endpoint-fleets.ts';
import { EndpointLifecycle } from './endpoint-lifecycle.ts';
import { EndpointMetrics } from './endpoint-metrics.ts';
import { EndpointRoles } from './endpoint-role.ts';
import { invocationOperations } from './invocation-operations.ts';
import { Invoker } from './invocations.ts';
import { listResources } from './listing.ts';
import type { HostingRecords } from './models.ts';
import type { EndpointConfigRecord } from './records.ts';
import { now, Store } from './store.ts';
import type { Tags } from './tags.ts';

/** Instances of all endpoints together, at most: what stands for the account's quota on a machine of this size. */
const MOST_INSTANCES = 16;

/** Endpoints: what CreateEndpoint promised is really started, as many containers as instances, and invoked. */
export function endpointOperations(
  platform: Platform,
  { models, configs }: HostingRecords,
  hosting: HostingRunner,
  tags: Tags,
): Record<string, (call: Call) => unknown> {
  const store = new Store<EndpointRecord>('endpoints');
  const roles = new EndpointRoles(platform);
  const metrics = new EndpointMetrics(platform);
  const capture = new DataCapture(roles);
  const invoker = new Invoker({ platform, hosting, metrics, capture });
  const queue = new AsyncInvocations({
    platform,
    roles,
    endpoint: (name) => store.get(name),
    invoke: (endpoint, invocation) => invoker.invoke(endpoint, lifecycle.live(endpoint).traffic, invocation),
  });
  const lifecycle = new EndpointLifecycle({
    store,
    hosting,
    roles,
    onReady: ({ name }) => queue.work(name),
    onRemoved: async (endpoint) => {
      queue.drop(endpoint.name);
      await capture.flush(endpoint);
      tags.remove(endpoint.arn);
    },
  });
  platform.onShutdown(async () => {
    queue.stop();
    await Promise.all([capture.flush(), metrics.flush()]);
  });

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
  const missingModel = (name: string): Error => notFound('model', arnOf(platform, 'model', name));
  const idle = (endpoint: EndpointRecord): void => {
    if (endpoint.status !== 'InService') throw new AwsError('ValidationException', `Cannot update in-progress endpoint "${endpoint.arn}".`);
  };
  /** @throws AwsError when `further` instances are more than there may be */
  const checkQuota = (further: number): void => {
    const used = [...store.all()].reduce((sum, { fleet }) => sum + instanceCount(fleet), 0);
    if (further <= 0 || used + further <= MOST_INSTANCES) return;
    throw new AwsError(
      'ResourceLimitExceeded',
      `The account-level service limit 'Instances for endpoint usage' is ${String(MOST_INSTANCES)} Instances, with current utilization of ${String(used)} Instances and a request delta of ${String(further)} Instances. Please use fewer instances: the local environment runs them all on this machine.`,
    );
  };
  const checkAlarms = async (endpoint: EndpointRecord, config: DeploymentConfig | undefined): Promise<void> => {
    const alarms = (config?.AutoRollbackConfiguration?.Alarms ?? []).map(({ AlarmName = '' }) => AlarmName);
    if (alarms.length === 0) return;
    await lifecycle.alarmsIn(endpoint, alarms).catch((error: unknown) => {
      throw new AwsError('ValidationException', `The alarms of AutoRollbackConfiguration cannot be read: ${(error as Error).message}`);
    });
  };

  for (const endpoint of store.all()) recall(endpoint);
  lifecycle.resume();

  /** Endpoints of a release before this one name their configuration and do not hold it. */
  function recall(endpoint: EndpointRecord): void {
    const { config, generation } = endpoint as unknown as { config?: string; generation?: number };
    if (config === undefined) return;
    try {
      endpoint.fleet = makeFleet(configOf(config), models, generation ?? 1, missingModel);
    } catch (error) {
      endpoint.fleet = { config, generation: 1, request: {}, models: {}, capacities: {} };
      if (endpoint.status !== 'Deleting') Object.assign(endpoint, { status: 'Failed', failureReason: (error as Error).message });
    }
    Object.assign(endpoint, { config: undefined, generation: undefined });
    store.save(endpoint);
  }

  return {
    CreateEndpoint: (call) => {
      const name = call.input['EndpointName'] as string;
      const arn = arnOf(platform, 'endpoint', name);
      if (store.get(name) !== undefined) throw new AwsError('ValidationException', `Cannot create already existing endpoint "${arn}".`);
      const fleet = makeFleet(configOf(call.input['EndpointConfigName'] as string), models, 1, missingModel);
      const deployment = call.input['DeploymentConfig'] as DeploymentConfig | undefined;
      checkDeployment(deployment, fleet);
      checkQuota(instanceCount(fleet));
      const endpoint: EndpointRecord = {
        name,
        arn,
        fleet,
        status: 'Creating',
        ...(deployment === undefined ? {} : { deployment }),
        creationTime: now(),
        lastModifiedTime: now(),
      };
      store.save(endpoint);
      tags.add(arn, call.input['Tags']);
      void lifecycle.bringUp(endpoint);
      return { EndpointArn: arn };
    },
    DescribeEndpoint: (call) => {
      const endpoint = find(call);
      return describeEndpoint(endpoint, lifecycle.live(endpoint));
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
    UpdateEndpoint: async (call) => {
      const endpoint = find(call);
      idle(endpoint);
      const input = call.input;
      const retained: Retained | undefined =
        input['RetainAllVariantProperties'] === true
          ? {
              from: endpoint.fleet,
              exclude: new Set(
                ((input['ExcludeRetainedVariantProperties'] ?? []) as { VariantPropertyType: string }[]).map(
                  ({ VariantPropertyType }) => VariantPropertyType,
                ),
              ),
            }
          : undefined;
      const generation = endpoint.fleet.generation + 1;
      const fleet = makeFleet(configOf(input['EndpointConfigName'] as string), models, generation, missingModel, retained);
      checkUpdate(endpoint, fleet);
      const given = input['DeploymentConfig'] as DeploymentConfig | undefined;
      const deployment = given ?? (input['RetainDeploymentConfig'] === true ? endpoint.deployment : undefined);
      checkDeployment(deployment, fleet);
      checkQuota(instanceCount(fleet));
      await checkAlarms(endpoint, deployment);
      idle(endpoint);
      endpoint.status = 'Updating';
      endpoint.pending = { fleet, startTime: now(), ...(deployment === undefined ? {} : { deployment }) };
      delete endpoint.failureReason;
      store.save(endpoint);
      void lifecycle.update(endpoint);
      return { EndpointArn: endpoint.arn };
    },
    UpdateEndpointWeightsAndCapacities: (call) => {
      const endpoint = find(call);
      idle(endpoint);
      const wanted = call.input['DesiredWeightsAndCapacities'] as DesiredWeightAndCapacity[];
      const previous = structuredClone(endpoint.fleet.capacities);
      const changed = structuredClone(previous);
      for (const one of wanted) applyCapacity(endpoint, changed, one);
      const total = (all: EndpointRecord['fleet']['capacities']): number => instanceCount({ ...endpoint.fleet, capacities: all });
      checkQuota(total(changed) - total(previous));
      Object.assign(endpoint.fleet.capacities, changed);
      endpoint.status = 'Updating';
      store.save(endpoint);
      void lifecycle.rescale(endpoint, previous);
      return { EndpointArn: endpoint.arn };
    },
    DeleteEndpoint: (call) => {
      const endpoint = find(call);
      if (endpoint.status === 'Deleting')
        throw new AwsError('ValidationException', `Cannot update in-progress endpoint "${endpoint.arn}".`);
      endpoint.status = 'Deleting';
      store.save(endpoint);
      void lifecycle.remove(endpoint);
      return {};
    },
    ...invocationOperations({
      invoker,
      queue,
      endpoint: (name) => store.get(name),
      traffic: (endpoint) => lifecycle.live(endpoint).traffic,
    }),
  };
}

function applyCapacity(
  endpoint: EndpointRecord,
  capacities: EndpointRecord['fleet']['capacities'],
  wanted: DesiredWeightAndCapacity,
): void {
  const { VariantName = '', DesiredWeight, DesiredInstanceCount, ServerlessUpdateConfig } = wanted;
  const refuse = (message: string): never => {
    throw new AwsError('ValidationException', message);
  };
  const capacity = capacities[VariantName];
  if (capacity === undefined || variantOf(endpoint.fleet, VariantName) === undefined)
    return refuse(`The endpoint "${endpoint.arn}" has no variant ${VariantName}.`);
  if (DesiredInstanceCount !== undefined && capacity.serverless !== undefined)
    refuse(`Variant ${VariantName} is serverless: it has no instance count.`);
  if (ServerlessUpdateConfig !== undefined && capacity.serverless === undefined) refuse(`Variant ${VariantName} is not serverless.`);
  if (DesiredInstanceCount === 0 && asyncConfig(endpoint.fleet) === undefined)
    refuse('Only asynchronous endpoints can have no instance: DesiredInstanceCount must be 1 at least.');
  if (DesiredWeight !== undefined) capacity.weight = DesiredWeight;
  if (DesiredInstanceCount !== undefined) capacity.count = DesiredInstanceCount;
  if (capacity.serverless !== undefined && ServerlessUpdateConfig !== undefined)
    capacity.serverless = { ...capacity.serverless, ...ServerlessUpdateConfig };
}

/** What an endpoint cannot become. @throws AwsError */
function checkUpdate({ fleet }: EndpointRecord, next: EndpointRecord['fleet']): void {
  if (isServerless(fleet) !== isServerless(next))
    throw new AwsError('ValidationException', 'An endpoint with instances cannot become a serverless one, nor the other way round.');
  if ((asyncConfig(fleet) === undefined) !== (asyncConfig(next) === undefined))
    throw new AwsError('ValidationException', 'A real-time endpoint cannot become an asynchronous one, nor the other way round.');
}
