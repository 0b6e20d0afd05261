import { setTimeout as sleep } from 'node:timers/promises';
import type { ProductionVariant } from '@aws-sdk/client-sagemaker';
import type { HostedInstance, HostingRunner, InstanceName } from '../../../runner/hosting-interface.ts';
import { AwsError } from '../../call.ts';
import { asyncConfig, type Capacity, type EndpointRecord, type Fleet, hostedInstance } from './endpoint-fleets.ts';

/** The right to send one request to an instance, which is not stopped before it is given back. */
export interface Lease {
  readonly fleet: Fleet;
  readonly variant: string;
  readonly instance: InstanceName;
  /** Milliseconds that the request waited for its container: a cold start. */
  readonly waitedMs: number;
  release(): void;
}

/** A variant of a fleet that runs. */
export interface RunningVariant {
  readonly name: string;
  /** Instances that answer. */
  readonly count: number;
  /** Brings it to its capacity; resolves when everything answers. @throws HostingFailure */
  scale(count: number): Promise<void>;
  /** Adopts a changed capacity of a serverless variant. */
  adopt(capacity: Capacity): void;
  /** Ends everything; `drain`: when the requests under way have their answers. */
  stop(drain: boolean): Promise<void>;
  acquire(): Promise<Lease>;
}

/** How long an instance waits for its last answers before it ends: a streamed answer, or an asynchronous one, takes no longer. */
const DRAIN_MS = 480_000;
const DRAIN_ASYNC_MS = 3_600_000;
const DRAIN_STEP_MS = 20;
/** Unless `SEALAB_SERVERLESS_IDLE_SECONDS` says otherwise; AWS does not say how long it keeps a container. */
const IDLE_SECONDS = 300;

interface Slot {
  readonly instance: HostedInstance;
  /** It answers. */
  ready: boolean;
  busy: number;
}

export function runVariant(endpoint: EndpointRecord, fleet: Fleet, variant: ProductionVariant, hosting: HostingRunner): RunningVariant {
  return variant.ServerlessConfig === undefined
    ? new InstanceVariant(endpoint, fleet, variant, hosting)
    : new ServerlessVariant(endpoint, fleet, variant, hosting);
}

async function drained(slot: Slot, fleet: Fleet): Promise<void> {
  const most = asyncConfig(fleet) === undefined ? DRAIN_MS : DRAIN_ASYNC_MS;
  for (const deadline = Date.now() + most; slot.busy > 0 && Date.now() < deadline;) await sleep(DRAIN_STEP_MS);
}

/** Instances that run all the time; requests go to them in turn, or as the variant's RoutingConfig says. */
class InstanceVariant implements RunningVariant {
  readonly name: string;
  readonly #make: (index: number) => HostedInstance;
  readonly #fleet: Fleet;
  readonly #hosting: HostingRunner;
  readonly #strategy: string | undefined;
  /** By index: those that answer and those on their way. */
  readonly #slots = new Map<number, Slot>();
  #turn = 0;

  constructor(endpoint: EndpointRecord, fleet: Fleet, variant: ProductionVariant, hosting: HostingRunner) {
    this.name = variant.VariantName ?? '';
    this.#fleet = fleet;
    this.#hosting = hosting;
    this.#strategy = variant.RoutingConfig?.RoutingStrategy;
    this.#make = (index) => hostedInstance(endpoint, fleet, variant, index);
  }

  get count(): number {
    return this.#ready().length;
  }

