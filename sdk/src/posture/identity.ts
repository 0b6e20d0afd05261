import type { LabContext } from '../context.ts';
import type { Check } from './api.ts';
import { broken, check, sealed } from './check.ts';

/** The document is there and valid, else there would be no lab; and who calls is a role of the project. */
export function identityChecks({ environment, clients }: LabContext): Promise<Check>[] {
  return [
    check('environment.document', 'Environment document', () =>
      sealed(
        `Schema ${environment.schemaVersion}, project ${environment.project} (${environment.environmentType}), ${environment.account} ${environment.region}.`,
      ),
    ),
    check('identity.project-role', 'Acting as a role of the project', async () => {
      const [sts, { GetCallerIdentityCommand }] = await Promise.all([clients.sts(), import('../clients/sts.ts')]);
      const { Account, Arn = '' } = await sts.send(new GetCallerIdentityCommand({}));
      const remedy = 'Open the notebook of this project, or take the data scientist’s role.';
      if (Account !== environment.account)
        return broken(`The credentials belong to account ${Account ?? 'unknown'}, the environment to ${environment.account}.`, remedy);
      const name = /:assumed-role\/([^/]+)\//.exec(Arn)?.[1];
      const own = Object.entries(environment.roles).find(([, role]) => role.split('/').at(-1) === name);
      return own === undefined || name === undefined ? broken(`${Arn} is not a role of the project.`, remedy) : sealed(`${name}.`);
    }),
  ];
}
