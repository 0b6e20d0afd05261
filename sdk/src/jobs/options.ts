import { SealabError } from '../contract/index.ts';
import type { EnvironmentDescription } from '../contract/index.ts';
import type { JobOptions } from './api.ts';

export const SECONDS = { hour: 3_600, mostRuntime: 28 * 24 * 3_600, mostProcessing: 9 * 24 * 3_600 } as const;

/** The image of a framework, or the caller's own. Throws `InvalidInput` naming the frameworks there are. */
export function imageFor(environment: EnvironmentDescription, { image, framework }: { image?: string; framework?: string }): string {
  if (image !== undefined) return image;
  const name = framework ?? 'scikit-learn';
  const found = environment.images[name];
  if (found !== undefined) return found;
  throw new SealabError('InvalidInput', `framework: ${JSON.stringify(name)} is not approved in this environment.`, {
    remedy: `Use one of ${Object.keys(environment.images).join(', ')}, or ask your administrator to add it.`,
    details: { field: 'framework', given: name, allowed: Object.keys(environment.images) },
  });
}

/** A number of the caller's, checked against the limits that SageMaker has. */
export function wholeNumber(field: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new SealabError('InvalidInput', `${field}: ${value} is not a whole number from ${least} to ${most}.`, {
    remedy: `Give a whole number from ${least} to ${most}.`,
    details: { field, given: value, least, most },
  });
}

/** Package mirror for `pip` in a connected job: the training toolkit fetches a token with the job's role (sagemaker-training ≥ 4.7). */
export const mirrorVariables = ({ mirror, partition, region }: EnvironmentDescription): Record<string, string> => ({
  CA_REPOSITORY_ARN: `arn:${partition}:codeartifact:${region}:${mirror.domainOwner}:repository/${mirror.domain}/${mirror.repository}`,
});

/** The caller's variables, with the mirror's added under `connected`; what the caller gave stays. */
export function variables(
  { environment: own, network }: Pick<JobOptions, 'environment' | 'network'>,
  environment: EnvironmentDescription,
): { Environment?: Record<string, string> } {
  const all = { ...(network === 'connected' ? mirrorVariables(environment) : {}), ...own };
  return Object.keys(all).length === 0 ? {} : { Environment: all };
}

/** Tags as SageMaker takes them. */
export const tagsOf = (tags: JobOptions['tags']): { Tags?: { Key: string; Value: string }[] } =>
  tags === undefined ? {} : { Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };

/** An `InvalidInput` that names the field and says what to do. */
export function refuse(field: string, problem: string, remedy: string): never {
  throw new SealabError('InvalidInput', `${field}: ${problem}`, { remedy, details: { field } });
}

/** A word of the caller's out of those that SageMaker knows. */
export function oneOf<const T extends string>(field: string, value: T, allowed: readonly T[]): T {
  if (allowed.includes(value)) return value;
  throw new SealabError('InvalidInput', `${field}: ${JSON.stringify(value)} is not one of ${allowed.join(', ')}.`, {
    remedy: `Use one of ${allowed.join(', ')}.`,
    details: { field, given: value, allowed },
  });
}

/** Names of options, as the compiler lists them: one that is added to the type has to be added here. */
export type Known<T> = Readonly<Record<keyof T, true>>;

/** Refuses an option that is unknown: a slip of the pen would have no effect, and nobody would notice. */
export function refuseUnknown<T extends object>(where: string, options: T, known: Known<T>): void {
  for (const [name, value] of Object.entries(options)) {
    if (Object.hasOwn(known, name) || value === undefined) continue;
    const names = Object.keys(known);
    const meant = names.find((other) => other.toLowerCase() === name.toLowerCase().replace(/[_-]/g, ''));
    throw new SealabError('InvalidInput', `${where}: ${JSON.stringify(name)} is not an option.`, {
      remedy: meant === undefined ? `The options are ${names.join(', ')}.` : `Did you mean ${meant}?`,
      details: { field: name, allowed: names },
    });
  }
}
