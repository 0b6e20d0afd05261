import type { Clients } from '../../clients/api.ts';
import type { EnvironmentDescription } from '../../contract/index.ts';
import { ok, problem, unknown } from './check.ts';
import type { Asked, Finding } from './check.ts';

/** What a simulation of identity policies and boundary says; key and bucket policies are not part of it. */
export interface Simulated {
  readonly allowed: boolean;
  readonly explicit: boolean;
  readonly action: string;
  readonly resource: string;
}

/**
 * Asks IAM what a role or user may do. Throws where the caller may not ask.
 * Rule: `iam:SimulatePrincipalPolicy` in the IAM API reference; service control policies are taken into account, resource policies are not.
 */
export async function simulate(
  { context, patience }: Asked,
  principal: string,
  actions: readonly string[],
  resources: readonly string[],
  keys: Readonly<Record<string, string>> = {},
): Promise<readonly Simulated[]> {
  const [iam, { SimulatePrincipalPolicyCommand }] = await Promise.all([context.clients.iam(), import('../../clients/iam.ts')]);
  const { EvaluationResults = [] } = await iam.send(
    new SimulatePrincipalPolicyCommand({
      PolicySourceArn: principal,
      ActionNames: [...actions],
      ResourceArns: [...resources],
      ContextEntries: Object.entries(keys).map(([ContextKeyName, value]) => ({
        ContextKeyName,
        ContextKeyType: 'string',
        ContextKeyValues: [value],
      })),
    }),
    { abortSignal: patience },
  );
  return EvaluationResults.map(({ EvalActionName = '', EvalResourceName = '', EvalDecision }) => ({
    allowed: EvalDecision === 'allowed',
    explicit: EvalDecision === 'explicitDeny',
    action: EvalActionName,
    resource: EvalResourceName,
  }));
}

interface Words {
  readonly well: string;
  /** Before a colon and the reason. */
  readonly refused: string;
  readonly remedy: string;
  readonly field: string;
}

/**
 * What follows from a simulation. That no policy of the principal speaks of a key proves nothing: the key's own policy
 * may allow it, and the simulation does not read that.
 */
export function verdict(results: readonly Simulated[], { well, refused, remedy, field }: Words): Finding {
  const no = results.filter(({ allowed }) => !allowed);
  const sure = no.find(({ explicit, action }) => explicit || !action.startsWith('kms:'));
  const words = ({ action, resource, explicit }: Simulated) =>
    `${action} on ${resource} ${explicit ? 'is denied by a policy' : 'is allowed by no policy'}`;
  if (sure !== undefined) return problem(`${refused}: ${words(sure)}.`, remedy, field);
  const [unsure] = no;
  if (unsure !== undefined)
    return unknown(`${words(unsure)} of the principal; whether the key’s own policy allows it cannot be asked.`, field);
  return results.length === 0 ? unknown('IAM’s simulation gave no result.', field) : ok(well, field);
}

/** ARN of the role behind the session that clients act with, or of the user. */
export async function callerArn(
  clients: Clients,
  environment: EnvironmentDescription,
  signal: AbortSignal,
  patience: AbortSignal,
): Promise<string> {
  const [sts, { GetCallerIdentityCommand }] = await Promise.all([clients.sts(), import('../../clients/sts.ts')]);
  const { Arn = '' } = await sts.send(new GetCallerIdentityCommand({}), { abortSignal: signal });
  const RoleName = /:assumed-role\/([^/]+)\//.exec(Arn)?.[1];
  if (RoleName === undefined) return Arn;
  // A session's ARN leaves the role's path out; the document has the project's roles in full.
  const own = Object.values(environment.roles).find((role) => role.endsWith(`/${RoleName}`));
  if (own !== undefined) return own;
  const [iam, { GetRoleCommand }] = await Promise.all([clients.iam(), import('../../clients/iam.ts')]);
  try {
    return (await iam.send(new GetRoleCommand({ RoleName }), { abortSignal: patience })).Role?.Arn ?? Arn;
  } catch {
    // The session's own ARN is nobody's role in the document either; what is asked about it next says why it cannot be.
    return Arn;
  }
}
