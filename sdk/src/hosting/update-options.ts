import type { DeploymentConfig } from '@aws-sdk/client-sagemaker';
import { SealabError } from '../contract/index.ts';
import { refuseUnknown, wholeNumber } from '../jobs/options.ts';
import type { ModelSource, UpdateOptions, UpdateStrategy } from './api.ts';

const KNOWN = {
  source: true,
  framework: true,
  image: true,
  environment: true,
  variant: true,
  instanceType: true,
  instanceCount: true,
  capture: true,
  strategy: true,
  alarms: true,
  tags: true,
  wait: true,
  onProgress: true,
  signal: true,
  timeout: true,
} satisfies Record<keyof UpdateOptions, true>;

/** Of these, a configuration that is there already has its own. */
const OF_THE_CONFIGURATION = [
  'source',
  'framework',
  'image',
  'environment',
  'variant',
  'instanceType',
  'instanceCount',
  'capture',
  'tags',
] as const;

/** Seconds that a step is watched. */
const WATCH = 300;
const MOST_WATCH = 3_600;

/** Refuses what does nothing or what SageMaker would refuse. */
export function checkUpdateOptions(change: ModelSource | { readonly config: string }, options: UpdateOptions): void {
  refuseUnknown('update', options, KNOWN);
  const ignored = 'config' in change ? OF_THE_CONFIGURATION.find((field) => options[field] !== undefined) : undefined;
  if (ignored !== undefined) {
    throw new SealabError('InvalidInput', `${ignored}: the configuration that was named has its own.`, {
      remedy: `Leave ${ignored} out, or give a model instead of a configuration.`,
      details: { field: ignored },
    });
  }
}

/** How SageMaker moves traffic, and when it goes back; `undefined`: its own way, all at once. */
export function deploymentOf({ strategy, alarms }: UpdateOptions): DeploymentConfig | undefined {
  if (strategy === undefined && alarms === undefined) return undefined;
  if (alarms !== undefined && (alarms.length === 0 || alarms.length > 10)) {
    throw new SealabError('InvalidInput', `alarms: there are ${alarms.length}; SageMaker watches 1 to 10.`, {
      details: { field: 'alarms', given: alarms.length },
    });
  }
  const { routing, wait } = routingOf(strategy ?? 'all-at-once');
  return {
    // Without alarms nothing could call the new fleet back once it has all traffic.
    BlueGreenUpdatePolicy: { TrafficRoutingConfiguration: routing, TerminationWaitInSeconds: alarms === undefined ? 0 : wait },
    ...(alarms === undefined ? {} : { AutoRollbackConfiguration: { Alarms: alarms.map((AlarmName) => ({ AlarmName })) } }),
  };
}

type Routing = NonNullable<NonNullable<DeploymentConfig['BlueGreenUpdatePolicy']>['TrafficRoutingConfiguration']>;

function routingOf(strategy: UpdateStrategy): { routing: Routing; wait: number } {
  if (strategy === 'all-at-once') return { routing: { Type: 'ALL_AT_ONCE', WaitIntervalInSeconds: 0 }, wait: WATCH };
  refuseUnknown<{ canary?: number; linear?: number; wait?: number }>('strategy', strategy, { canary: true, linear: true, wait: true });
  const wait = wholeNumber('strategy.wait', strategy.wait ?? WATCH, 0, MOST_WATCH);
  const percent = (field: 'canary' | 'linear', value: number, least: number) => ({
    Type: 'CAPACITY_PERCENT' as const,
    Value: wholeNumber(`strategy.${field}`, value, least, 50),
  });
  if ('canary' in strategy === 'linear' in strategy) {
    throw new SealabError('InvalidInput', 'strategy: give either canary or linear, a percentage of the capacity.', {
      remedy: "Use 'all-at-once', { canary: 10 } or { linear: 25 }.",
      details: { field: 'strategy' },
    });
  }
  return {
    wait,
    routing:
      'canary' in strategy
        ? { Type: 'CANARY', WaitIntervalInSeconds: wait, CanarySize: percent('canary', strategy.canary, 1) }
        : { Type: 'LINEAR', WaitIntervalInSeconds: wait, LinearStepSize: percent('linear', strategy.linear, 10) },
  };
}
