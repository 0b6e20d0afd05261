import { DefaultStackSynthesizer } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import * as actions from './actions.ts';
import type { ProjectScope } from './project-scope.ts';
import type { InternalPurpose } from './purposes.ts';

/** Rights of the roles that the infrastructure itself needs. */
export const internalRolePolicies = (scope: ProjectScope): { readonly [Purpose in InternalPurpose]: PolicyStatement[] } => {
  const { account, region, project, keys } = scope.environment;
  const logs = scope.arn('logs', `log-group:/sealab/${project}/*`);
  const writeLogs = (sid: string) =>
    new PolicyStatement({ sid, actions: ['logs:CreateLogStream', 'logs:PutLogEvents', 'logs:DescribeLogStreams'], resources: [logs] });
  const artifacts = scope.bucketArn('artifacts');
  const assets = scope.arn('s3', `cdk-${DefaultStackSynthesizer.DEFAULT_QUALIFIER}-assets-${account}-${region}`, {
    region: '',
    account: '',
  });
  return {
    'flow-log': [writeLogs('WriteFlowLogs')],
    /** Copies the release and the environment document from the CDK's assets into the artifacts bucket. */
    deployment: [
      new PolicyStatement({
        sid: 'ReadAssets',
        actions: ['s3:GetObject', 's3:ListBucket', 's3:GetBucketLocation'],
        resources: [assets, `${assets}/*`],
      }),
      new PolicyStatement({
        sid: 'WriteArtifacts',
        actions: [...actions.READ_OBJECTS, ...actions.WRITE_OBJECTS, ...actions.LIST_BUCKET, 's3:GetBucketLocation'],
        resources: [artifacts, `${artifacts}/*`],
      }),
      new PolicyStatement({
        sid: 'UseStorageKey',
        actions: [...actions.USE_KEY],
        resources: [keys.storage],
        conditions: { StringEquals: { 'kms:ViaService': scope.viaService('s3') } },
      }),
      writeLogs('WriteLogs'),
    ],
  };
};
