import { reason } from '../../../posture/check.ts';
import { isAbsent, ok, problem, unknown } from '../check.ts';
import type { Asked, Finding, PreflightCheck } from '../check.ts';
import type { Named } from '../facts.ts';
import { simulate, verdict } from '../simulate.ts';

const SERVICE = 'sagemaker.amazonaws.com';

/** The role is there, SageMaker may take it, and the caller may hand it over. */
export const role: PreflightCheck = {
  name: 'role',
  ask: async (asked) =>
    (await Promise.all(asked.facts.roles.map((named) => Promise.all([trusted(asked, named), passed(asked, named)])))).flat(),
};

const roleName = (arn: string): string => arn.split('/').at(-1) ?? arn;

async function trusted({ context, signal }: Asked, { value, field }: Named): Promise<Finding> {
  const RoleName = roleName(value);
  try {
    const [iam, { GetRoleCommand }] = await Promise.all([context.clients.iam(), import('../../../clients/iam.ts')]);
    const { Role } = await iam.send(new GetRoleCommand({ RoleName }), { abortSignal: signal });
    if (Role?.Arn !== value)
      return problem(
        `${RoleName} is ${Role?.Arn ?? 'not there'}, not ${value}.`,
        'Ask your administrator to deploy the environment again.',
        field,
      );
    return trusts(Role.AssumeRolePolicyDocument)
      ? ok(`${RoleName} is there, and its trust policy names SageMaker.`, field)
      : problem(
          `The trust policy of ${RoleName} does not let SageMaker take it.`,
          'Leave the role out: Sealab takes the project’s.',
          field,
        );
  } catch (error) {
    if (isAbsent(error)) return problem(`There is no role ${RoleName}.`, 'Leave the role out: Sealab takes the project’s.', field);
    return unknown(`Whether SageMaker may take ${RoleName}: ${reason(error)}`, field);
  }
}

/** Whether an Allow names SageMaker. Conditions are SageMaker's to meet: they limit from where it may come. */
function trusts(document: string | undefined): boolean {
  const { Statement = [] } = JSON.parse(decodeURIComponent(document ?? '{}')) as { Statement?: unknown };
  const statements = (Array.isArray(Statement) ? Statement : [Statement]) as {
    Effect?: string;
    Principal?: { Service?: string | string[] };
    Action?: string | string[];
  }[];
  return statements.some(
    ({ Effect, Principal, Action }) =>
      Effect === 'Allow' &&
      [Principal?.Service ?? []].flat().includes(SERVICE) &&
      [Action ?? []].flat().some((action) => ['sts:AssumeRole', 'sts:*', '*'].includes(action)),
  );
}

async function passed(asked: Asked, { value, field }: Named): Promise<Finding> {
  try {
    const results = await simulate(asked, await asked.caller(), ['iam:PassRole'], [value], { 'iam:PassedToService': SERVICE });
    return verdict(results, {
      well: `You may hand ${roleName(value)} to SageMaker.`,
      refused: `You may not hand ${roleName(value)} to SageMaker`,
      remedy: 'Leave the role out, or ask your administrator to add you to the people of this project.',
      field,
    });
  } catch (error) {
    return unknown(`Whether you may hand ${roleName(value)} to SageMaker: ${reason(error)}`, field);
  }
}
