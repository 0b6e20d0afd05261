import { beforeAll, describe, expect, it } from '@jest/globals';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { ReleaseMissing } from '../../infra/constructs/release-missing.ts';
import { deployed } from './deployed-project.ts';
import type { DeployedProject } from './deployed-project.ts';
import { settings } from './settings-fixture.ts';
import { appFor, ofType, synthesize } from './synthesized.ts';
import type { Template as Json } from './synthesized.ts';

const decided = settings();
let json: Json;
let product: Json;
let template: Template;
let project: DeployedProject;

beforeAll(() => {
  ({ template: json, product } = synthesize(decided));
  template = Template.fromJSON(json);
  project = deployed(json, decided);
}, 60_000);

describe('what notebooks start from', () => {
  it('is described by a valid environment document, as a parameter', () => {
    expect(project.environment).toMatchObject({
      project: 'credit-risk',
      partition: 'aws',
      network: { connectedAllowed: false },
      images: {
        'scikit-learn': '141502667606.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-scikit-learn:1.2-1-cpu-py3',
        xgboost: '141502667606.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-xgboost:1.7-1',
      },
      imageRegistries: [
        '141502667606.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-scikit-learn',
        '141502667606.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-xgboost',
        '111122223333.dkr.ecr.eu-west-1.amazonaws.com',
      ],
      mirror: { domain: 'sealab-credit-risk', repository: 'approved' },
      tags: { 'cost-centre': '4711', 'sealab:project': 'credit-risk' },
    });
    expect(project.environment.roles.jobExecution).toBe(project.names.get('role/job-execution'));
    template.hasResourceProperties('AWS::SSM::Parameter', { Name: '/sealab/credit-risk/environment', Tier: 'Advanced' });
  });

  it('is copied with the storage key, below the hash of its content', () => {
    template.allResourcesProperties('Custom::CDKBucketDeployment', {
      Prune: false,
      RetainOnDelete: true,
      SystemMetadata: { sse: 'aws:kms', 'sse-kms-key-id': Match.anyValue() },
    });
    template.hasResourceProperties('Custom::CDKBucketDeployment', {
      DestinationBucketKeyPrefix: Match.stringLikeRegexp('^release/[0-9a-f]{64}$'),
    });
  });

  it('is fetched by the lifecycle scripts of the repository, below a header of variables', () => {
    const [, configuration] = ofType(json, 'AWS::SageMaker::NotebookInstanceLifecycleConfig')[0] ?? [];
    const rendered = JSON.stringify(configuration?.Properties);
    for (const variable of ['SEALAB_ENVIRONMENT_PARAMETER', 'SEALAB_RELEASE_URI', 'SEALAB_STORAGE_KEY'])
      expect(rendered.split(`export ${variable}='`)).toHaveLength(3);
    expect(rendered).toContain('#!/bin/bash\\nexport SEALAB_ENVIRONMENT_PARAMETER');
  });

  it('has to be built before', () => {
    expect(() => appFor(decided, '/nowhere/release')).toThrow(ReleaseMissing);
    expect(new ReleaseMissing('dist/release').message).toBe('dist/release is not there: run `npm run build` first.');
  });
});

describe('the notebook product', () => {
  it('asks for owner, e-mail, type and size, and fixes everything else', () => {
    const { Parameters } = product as unknown as { Parameters: Record<string, object> };
    expect(Object.keys(Parameters)).toEqual(['Owner', 'Email', 'InstanceType', 'VolumeSize']);
    expect(Parameters['InstanceType']).toMatchObject({ AllowedValues: decided.instanceTypes.notebook });
    Template.fromJSON(product).hasResourceProperties('AWS::SageMaker::NotebookInstance', {
      DirectInternetAccess: 'Disabled',
      RootAccess: 'Disabled',
      InstanceMetadataServiceConfiguration: { MinimumInstanceMetadataServiceVersion: '2' },
      PlatformIdentifier: 'notebook-al2023-v1',
      KmsKeyId: { 'Fn::ImportValue': 'sealab-credit-risk-volume-key' },
      SubnetId: { 'Fn::ImportValue': 'sealab-credit-risk-subnet' },
      SecurityGroupIds: [{ 'Fn::ImportValue': 'sealab-credit-risk-security-group' }],
      RoleArn: { 'Fn::ImportValue': 'sealab-credit-risk-notebook-role' },
      LifecycleConfigName: { 'Fn::ImportValue': 'sealab-credit-risk-lifecycle' },
      Tags: Match.arrayWith([
        { Key: 'sealab:owner', Value: { Ref: 'Owner' } },
        { Key: 'sealab:project', Value: 'credit-risk' },
      ]),
    });
  });

  it('finds in the exports of the stack what it imports', () => {
    const imported = [...JSON.stringify(product).matchAll(/"Fn::ImportValue":"([^"]+)"/g)].map(([, name]) => name);
    expect(Object.values(json.Outputs ?? {}).map((output) => output.Export?.Name)).toEqual(expect.arrayContaining(imported));
    expect(imported).toHaveLength(5);
  });

  it('accepts no owner that would match somebody else', () => {
    const { Parameters } = product as unknown as { Parameters: { Owner: { AllowedPattern: string } } };
    const pattern = new RegExp(Parameters.Owner.AllowedPattern);
    expect(['ada', 'ada@example.com', 'a.b_c-d'].every((owner) => pattern.test(owner))).toBe(true);
    expect(['*', 'a*', 'a?a', '${aws:userid}', '', 'a b'].some((owner) => pattern.test(owner))).toBe(false);
  });

  it('is launched with the launch role by the people of the project', () => {
    template.resourceCountIs('AWS::ServiceCatalog::LaunchRoleConstraint', 1);
    template.resourceCountIs('AWS::ServiceCatalog::PortfolioPrincipalAssociation', 2);
    template.hasResourceProperties('AWS::ServiceCatalog::LaunchRoleConstraint', {
      RoleArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('launch'), 'Arn'] },
    });
  });
});
