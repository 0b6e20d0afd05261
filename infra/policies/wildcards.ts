import { PACKED_CODE, PIPELINE_OUTPUTS } from '@sealab/sdk/contract';
import { DefaultStackSynthesizer } from 'aws-cdk-lib';
import type { ProjectScope } from './project-scope.ts';

interface Wildcard {
  readonly resource: string;
  readonly reason: string;
}

/** Wildcards in the resources of role policies, each with why it is there. A test holds `*` alone to the first reason. */
export const roleWildcards = (scope: ProjectScope): Wildcard[] => {
  const { project, account, region } = scope.environment;
  const named = (resources: readonly string[], reason: string) => resources.map((resource) => ({ resource, reason }));
  return [
    ...named(['*'], 'Actions that know no resource, or are limited by a condition on the caller, the account or a tag.'),
    ...named(
      [
        'training-job',
        'processing-job',
        'transform-job',
        'hyper-parameter-tuning-job',
        'automl-job',
        'model-package',
        'model-package-group',
        'pipeline',
        'feature-group',
        'experiment',
        'experiment-trial',
        'experiment-trial-component',
        'model',
        'endpoint-config',
        'endpoint',
        'notebook-instance',
        'notebook-instance-lifecycle-config',
      ].map((type) => scope.arn('sagemaker', `${type}/*`)),
      'People choose the names; the project’s tag tells its resources from others.',
    ),
    ...named(
      (['TrainingJobs', 'ProcessingJobs', 'TransformJobs', 'NotebookInstances', 'Endpoints/*'] as const).map((group) =>
        scope.arn('logs', `log-group:/aws/sagemaker/${group}:*`),
      ),
      'SageMaker names the log groups and streams of an account.',
    ),
    ...named([scope.arn('logs', `log-group:/sealab/${project}/*`)], 'The project’s own log groups.'),
    ...named([scope.arn('ssm', `parameter/sealab/${project}/*`)], 'The project’s own parameters.'),
    ...named(
      [
        ...(['data', 'model', 'artifacts'] as const).map((bucket) => `${scope.bucketArn(bucket)}/*`),
        `${scope.bucketArn('artifacts')}/${PACKED_CODE}/*`,
        `${scope.bucketArn('model')}/${PIPELINE_OUTPUTS}/*`,
      ],
      'The objects of the project’s buckets.',
    ),
    ...named(
      [scope.arn('catalog', 'product/*')],
      'Service Catalog shows and launches the products of portfolios that the role is a member of.',
    ),
    ...named([scope.arn('codeartifact', `package/sealab-${project}/approved/*`)], 'The approved packages.'),
    ...named([scope.arn('ecr', 'repository/*')], 'Images of the account’s own registry are approved as a whole.'),
    ...named(
      [scope.arn('ec2', 'network-interface/*')],
      'The interface’s name does not exist before it is created; subnet and security group are named beside it.',
    ),
    ...named(
      [scope.arn('cloudformation', 'stack/SC-*'), scope.arn('cloudformation', `stack/sealab-${project}/*`)],
      'Service Catalog names the stacks of its products SC-…; ids end in a random part.',
    ),
    ...named([scope.arn('cloudwatch', 'alarm:*')], 'Alarms have names of the caller’s choice.'),
    ...named([scope.projectRoles], 'The project’s own roles, below its path.'),
    ...named(
      [`${scope.arn('s3', `cdk-${DefaultStackSynthesizer.DEFAULT_QUALIFIER}-assets-${account}-${region}`, { region: '', account: '' })}/*`],
      'The CDK’s assets: their names are hashes of their content.',
    ),
  ];
};
