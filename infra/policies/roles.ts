import { MAY_PASS, MAY_READ, MAY_WRITE } from '@sealab/sdk/contract';
import type { RolePurpose } from '@sealab/sdk/contract';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { environmentLaunch } from './environment-launch.ts';
import * as grants from './grants.ts';
import type { ProjectScope } from './project-scope.ts';
import type { SharedPolicyName } from './shared-policies.ts';

/** Endpoints that a notebook's URL may be asked for and used through. */
export interface NotebookDoors {
  readonly endpointIds: readonly string[];
}

const workOnData = (scope: ProjectScope): PolicyStatement[] => [
  ...grants.readObjects(scope, ...MAY_READ['data-scientist']),
  ...grants.writeObjects(scope, ...MAY_WRITE['data-scientist']),
  ...grants.deleteObjects(scope, ...MAY_WRITE['data-scientist']),
  ...grants.useStorageKey(scope),
];

/** What one role may do. */
export interface RolePolicy {
  readonly shared?: readonly SharedPolicyName[];
  readonly own: (scope: ProjectScope, doors: NotebookDoors) => PolicyStatement[];
}

/** What each role of the contract may do, on top of nothing. The permissions boundary and the Deny statements of the contract come on top. */
export const ROLE_POLICIES: { readonly [Purpose in RolePurpose]: RolePolicy } = {
  'data-scientist': {
    shared: ['read-project', 'launch-jobs', 'keep-records'],
    own: (scope, doors) => [...workOnData(scope), ...grants.launchProducts(scope), ...grants.openOwnNotebooks(scope, doors.endpointIds)],
  },
  /** The kernel, the panel's service and the SDK run with this one. */
  'notebook-execution': {
    shared: ['read-project', 'launch-jobs', 'keep-records'],
    own: (scope) => [
      ...workOnData(scope),
      ...grants.invoke(scope),
      // Endpoints are made in a session of another role, which can do that and read, and which CloudTrail names.
      ...grants.takeRoles(scope, 'endpoint-creation'),
      ...grants.readPackages(scope),
      ...grants.writeNotebookLogs(scope),
    ],
  },
  'job-execution': {
    own: (scope) => [
      ...grants.runContainers(scope, ['TrainingJobs', 'ProcessingJobs', 'TransformJobs']),
      ...grants.joinNetwork(scope),
      ...grants.readObjects(scope, ...MAY_READ['job-execution']),
      ...grants.writeObjects(scope, ...MAY_WRITE['job-execution']),
      ...grants.writeFeatures(scope),
      ...grants.useStorageKey(scope),
      ...grants.useVolumeKey(scope),
      ...grants.readKeys(scope),
      ...(scope.settings.network.connectedAllowed ? grants.readPackages(scope) : []),
    ],
  },
  /**
   * Starts the steps, which run as jobs do, and makes models; what it reads itself are the files that conditions look at. iam:PassRole does not see for
   * which call, so a job of a pipeline could run with the hosting role: what that may do with data, in the model bucket alone, is a part of what the job
   * role may. A model serves nothing: endpoints and their configurations are left to `endpoint-creation`.
   */
  'pipeline-execution': {
    own: (scope) => [
      ...grants.readSageMaker(scope),
      ...grants.runSteps(scope),
      ...grants.passRoles(scope, ...MAY_PASS['pipeline-execution']),
      ...grants.readObjects(scope, ...MAY_READ['pipeline-execution']),
      ...grants.useStorageKey(scope),
      ...grants.useVolumeKey(scope),
    ],
  },
  'endpoint-creation': {
    own: (scope) => [
      ...grants.readSageMaker(scope),
      ...grants.createHosting(scope),
      ...grants.passRoles(scope, ...MAY_PASS['endpoint-creation']),
      ...grants.useVolumeKey(scope),
      ...grants.readKeys(scope),
      ...grants.readLogs(scope),
      ...grants.readParameters(scope),
    ],
  },
  'endpoint-hosting': {
    own: (scope) => [
      ...grants.runContainers(scope, ['Endpoints/*', 'TransformJobs']),
      ...grants.joinNetwork(scope),
      ...grants.readObjects(scope, ...MAY_READ['endpoint-hosting']),
      ...grants.writeObjects(scope, ...MAY_WRITE['endpoint-hosting']),
      ...grants.useStorageKey(scope),
      ...grants.useVolumeKey(scope),
      ...grants.readKeys(scope),
      ...grants.readAlarms(scope),
    ],
  },
  'endpoint-invocation': { own: (scope) => [...grants.readSageMaker(scope), ...grants.invoke(scope), ...grants.readParameters(scope)] },
  'model-approval': {
    own: (scope) => [
      ...grants.readSageMaker(scope),
      ...grants.approveModels(scope),
      ...grants.readObjects(scope, ...MAY_READ['model-approval']),
      ...grants.useStorageKey(scope),
      ...grants.readParameters(scope),
    ],
  },
  'notebook-creation': {
    own: (scope) => [
      ...grants.readSageMaker(scope),
      ...grants.createNotebooks(scope),
      ...grants.useVolumeKey(scope),
      ...grants.readKeys(scope),
      ...grants.readPosture(scope),
    ],
  },
  launch: {
    own: (scope) => [
      ...grants.launchStacks(scope),
      ...grants.readSageMaker(scope),
      ...grants.createNotebooks(scope),
      ...grants.useVolumeKey(scope),
      ...grants.readKeys(scope),
      ...grants.readPosture(scope),
    ],
  },
  'environment-launch': { own: environmentLaunch },
  'project-administrator': {
    shared: ['read-project', 'launch-jobs', 'keep-records'],
    own: (scope) => [
      ...workOnData(scope),
      ...grants.createHosting(scope),
      ...grants.passRoles(scope, ...MAY_PASS['endpoint-creation']),
      ...grants.approveModels(scope),
      ...grants.runAnyNotebook(scope),
      ...grants.administerProducts(scope),
    ],
  },
};
