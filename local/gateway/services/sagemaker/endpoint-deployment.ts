import { setTimeout as sleep } from 'node:timers/promises';
import type { CapacitySize, DeploymentConfig } from '@aws-sdk/client-sagemaker';
import { AwsError } from '../../call.ts';
import { type Fleet, instanceCount, isServerless } from './endpoint-fleets.ts';
import type { RunningFleet, Traffic } from './endpoint-traffic.ts';

/** How far an update is: the status of its variants in PendingDeploymentSummary. */
export type Stage = 'Creating' | 'ActivatingTraffic' | 'Baking';

export interface Deployment {
  readonly traffic: Traffic;
  readonly current: RunningFleet;
  readonly next: RunningFleet;
  readonly config: DeploymentConfig | undefined;
  /** Names of those of the alarms that are in ALARM. */
  readonly alarmsIn: (names: readonly string[]) => Promise<readonly string[]>;
  /** False when the endpoint was deleted meanwhile. */
  readonly alive: () => boolean;
  readonly onStage: (stage: Stage) => void;
}

/** Why an update is rolled back: what DescribeEndpoint says of it. */
export class DeploymentFailed extends Error {
  override readonly name = 'DeploymentFailed';
}

const ALARM_PAUSE_MS = 500;
/** SageMaker takes at most half of a fleet as one step, so that what is left can carry the traffic. */
const LARGEST_STEP = 0.5;
const SMALLEST_ROLLING_STEP = 0.05;
const SMALLEST_LINEAR_STEP = 0.1;

/**
 * Moves an endpoint's requests from one fleet to the next, as its DeploymentConfig says. When it resolves all requests go to
 * `next`, and `current` can be stopped.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails.html
 * @throws what made it stop: the caller rolls back
 */
export async function deploy(deployment: Deployment): Promise<void> {
  const { config, next } = deployment;
  const policy = config?.RollingUpdatePolicy ?? config?.BlueGreenUpdatePolicy;
  const seconds = policy?.MaximumExecutionTimeoutInSeconds;
  const watch = watching(deployment, seconds === undefined ? Infinity : Date.now() + seconds * 1000, seconds);
  deployment.onStage('Creating');
  if (config?.RollingUpdatePolicy !== undefined) {
    await roll(deployment, config.RollingUpdatePolicy.WaitIntervalInSeconds ?? 0, watch);
    return;
  }
  await next.scaleTo();
  const routing = config?.BlueGreenUpdatePolicy?.TrafficRoutingConfiguration;
  for (const share of sharesOf(config, next.fleet)) await shift(deployment, share, routing?.WaitIntervalInSeconds ?? 0, watch);
  const termination = config?.BlueGreenUpdatePolicy?.TerminationWaitInSeconds ?? 0;
  for (const end = Date.now() + termination * 1000; Date.now() < end && deployment.alive();)
    await sleep(Math.min(ALARM_PAUSE_MS, end - Date.now()));
}

/** New instances take the place of old ones batch by batch. */
async function roll(deployment: Deployment, waitSeconds: number, watch: Watch): Promise<void> {
  const { current, next, config } = deployment;
  const total = instanceCount(next.fleet);
  const batch = instancesIn(config?.RollingUpdatePolicy?.MaximumBatchSize, total);
  for (let done = Math.min(batch, total); ; done = Math.min(done + batch, total)) {
    const share = done / total;
    await next.scaleTo((_, capacity) => Math.ceil(capacity * share));
    await shift(deployment, share, waitSeconds, watch);
    if (done === total) return;
    await current.scaleTo((_, capacity) => Math.ceil(capacity * (1 - share)));
  }
}

/** The way back: the old fleet has all its instances again before it gets all requests. */
export async function rollBack({ traffic, current, config }: Deployment): Promise<void> {
  const rolling = config?.RollingUpdatePolicy;
  if (rolling !== undefined) {
    const total = instanceCount(current.fleet);
    const batch = instancesIn(rolling.RollbackMaximumBatchSize ?? { Type: 'CAPACITY_PERCENT', Value: 100 }, total);
    for (let done = Math.min(batch, total); ; done = Math.min(done + batch, total)) {
      const share = done / total;
      await current.scaleTo((name, capacity) => Math.max(Math.ceil(capacity * share), current.variant(name)?.count ?? 0));
      if (done === total) break;
    }
  }
  traffic.all(current);
}

