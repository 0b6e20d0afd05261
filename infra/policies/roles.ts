import type { RolePurpose } from '@sealab/sdk/contract';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { environmentLaunch } from './environment-launch.ts';
import * as grants from './grants.ts';
import type { ProjectScope } from './project-scope.ts';

/** Endpoints that a notebook's URL may be asked for and used through. */
export interface NotebookDoors {
  readonly endpointIds: readonly string[];
}

/** Objects that people and their notebooks work with; releases and the environment document are the administrator's. */
const WORK = [['data'], ['model'], ['artifacts', 'code/']] as const;
const READABLE = [['data'], ['model'], ['artifacts']] as const;

const common = (scope: ProjectScope): PolicyStatement[] => [
  ...grants.readSageMaker(scope),
  ...grants.readLogs(scope),
  ...grants.readParameters(scope),
  ...grants.readKeys(scope),
  ...grants.readPosture(scope),
];

const workOnData = (scope: ProjectScope): PolicyStatement[] => [
  ...grants.readObjects(scope, ...READABLE),
  ...grants.writeObjects(scope, ...WORK),
  ...grants.deleteObjects(scope, ...WORK),
  ...grants.useStorageKey(scope),
];

/** What each role of the contract may do, on top of nothing. The permissions boundary and the Deny statements of the contract come on top. */
export const ROLE_POLICIES: { readonly [Purpose in RolePurpose]: (scope: ProjectScope, doors: NotebookDoors) => PolicyStatement[] } = {
  'data-scientist': (scope, doors) => [
    ...common(scope),
    ...workOnData(scope),
    ...grants.createJobs(scope),
    ...grants.passRoles(scope, 'job-execution'),
    ...grants.useVolumeKey(scope),
    ...grants.launchProducts(scope),
    ...grants.openOwnNotebooks(scope, doors.endpointIds),
  ],
  /** The kernel, the panel's service and the SDK run with this one. */
  'notebook-execution': (scope) => [
    ...common(scope),
    ...workOnData(scope),
    ...grants.createJobs(scope),
    ...grants.invoke(scope),
    ...grants.passRoles(scope, 'job-execution'),
    // A right to pass the hosting role would let a training job run with it too: iam:PassRole does not see for which call.
    ...grants.takeRoles(scope, 'endpoint-creation'),
    ...grants.useVolumeKey(scope),
    ...grants.readPackages(scope),
    ...grants.writeNotebookLogs(scope),
  ],
  'job-execution': (scope) => [
    ...grants.runContainers(scope, ['TrainingJobs', 'ProcessingJobs']),
    ...grants.joinNetwork(scope),
    ...grants.readObjects(scope, ...READABLE),
    ...grants.writeObjects(scope, ['model']),
    ...grants.useStorageKey(scope),
    ...grants.useVolumeKey(scope),
    ...grants.readKeys(scope),
    ...(scope.settings.network.connectedAllowed ? grants.readPackages(scope) : []),
  ],
  'endpoint-creation': (scope) => [
    ...grants.readSageMaker(scope),
    ...grants.createHosting(scope),
    ...grants.passRoles(scope, 'endpoint-hosting'),
    ...grants.useVolumeKey(scope),
    ...grants.readKeys(scope),
    ...grants.readLogs(scope),
    ...grants.readParameters(scope),
  ],
  'endpoint-hosting': (scope) => [
    ...grants.runContainers(scope, ['Endpoints/*']),
    ...grants.joinNetwork(scope),
    ...grants.readObjects(scope, ['model']),
    ...grants.writeObjects(scope, ['model']),
    ...grants.useStorageKey(scope),
    ...grants.useVolumeKey(scope),
    ...grants.readKeys(scope),
  ],
  'endpoint-invocation': (scope) => [...grants.readSageMaker(scope), ...grants.invoke(scope), ...grants.readParameters(scope)],
  'notebook-creation': (scope) => [
    ...grants.readSageMaker(scope),
    ...grants.createNotebooks(scope),
    ...grants.useVolumeKey(scope),
    ...grants.readKeys(scope),
    ...grants.readPosture(scope),
  ],
  launch: (scope) => [
    ...grants.launchStacks(scope),
    ...grants.readSageMaker(scope),
    ...grants.createNotebooks(scope),
    ...grants.useVolumeKey(scope),
    ...grants.readKeys(scope),
    ...grants.readPosture(scope),
  ],
  'environment-launch': environmentLaunch,
  'project-administrator': (scope) => [
    ...common(scope),
    ...workOnData(scope),
    ...grants.createJobsAndHosting(scope),
    ...grants.passRoles(scope, 'job-execution', 'endpoint-hosting'),
    ...grants.useVolumeKey(scope),
    ...grants.runAnyNotebook(scope),
    ...grants.administerProducts(scope),
  ],
};
