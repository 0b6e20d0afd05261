import {
  DescribeEndpointCommand,
  DescribeEndpointConfigCommand,
  DescribeModelCommand,
  UpdateEndpointCommand,
  UpdateEndpointWeightsAndCapacitiesCommand,
} from '@aws-sdk/client-sagemaker';
import type {
  DescribeEndpointConfigOutput,
  DescribeEndpointOutput,
  ProductionVariant,
  UpdateEndpointInput,
} from '@aws-sdk/client-sagemaker';
import type { Clients } from '../clients/api.ts';
import { clientsFor } from '../clients/purpose.ts';
import { endSignal } from '../context.ts';
import type { LabContext } from '../context.ts';
import { SealabError } from '../contract/index.ts';
import { tagsOf, wholeNumber } from '../jobs/options.ts';
import { plannedCall } from '../planning/planned-call.ts';
import { isTransient } from '../waiting/transient.ts';
import { sleep } from '../waiting/sleep.ts';
import type { EndpointWaitOptions, ModelSource, UpdateOptions } from './api.ts';
import { captureOf, copiedFrom } from './configuration.ts';
import { createPrepared, prepareModel } from './create-model.ts';
import { createConfiguration, TIMEOUT } from './deploy.ts';
import { BEFORE_TAG, ENDPOINT_TAG, furtherName, ownedTags, removeOwned, tagsAt } from './owned.ts';
import { inService, settled } from './settle.ts';
import { deploymentOf, checkUpdateOptions } from './update-options.ts';

/** Another model or configuration for an endpoint, beside the one that serves until traffic has moved. */
export async function update(
  context: LabContext,
  name: string,
  change: ModelSource | { readonly config: string },
  options: UpdateOptions,
): Promise<DescribeEndpointOutput> {
  checkUpdateOptions(change, options);
  const deployment = deploymentOf(options);
  const signal = endSignal(context, options.signal);
  const { EndpointConfigName: before = name } = await context.clients.sageMaker.send(new DescribeEndpointCommand({ EndpointName: name }), {
    abortSignal: signal,
  });
  if ('config' in change) return move(context, name, { to: change.config, before, made: NOTHING }, options, deployment);

  const old = await context.clients.sageMaker.send(new DescribeEndpointConfigCommand({ EndpointConfigName: before }), {
    abortSignal: signal,
  });
  const variants = old.ProductionVariants ?? [];
  const changed = theVariant(name, variants, options.variant);
  const to = furtherName(name);
  const prepared = await prepareModel(context, change, options, {
    nameFor: () => to,
    tags: () => ownedTags(name, options.tags),
    instanceType: options.instanceType ?? changed.InstanceType,
    signal,
  });
  const request = configurationAfter(context, old, changed, prepared.name, options);
  const configuration = plannedCall(
    'CreateEndpointConfig',
    { EndpointConfigName: to, ...request, ...tagsOf(ownedTags(name, options.tags, before)) },
    context.environment,
    options,
  );
  const clients = await clientsFor(context, 'endpointCreation');
  const made = { configurations: [] as string[], models: [] as string[] };
  try {
    if (await createPrepared(clients, prepared, signal)) made.models.push(prepared.name);
    await createConfiguration(clients, configuration, signal);
    made.configurations.push(to);
  } catch (error) {
    await removeOwned(clients, made).catch(() => undefined);
    throw error;
  }
  return move(context, name, { to, before, made }, options, deployment);
}

/** Back to the configuration that the present one was made after. */
export async function rollback(context: LabContext, name: string, options: EndpointWaitOptions): Promise<DescribeEndpointOutput> {
  const clients = await clientsFor(context, 'endpointCreation');
  const { EndpointConfigName: from = name } = await clients.sageMaker.send(new DescribeEndpointCommand({ EndpointName: name }));
  const left = await clients.sageMaker.send(new DescribeEndpointConfigCommand({ EndpointConfigName: from }));
  const tags = await tagsAt(clients, left.EndpointConfigArn);
  const to = tags.get(BEFORE_TAG);
  if (to === undefined || tags.get(ENDPOINT_TAG) !== name) {
    throw new SealabError(
      'InvalidInput',
      `Endpoint ${name} has configuration ${from}, which was made by no update: what was before is not known.`,
      {
        remedy: 'Name the configuration to go to: `endpoint.update({ config })`.',
        details: { name, configuration: from },
      },
    );
  }
  const answer = await move(context, name, { to, before: from, made: NOTHING }, options, undefined);
  if (options.wait === false) return answer;
  const kept = await clients.sageMaker.send(new DescribeEndpointConfigCommand({ EndpointConfigName: to }));
  await removeOwned(clients, { configurations: [from], models: await modelsOnlyIn(clients, name, left, kept) });
  return answer;
}

