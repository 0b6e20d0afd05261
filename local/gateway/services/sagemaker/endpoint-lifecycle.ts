import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import type { DeploymentConfig } from '@aws-sdk/client-sagemaker';
import type { HostingRunner } from '../../../runner/hosting-interface.ts';
import { type Deployment, deploy, rollBack, type Stage } from './endpoint-deployment.ts';
import type { EndpointRecord, Fleet } from './endpoint-fleets.ts';
import type { EndpointRoles } from './endpoint-role.ts';
import { RunningFleet, Traffic } from './endpoint-traffic.ts';
import { now, type Store } from './store.ts';

/** What an endpoint is besides its record: what runs of it. */
export interface Live {
  readonly traffic: Traffic;
  /** Of the record's fleet. */
  current?: RunningFleet;
  /** Of a pending update. */
  next?: RunningFleet;
  stage?: { readonly status: Stage; readonly startTime: number };
}

/** Creates, updates and removes what endpoints run. Records are saved before and after, so that a restart goes on where this ended. */
export class EndpointLifecycle {
  readonly #store: Store<EndpointRecord>;
  readonly #hosting: HostingRunner;
  readonly #roles: EndpointRoles;
  readonly #onRemoved: (endpoint: EndpointRecord) => Promise<void>;
  readonly #onReady: (endpoint: EndpointRecord) => void;
  readonly #live = new Map<string, Live>();

  constructor(parts: {
    readonly store: Store<EndpointRecord>;
    readonly hosting: HostingRunner;
    readonly roles: EndpointRoles;
    /** It answers requests again. */
    readonly onReady: (endpoint: EndpointRecord) => void;
    readonly onRemoved: (endpoint: EndpointRecord) => Promise<void>;
  }) {
    this.#store = parts.store;
    this.#hosting = parts.hosting;
    this.#roles = parts.roles;
    this.#onReady = parts.onReady;
    this.#onRemoved = parts.onRemoved;
  }

  live(endpoint: EndpointRecord): Live {
    const known = this.#live.get(endpoint.name) ?? { traffic: new Traffic() };
    this.#live.set(endpoint.name, known);
    return known;
  }

  /** After a restart of the gateway: takes over what still runs and brings up what does not. */
  resume(): void {
    for (const endpoint of this.#store.all()) {
      const fleets = endpoint.status === 'Deleting' || endpoint.status === 'Failed' ? [] : [endpoint.fleet, endpoint.pending?.fleet];
      const swept = this.#hosting.sweep(endpoint.name, ({ generation, variant, index }) =>
        fleets.some((fleet) => fleet?.generation === generation && index < (fleet.capacities[variant]?.count ?? 0)),
      );
      if (endpoint.status === 'Deleting') void swept.then(() => this.remove(endpoint));
      else if (endpoint.status !== 'Failed') void swept.then(() => this.#comeBack(endpoint));
    }
  }