async function shift({ traffic, current, next, onStage }: Deployment, share: number, waitSeconds: number, watch: Watch): Promise<void> {
  onStage('ActivatingTraffic');
  traffic.split(current, next, share);
  onStage('Baking');
  await watch(waitSeconds);
}

/** Waits, and throws as soon as the update must be rolled back. */
type Watch = (seconds: number) => Promise<void>;

function watching({ config, alarmsIn, alive }: Deployment, deadline: number, seconds: number | undefined): Watch {
  const names = (config?.AutoRollbackConfiguration?.Alarms ?? []).map(({ AlarmName = '' }) => AlarmName);
  return async (wait) => {
    const end = Date.now() + wait * 1000;
    for (;;) {
      if (!alive()) throw new DeploymentFailed('The endpoint was deleted.');
      if (Date.now() > deadline) throw new DeploymentFailed(`The update did not finish within ${String(seconds)} seconds.`);
      const tripped = names.length === 0 ? [] : await alarmsIn(names);
      if (tripped.length > 0) throw new DeploymentFailed(`One or more of the configured alarms are in ALARM state: ${tripped.join(', ')}.`);
      const left = end - Date.now();
      if (left <= 0) return;
      await sleep(Math.min(left, ALARM_PAUSE_MS));
    }
  };
}

const instancesIn = (size: CapacitySize | undefined, total: number): number =>
  size?.Type === 'INSTANCE_COUNT' ? (size.Value ?? 1) : Math.max(1, Math.floor((total * (size?.Value ?? 100)) / 100));

const shareIn = (size: CapacitySize | undefined, total: number): number =>
  size?.Type === 'INSTANCE_COUNT' ? (size.Value ?? 1) / total : (size?.Value ?? 100) / 100;

/** Shares of the requests that the new fleet gets, one step after the other. */
function sharesOf(config: DeploymentConfig | undefined, fleet: Fleet): number[] {
  const routing = config?.BlueGreenUpdatePolicy?.TrafficRoutingConfiguration;
  if (routing?.Type === 'CANARY') return [shareIn(routing.CanarySize, instanceCount(fleet)), 1];
  if (routing?.Type !== 'LINEAR') return [1];
  const step = shareIn(routing.LinearStepSize, instanceCount(fleet));
  return Array.from({ length: Math.ceil(1 / step - 1e-9) }, (_, index) => Math.min(1, (index + 1) * step));
}

/** A DeploymentConfig that SageMaker would refuse for this fleet. @throws AwsError */
export function checkDeployment(config: DeploymentConfig | undefined, fleet: Fleet): void {
  if (config === undefined) return;
  const refuse = (message: string): never => {
    throw new AwsError('ValidationException', message);
  };
  const within = (size: CapacitySize | undefined, field: string, least: number): void => {
    if (size === undefined) return void refuse(`${field} must be given.`);
    const share = shareIn(size, instanceCount(fleet));
    if (share > LARGEST_STEP || share < least)
      refuse(
        `${field} must be between ${String(least * 100)}% and 50% of the instances of the fleet, which are ${String(instanceCount(fleet))}.`,
      );
  };
  const { BlueGreenUpdatePolicy: blueGreen, RollingUpdatePolicy: rolling } = config;
  if (isServerless(fleet)) refuse('Deployment policies are for real-time and asynchronous endpoints, not for serverless ones.');
  if ((blueGreen === undefined) === (rolling === undefined))
    refuse('Exactly one of BlueGreenUpdatePolicy and RollingUpdatePolicy must be given.');
  const routing = blueGreen?.TrafficRoutingConfiguration;
  if (routing?.Type === 'CANARY') within(routing.CanarySize, 'CanarySize', 0);
  if (routing?.Type === 'LINEAR') within(routing.LinearStepSize, 'LinearStepSize', SMALLEST_LINEAR_STEP);
  if (rolling !== undefined) within(rolling.MaximumBatchSize, 'MaximumBatchSize', SMALLEST_ROLLING_STEP);
}
