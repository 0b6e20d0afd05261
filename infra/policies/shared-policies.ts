import { MAY_PASS } from '@sealab/sdk/contract';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import * as grants from './grants.ts';
import type { ProjectScope } from './project-scope.ts';

/** Rights that several roles have alike: managed policies, because IAM gives a role 10,240 characters for what stands in it. */
export const SHARED_POLICIES = {
  'read-project': (scope: ProjectScope): PolicyStatement[] => [
    ...grants.readSageMaker(scope),
    ...grants.readLogs(scope),
    ...grants.readParameters(scope),
    ...grants.readKeys(scope),
    ...grants.readImages(scope),
    ...grants.askBeforehand(scope),
    ...grants.readPosture(scope),
  ],
  'launch-jobs': (scope: ProjectScope): PolicyStatement[] => [
    ...grants.createJobs(scope),
    ...grants.passRoles(scope, ...MAY_PASS['data-scientist']),
    ...grants.useVolumeKey(scope),
  ],
  'keep-records': grants.keepRecords,
} as const;

export type SharedPolicyName = keyof typeof SHARED_POLICIES;

/** What each is for, as it stands in the account. */
export const SHARED_DESCRIPTIONS: Readonly<Record<SharedPolicyName, string>> = {
  'read-project': 'Looks at what the project has and how it is set up',
  'launch-jobs': 'Starts and stops jobs with the roles of the project',
  'keep-records': 'Registers models, writes pipelines, features and experiments',
};
