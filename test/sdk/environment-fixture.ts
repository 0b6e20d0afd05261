import type { EnvironmentDescription } from '@sealab/sdk/contract';

const role = (purpose: string) => `arn:aws:iam::111122223333:role/sealab/credit-risk/sealab-credit-risk-${purpose}`;
const key = (digit: string) =>
  `arn:aws:kms:eu-west-1:111122223333:key/${digit.repeat(8)}-${digit.repeat(4)}-${digit.repeat(4)}-${digit.repeat(4)}-${digit.repeat(12)}`;

/** A valid document; `change` may put something else in. */
export function environmentWith(change: Partial<EnvironmentDescription> = {}): EnvironmentDescription {
  return {
    schemaVersion: '1.0',
    project: 'credit-risk',
    environmentType: 'development',
    account: '111122223333',
    region: 'eu-west-1',
    partition: 'aws',
    network: {
      vpcId: 'vpc-0a1b2c3d',
      subnets: [
        { id: 'subnet-0aaa1111', availabilityZone: 'eu-west-1a' },
        { id: 'subnet-0bbb2222', availabilityZone: 'eu-west-1b' },
      ],
      securityGroupIds: ['sg-0ccc3333'],
      connectedAllowed: true,
    },
    keys: { storage: key('1'), volume: key('2') },
    buckets: { data: 'credit-risk-data', model: 'credit-risk-model', artifacts: 'credit-risk-artifacts', logs: 'credit-risk-logs' },
    roles: {
      dataScientist: role('data-scientist'),
      jobExecution: role('job-execution'),
      pipelineExecution: role('pipeline-execution'),
      endpointHosting: role('endpoint-hosting'),
      endpointCreation: role('endpoint-creation'),
      endpointInvocation: role('endpoint-invocation'),
      modelApproval: role('model-approval'),
      notebookExecution: role('notebook-execution'),
    },
    mirror: { kind: 'codeartifact', domain: 'sealab', domainOwner: '111122223333', repository: 'approved' },
    instanceTypes: {
      training: ['ml.m5.large', 'ml.m5.xlarge'],
      processing: ['ml.m5.large'],
      hosting: ['ml.m5.large'],
      notebook: ['ml.t3.medium'],
    },
    imageRegistries: ['141502667606.dkr.ecr.eu-west-1.amazonaws.com', '111122223333.dkr.ecr.eu-west-1.amazonaws.com/sealab'],
    images: { 'scikit-learn': '141502667606.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-scikit-learn:1.4-2-cpu-py3' },
    notebookLifecycleConfiguration: 'sealab-credit-risk-notebook',
    tags: { 'cost-centre': '4711', 'sealab:project': 'credit-risk' },
    endpoints: {},
    links: {},
    ...change,
  };
}

export const environment = environmentWith();
/** The same environment with the isolated profile alone. */
export const isolatedOnly = environmentWith({ network: { ...environment.network, connectedAllowed: false } });