/** Weights by variant. */
export async function traffic(
  context: LabContext,
  name: string,
  weights: Readonly<Record<string, number>>,
  options: EndpointWaitOptions,
): Promise<DescribeEndpointOutput> {
  const entries = Object.entries(weights);
  const bad = entries.find(([, weight]) => !Number.isFinite(weight) || weight < 0);
  if (bad !== undefined || entries.length === 0 || entries.every(([, weight]) => weight === 0)) {
    throw new SealabError('InvalidInput', `traffic: ${JSON.stringify(weights)} gives no variant a share.`, {
      remedy: 'Give numbers from 0, one of them above: { a: 9, b: 1 }.',
      details: { field: bad?.[0] ?? 'traffic', given: weights },
    });
  }
  return change(
    context,
    name,
    entries.map(([VariantName, DesiredWeight]) => ({ VariantName, DesiredWeight })),
    options,
  );
}

/** Instances of a variant. */
export async function scale(
  context: LabContext,
  name: string,
  count: number,
  { variant, ...options }: EndpointWaitOptions & { readonly variant?: string },
): Promise<DescribeEndpointOutput> {
  const DesiredInstanceCount = wholeNumber('count', count, 0, 100);
  const { ProductionVariants = [] } = await context.clients.sageMaker.send(new DescribeEndpointCommand({ EndpointName: name }));
  const { VariantName = '' } = theVariant(name, ProductionVariants, variant);
  return change(context, name, [{ VariantName, DesiredInstanceCount }], options);
}

/** Sets what is wanted: sending it again wants the same. */
async function change(
  context: LabContext,
  name: string,
  DesiredWeightsAndCapacities: { VariantName: string; DesiredWeight?: number; DesiredInstanceCount?: number }[],
  options: EndpointWaitOptions,
): Promise<DescribeEndpointOutput> {
  const { sageMaker } = await clientsFor(context, 'endpointCreation');
  await sageMaker.send(new UpdateEndpointWeightsAndCapacitiesCommand({ EndpointName: name, DesiredWeightsAndCapacities }), {
    abortSignal: endSignal(context, options.signal),
  });
  if (options.wait === false) return context.clients.sageMaker.send(new DescribeEndpointCommand({ EndpointName: name }));
  return inService(context, name, { timeout: TIMEOUT, ...options });
}

function theVariant<V extends { readonly VariantName?: string | undefined }>(
  name: string,
  variants: readonly V[],
  wanted: string | undefined,
): V {
  const found = wanted === undefined && variants.length === 1 ? variants[0] : variants.find(({ VariantName }) => VariantName === wanted);
  if (found !== undefined) return found;
  const names = variants.map(({ VariantName }) => VariantName ?? '');
  throw new SealabError('InvalidInput', `variant: ${wanted ?? 'none'} was given; endpoint ${name} has ${names.join(', ')}.`, {
    remedy: `Say which one: { variant: '${names[0] ?? ''}' }.`,
    details: { field: 'variant', given: wanted, allowed: names },
  });
}

/** The old configuration with another model in one variant. */
function configurationAfter(
  { environment }: LabContext,
  old: DescribeEndpointConfigOutput,
  changed: ProductionVariant,
  ModelName: string,
  { instanceType, instanceCount, capture }: UpdateOptions,
) {
  const request = copiedFrom(old);
  const { DataCaptureConfig: captureBefore, ...others } = request;
  const captured = capture === undefined ? captureBefore : captureOf(capture, environment);
  return {
    ...others,
    ProductionVariants: (request.ProductionVariants ?? []).map((variant) =>
      variant === changed
        ? {
            ...variant,
            ModelName,
            ...(instanceType === undefined ? {} : { InstanceType: instanceType as never }),
            ...(instanceCount === undefined ? {} : { InitialInstanceCount: wholeNumber('instanceCount', instanceCount, 1, 100) }),
          }
        : variant,
    ),
    ...(captured === undefined ? {} : { DataCaptureConfig: captured }),
  };
}

interface Made {
  readonly configurations: readonly string[];
  readonly models: readonly string[];
}
const NOTHING: Made = { configurations: [], models: [] };

interface Move {
  readonly to: string;
  readonly before: string;
  /** What goes again when the move is refused or rolled back. */
  readonly made: Made;
}

