import type { HostingRunner } from '../../../runner/hosting-interface.ts';
import { AwsError } from '../../call.ts';
import { allVariants, type EndpointRecord, type Fleet, productionVariants, shadowVariants } from './endpoint-fleets.ts';
import { type Lease, type RunningVariant, runVariant } from './endpoint-variants.ts';

/** A fleet whose containers run, or are being started. */
export class RunningFleet {
  readonly fleet: Fleet;
  readonly #variants: ReadonlyMap<string, RunningVariant>;

  constructor(endpoint: EndpointRecord, fleet: Fleet, hosting: HostingRunner) {
    this.fleet = fleet;
    this.#variants = new Map(
      allVariants(fleet).map((variant) => [variant.VariantName ?? '', runVariant(endpoint, fleet, variant, hosting)]),
    );
  }

  /** @throws HostingFailure of the first variant that does not come up */
  async scaleTo(countOf: (variant: string, capacity: number) => number = (_, capacity) => capacity): Promise<void> {
    const all = await Promise.allSettled(
      [...this.#variants.values()].map((variant) => variant.scale(countOf(variant.name, this.fleet.capacities[variant.name]?.count ?? 1))),
    );
    const failed = all.find((one) => one.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  variant(name: string): RunningVariant | undefined {
    return this.#variants.get(name);
  }

  /** @param drain whether requests under way get their answers */
  async stop(drain = true): Promise<void> {
    await Promise.all([...this.#variants.values()].map((variant) => variant.stop(drain)));
  }
}

/** What answers an endpoint's requests: one fleet, or two during an update, each with its share of them. */
export class Traffic {
  #routes: { readonly running: RunningFleet; readonly share: number }[] = [];

  /** All requests from now on. */
  all(running: RunningFleet): void {
    this.#routes = [{ running, share: 1 }];
  }

  /** `share` of the requests to `next`, the others to `current`. */
  split(current: RunningFleet, next: RunningFleet, share: number): void {
    this.#routes = [
      { running: next, share },
      { running: current, share: 1 - share },
    ].filter((route) => route.share > 0);
  }

  /** The share of the requests that a fleet gets. */
  shareOf(fleet: Fleet): number {
    return this.#routes.find(({ running }) => running.fleet === fleet)?.share ?? 0;
  }

  /**
   * An instance for one request.
   * @param wanted `TargetVariant`
   * @throws AwsError when there is no such variant, or none has room
   */
  async acquire(endpoint: string, wanted: string | undefined): Promise<Lease> {
    const able = this.#routes.filter(({ running }) => wanted === undefined || names(running.fleet).includes(wanted));
    const route = byChance(able, ({ share }) => share);
    if (route === undefined) throw new AwsError('ValidationError', `Variant ${wanted ?? ''} was not found for endpoint ${endpoint}.`);
    const { running } = route;
    const name = wanted ?? byChance(names(running.fleet), (variant) => running.fleet.capacities[variant]?.weight ?? 1);
    const variant = running.variant(name ?? '');
    if (variant === undefined) throw new AwsError('ServiceUnavailable', `Endpoint ${endpoint} has no variant in service.`, 503);
    return variant.acquire();
  }

  /** The shadow variant that gets a copy of this request, if any: as often as its weight stands to the production variant's. */
  shadowOf({ fleet, variant }: Lease): RunningVariant | undefined {
    const shadow = shadowVariants(fleet)[0]?.VariantName;
    if (shadow === undefined) return undefined;
    const ratio = (fleet.capacities[shadow]?.weight ?? 1) / (fleet.capacities[variant]?.weight ?? 1);
    if (Math.random() >= ratio) return undefined;
    return this.#routes.find(({ running }) => running.fleet === fleet)?.running.variant(shadow);
  }
}

const names = (fleet: Fleet): string[] => productionVariants(fleet).map(({ VariantName = '' }) => VariantName);

/** One of them by chance, in proportion to the weights; the first where none has any. */
function byChance<T>(all: readonly T[], weightOf: (one: T) => number): T | undefined {
  let place = Math.random() * all.reduce((sum, one) => sum + weightOf(one), 0);
  return all.find((one) => (place -= weightOf(one)) < 0) ?? all[0];
}