  async scale(count: number): Promise<void> {
    const missing = Array.from({ length: count }, (_, index) => index).filter((index) => !this.#slots.has(index));
    const started = await Promise.allSettled(
      missing.map(async (index) => {
        const slot: Slot = { instance: this.#make(index), ready: false, busy: 0 };
        this.#slots.set(index, slot);
        await this.#hosting.start(slot.instance);
        slot.ready = true;
      }),
    );
    const failed = started.find((one) => one.status === 'rejected');
    if (failed !== undefined) {
      await Promise.all(missing.map((index) => this.#remove(index)));
      throw failed.reason;
    }
    await Promise.all([...this.#slots.keys()].filter((index) => index >= count).map((index) => this.#remove(index)));
  }

  adopt(): void {
    // Weight and count are not kept here.
  }

  async stop(drain: boolean): Promise<void> {
    await Promise.all([...this.#slots.keys()].map((index) => this.#remove(index, drain)));
  }

  acquire(): Promise<Lease> {
    const slot = this.#choose();
    if (slot === undefined)
      return Promise.reject(new AwsError('ServiceUnavailable', `Variant ${this.name} has no instance in service.`, 503));
    slot.busy += 1;
    return Promise.resolve({
      fleet: this.#fleet,
      variant: this.name,
      instance: slot.instance,
      waitedMs: 0,
      release: () => {
        slot.busy -= 1;
      },
    });
  }

  #choose(): Slot | undefined {
    const ready = this.#ready();
    if (this.#strategy === 'LEAST_OUTSTANDING_REQUESTS') return [...ready].sort((a, b) => a.busy - b.busy)[0];
    if (this.#strategy === 'RANDOM') return ready[Math.floor(Math.random() * ready.length)];
    this.#turn += 1;
    return ready[this.#turn % Math.max(1, ready.length)];
  }

  #ready(): Slot[] {
    return [...this.#slots.values()].filter(({ ready }) => ready);
  }

  async #remove(index: number, drain = true): Promise<void> {
    const slot = this.#slots.get(index);
    this.#slots.delete(index);
    if (slot !== undefined && drain) await drained(slot, this.#fleet);
    await this.#hosting.stop(this.#make(index));
  }
}

/**
 * One container that is started by the first request and stopped when none came for a while. AWS starts up to one for each
 * concurrent request; here one serves them all, as many at a time as `MaxConcurrency` says.
 */
class ServerlessVariant implements RunningVariant {
  readonly name: string;
  readonly #fleet: Fleet;
  readonly #hosting: HostingRunner;
  readonly #slot: Slot;
  readonly #idleMs = Number(process.env['SEALAB_SERVERLESS_IDLE_SECONDS'] ?? IDLE_SECONDS) * 1000;
  #capacity: Capacity;
  #warm: Promise<void> | undefined;
  #cooling: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #over = false;

  constructor(endpoint: EndpointRecord, fleet: Fleet, variant: ProductionVariant, hosting: HostingRunner) {
    this.name = variant.VariantName ?? '';
    this.#fleet = fleet;
    this.#hosting = hosting;
    this.#capacity = fleet.capacities[this.name] ?? { weight: 1, count: 1 };
    this.#slot = { instance: hostedInstance(endpoint, fleet, variant, 0), ready: true, busy: 0 };
  }

  /** A serverless variant has no instances. */
  get count(): number {
    return 0;
  }

  /** Starts the container once, so that a model that cannot be served fails here as it does on AWS. */
  async scale(): Promise<void> {
    await this.#warmUp();
    this.#rest();
  }

  adopt(capacity: Capacity): void {
    this.#capacity = capacity;
    if (this.#provisioned) void this.#warmUp().catch(() => undefined);
    else this.#rest();
  }

  async stop(drain: boolean): Promise<void> {
    this.#over = true;
    clearTimeout(this.#timer);
    if (drain) await drained(this.#slot, this.#fleet);
    await this.#cooling;
    await this.#hosting.stop(this.#slot.instance);
    // A start under way was cut short by that, and has left its files.
    await this.#warm?.catch(() => undefined);
    await this.#hosting.stop(this.#slot.instance);
  }

  async acquire(): Promise<Lease> {
    const most = this.#capacity.serverless?.MaxConcurrency ?? 1;
    if (this.#slot.busy >= most) throw new AwsError('ThrottlingException', 'Rate exceeded', 429);
    this.#slot.busy += 1;
    clearTimeout(this.#timer);
    const release = (): void => {
      this.#slot.busy -= 1;
      this.#rest();
    };
    const asked = performance.now();
    try {
      await this.#warmUp();
    } catch (error) {
      release();
      throw error;
    }
    return { fleet: this.#fleet, variant: this.name, instance: this.#slot.instance, waitedMs: performance.now() - asked, release };
  }

  get #provisioned(): boolean {
    return this.#capacity.serverless?.ProvisionedConcurrency !== undefined;
  }

  async #warmUp(): Promise<void> {
    await this.#cooling;
    this.#warm ??= this.#hosting.start(this.#slot.instance).catch((error: unknown) => {
      this.#warm = undefined;
      throw error;
    });
    await this.#warm;
  }

  /** Lets the container go when nobody needs it for a while. */
  #rest(): void {
    clearTimeout(this.#timer);
    if (this.#over || this.#provisioned || this.#slot.busy > 0) return;
    this.#timer = setTimeout(() => {
      if (this.#slot.busy > 0 || this.#warm === undefined) return;
      this.#warm = undefined;
      this.#cooling = this.#hosting.stop(this.#slot.instance).finally(() => {
        this.#cooling = undefined;
      });
    }, this.#idleMs);
    this.#timer.unref();
  }
}
