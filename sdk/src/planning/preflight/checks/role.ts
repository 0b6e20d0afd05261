import { purposeOf } from '../../../contract/index.ts';
import { isAbsent, leaveOut, ok, problem, unknown } from '../check.ts';
import type { Asked, Finding, PreflightCheck } from '../check.ts';
import type { Named } from '../facts.ts';
import { askIam, isProjectsRole, mayPass, passersOf, shortName as roleName } from '../guaranteed.ts';
import { simulate, verdict } from '../simulate.ts';

const SERVICE = 'sagemaker.amazonaws.com';

/** The role is there, SageMaker may take it, and the caller may hand it over. */
export const role: PreflightCheck = {
  name: 'role',
  ask: async (asked) =>
    (await Promise.all(asked.facts.roles.map((named) => Promise.all([trusted(asked, named), passed(asked, named)])))).flat(),
};

async function trusted(asked: Asked, named: Named): Promise<Finding> {
  const { context } = asked;
  const { value, field, operation } = named;
  const RoleName = roleName(value);
  const remedy = leaveOut(named, 'role');
  return askIam(
    asked,
    async () => {
      const [iam, { GetRoleCommand }] = await Promise.all([context.clients.iam(), import('../../../clients/iam.ts')]);
      try {
        const { Role } = await iam.send(new GetRoleCommand({ RoleName }), { abortSignal: asked.patience });
        if (Role?.Arn !== value) return problem(`${RoleName} is ${Role?.Arn ?? 'not there'}, not ${value}.`, remedy, field);
        return trusts(Role.AssumeRolePolicyDocument)
          ? ok(`${RoleName} is there, and its trust policy names SageMaker.`, field)
          : problem(`The trust policy of ${RoleName} does not let SageMaker take it.`, remedy, field);
      } catch (error) {
        if (isAbsent(error)) return problem(`There is no role ${RoleName}.`, remedy, field);
        throw error;
      }
    },
    (why) =>
      isProjectsRole(named, context.environment)
        ? ok(`${RoleName} is the project’s own role for this, made by the deployment; ${why}.`, field)
        : problem(`${RoleName} is not the project’s role for ${operation}.`, remedy, field),
    `Whether SageMaker may take ${RoleName}`,
    field,
  );
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

async function passed(asked: Asked, named: Named): Promise<Finding> {
  const { environment } = asked.context;
  const { value, field } = named;
  const sender = await asked.sender(named);
  const who = named.byPipeline || sender !== (await asked.caller()) ? roleName(sender) : 'You';
  const remedy =
    named.origin === 'caller'
      ? 'Leave the role out, or ask your administrator to add you to the people of this project.'
      : 'Ask your administrator to add you to the people of this project, or to deploy the environment again.';
  const refused = `${who} may not hand ${roleName(value)} to SageMaker`;
  return askIam(
    asked,
    async () =>
      verdict(await simulate(asked, sender, ['iam:PassRole'], [value], { 'iam:PassedToService': SERVICE }), {
        well: `${who} may hand ${roleName(value)} to SageMaker.`,
        refused,
        remedy,
        field,
      }),
    (why) => {
      const role = purposeOf(value, environment);
      if (role === undefined)
        return problem(`${refused}: IAM lets nobody of the project hand over a role that is not the project’s.`, remedy, field);
      const purpose = purposeOf(sender, environment);
      if (purpose === undefined)
        return unknown(
          `Whether ${roleName(sender)} may hand ${roleName(value)} to SageMaker: it is not one of the project’s roles, and ${why}.`,
          field,
        );
      return mayPass(purpose).includes(role)
        ? ok(`${who} may hand ${roleName(value)} to SageMaker, as the deployment has made ${roleName(sender)}; ${why}.`, field)
        : problem(`${refused}: the deployment lets ${passersOf(role, environment).join(', ')} do it, and not ${purpose}.`, remedy, field);
    },
    `Whether ${roleName(sender)} may hand ${roleName(value)} to SageMaker`,
    field,
  );
}