  /** Brings an endpoint to its recorded fleet. @returns whether it is in service */
  async bringUp(endpoint: EndpointRecord): Promise<boolean> {
    const running = new RunningFleet(endpoint, endpoint.fleet, this.#hosting);
    const live = this.live(endpoint);
    live.current = running;
    live.traffic.all(running);
    try {
      await running.scaleTo();
    } catch (error) {
      if (!this.#alive(endpoint)) return false;
      endpoint.status = 'Failed';
      endpoint.failureReason = reasonOf(error);
      await running.stop();
      this.#store.save(endpoint);
      return false;
    }
    if (!this.#alive(endpoint)) return false;
    endpoint.status = 'InService';
    // Of an update that was rolled back it stays: that it came back says nothing about it.
    this.#store.save(endpoint);
    this.#onReady(endpoint);
    return true;
  }

  /** Carries out the update that the record says is pending. Requests are answered all the time. */
  async update(endpoint: EndpointRecord): Promise<void> {
    const { pending } = endpoint;
    const live = this.live(endpoint);
    const { current } = live;
    if (pending === undefined || current === undefined) return;
    const next = new RunningFleet(endpoint, pending.fleet, this.#hosting);
    live.next = next;
    const deployment: Deployment = {
      traffic: live.traffic,
      current,
      next,
      config: pending.deployment,
      alarmsIn: (names) => this.alarmsIn(endpoint, names),
      alive: () => this.#alive(endpoint),
      onStage: (status) => {
        live.stage = { status, startTime: now() };
      },
    };
    let failure: unknown;
    try {
      await deploy(deployment);
    } catch (error) {
      failure = error;
    }
    delete live.stage;
    if (!this.#alive(endpoint)) {
      await next.stop();
      return;
    }
    if (failure === undefined) this.#adopt(endpoint, pending.fleet, pending.deployment, live);
    else await this.#goBack(endpoint, deployment, failure);
    await (failure === undefined ? current : next).stop();
    delete live.next;
    if (!this.#alive(endpoint)) return;
    endpoint.status = 'InService';
    this.#store.save(endpoint);
    this.#onReady(endpoint);
  }

  /** Brings the variants of an endpoint to changed capacities. `previous`: to go back to when that fails. */
  async rescale(endpoint: EndpointRecord, previous: Fleet['capacities']): Promise<void> {
    const running = this.live(endpoint).current;
    const { capacities } = endpoint.fleet;
    try {
      for (const [name, capacity] of Object.entries(capacities)) running?.variant(name)?.adopt(capacity);
      await running?.scaleTo();
      delete endpoint.failureReason;
    } catch (error) {
      endpoint.failureReason = reasonOf(error);
      for (const [name, capacity] of Object.entries(previous)) capacities[name] = capacity;
    }
    if (!this.#alive(endpoint)) return;
    endpoint.status = 'InService';
    this.#store.save(endpoint);
    this.#onReady(endpoint);
  }

  async remove(endpoint: EndpointRecord): Promise<void> {
    const { current, next } = this.live(endpoint);
    await Promise.all([current, next].flatMap((running) => (running === undefined ? [] : [running.stop(false)])));
    await this.#onRemoved(endpoint);
    this.#live.delete(endpoint.name);
    this.#store.delete(endpoint.name);
  }

  /** Those of the alarms that are in ALARM, read as the model's execution role. @throws when one is missing or may not be read */
  async alarmsIn(endpoint: EndpointRecord, names: readonly string[]): Promise<string[]> {
    const client = new CloudWatchClient(await this.#roles.outside(endpoint));
    const { MetricAlarms = [], CompositeAlarms = [] } = await client.send(
      new DescribeAlarmsCommand({ AlarmNames: [...names], AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] }),
    );
    const alarms = [...MetricAlarms, ...CompositeAlarms];
    const missing = names.filter((name) => !alarms.some(({ AlarmName }) => AlarmName === name));
    if (missing.length > 0) throw new Error(`The alarms ${missing.join(', ')} do not exist.`);
    return alarms.flatMap(({ AlarmName = '', StateValue }) => (StateValue === 'ALARM' ? [AlarmName] : []));
  }

  async #comeBack(endpoint: EndpointRecord): Promise<void> {
    // Until its containers answer again, which they may do at once.
    if (endpoint.status === 'InService') endpoint.status = 'Updating';
    if (!(await this.bringUp(endpoint)) || endpoint.pending === undefined) return;
    endpoint.status = 'Updating';
    await this.update(endpoint);
  }

  #adopt(endpoint: EndpointRecord, fleet: Fleet, deployment: DeploymentConfig | undefined, live: Live): void {
    if (live.next !== undefined) {
      live.current = live.next;
      live.traffic.all(live.next);
    }
    endpoint.fleet = fleet;
    delete endpoint.pending;
    if (deployment === undefined) delete endpoint.deployment;
    else endpoint.deployment = deployment;
    delete endpoint.failureReason;
    this.#store.save(endpoint);
  }

  async #goBack(endpoint: EndpointRecord, deployment: Deployment, failure: unknown): Promise<void> {
    endpoint.status = 'RollingBack';
    delete endpoint.pending;
    endpoint.failureReason = `The update was rolled back: ${reasonOf(failure)}`;
    this.#store.save(endpoint);
    await rollBack(deployment).catch((error: unknown) => {
      endpoint.failureReason = `${endpoint.failureReason ?? ''} The old fleet is not complete: ${reasonOf(error)}`;
      deployment.traffic.all(deployment.current);
    });
  }

  #alive(endpoint: EndpointRecord): boolean {
    return this.#store.get(endpoint.name) === endpoint && endpoint.status !== 'Deleting';
  }
}

/** FailureReason has 1,024 characters. */
const reasonOf = (error: unknown): string => (error as Error).message.slice(0, 900);
