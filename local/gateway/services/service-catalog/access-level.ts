import type { Call } from '../../call.ts';
import type { Catalog } from './answers.ts';

type Level = 'userLevel' | 'roleLevel' | 'accountLevel';
const keys = (...levels: Level[]): Record<string, string> => Object.fromEntries(levels.map((level) => [`servicecatalog:${level}`, 'self']));

/** Lists say how far they want to look; a narrow request also satisfies a policy that allows a wide one. */
const BY_FILTER: Readonly<Record<string, Record<string, string>>> = {
  User: keys('userLevel', 'roleLevel', 'accountLevel'),
  Role: keys('roleLevel', 'accountLevel'),
  Account: keys('accountLevel'),
};

/**
 * `servicecatalog:userLevel`, `roleLevel` and `accountLevel` of a request (Service Authorization Reference): `self` where
 * what is asked for belongs to the caller, to the caller's role, to the caller's account.
 */
export function accessLevelKeys({ store }: Catalog, call: Call): Readonly<Record<string, string>> {
  const { input, operation, principal } = call;
  if (/^(Search|Scan)ProvisionedProducts$|^ListRecordHistory$/.test(operation)) {
    const filter = input['AccessLevelFilter'] as { Key?: string } | undefined;
    return BY_FILTER[filter?.Key ?? 'User'] ?? {};
  }
  const name = (input['Name'] ?? input['ProvisionedProductName']) as string | undefined;
  const id = (input['Id'] ?? input['ProvisionedProductId']) as string | undefined;
  const product = Object.values(store.state.provisioned).find((candidate) => candidate.id === id || candidate.name === name);
  const session = product?.userArnSession ?? store.state.records[id ?? '']?.userArn;
  // What does not exist belongs to nobody: the answer is that it is not found.
  if (session === undefined || session === principal.arn) return keys('userLevel', 'roleLevel', 'accountLevel');
  const ofRole = (arn: string): string => arn.replace(/\/[^/]*$/, '');
  return principal.roleArn !== undefined && ofRole(session) === ofRole(principal.arn)
    ? keys('roleLevel', 'accountLevel')
    : keys('accountLevel');
}
