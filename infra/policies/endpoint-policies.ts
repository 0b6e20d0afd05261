import { PolicyStatement, StarPrincipal } from 'aws-cdk-lib/aws-iam';
import { regionFacts } from '../settings/region-facts.ts';
import * as actions from './actions.ts';
import { approvedRepositories } from './approved-repositories.ts';
import type { ProjectScope } from './project-scope.ts';

/** Interface endpoints of a project, by the name that AWS gives the service. */
export const INTERFACE_ENDPOINTS = [
  'sagemaker.api',
  'sagemaker.runtime',
  'sagemaker.featurestore-runtime',
  'notebook',
  'sts',
  'kms',
  'logs',
  'monitoring',
  'ssm',
  'ec2',
  'ecr.api',
  'ecr.dkr',
  'codeartifact.api',
  'codeartifact.repositories',
  'servicecatalog',
] as const;
export type InterfaceEndpointName = (typeof INTERFACE_ENDPOINTS)[number];

type Conditions = Readonly<Record<string, Readonly<Record<string, string>>>>;

const allow = (sid: string, allowed: readonly string[], resources: readonly string[], conditions?: Conditions): PolicyStatement =>
  new PolicyStatement({
    sid,
    // Rendered as "*", not {AWS: "*"}, which would mean the same to AWS and less to those who check policies.
    principals: [new StarPrincipal()],
    actions: [...allowed],
    resources: [...resources],
    ...(conditions === undefined ? {} : { conditions }),
  });

/** Only roles of this account, only on this account's resources: foreign credentials carry nothing out. */
const own = (scope: ProjectScope): Conditions => ({
  StringEquals: { 'aws:PrincipalAccount': scope.environment.account, 'aws:ResourceAccount': scope.environment.account },
});
/** For actions whose resource belongs to nobody or to AWS. */
const ownPrincipals = (scope: ProjectScope): Conditions => ({ StringEquals: { 'aws:PrincipalAccount': scope.environment.account } });

const keys = (scope: ProjectScope): string[] => [scope.environment.keys.storage, scope.environment.keys.volume];

/** What may pass each interface endpoint. */
export const ENDPOINT_POLICIES: { readonly [Name in InterfaceEndpointName]: (scope: ProjectScope) => PolicyStatement[] } = {
  'sagemaker.api': (scope) => [
    allow(
      'OwnAccount',
      actions.SAGEMAKER.filter((action) => !ELSEWHERE.has(action)),
      ['*'],
      own(scope),
    ),
  ],
  'sagemaker.runtime': (scope) => [allow('OwnAccount', actions.INVOKE, ['*'], own(scope))],
  'sagemaker.featurestore-runtime': (scope) => [allow('OwnAccount', actions.USE_FEATURES, ['*'], own(scope))],
  notebook: (scope) => [allow('OwnAccount', [actions.OPEN_NOTEBOOK], ['*'], own(scope))],
  sts: (scope) => [
    allow('OwnAccount', ['sts:GetCallerIdentity', actions.BEARER_TOKEN], ['*'], ownPrincipals(scope)),
    allow('OwnRoles', ['sts:AssumeRole'], [scope.projectRoles], own(scope)),
  ],
  kms: (scope) => [allow('ProjectKeys', [...actions.READ_KEY, ...actions.USE_KEY], keys(scope), own(scope))],
  logs: (scope) => [allow('OwnAccount', ['logs:DescribeLogGroups', ...actions.READ_LOGS, ...actions.WRITE_LOGS], ['*'], own(scope))],
  monitoring: (scope) => [
    allow('OwnAccount', [...actions.READ_METRICS, actions.READ_ALARMS, actions.WRITE_METRICS], ['*'], ownPrincipals(scope)),
  ],
  ssm: (scope) => [
    allow('ProjectParameters', actions.READ_PARAMETERS, [scope.arn('ssm', `parameter/sealab/${scope.environment.project}/*`)], own(scope)),
  ],
  ec2: (scope) => [allow('Read', actions.READ_NETWORK, ['*'], ownPrincipals(scope))],
  'ecr.api': (scope) => pullImages(scope),
  'ecr.dkr': (scope) => pullImages(scope),
  'codeartifact.api': (scope) => [allow('OwnAccount', actions.READ_PACKAGES, ['*'], own(scope))],
  'codeartifact.repositories': (scope) => [allow('OwnAccount', ['codeartifact:ReadFromRepository'], ['*'], own(scope))],
  servicecatalog: (scope) => [
    allow('OwnAccount', [...actions.FIND_PRODUCTS, ...actions.LAUNCH_PRODUCT, ...actions.OWN_PRODUCTS], ['*'], ownPrincipals(scope)),
  ],
};

/** Actions that have an endpoint of their own. */
const ELSEWHERE: ReadonlySet<string> = new Set([...actions.INVOKE, ...actions.USE_FEATURES]);

const pullImages = (scope: ProjectScope): PolicyStatement[] => [
  allow('Token', [actions.ECR_TOKEN], ['*'], ownPrincipals(scope)),
  allow('ApprovedImages', [...actions.PULL_IMAGES, actions.READ_IMAGES], approvedRepositories(scope), ownPrincipals(scope)),
];

/** What may pass the S3 gateway endpoint: the project's buckets; and, read only, where AWS keeps image layers and npm packages. */
export const s3EndpointPolicy = (scope: ProjectScope): PolicyStatement[] => {
  const project = (['data', 'model', 'artifacts', 'logs'] as const).map((purpose) => scope.bucketArn(purpose));
  const { region } = scope.settings;
  const bucket = (name: string) => scope.arn('s3', name, { region: '', account: '' });
  return [
    allow(
      'ProjectBuckets',
      [...actions.OBJECT_ACTIONS, ...actions.READ_BUCKET_SETTINGS, actions.READ_BUCKET_ACL],
      project.flatMap((arn) => [arn, `${arn}/*`]),
      own(scope),
    ),
    // Fetched with URLs that ECR and CodeArtifact sign themselves, so no principal of this account shows.
    allow(
      'LayersAndPackagesOfAws',
      ['s3:GetObject'],
      [`${bucket(`prod-${region}-starport-layer-bucket`)}/*`, `${bucket(`assets-${regionFacts(region).codeArtifactAccount}-${region}`)}/*`],
    ),
  ];
};
