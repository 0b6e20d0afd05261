import { CONTROLS, MAY_PASS, purposeOf, valuesAt } from '../../contract/index.ts';
import type { Control, EnvironmentDescription, ObjectPlace, RolePurpose } from '../../contract/index.ts';
import { reason } from '../../posture/check.ts';
import { isUncertain } from '../../waiting/transient.ts';
import { isRefused, ok, problem, unknown } from './check.ts';
import type { Asked, Finding } from './check.ts';
import type { Named } from './facts.ts';
import { partsOf } from './s3-uri.ts';

/** What a name at the end of an ARN says to people: `sealab-credit-risk-job-execution`. */
export const shortName = (arn: string): string => arn.split('/').at(-1) ?? arn;

/**
 * IAM's answer; or, where it cannot be had, what the deployment guarantees.
 *
 * @param instead is told, as the end of a sentence, why IAM was not asked or did not answer
 * @param whether what is asked, for the case that IAM fails in another way: `Whether x may y`
 */
export async function askIam(
  asked: Asked,
  ask: () => Promise<Finding>,
  instead: (why: string) => Finding | Promise<Finding>,
  whether: string,
  field: string,
): Promise<Finding> {
  if (!(await asked.reaches('iam'))) return instead('IAM itself cannot be asked from inside the network');
  const { patience } = asked;
  try {
    return await ask();
  } catch (error) {
    if (isRefused(error)) return instead('your role may not ask IAM itself');
    if (isUncertain(error) || patience.aborted) return instead('IAM itself gave no answer');
    return unknown(`${whether}: ${reason(error)}`, field);
  }
}

/** Whether the contract's rows for an operation name exactly this role. */
export function isProjectsRole({ operation, value }: Named, environment: EnvironmentDescription): boolean {
  return CONTROLS[operation].some(
    ({ wanted }: Control) => 'environment' in wanted && valuesAt(environment, wanted.environment).includes(value),
  );
}

/** What the deployment says about who sends a request: whether it may hand over roles and have volumes encrypted. */
export function mayPass(sender: RolePurpose): readonly RolePurpose[] {
  return (MAY_PASS as Readonly<Partial<Record<RolePurpose, readonly RolePurpose[]>>>)[sender] ?? [];
}

/** Purposes that may hand a role over, as the environment document has them. */
export const passersOf = (role: RolePurpose, { roles }: EnvironmentDescription): readonly RolePurpose[] =>
  Object.values(roles).flatMap((arn) => {
    const purpose = purposeOf(arn, { roles } as EnvironmentDescription);
    return purpose !== undefined && mayPass(purpose).includes(role) ? [purpose] : [];
  });

interface Words {
  /** `read`, `write`. */
  readonly verb: string;
  readonly remedy: string;
  readonly field: string;
}

/** Whether the deployment lets a role reach what lies at an S3 URI, by a table of the contract. */
export function reachesObjects(
  rights: Readonly<Partial<Record<RolePurpose, readonly ObjectPlace[]>>>,
  role: string,
  uri: string,
  environment: EnvironmentDescription,
  why: string,
  { verb, remedy, field }: Words,
): Finding {
  const who = shortName(role);
  const purpose = purposeOf(role, environment);
  if (purpose === undefined) return unknown(`Whether ${who} may ${verb} ${uri}: it is not one of the project’s roles, and ${why}.`, field);
  const { bucket, key } = partsOf(uri);
  const places = rights[purpose] ?? [];
  const below = key === '' || key.endsWith('/') ? key : `${key}/`;
  const within = places.some(([name, prefix = '']) => environment.buckets[name] === bucket && below.startsWith(prefix));
  if (within) return ok(`${who} may ${verb} ${uri}, as the deployment has made it; ${why}.`, field);
  const allowed = places.map(([name, prefix = '']) => `s3://${environment.buckets[name]}/${prefix}`);
  return problem(
    `${who} cannot ${verb} ${uri}: the deployment lets it ${verb} ${allowed.length === 0 ? 'nothing' : allowed.join(', ')}.`,
    remedy,
    field,
  );
}