/** Sends the endpoint to a configuration and sees where it ends: SageMaker says `InService` after a rollback as well. */
async function move(
  context: LabContext,
  name: string,
  { to, before, made }: Move,
  options: EndpointWaitOptions & Pick<UpdateOptions, 'alarms'>,
  deployment: UpdateEndpointInput['DeploymentConfig'],
): Promise<DescribeEndpointOutput> {
  const clients = await clientsFor(context, 'endpointCreation');
  const signal = endSignal(context, options.signal);
  const input = { EndpointName: name, EndpointConfigName: to, ...(deployment === undefined ? {} : { DeploymentConfig: deployment }) };
  try {
    await updateOnce(clients, input, signal);
  } catch (error) {
    if (!isTransient(error)) await removeOwned(clients, made).catch(() => undefined);
    throw error;
  }
  if (options.wait === false) return clients.sageMaker.send(new DescribeEndpointCommand({ EndpointName: name }));
  const { answer, reason } = await settled(context, name, { timeout: TIMEOUT + timeOf(deployment), ...options });
  if (answer.EndpointStatus === 'InService' && answer.EndpointConfigName === to) return answer;
  // After a rollback that failed some instances still serve the new configuration, so it stays.
  if (answer.EndpointStatus === 'InService') await removeOwned(clients, made).catch(() => undefined);
  throw rolledBack(name, { to, before }, answer, reason, options.alarms ?? []);
}

/** At most one deployment: when no answer came, the endpoint itself says whether it is on its way there. */
async function updateOnce({ sageMaker }: Clients, input: UpdateEndpointInput, signal: AbortSignal): Promise<void> {
  for (let round = 1; ; round++) {
    try {
      await sageMaker.send(new UpdateEndpointCommand(input), { abortSignal: signal });
      return;
    } catch (error) {
      const now = await sageMaker
        .send(new DescribeEndpointCommand({ EndpointName: input.EndpointName }), { abortSignal: signal })
        .catch(() => undefined);
      if (now?.PendingDeploymentSummary?.EndpointConfigName === input.EndpointConfigName) return;
      if (now?.EndpointConfigName === input.EndpointConfigName && isTransient(error)) return;
      if (!isTransient(error) || round === 4) throw error;
      await sleep(200 * 2 ** round, signal);
    }
  }
}

/** Seconds that the strategy itself takes at most. */
function timeOf(deployment: UpdateEndpointInput['DeploymentConfig']): number {
  const { TrafficRoutingConfiguration: routing, TerminationWaitInSeconds = 0 } = deployment?.BlueGreenUpdatePolicy ?? {};
  const steps = routing?.LinearStepSize?.Value === undefined ? 1 : Math.ceil(100 / routing.LinearStepSize.Value);
  return (routing?.WaitIntervalInSeconds ?? 0) * steps + TerminationWaitInSeconds;
}

/** Models of the one configuration that the other does without, and that were made for this endpoint. */
async function modelsOnlyIn(
  clients: Clients,
  endpoint: string,
  left: DescribeEndpointConfigOutput,
  kept: DescribeEndpointConfigOutput,
): Promise<string[]> {
  const namesIn = ({ ProductionVariants = [], ShadowProductionVariants = [] }: DescribeEndpointConfigOutput) =>
    new Set([...ProductionVariants, ...ShadowProductionVariants].flatMap(({ ModelName }) => (ModelName === undefined ? [] : [ModelName])));
  const staying = namesIn(kept);
  const owned: string[] = [];
  for (const ModelName of namesIn(left)) {
    if (staying.has(ModelName)) continue;
    const { ModelArn } = await clients.sageMaker.send(new DescribeModelCommand({ ModelName }));
    if ((await tagsAt(clients, ModelArn)).get(ENDPOINT_TAG) === endpoint) owned.push(ModelName);
  }
  return owned;
}

function rolledBack(
  name: string,
  { to, before }: Pick<Move, 'to' | 'before'>,
  { EndpointStatus = 'Failed', EndpointConfigName }: DescribeEndpointOutput,
  reason: string | undefined,
  alarms: readonly string[],
): SealabError {
  const alarm = alarms.find((one) => reason?.includes(one) === true);
  const why =
    reason ?? (alarms.length === 0 ? 'SageMaker gave no reason' : `SageMaker gave no reason; it watched the alarms ${alarms.join(', ')}`);
  const what =
    EndpointStatus === 'InService'
      ? `was rolled back: it serves ${EndpointConfigName ?? before} again`
      : `is ${EndpointStatus} after its update to ${to}`;
  return new SealabError(
    'UpdateRolledBack',
    `Endpoint ${name} ${what}. ${alarm === undefined ? '' : `Alarm ${alarm} was raised: `}${why}`,
    {
      remedy: 'Read the logs of the new instances: `for await (const line of endpoint.logs({ follow: false })) …`, and look at the alarms.',
      details: { name, status: EndpointStatus, configuration: EndpointConfigName, wanted: to, reason, alarm, alarms },
    },
  );
}
