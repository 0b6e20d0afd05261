import { runSimulation } from '@cloud-copilot/iam-simulate';
import type { Settings } from '../../infra/settings/settings.ts';
import type { DeployedProject, PolicyDocument } from './deployed-project.ts';

/** One question to the policies of a project, as a data file asks it. */
export interface PolicyCase {
  readonly name: string;
  /** Purpose of the role that asks; an ARN, for somebody with AdministratorAccess; or a service. */
  readonly as: string;
  /** `administrator`: as if somebody had attached AdministratorAccess to the role; what then holds is its boundary. */
  readonly attached?: 'administrator';
  /** Session name; the user's own by default. */
  readonly session: string;
  /** Name of the VPC endpoint that the request comes through; absent: from outside. */
  readonly through?: string;
  readonly action: string;
  readonly resource: string;
  /** Document of the resource itself: `bucket/data`, `key/storage`, `trust/launch`. */
  readonly resourcePolicy?: string;
  readonly context: Readonly<Record<string, string | readonly string[]>>;
  readonly expect: 'allowed' | 'denied';
  /** Sid of the Deny that must decide it; absent for what nothing allows. */
  readonly by?: string;
}

export interface Outcome {
  readonly result: 'allowed' | 'denied';
  /** Sids of the Deny statements that matched. */
  readonly by: readonly string[];
}

/** Documents to look at instead of the deployed ones: what a mutation changed. */
export type Replaced = ReadonlyMap<string, PolicyDocument>;

const ADMINISTRATOR = {
  name: 'AdministratorAccess',
  policy: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
};

/** What AWS says about a caller with every request. */
const callerKeys = ({ as, session }: PolicyCase, roleArn: string | undefined, { account }: Settings): Record<string, string> => ({
  'aws:PrincipalArn': roleArn ?? as,
  'aws:PrincipalAccount': as.split(':')[4] ?? account,
  'aws:ResourceAccount': account,
  'aws:PrincipalIsAWSService': 'false',
  'aws:userid': as.includes(':user/') ? 'AIDAEXAMPLE' : `AROAEXAMPLE:${session}`,
  ...(as.includes(':user/') ? { 'aws:username': as.split('/').at(-1) ?? '' } : {}),
});

/** Asks the simulator with the policies as deployed. Throws when it did not understand everything that it was given. */
export async function simulate(
  project: DeployedProject,
  settings: Settings,
  question: PolicyCase,
  replaced: Replaced = new Map(),
): Promise<Outcome> {
  const document = (name: string): PolicyDocument => {
    const found = replaced.get(name) ?? project.documents.get(name);
    if (found === undefined) throw new Error(`${question.name}: there is no document ${name}`);
    return found;
  };
  const asRole = project.names.get(`role/${question.as}`);
  const isService = question.as.endsWith('.amazonaws.com');
  const principal =
    asRole === undefined
      ? question.as
      : `arn:aws:sts::${settings.account}:assumed-role/${asRole.split('/').at(-1) ?? ''}/${question.session}`;
  const identity = (name: string) => ({ name, policy: document(name) });
  const response = await runSimulation(
    {
      request: {
        principal,
        action: question.action,
        resource: { resource: question.resource, accountId: settings.account },
        contextVariables: {
          'aws:SecureTransport': 'true',
          ...(isService ? {} : callerKeys(question, asRole, settings)),
          ...(question.through === undefined ? {} : { 'aws:SourceVpce': project.names.get(`endpoint/${question.through}`) ?? '' }),
          ...Object.fromEntries(
            Object.entries(question.context).map(([key, value]) => [key, typeof value === 'string' ? value : [...value]]),
          ),
        },
      },
      // Administrators of the account: what they may is not this project's to say, only what it refuses them.
      identityPolicies: isService
        ? []
        : asRole === undefined
          ? [ADMINISTRATOR]
          : [
              question.attached === undefined ? identity(`role/${question.as}`) : ADMINISTRATOR,
              ...(project.attached.get(question.as) ?? []).map(identity),
            ],
      ...(asRole === undefined
        ? {}
        : { permissionBoundaryPolicies: [identity(question.as === 'environment-launch' ? 'environment-boundary' : 'boundary')] }),
      ...(question.resourcePolicy === undefined ? {} : { resourcePolicy: document(question.resourcePolicy) }),
      ...(question.through === undefined ? {} : { vpcEndpointPolicies: [identity(`endpoint/${question.through}`)] }),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    {},
  );
  if (response.resultType === 'error') throw new Error(`${question.name}: ${JSON.stringify(response.errors)}`);
  // An action that takes resources, asked about `*`, is answered once for each pattern that a policy has.
  const results = response.resultType === 'single' ? [response.result] : response.results;
  const ignored = results.flatMap(({ ignoredContextKeys }) => ignoredContextKeys ?? ['everything']);
  if (ignored.length > 0) throw new Error(`${question.name}: ${question.action} has no ${ignored.join(', ')}`);
  const denies = results.flatMap(({ analysis }) =>
    [analysis.identityAnalysis, analysis.permissionBoundaryAnalysis, analysis.resourceAnalysis, analysis.endpointAnalysis].flatMap(
      (part) => part?.denyStatements ?? [],
    ),
  );
  return { result: response.overallResult === 'Allowed' ? 'allowed' : 'denied', by: denies.map(({ statement }) => statement.sid() ?? '') };
}
